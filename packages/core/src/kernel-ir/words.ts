/** The words of the kernel language, which language.ts hands on as one object. */
export {
  // Numbers and places
  constant,
  convert,
  loopIndex,
  modulo,
  quotient,
  // Arithmetic, comparisons and choices
  abs,
  add,
  compare,
  div,
  equal,
  greater,
  less,
  max,
  min,
  mul,
  nearest,
  neg,
  rare,
  select,
  sqrt,
  sub,
  unary,
  // Truth, and whole numbers bit by bit
  addWords,
  and,
  bitwise,
  not,
  or,
  shiftLeft,
  shiftRightUnsigned,
  xor,
  // Along a loop
  reduce,
} from './expression.ts';
export { Position } from './position.ts';
export { reduceAlong } from './reduce-along.ts';
export { geluTanh, mish, silu } from './elementary/activation.ts';
export { erf, erfc, gelu } from './elementary/error-function.ts';
export { exp, exp2, expm1 } from './elementary/exponential.ts';
export { acosh, asinh, atanh, cosh, sinh, tanh } from './elementary/hyperbolic.ts';
export { acos, asin, atan, atan2 } from './elementary/inverse-trigonometry.ts';
export { log, log10, log1p, log2 } from './elementary/logarithm.ts';
export { pow } from './elementary/power.ts';
export { cbrt, hypot, overHypotenuse } from './elementary/roots.ts';
export { logSigmoid, sigmoid, softplus } from './elementary/sigmoid.ts';
export { cos, sin, tan } from './elementary/trigonometry.ts';
