/** What is worked out without a machine is what the machine would have given, to the bit. */
import { expect, test } from 'vitest';
import { nativeBinary } from '../../src/emit/native-elementwise.ts';
import {
  type Bitwise,
  type Comparison,
  type Expression,
  type Shift,
  type Unary,
  add,
  bitwise,
  compare,
  constant,
  div,
  max,
  min,
  mul,
  reinterpret,
  select,
  shift,
  sub,
  unary,
  withOwnExpressions,
} from '../../src/kernel-ir/expression.ts';

const numbers = [
  0,
  -0,
  1,
  -1,
  1.5,
  -2.5,
  -0.25,
  0.1,
  1 / 3,
  1e-310,
  3e-40,
  2 ** -149,
  2 ** 24 + 2,
  1e30,
  -1e300,
  Infinity,
  -Infinity,
];

type Pair = (x: Expression, y: Expression) => Expression;

const one = (x: Expression): Expression => constant(1, x.type);
const arithmetic: Record<string, Pair> = { add, sub, mul, div, min, max };
for (const name of ['neg', 'abs', 'sqrt', 'floor', 'ceil', 'trunc', 'nearest'] satisfies Unary[])
  arithmetic[name] = (x) => unary(name, x);
for (const name of ['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'] satisfies Comparison[]) {
  arithmetic[name] = (x, y) => select(compare(name, x, y), one(x), y);
}
const bits: Record<string, Pair> = {
  add: (x, y) => reinterpret(add(reinterpret(x), reinterpret(y))),
  sub: (x, y) => reinterpret(sub(reinterpret(x), reinterpret(y))),
};
for (const name of ['and', 'or', 'xor'] satisfies Bitwise[]) {
  bits[name] = (x, y) => reinterpret(bitwise(name, reinterpret(x), reinterpret(y)));
}
for (const name of ['shiftLeft', 'shiftRight', 'shiftRightUnsigned'] satisfies Shift[]) {
  bits[name] = (x) => reinterpret(shift(name, reinterpret(x), 7));
}

test.each(['f32', 'f64'] as const)('primitives of known numbers in %s', (type) => {
  for (const [name, of] of [...Object.entries(arithmetic), ...Object.entries(bits)]) {
    const { at, loop } = nativeBinary(of, type)!;
    loop(4096, new Float64Array(4096), 0, new Float64Array(1), 0, 0, new Float64Array(1), 0, 0); // so many that `at` asks the machine from here on
    for (const x of numbers) {
      for (const y of numbers) {
        const known = withOwnExpressions(() => of(constant(x, type), constant(y, type)));
        if (known.kind !== 'constant') {
          expect(`${name} ${type} ${known.kind}`).toMatch(/^(and|or|xor|shift\w+) f32 apply$/);
          continue;
        }
        const machine = at(x, y);
        expect([name, x, y, known.value]).toEqual([name, x, y, machine]);
      }
    }
  }
});
