/** The public names of @edgewise/core, by chapter. Importing it puts the everyday ops on Tensor as methods. */
import './methods.ts';

// Values
export { type Nested, Tensor } from './tensor/tensor.ts';
export { Variable } from './tensor/variable.ts';
export {
  type TensorData,
  type TensorLike,
  arange,
  eye,
  full,
  fullLike,
  linspace,
  ones,
  onesLike,
  tensor,
  variable,
  zeros,
  zerosLike,
} from './tensor/create.ts';
export { type Spec, spec } from './tensor/spec.ts';
export { type Dtype, type TypedArray, promote } from './tensor/dtype.ts';
export type { Shape } from './tensor/shape.ts';
export { type Extents, expectShape } from './tensor/expect-shape.ts';
export { type TensorTree, type TreeLike, flatten, mapTree, unflatten } from './tensor/tree.ts';

// Ops
export { abs, add, div, mul, neg, reciprocal, remainder, sign, square, sub } from './ops/arithmetic.ts';
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
  logicalOr,
  logicalXor,
  notEqual,
} from './ops/comparison.ts';
export { type ClipOptions, type NanToNumOptions, clip, maximum, minimum, nanToNum, where } from './ops/selection.ts';
export { cbrt, exp, exp2, expm1, hypot, log, log10, log1p, log2, pow, rsqrt, sqrt } from './ops/exponential.ts';
export { acos, acosh, asin, asinh, atan, atan2, atanh, cos, cosh, sin, sinh, tan, tanh } from './ops/trigonometry.ts';
export { ceil, floor, round, trunc } from './ops/rounding.ts';
export { erf, erfc } from './ops/special-functions.ts';
export {
  type ExponentialUnitOptions,
  type GeluOptions,
  type LeakyReluOptions,
  celu,
  elu,
  gelu,
  glu,
  hardSwish,
  leakyRelu,
  logSigmoid,
  mish,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softplus,
} from './ops/activation.ts';
export {
  type ArgOptions,
  type ReduceOptions,
  argMax,
  argMin,
  logSoftmax,
  logSumExp,
  max,
  mean,
  min,
  softmax,
  sum,
} from './ops/reduction.ts';
export { prod } from './ops/prod.ts';
export { all, any } from './ops/truth.ts';
export { type NormOptions, norm } from './ops/norm.ts';
export { type VarianceOptions, median, quantile, std, variance } from './ops/statistics.ts';
export { type CumulativeOptions, cummax, cumprod, cumsum, linearRecurrence } from './ops/cumulative.ts';
export { broadcastTo, expandDims, permute, reshape, squeeze, transpose } from './ops/movement.ts';
export { flip, moveAxis, roll } from './ops/arranging.ts';
export { type MeshOptions, meshgrid, repeat, tile } from './ops/repeating.ts';
export { type PadOptions, type PadWidths, pad } from './ops/padding.ts';
export { type DiagonalOption, diag, tril, triu } from './ops/triangular.ts';
export { type AxisOption, concatenate, split, stack } from './ops/joining.ts';
export { type Range, oneHot, scatterAdd, slice, take, unslice } from './ops/indexing.ts';
export { type LastAxisOption, scatterAddAlongAxis, takeAlongAxis } from './ops/along-axis.ts';
export { type Place, at, replaceSlice } from './ops/update.ts';
export { bincount, segmentSum } from './ops/segments.ts';
export { type SearchOptions, type SortOptions, argSort, searchSorted, sort, topK, unique } from './ops/sorting.ts';
export { dot, outer } from './ops/dot.ts';
export { type MatmulOptions, matmul } from './ops/matmul.ts';
export {
  type Conv1dOptions,
  type Conv2dOptions,
  type ConvTranspose1dOptions,
  type ConvTranspose2dOptions,
  type ConvolutionOptions,
  type TransposedOptions,
  conv1d,
  conv2d,
  convTranspose1d,
  convTranspose2d,
} from './ops/convolution.ts';
export {
  type AdaptiveOptions,
  type AverageOption,
  type AveragePool1dOptions,
  type AveragePool2dOptions,
  type MaxPool1dOptions,
  type MaxPool2dOptions,
  type PoolOptions,
  adaptiveAveragePool1d,
  adaptiveAveragePool2d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  averagePool1d,
  averagePool2d,
  maxPool1d,
  maxPool2d,
} from './ops/pooling.ts';
export { type InterpolateOptions, interpolate } from './ops/resampling.ts';
export type { Padding, PerAxis } from './ops/sliding-window.ts';
export { einsum } from './ops/einsum.ts';
export { stopGradient } from './ops/identity.ts';
export { cast } from './op/cast.ts';
export * as random from './ops/random.ts';

