/** What the `lower` of an op gives, held to the op as it is written. */
import { describe, expect, test } from 'vitest';
import { type AnyOp, type Tensor, compile, defineElementwise, defineOp, inference, tensor } from '../src/index.ts';
import { asWritten } from '../src/testing/as-written.ts';
import { compareLowered } from '../src/testing/compare-lowered.ts';
import { everyOp } from './laws/every-op.ts';

const thousands = Array.from({ length: 400 }, (_, k) => 1000 * Math.sin(k * k));
const tens = thousands.map((value) => value / 100);
const ones = thousands.map((value) => value / 900);
const sizes = Array.from({ length: 121 }, (_, k) => 10 ** ((k - 60) / 2));
const numbers = [0, -0, 1, -1, 1000, -1000, ...ones, ...tens, ...thousands, ...sizes, ...sizes.map((size) => -size)];
const others = numbers.map((_, k) => numbers[(k * 7 + 5) % numbers.length]!);

const elementwise: readonly (readonly [string, AnyOp])[] = everyOp.flatMap(([name, op]) =>
  'ofNumbers' in op.definition && op.definition.ofNumbers !== undefined && op.definition.lower !== undefined
    ? [[name, { definition: op.definition }] as const]
    : [],
);

test('of every elementwise op, `lower` and `value` are the same within 3 roundings of (1 + |value|)', () => {
  expect(elementwise.length).toBeGreaterThan(60);
  for (const [name, { definition }] of elementwise) {
    for (const [dtype, unit] of [['f64', 2 ** -53] as const, ['f32', 2 ** -24] as const]) {
      const inputs = [numbers, others].slice(0, definition.arity).map((data) => tensor(data, { dtype }));
      const apply = (...at: Tensor[]): Tensor => definition.apply(at, [])[0]!;
      const right = asWritten(() => inference(() => apply(...inputs))).data;
      const given = compile(apply)(...inputs).data;
      right.forEach((value, k) => {
        if (Object.is(value, given[k]) || value === given[k]) return;
        const error = Math.abs(value - given[k]!) / (unit * (1 + Math.abs(value)));
        expect(error, `${name} in ${dtype} at ${inputs.map(({ data }) => data[k]).join(' and ')}`).toBeLessThan(3);
      });
    }
  }
});

describe('as written', () => {
  const twice = defineElementwise({
    name: 'twice',
    value: (x) => 2 * x,
    lower: (x, kernel) => kernel.mul(x, kernel.constant(3, x.type)),
    slope: () => 2,
  });

  test('an op does what its value says, and afterwards what its program does', () => {
    expect(twice(5).item()).toBe(15);
    expect(asWritten(() => [twice(5).item(), ...twice([1, 2]).data])).toEqual([10, 2, 4]);
    expect(twice(5).item()).toBe(15);
    const failing = (): never => {
      throw new RangeError('no numbers');
    };
    expect(() => asWritten(failing)).toThrow('no numbers');
    expect(twice([1, 2]).toArray()).toEqual([3, 6]);
  });
});

test('an op that is right passes, and one without a `lower` is not looked at', () => {
  const right = defineElementwise({
    name: 'right',
    value: (x) => x + 1,
    lower: (x, k) => k.add(x, k.constant(1, x.type)),
    slope: () => 1,
  });
  const host = defineOp<[x: Tensor]>({
    name: 'host',
    infer: ([x]) => x,
    forward: ([x], _, { data }) => data.set(x.data),
    pull: [({ cotangent }) => cotangent],
  });
  expect(() => compareLowered(() => host(right([1, 2, Number.NaN, Infinity])))).not.toThrow();
});

test('what is not a number is told apart from what is', () => {
  const holes = defineElementwise({
    name: 'holes',
    value: (x) => (x < 0 ? Number.NaN : x),
    lower: (x) => x,
    slope: () => 1,
  });
  expect(() => compareLowered(() => holes([1, -2]))).toThrow(
    'the `lower` of holes gives -2 at -2; its `value` gives NaN',
  );
});
