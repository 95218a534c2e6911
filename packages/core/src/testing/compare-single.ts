/** Derivatives of f32 inputs, held to those at f64 copies of the same inputs: what differences can be held to. */
import type { Tensor } from '../index.ts';
import { type Compare, firstIn, forwardIn, namedInputs, namedLines, secondIn } from './derivatives.ts';
import { largestFinite } from './largest-finite.ts';

/** The same number as a function of inputs of the dtypes that were given, and of their f64 copies. */
export interface SingleAndDouble {
  readonly scalar: (...at: Tensor[]) => Tensor;
  readonly single: readonly Tensor[];
  readonly double: readonly Tensor[];
  /** Directions, of the dtypes of the inputs. */
  readonly lines: readonly Tensor[];
}

interface SingleOptions {
  readonly orders: readonly (1 | 2)[];
  readonly forward: boolean;
  /** Times (1 + the largest element). */
  readonly tolerance: number;
  readonly compare: Compare;
}

/**
 * Compares, in each of the `varied` inputs, the first derivative by reverse and, with `forward`, by forward mode, and for
 * each pair the second. An f64 copy has the f32 input's very numbers, so what differs is rounding, or wrong.
 */
export function compareSingle(
  { scalar, single, double, lines }: SingleAndDouble,
  varied: readonly number[],
  { orders, forward, tolerance, compare }: SingleOptions,
): void {
  const compareBoth = (what: string, derivative: (at: readonly Tensor[]) => Tensor): void =>
    compareElements(what, derivative(single), derivative(double), tolerance, compare);
  for (const k of varied) {
    const line = lines[k]!;
    if (orders.includes(1)) {
      compareBoth(`first derivative in ${namedInputs(k)}`, (at) => firstIn(scalar, at, k));
      if (forward)
        compareBoth(`forward derivative in ${namedLines(k)}`, (at) =>
          forwardIn(scalar, at, k, line.cast(at[k]!.dtype)),
        );
    }
    if (!orders.includes(2)) continue;
    for (const other of varied)
      compareBoth(`second derivative in ${namedInputs(k, other)}`, (at) => secondIn(scalar, at, k, other, line));
  }
}

/** Compares the elements that differ most. */
function compareElements(what: string, got: Tensor, expected: Tensor, tolerance: number, compare: Compare): void {
  const [single, double] = [got.data, expected.data];
  let [at, most] = [0, -1];
  double.forEach((value, k) => {
    const off = Object.is(single[k], value) ? 0 : Math.abs(single[k]! - value);
    // The first NaN stays: nothing is more than it.
    if (off > most || (Number.isNaN(off) && !Number.isNaN(most))) [at, most] = [k, off];
  });
  if (most < 0) return;
  const place = got.rank === 0 ? '' : `element ${at} of the `;
  compare(
    `in f32, ${place}${what}`,
    single[at]!,
    double[at]!,
    'in f64 it is',
    'a form that neither subtracts nearly equal numbers nor overflows in f32; or tolerance: 1e-3, where so little is enough',
    (tolerance * (1 + largestFinite(double))) / (1 + Math.abs(double[at]!)),
  );
}
