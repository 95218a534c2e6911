/** The everyday ops: what is also a method of Tensor. The only list of op names there is. */
export { cast } from '../op/cast.ts';
export { gelu, leakyRelu, relu, sigmoid, silu, softplus } from './activation.ts';
export { flip } from './arranging.ts';
export { abs, add, div, mul, neg, reciprocal, remainder, sign, square, sub } from './arithmetic.ts';
export {
  equal,
  greater,
  greaterEqual,
  isFinite,
  isNaN,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  notEqual,
} from './comparison.ts';
export { cumsum } from './cumulative.ts';
export { exp, expm1, log, log1p, pow, rsqrt, sqrt } from './exponential.ts';
export { stopGradient } from './identity.ts';
export { slice, take } from './indexing.ts';
export { split } from './joining.ts';
export { matmul } from './matmul.ts';
export { broadcastTo, expandDims, permute, reshape, squeeze, transpose } from './movement.ts';
export { norm } from './norm.ts';
export { prod } from './prod.ts';
export { argMax, argMin, logSoftmax, logSumExp, max, mean, min, softmax, sum } from './reduction.ts';
export { ceil, floor, round } from './rounding.ts';
export { clip, maximum, minimum } from './selection.ts';
export { argSort, sort } from './sorting.ts';
export { erf } from './special-functions.ts';
export { std, variance } from './statistics.ts';
export { cos, sin, tan, tanh } from './trigonometry.ts';
export { all, any } from './truth.ts';
export { at } from './update.ts';
