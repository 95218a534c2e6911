/**
 * Programs give the same bits on every engine: those that are written down beside this file. They differ where somebody has changed
 * what is computed; the files are then written anew (vitest --update), and each line that differs is looked at.
 */
import { expect, test } from 'vitest';
import { type Tensor, compile, random, tensor } from '../../src/index.ts';
import type { TypedArray } from '../../src/tensor/dtype.ts';
import { called, casesOf, everyOp } from '../laws/every-op.ts';
import { compiled } from './compiled.ts';
import { stepsTaken } from './steps-taken.ts';

/** A hash of bytes (FNV-1a, 32 bits), one array after the other. Which NaN a NaN is, engines may choose. */
function hashOf(arrays: readonly TypedArray[]): string {
  let hash = 0x811c9dc5;
  for (const array of arrays) {
    const plain = array.map((each: number) => (Number.isNaN(each) ? Number.NaN : each));
    for (const byte of new Uint8Array(plain.buffer)) hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

const dataOf = (tensors: readonly Tensor[]): TypedArray[] => tensors.map(({ data }) => data);

const isUnary = ({ definition }: (typeof everyOp)[number][1]): boolean =>
  'reads' in definition && definition.reads === 'elements' && definition.arity === 1;

/** Sums and products alone make these numbers, which engines agree on. */
const spread = (dtype: 'f32' | 'f64'): Tensor => random.uniform(random.key(1), [3001], { dtype, min: -30, max: 30 });

test.each(['f32', 'f64'] as const)('every op, compiled, in %s', async (dtype) => {
  const lines = everyOp.map(([name, op]) => {
    const cases = casesOf(op, { dtype, seed: 5 });
    const results = cases.flatMap(({ inputs, of }) => dataOf(compiled((...given) => of(...given), inputs) ?? []));
    if (isUnary(op)) {
      results.push(...dataOf(compiled((x) => called(op, [x!], cases[0]?.written), [spread(dtype)]) ?? []));
    }
    return `${name} ${hashOf(results)}\n`;
  });
  await expect(lines.join('')).toMatchFileSnapshot(`./bits-of-every-op-${dtype}.txt`);
});

test('a training run', () => {
  const { compiled: losses, afterRun } = stepsTaken();
  expect(hashOf([Float32Array.of(...losses, afterRun)])).toMatchInlineSnapshot(`"d31d4942"`);
});

test.each(['f32', 'f64'] as const)('products and long sums in %s', (dtype) => {
  const at = (seed: number, shape: readonly number[]): Tensor => random.normal(random.key(seed), shape, { dtype });
  const results = compile((a: Tensor, b: Tensor, long: Tensor) => [a.matmul(b), a.softmax(), long.sum(), long.mean()])(
    at(1, [37, 65]),
    at(2, [65, 50]),
    at(3, [100_001]),
  );
  expect(hashOf(dataOf(results))).toBe({ f32: '0e2ab7cf', f64: '5230442c' }[dtype]);
});

test('the hash sees every bit but which NaN it is', () => {
  const other = new Float64Array(new BigUint64Array([0x7ff8000000000001n]).buffer);
  expect(hashOf([other])).toBe(hashOf([Float64Array.of(Number.NaN)]));
  expect(hashOf([Float64Array.of(-0)])).not.toBe(hashOf([Float64Array.of(0)]));
  expect(hashOf([tensor([1 + 2 ** -52], { dtype: 'f64' }).data])).not.toBe(hashOf([Float64Array.of(1)]));
});