// Derivatives
export { type ArgumentsOf, type GradOptions, type GradientOf, grad, valueAndGrad } from './transforms/grad.ts';
export { vjp } from './transforms/vjp.ts';
export { hvp, jvp } from './transforms/jvp.ts';
export { type Axes, type VmapOptions, vmap } from './transforms/vmap.ts';
export { linearize } from './transforms/linearize.ts';
export { implicitMinimum, implicitRoot } from './transforms/implicit-root.ts';
export {
  type JacobianMode,
  type JacobianOf,
  type JacobianOptions,
  hessian,
  jacobian,
  sparsity,
} from './transforms/jacobian.ts';
export { type Colouring, type Sparsity, colouring } from './derive/colouring.ts';
export { cotangents } from './transforms/cotangents.ts';
export { type BackwardOptions } from './derive/backward.ts';

// Ops of one's own
export { type Composite, composite } from './op/composite.ts';
export { type CustomPullContext, customGradient } from './control/custom-gradient.ts';
export { type OverrideContext, withGradient } from './control/with-gradient.ts';
export {
  type BinaryDefinition,
  type BinaryElementwiseOp,
  type ElementwiseOp,
  type UnaryDefinition,
  defineElementwise,
} from './op/define-elementwise.ts';
export { defineOp } from './op/define-op.ts';
export { type VariadicDefinition, defineVariadicOp } from './op/define-variadic-op.ts';
export { elementByElement, nextAxis } from './op/batch.ts';
export type * as kernel from './kernel-ir/language.ts';
export {
  type AnyOp,
  type Batch,
  type BatchContext,
  type Op,
  type OpDefinition,
  type PullContext,
  type Sample,
  type VariadicOp,
  notDifferentiable,
} from './op/op.ts';

// Control flow
export { checkpoint } from './control/checkpoint.ts';
export { cond, switchCase } from './control/cond.ts';
export { forLoop, map } from './control/for-loop.ts';
export { type ScanOptions, scan } from './control/scan.ts';
export { type WhileOptions, whileLoop } from './control/while-loop.ts';

// Programs
export { type CompileOptions, type Program, type ProgramStats, compile } from './compile/compile.ts';
export type { ProgramKernel } from './compile/kernels-of.ts';
export { type FlatProgram, compileFlat } from './compile/compile-flat.ts';

// Graphs
export { type GraphParts, Graph, replay } from './graph/graph.ts';
export { Edge, Node, Operation, type Total, type Value } from './graph/node.ts';
export {
  type BackwardWalk,
  type Observer,
  type Pull as WalkPull,
  type Totals,
  byRules,
  walkBackward,
} from './graph/walk-backward.ts';
export { type ForwardWalk, walkForward } from './graph/walk-forward.ts';
export { verify } from './graph/verify.ts';
export { inference, record } from './graph/recording.ts';
export { Scope, pulledFrom, scope } from './graph/scope.ts';
export type { Query } from './graph/query.ts';
export { type SpecTree, TracedGraph, run, toFunction, trace } from './op/trace.ts';
export {
  type Bound,
  type NodePattern,
  type Pattern,
  type RewriteRule,
  type ValuePattern,
  rewrite,
} from './op/rewrite.ts';
export type { GraphJson } from './json/graph-json.ts';
export { graphFromJson } from './json/graph-from-json.ts';
export { type DotOptions, toDot } from './derive/to-dot.ts';

// Models
export { Module } from './module/module.ts';
export type { UpdateRule } from './module/update-rule.ts';

// Looking inside
export { debugLines, lineOf } from './inspect/debug-lines.ts';
export { debugNaN } from './inspect/debug-nan.ts';
export { type GradientExplanation, type LoopSteps, type PathEnd, explainGradient } from './inspect/explain-gradient.ts';
export { onBackward, onForward } from './inspect/hooks.ts';

// Errors
export {
  ArgumentError,
  DtypeError,
  EdgewiseError,
  type ErrorFacts,
  FileError,
  ShapeError,
} from './errors/edgewise-error.ts';
export { checkOptions } from './errors/check-options.ts';
export { nearestNames } from './errors/nearest-name.ts';
