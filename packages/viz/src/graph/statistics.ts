/** What a tensor's numbers are like, in few numbers: for whoever looks at a node. */
import type { Tensor } from '@edgewise/core';
import type { Statistics } from './model.ts';

const mostBins = 20;

/** Up to this many numbers are written out. */
const mostWritten = 6;

/** Undefined where the tensor has no numbers yet. */
export function statisticsOf(tensor: Tensor): Statistics | undefined {
  if (tensor.isSymbolic) return undefined;
  const { data, dtype } = tensor;
  let [min, max, sum, finite] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (const value of data) {
    if (!Number.isFinite(value)) continue;
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    finite++;
  }
  const text = valuesText(data, dtype === 'bool', tensor.rank);
  const notFinite = data.length === finite ? {} : { notFinite: data.length - finite };
  if (finite === 0) return { text, ...notFinite };
  const histogram = histogramOf(data, min, max);
  return { text, min, max, mean: sum / finite, ...notFinite, ...(histogram === undefined ? {} : { histogram }) };
}

/** A number with five digits at most. */
export function shortNumber(value: number): string {
  if (Object.is(value, -0)) return '-0';
  if (!Number.isFinite(value) || (Number.isInteger(value) && Math.abs(value) < 1e7)) return String(value);
  return String(Number(value.toPrecision(5)));
}

/** The numbers of a tensor in a few words; its spec where it has none. */
export function shortValue(tensor: Tensor): string {
  if (tensor.isSymbolic) return tensor.spec.toString();
  return valuesText(tensor.data, tensor.dtype === 'bool', tensor.rank);
}

function valuesText(data: ArrayLike<number>, asBool: boolean, rank: number): string {
  const text = (index: number): string => (asBool ? String(data[index] !== 0) : shortNumber(data[index] ?? Number.NaN));
  const { length } = data;
  if (rank === 0) return text(0);
  if (length <= mostWritten) return `[${Array.from({ length }, (_, k) => text(k)).join(', ')}]`;
  return `[${text(0)}, ${text(1)}, ... ${text(length - 1)}]`;
}

function histogramOf(data: ArrayLike<number>, min: number, max: number): number[] | undefined {
  // Halves, because max - min may be infinite where both are finite.
  const half = max / 2 - min / 2;
  if (!(half > 0)) return undefined;
  const bins = Math.min(mostBins, Math.max(2, data.length));
  const counts = Array.from({ length: bins }, () => 0);
  for (let k = 0; k < data.length; k++) {
    const value = data[k] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    const bin = Math.min(bins - 1, Math.floor(((value / 2 - min / 2) / half) * bins));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}
