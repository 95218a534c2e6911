/** How wrong a prediction is, in one number. */
import {
  type Composite,
  DtypeError,
  ShapeError,
  type Tensor,
  type TensorLike,
  arange,
  composite,
  where,
} from '@edgewise/core';
import { asTensor } from './as-tensor.ts';
import { isSame, labelsFor, shapeText } from './labels.ts';

/**
 * Mean of `(prediction - target)^2` over all elements.
 *
 * @param prediction f32 or f64, any shape
 * @param target of the same shape: nothing is broadcast, since `[n]` against `[n, 1]` would compare all with all
 * @throws ShapeError `shape-mismatch`; DtypeError `dtype-refused`
 * @example
 * meanSquaredError(tensor([1, 2]), tensor([1, 4])).item(); // 2
 */
export const meanSquaredError: Composite<(prediction: TensorLike, target: TensorLike) => Tensor> = composite(
  'meanSquaredError',
  (given: TensorLike, wanted: TensorLike) => {
    const prediction = asTensor(given, 'f32');
    checkFloat('meanSquaredError', 'the prediction is', prediction);
    const target = asTensor(wanted, prediction.dtype);
    if (!isSame(prediction.shape, target.shape)) {
      throw new ShapeError({
        code: 'shape-mismatch',
        op: 'meanSquaredError',
        problem: `prediction ${shapeText(prediction.shape)} and target ${shapeText(target.shape)} differ in shape`,
        expected: prediction.shape,
        received: target.shape,
        remedy:
          prediction.size === target.size
            ? `meanSquaredError(prediction, target.reshape(${shapeText(prediction.shape)}))`
            : undefined,
      });
    }
    return prediction.sub(target).square().mean();
  },
);

/**
 * Mean over the batch of `-log(probability of what is right)`, where the probabilities are `softmax(logits)`; computed
 * from the logits, so that no probability rounds to 0. In nats.
 *
 * @param logits f32 or f64 `[..., classes]`, before any softmax
 * @param labels class numbers, i32 `[...]`; or a probability for each class, of the logits' shape
 * @throws ShapeError `no-classes`, `shape-mismatch`; DtypeError `labels-not-i32`, `labels-not-float`, `dtype-refused`;
 *   ArgumentError `label-out-of-range`, unless labels are symbolic: their range cannot be looked at
 * @example
 * crossEntropy(tensor([[0, 0], [0, 0]]), [0, 1]).item(); // 0.69315, the logarithm of 2
 */
export const crossEntropy: Composite<(logits: TensorLike, labels: TensorLike) => Tensor> = composite(
  'crossEntropy',
  (given: TensorLike, wanted: TensorLike) => {
    const logits = asTensor(given, 'f32');
    checkFloat('crossEntropy', 'logits are', logits);
    const labels = labelsFor('crossEntropy', logits, wanted);
    if ('probabilities' in labels) {
      return labels.probabilities.mul(logits.logSoftmax().neg()).sum({ axis: -1 }).mean();
    }
    // -log(e^right / sum(e^z)). Chosen, not multiplied by 0 and 1: the logit of a class that is ruled out is -infinity.
    const isRight = labels.numbers.expandDims(-1).equal(arange(logits.shape.at(-1) ?? 0));
    const right = where(isRight, logits, 0).sum({ axis: -1 });
    return logits.logSumExp({ axis: -1 }).sub(right).mean();
  },
);

function checkFloat(op: string, subject: string, x: Tensor): void {
  if (x.dtype === 'f32' || x.dtype === 'f64') return;
  throw new DtypeError({
    code: 'dtype-refused',
    op,
    problem: `${subject} ${x.dtype}; expected f32 or f64`,
    expected: 'f32 or f64',
    received: x.dtype,
    remedy: "x.cast('f32')",
  });
}
