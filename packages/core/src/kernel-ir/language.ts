/**
 * The kernel language in the words of those who write `lower` for an op of their own: one element of its result, from
 * elements of its inputs. Vectors, tiles and fusion follow from it.
 *
 * Both sides of arithmetic and of comparisons have one type; `convert` changes it. Elementary functions are in the type of
 * their argument. Whole numbers (`i32`) are for places: `quotient` and `modulo` are of numbers from 0 on.
 */
export {
  type Combine,
  type Expression,
  type Loop,
  type ScalarType,
  abs,
  add,
  and,
  compare,
  constant,
  convert,
  div,
  equal,
  greater,
  less,
  loopIndex,
  max,
  min,
  modulo,
  mul,
  nearest,
  neg,
  not,
  or,
  quotient,
  reduce,
  select,
  sqrt,
  sub,
} from './expression.ts';
export { type Lowering, type LoweringContext } from './lowering.ts';
export { Position } from './position.ts';
export { erf, erfc } from './elementary/error-function.ts';
export { exp, exp2, expm1 } from './elementary/exponential.ts';
export { acosh, asinh, atanh, cosh, sinh, tanh } from './elementary/hyperbolic.ts';
export { acos, asin, atan, atan2 } from './elementary/inverse-trigonometry.ts';
export { log, log10, log1p, log2 } from './elementary/logarithm.ts';
export { pow } from './elementary/power.ts';
export { cbrt } from './elementary/roots.ts';
export { logSigmoid, sigmoid, softplus } from './elementary/sigmoid.ts';
export { cos, sin, tan } from './elementary/trigonometry.ts';
