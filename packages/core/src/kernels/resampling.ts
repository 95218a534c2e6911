/** Values between elements, along one axis at a time, and the transpose: each value shared out to what it was made of. */
import type { TypedArray } from '../tensor/dtype.ts';

/** Each result is `(1 - share) x[low] + share x[high]`; without `high`, it is `x[low]`. */
export interface Blend {
  readonly low: Int32Array;
  readonly high?: Int32Array | undefined;
  readonly share: Float64Array;
}

/** An axis of a dense array, and how many elements lie outside and inside of it. */
export interface AxisExtents {
  readonly outer: number;
  readonly extent: number;
  readonly inner: number;
}

/** Fills `out`, whose axis has as many entries as the blend. */
export function blendAlong(x: TypedArray, { outer, extent, inner }: AxisExtents, blend: Blend, out: TypedArray): void {
  const { low, high, share } = blend;
  for (let o = 0, at = 0; o < outer; o++) {
    for (let j = 0; j < low.length; j++, at += inner) {
      const from = (o * extent + low[j]!) * inner;
      const part = share[j]!;
      // An infinite neighbour with no share must not make a NaN.
      if (high === undefined || part === 0) {
        for (let k = 0; k < inner; k++) out[at + k] = x[from + k]!;
      } else {
        const next = (o * extent + high[j]!) * inner;
        for (let k = 0; k < inner; k++) out[at + k] = (1 - part) * x[from + k]! + part * x[next + k]!;
      }
    }
  }
}

/** Adds to `out`, zeros before, whose axis has `extent` entries. */
export function unblendAlong(
  y: TypedArray,
  { outer, extent, inner }: AxisExtents,
  blend: Blend,
  out: TypedArray,
): void {
  const { low, high, share } = blend;
  for (let o = 0, at = 0; o < outer; o++) {
    for (let j = 0; j < low.length; j++, at += inner) {
      const to = (o * extent + low[j]!) * inner;
      const part = share[j]!;
      if (high === undefined || part === 0) {
        for (let k = 0; k < inner; k++) out[to + k]! += y[at + k]!;
      } else {
        const next = (o * extent + high[j]!) * inner;
        for (let k = 0; k < inner; k++) {
          out[to + k]! += (1 - part) * y[at + k]!;
          out[next + k]! += part * y[at + k]!;
        }
      }
    }
  }
}
