/** Several axes seen as one, for ops whose kernels and rules go along a single axis. */
import { sizeOf } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** `x` with `axes` (rising) made into one last axis, which has extent 1 where there are none. */
export function mergeAxes(x: Tensor, axes: readonly number[]): Tensor {
  const kept = axesBeside(x.rank, axes);
  const merged = sizeOf(axes.map((axis) => x.shape[axis]!));
  return x.permute([...kept, ...axes]).reshape([...kept.map((axis) => x.shape[axis]!), merged]);
}

/** What `mergeAxes` did to a tensor of shape `shape`, undone. */
export function unmergeAxes(merged: Tensor, shape: readonly number[], axes: readonly number[]): Tensor {
  const order = [...axesBeside(shape.length, axes), ...axes];
  const inverse = order.slice();
  order.forEach((axis, k) => (inverse[axis] = k));
  return merged.reshape(order.map((axis) => shape[axis]!)).permute(inverse);
}

function axesBeside(rank: number, axes: readonly number[]): number[] {
  return Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !axes.includes(axis));
}

/** A batch `[batch, ...]` whose examples lie along their own axis `axis`, one after the other. */
export function folded(x: Tensor, axis: number): Tensor {
  const [size = 0, ...shape] = x.shape;
  const order = axesBeside(shape.length, [axis]).map((k) => k + 1);
  return x
    .permute([...order.slice(0, axis), 0, axis + 1, ...order.slice(axis)])
    .reshape(shape.with(axis, size * shape[axis]!));
}

/** What `folded` did, undone, for `size` examples. */
export function unfolded(x: Tensor, size: number, axis: number): Tensor {
  const split = x.reshape([...x.shape.slice(0, axis), size, x.shape[axis]! / size, ...x.shape.slice(axis + 1)]);
  return split.permute([axis, ...axesBeside(split.rank, [axis])]);
}
