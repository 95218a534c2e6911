/** Numbers that flow where nobody watches, beside tensors. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Tensor, random, stack, tensor, variable } from '../../src/index.ts';

/** A long chain of numbers into which arrays come now and then, at places that differ. */
function mixed(w: Tensor, b: Tensor, every: number): Tensor {
  let x = w.sum().mul(b);
  for (let k = 0; k < 70; k++) {
    x = x.tanh().add(b);
    if (k % every === 0) x = x.add(w.mul(x).sum().mul(0.1));
    if (k % (2 * every) === 3) x = stack([x, x.square()]).sum();
  }
  return x;
}

test('gradients of graphs of numbers and arrays are, to the bit, those of tensors alone, which observers see', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('f32' as const, 'f64' as const),
      fc.nat(1000),
      fc.integer({ min: 2, max: 40 }),
      (dtype, seed, every) => {
        const gradients = [{}, { observer: {} }].map((options) => {
          const w = variable(random.normal(random.key(seed), [3], { dtype }));
          const b = variable(tensor(0.3, { dtype }));
          mixed(w.value, b.value, every).backward(options);
          return [...w.grad!.data, b.grad!.item()];
        });
        expect(gradients[0]).toEqual(gradients[1]);
      },
    ),
    { numRuns: 40 },
  );
});
