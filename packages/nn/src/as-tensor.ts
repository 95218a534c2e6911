/** What a loss is given, as a tensor whose shape can be looked at. */
import { type Dtype, Tensor, type TensorLike, Variable, tensor } from '@edgewise/core';

/** A tensor, the value of a Variable, or numbers; plain numbers become `dtype`, typed arrays keep their own. */
export function asTensor(value: TensorLike, dtype: Dtype): Tensor {
  if (value instanceof Tensor) return value;
  if (value instanceof Variable) return value.value;
  return ArrayBuffer.isView(value) ? tensor(value) : tensor(value, { dtype });
}
