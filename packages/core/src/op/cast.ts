/** Changes the dtype. The one place where values of different dtypes meet: other ops get inputs of one dtype. */
import { type Dtype, isFloat } from '../tensor/dtype.ts';
import { checkDtype, specOf } from '../tensor/spec.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { DtypeError } from '../errors/edgewise-error.ts';
import { uniform } from '../tensor/create.ts';
import { elementByElement } from './batch.ts';
import { defineOp } from './define-op.ts';
import type { Op } from './op.ts';

/**
 * The same values in another dtype. To i32: cut off towards zero, modulo 2^32 (NaN gives 0); to bool: whether not zero;
 * to f32: rounded to the nearest.
 *
 * @throws DtypeError `not-a-dtype`
 * @example
 * cast([1.7, -1.7], 'i32').toArray(); // [1, -1]
 */
export const cast: Op<[x: Tensor], [dtype: Dtype]> = defineOp({
  name: 'cast',
  canonical: (_, [dtype]) => {
    checkDtype('cast', dtype);
    return [dtype];
  },
  infer: ([x], [dtype]) => specOf(x.shape, dtype),
  forward: ([{ data: from }], [dtype], { data }) => {
    if (dtype === 'bool') for (let k = 0; k < data.length; k++) data[k] = from[k] === 0 ? 0 : 1;
    else data.set(from); // typed arrays convert as stated above
  },
  lower: ({ at, position, attributes: [dtype] }, kernel) => {
    const x = at(0, position);
    if (dtype === 'bool') return x.type === 'bool' ? x : kernel.compare('notEqual', x, kernel.constant(0, x.type));
    if (dtype !== 'i32' || x.type === 'i32' || x.type === 'bool') return kernel.convert(x, dtype);
    const fits = kernel.less(kernel.abs(x), kernel.constant(2 ** 31, x.type));
    return kernel.rare(kernel.not(fits), kernel.convert(x, 'i32'), 'wrapped', [x]);
  },
  uniform: ([value], [dtype]) =>
    dtype === 'bool'
      ? value === 0
        ? 0
        : 1
      : dtype === 'i32'
        ? value! | 0
        : dtype === 'f32'
          ? Math.fround(value!)
          : value,
  // A whole number does not move with a small change of its source: where one side is not floating, the derivative is 0.
  pull: [({ cotangent, inputs: [x] }) => (isFloat(cotangent.dtype) ? cast(cotangent, x.dtype) : uniform(x.spec, 0))],
  push: [({ tangent, attributes: [dtype] }) => cast(tangent, dtype)],
  batch: elementByElement,
  samples: [
    { shapes: [[3]], arguments: ['f64'] },
    { shapes: [[2, 2]], arguments: ['f32'] },
  ],
});

/** @internal `x` in `dtype`: itself where it has it already. */
export function inDtype(x: Tensor, dtype: Dtype): Tensor {
  return x.dtype === dtype ? x : cast(x, dtype);
}

/** @internal Refuses dtypes an op has no meaning for. */
export function checkAccepts(op: string, accepts: 'float' | 'number' | 'any', dtype: Dtype): void {
  if (accepts === 'any' || isFloat(dtype) || (accepts === 'number' && dtype === 'i32')) return;
  throw new DtypeError({
    code: 'dtype-refused',
    op,
    problem: `the input is ${dtype}; expected ${accepts === 'float' ? 'f32 or f64' : 'i32, f32 or f64'}`,
    expected: accepts,
    received: dtype,
    remedy: `x.cast('${accepts === 'float' ? 'f32' : 'i32'}')`,
  });
}
