/** What a person sees of a tensor: values, dtype, shape. */
import type { TypedArray } from './dtype.ts';
import { sizeOf, stridesOf } from './shape.ts';
import type { Spec } from './spec.ts';

/** Makes Node's console show instances of a class by their `toString`. */
export function showAsText(prototype: { toString(): string }): void {
  Object.defineProperty(prototype, Symbol.for('nodejs.util.inspect.custom'), {
    value(this: { toString(): string }) {
      return this.toString();
    },
    configurable: true,
  });
}

/** Tensors of more elements are abridged. */
const LARGE = 200;
/** How many entries an abridged axis shows at each end. */
const EDGE = 3;
const SIGNIFICANT_DIGITS = 5;

export function formatTensor(spec: Spec, storage: number | TypedArray | undefined): string {
  if (storage === undefined) return `tensor(symbolic, ${spec})`;
  return `tensor(${formatValues(spec, storage)}, ${spec})`;
}

function formatValues(spec: Spec, storage: number | TypedArray): string {
  const { shape, dtype } = spec;
  const strides = stridesOf(shape);
  const abridge = sizeOf(shape) > LARGE;
  const text = (at: number): string =>
    formatNumber(typeof storage === 'number' ? storage : storage[at]!, dtype === 'bool');

  // Entries an axis shows; -1 stands for "...".
  const shown = shape.map((extent) =>
    abridge && extent > 2 * EDGE
      ? [0, 1, 2, -1, extent - 3, extent - 2, extent - 1]
      : Array.from({ length: extent }, (_, k) => k),
  );
  const columns = (shown.at(-1) ?? []).map((column) => {
    let width = 0;
    const measure = (axis: number, at: number): void => {
      if (axis === shape.length - 1) width = Math.max(width, column < 0 ? 3 : text(at + column).length);
      else for (const k of shown[axis]!) if (k >= 0) measure(axis + 1, at + k * strides[axis]!);
    };
    if (shape.length > 1) measure(0, 0);
    return width;
  });

  const render = (axis: number, at: number): string => {
    if (axis === shape.length) return text(at);
    const last = axis === shape.length - 1;
    const parts = shown[axis]!.map((k, column) => {
      if (last) return (k < 0 ? '...' : text(at + k * strides[axis]!)).padStart(columns[column]!);
      return k < 0 ? '...' : render(axis + 1, at + k * strides[axis]!);
    });
    return last ? `[${parts.join(', ')}]` : `[${parts.join(`,\n${' '.repeat(8 + axis)}`)}]`;
  };
  return render(0, 0);
}

export function formatNumber(value: number, asBool = false): string {
  if (asBool) return value !== 0 ? 'true' : 'false';
  if (Object.is(value, -0)) return '-0';
  if (Number.isInteger(value) && Math.abs(value) <= 2 ** 31) return String(value);
  return Number.isFinite(value) ? String(Number(value.toPrecision(SIGNIFICANT_DIGITS))) : String(value);
}
