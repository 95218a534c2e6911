/** The two ways to say what is right: a class number, or a probability for each class. */
import {
  ArgumentError,
  DtypeError,
  ShapeError,
  type Shape,
  type Tensor,
  type TensorLike,
  tensor,
} from '@edgewise/core';
import { asTensor } from './as-tensor.ts';

/** `numbers` are i32 of the shape before the classes; `probabilities` have the logits' shape and are f32 or f64. */
export type Labels = { readonly numbers: Tensor } | { readonly probabilities: Tensor };

/**
 * Reads labels for logits `[..., classes]`.
 *
 * @throws ShapeError `no-classes`, `shape-mismatch`; DtypeError `labels-not-i32`, `labels-not-float`; ArgumentError
 *   `label-out-of-range` where the labels are known
 */
export function labelsFor(op: string, logits: Tensor, like: TensorLike): Labels {
  const classes = logits.shape.at(-1);
  if (classes === undefined || classes === 0) {
    throw new ShapeError({
      code: 'no-classes',
      op,
      problem: `logits have shape ${shapeText(logits.shape)}; expected [..., classes]`,
      expected: '[..., classes]',
      received: logits.shape,
    });
  }
  const batch = logits.shape.slice(0, -1);
  const labels = readLabels(like, logits, batch.length);
  const isFloat = labels.dtype === 'f32' || labels.dtype === 'f64';
  if (isSame(labels.shape, logits.shape)) {
    if (isFloat) return { probabilities: labels };
    throw new DtypeError({
      code: 'labels-not-float',
      op,
      problem: `labels of the logits' shape ${shapeText(logits.shape)} are probabilities, and these are ${labels.dtype}`,
      expected: logits.dtype,
      received: labels.dtype,
      remedy: `labels.cast('${logits.dtype}')`,
    });
  }
  if (!isSame(labels.shape, batch)) {
    throw new ShapeError({
      code: 'shape-mismatch',
      op,
      problem: `labels have shape ${shapeText(labels.shape)}; for logits ${shapeText(logits.shape)} expected class numbers ${shapeText(batch)} or probabilities ${shapeText(logits.shape)}`,
      expected: [batch, logits.shape],
      received: labels.shape,
    });
  }
  if (labels.dtype !== 'i32') {
    throw new DtypeError({
      code: 'labels-not-i32',
      op,
      problem: `labels of shape ${shapeText(batch)} are class numbers, and these are ${labels.dtype}; expected i32`,
      expected: 'i32',
      received: labels.dtype,
      remedy: "labels.cast('i32')",
    });
  }
  if (!labels.isSymbolic) checkRange(op, labels, classes);
  return { numbers: labels };
}

/** Plain arrays are class numbers where they have as many axes, else probabilities. */
function readLabels(like: TensorLike, logits: Tensor, batchRank: number): Tensor {
  if (typeof like === 'number' || Array.isArray(like)) {
    const numbers = tensor(like, { dtype: 'f64' });
    if (numbers.rank === batchRank) return tensor(like, { dtype: 'i32' });
  }
  return asTensor(like, logits.dtype);
}

function checkRange(op: string, labels: Tensor, classes: number): void {
  const at = labels.data.findIndex((label) => label < 0 || label >= classes);
  if (at < 0) return;
  const label = labels.data[at];
  throw new ArgumentError({
    code: 'label-out-of-range',
    op,
    problem: `label ${label} (position ${at} of ${labels.size}) is no class: the logits have ${classes}, numbered 0 to ${classes - 1}`,
    expected: [0, classes - 1],
    received: label,
  });
}

export function isSame(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

export function shapeText(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}
