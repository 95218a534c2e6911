/** Graphs of scalars are pulled through functions of numbers, which are made from the rules for tensors. */
import { describe, expect, test } from 'vitest';
import { type ElementwiseOp, type Tensor, defineElementwise, grad, sin, tensor, variable } from '../../src/index.ts';
import type { UnarySlopeContext } from '../../src/op/define-elementwise.ts';

const f64 = (value: number): Tensor => tensor(value, { dtype: 'f64' });

function cubeWith(slope: (context: UnarySlopeContext) => Tensor | number): ElementwiseOp {
  return defineElementwise({ name: 'cube', value: (x) => x ** 3, slope });
}

/** The derivative of `f`, by a walk that nobody watches. */
function slopeOf(f: (x: Tensor) => Tensor, x: number): number {
  const at = variable(f64(x));
  f(at.value).backward();
  return at.grad!.item();
}

test('a rule is asked once for all nodes of all graphs of scalars', () => {
  let asked = 0;
  const cube = cubeWith(({ input }) => {
    asked++;
    return input.square().mul(3);
  });
  const thrice = (x: Tensor): Tensor => cube(cube(cube(x)));
  for (let k = 0; k < 3; k++) expect(slopeOf(thrice, 1.5)).toBe(grad(thrice)(f64(1.5)).item());
  expect(asked).toBe(1);
});

test('what a rule uses several times is computed once a node', () => {
  let computed = 0;
  const counted = defineElementwise({ name: 'counted', value: (x) => (computed++, x / 2), slope: () => 0.5 });
  const op = cubeWith(({ input }) => {
    let at: Tensor = counted(input);
    for (let k = 0; k < 40; k++) at = at.add(at); // 2^40 paths
    return at;
  });
  expect(slopeOf(op, 3)).toBe(1.5 * 2 ** 40);
  expect(slopeOf(op, 5)).toBe(2.5 * 2 ** 40);
  expect(computed).toBe(2);
});

describe('a rule that cannot be repeated at numbers is asked at every node', () => {
  test('where it reads a Variable, whose content changes', () => {
    const factor = variable(f64(3));
    const op = cubeWith(({ input }) => input.square().mul(factor.value));
    expect(slopeOf(op, 2)).toBe(12);
    factor.assign(f64(1));
    expect(slopeOf(op, 2)).toBe(4);
  });

  test('where it reads numbers', () => {
    const op = cubeWith(({ input }) => (input.item() > 0 ? input.square().mul(3) : 0));
    expect([slopeOf(op, 2), slopeOf(op, -2)]).toEqual([12, 0]);
  });

  test('where it makes arrays', () => {
    const op = cubeWith(({ input }) => input.mul(tensor([1, 2], { dtype: 'f64' })).sum());
    expect(slopeOf(op, 2)).toBe(6);
  });
});

test('a rule may use ops that are not elementwise formulas', () => {
  const op = cubeWith(({ input }) => input.clip({ min: 0, max: 1 }).greater(0.5).cast(input.dtype).add(sin(input)));
  for (const x of [0.25, 0.75]) expect(slopeOf(op, x)).toBe((x > 0.5 ? 1 : 0) + sin(f64(x)).item());
});

test('a rule may go through whole numbers, which are counted modulo 2^32 there too', () => {
  const op = cubeWith(({ input }) =>
    input
      .cast('i32')
      .pow(tensor(5, { dtype: 'i32' }))
      .cast('f64'),
  );
  for (const x of [3, 50_001]) {
    expect(slopeOf(op, x)).toBe(grad(op)(f64(x)).item());
    expect(slopeOf(op, x)).toBe(Number(BigInt.asIntN(32, BigInt(x) ** 5n)));
  }
});
