/** Numbers into the arena, and out of it: always copied, since the arena is written again. */
import { type Dtype, type TypedArray, newArray } from '../tensor/dtype.ts';
import { type Shape, sizeOf } from '../tensor/shape.ts';
import type { Spec } from '../tensor/spec.ts';
import { Tensor, knownStorage } from '../tensor/tensor.ts';
import { type ArenaView, arenaViews } from '../emit/arena.ts';

/** So few elements are copied faster by a loop than by a call. */
const FEW = 16;

export function viewFor(dtype: Dtype): ArenaView {
  const views = arenaViews();
  return dtype === 'bool' ? views.u8 : views[dtype];
}

export function indexOf(address: number, dtype: Dtype): number {
  return dtype === 'f64' ? address >>> 3 : dtype === 'bool' ? address : address >>> 2;
}

export function upload(value: Tensor, address: number): void {
  const { storage, dtype } = value;
  const view = viewFor(dtype);
  const at = indexOf(address, dtype);
  // What is an array is asked first, and so: its chain of prototypes is long to look through
  const known = typeof storage === 'number' || ArrayBuffer.isView(storage) ? storage : knownStorage(value, 'compile');
  if (typeof known === 'number') {
    const size = value.size;
    if (size === 1) view[at] = known;
    else view.fill(known, at, at + size);
  } else if (known.length < FEW) {
    for (let k = 0; k < known.length; k++) view[at + k] = known[k]!;
  } else {
    view.set(known, at);
  }
}

export function download(spec: Spec, address: number): Tensor {
  const { shape, dtype } = spec;
  const view = viewFor(dtype);
  const at = indexOf(address, dtype);
  const size = sizeOf(shape);
  if (size === 1) return new Tensor(spec, view[at]!);
  let data: TypedArray;
  if (size < FEW) {
    data = newArray(dtype, size);
    for (let k = 0; k < size; k++) data[k] = view[at + k]!;
  } else {
    data = view.slice(at, at + size);
  }
  return new Tensor(spec, data);
}

export function bytesIn(shape: Shape, dtype: Dtype): number {
  return sizeOf(shape) * (dtype === 'f64' ? 8 : dtype === 'bool' ? 1 : 4);
}
