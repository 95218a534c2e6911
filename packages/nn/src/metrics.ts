/** Numbers that people judge a model by; nothing is differentiated through them. */
import { type Composite, type Tensor, type TensorLike, composite } from '@edgewise/core';
import { asTensor } from './as-tensor.ts';
import { labelsFor } from './labels.ts';

/**
 * The share of examples whose largest logit is the right one, from 0 to 1; the first of equal ones counts.
 *
 * @param logits or probabilities `[..., classes]`
 * @param labels class numbers, i32 `[...]`; or a probability for each class, of which the largest is right
 * @returns f32 `[]`
 * @throws as `crossEntropy`
 * @example
 * accuracy(tensor([[2, 1], [0, 3]]), [0, 0]).item(); // 0.5
 */
export const accuracy: Composite<(logits: TensorLike, labels: TensorLike) => Tensor> = composite(
  'accuracy',
  (given: TensorLike, wanted: TensorLike) => {
    const logits = asTensor(given, 'f32');
    const labels = labelsFor('accuracy', logits, wanted);
    const right = 'numbers' in labels ? labels.numbers : labels.probabilities.argMax({ axis: -1 });
    return logits.argMax({ axis: -1 }).equal(right).cast('f32').mean();
  },
);
