/**
 * Ops given by one scalar formula: value and slope. Their doors have fixed arity and look at rank 0 and uniform tensors
 * first, so a scalar op costs some ten nanoseconds; what they do is what `apply` does. The way of a number is kept short,
 * in functions small enough for V8 to write out where they are called, and every other way branches off into a function.
 * The functions inside stand in constants: those V8 writes into the code of each caller, while it takes parameters and
 * declared functions for changeable.
 */
import { ArgumentError, DtypeError, ShapeError } from '../errors/edgewise-error.ts';
import type { Node } from '../graph/node.ts';
import { recording } from '../graph/recording.ts';
import {
  type BinaryFunction,
  type BinaryLoop,
  type Operand,
  type UnaryFunction,
  type UnaryLoop,
  applyBinary,
  binaryLoop,
  unaryLoop,
} from '../kernels/elementwise.ts';
import { FunctionByDtype } from '../kernels/function-by-dtype.ts';
import type { BinaryLowering, UnaryLowering } from '../kernels/native.ts';
import { type TensorLike, asTensor, asTensors, scalar } from '../tensor/create.ts';
import { type Dtype, type TypedArray, isFloat, newArray, promote, rounded } from '../tensor/dtype.ts';
import { broadcastAxes, broadcastShapes, sameShape, shapeText } from '../tensor/shape.ts';
import { type Spec, specOf } from '../tensor/spec.ts';
import { Tensor, denseData } from '../tensor/tensor.ts';
import { located } from './apply.ts';
import { checkAccepts, inDtype } from './cast.ts';
import { withEqualRanks } from './batch.ts';
import { refuseMapIndex } from './define-op.ts';
import { type AnyOp, Definition, type NotDifferentiable, type Sample, notDifferentiable } from './op.ts';
import { type SlopeRule, numberSlopes } from './number-slopes.ts';
import { overrides } from './overrides.ts';

/** A function of one tensor, element by element. */
export interface ElementwiseOp extends AnyOp {
  (x: TensorLike): Tensor;
}
/** A function of two tensors, element by element, broadcast against each other. */
export interface BinaryElementwiseOp extends AnyOp {
  (x: TensorLike, y: TensorLike): Tensor;
}

/** What a slope sees: tensors in the graph. */
export interface UnarySlopeContext {
  readonly input: Tensor;
  readonly output: Tensor;
}
export interface BinarySlopeContext {
  readonly inputs: readonly [x: Tensor, y: Tensor];
  readonly output: Tensor;
}

interface ElementwiseDefinition {
  readonly name: string;
  /** Dtypes it has a meaning for: 'float' (default), 'number' (also i32), 'any' (also bool). */
  readonly accepts?: 'float' | 'number' | 'any';
  /** 'same' dtype as the inputs (default), 'bool', or 'float': whole numbers become f32 first. */
  readonly gives?: 'same' | 'bool' | 'float';
  /** Range of numbers it is tested on, and points (kinks, jumps) they keep away from. */
  readonly samples?: Pick<Sample, 'from' | 'to' | 'kinks' | 'distinct'>;
}

export interface UnaryDefinition extends ElementwiseDefinition {
  readonly value: (x: number) => number;
  /** The value as an expression of compiled programs, in the type of x. */
  readonly lower?: UnaryLowering;
  /** For i32, where `value` rounded to 32 bits would not be exact. */
  readonly integer?: (x: number) => number;
  /**
   * Derivative at a point, written with ops; a number where it is the same everywhere. A function of what it sees and of
   * Variables alone: for graphs of scalars it is asked once, with placeholders, and what it does is done to numbers.
   */
  readonly slope: ((context: UnarySlopeContext) => Tensor | number) | NotDifferentiable;
  /** The slope at numbers, where it is faster written out: the same operations in the same order. In f32 it is rounded. */
  readonly slopeAt?: (x: number, y: number) => number;
  /** In f32, where more steps than the last round. */
  readonly slopeAtSingle?: (x: number, y: number) => number;
  /** The loop written out, for functions cheaper than a call; of one exact operation, where programs are to agree to the bit. */
  readonly loop?: UnaryLoop;
}

export interface BinaryDefinition extends ElementwiseDefinition {
  readonly value: (x: number, y: number) => number;
  /** The value as an expression of compiled programs, in the type of both. */
  readonly lower?: BinaryLowering;
  /** For i32, where `value` rounded to 32 bits would not be exact. */
  readonly integer?: (x: number, y: number) => number;
  readonly slope:
    | readonly [(context: BinarySlopeContext) => Tensor | number, (context: BinarySlopeContext) => Tensor | number]
    | NotDifferentiable;
  /** The slopes at numbers (both inputs, and the output), where they are faster written out. */
  readonly slopeAt?: readonly [
    (x: number, y: number, z: number) => number,
    (x: number, y: number, z: number) => number,
  ];
  readonly loop?: BinaryLoop;
}

/**
 * A new primitive from a scalar formula. Broadcasting, dtypes, both directions, higher derivatives and the picture
 * follow. The slope is written with ops: it may use the output.
 *
 * @example
 * const cube: ElementwiseOp = defineElementwise({
 *   name: 'cube',
 *   value: (x) => x ** 3,
 *   slope: ({ input }) => input.square().mul(3),
 * });
 * cube(2).item(); // 8
 */
/* @__NO_SIDE_EFFECTS__ */
export function defineElementwise(definition: UnaryDefinition): ElementwiseOp;
export function defineElementwise(definition: BinaryDefinition): BinaryElementwiseOp;
/* @__NO_SIDE_EFFECTS__ */
export function defineElementwise(definition: UnaryDefinition | BinaryDefinition): ElementwiseOp | BinaryElementwiseOp {
  return isBinary(definition) ? defineBinary(definition) : defineUnary(definition);
}

function isBinary(definition: UnaryDefinition | BinaryDefinition): definition is BinaryDefinition {
  return definition.value.length === 2;
}

function defineUnary(definition: UnaryDefinition): ElementwiseOp {
  const {
    name,
    value,
    integer = value,
    slope,
    loop,
    accepts = 'float',
    gives = 'same',
    slopeAt,
    slopeAtSingle,
    lower,
    samples,
  } = definition;
  const differentiable = slope !== notDifferentiable;
  const plain: UnaryFunction = { at: value, loop: loop ?? unaryLoop(value) };
  const exact = loop === undefined ? undefined : plain;
  const compiled =
    lower === undefined ? undefined : new FunctionByDtype(plain, (kernels, type) => kernels.unary(lower, type, exact));
  // An exact function needs no program for a single number
  const compiledNumber = exact === undefined ? compiled : undefined;
  const whole: UnaryFunction = integer === value ? plain : { at: integer, loop: unaryLoop(integer) };

  const callable = function (x: TensorLike): Tensor {
    if (arguments.length > 1) refuseMore(name, 1, arguments);
    return applyTo(x instanceof Tensor ? x : asTensor(x, name));
  };

  const method = function (this: Tensor): Tensor {
    if (arguments.length > 0) refuseMethod(name, 1, this, arguments);
    return applyTo(this);
  };

  const applyTo = (x: Tensor): Tensor => {
    const { storage } = x;
    if (typeof storage === 'number' && overrides.current === undefined && isFloat(x.dtype)) return ofFloat(storage, x);
    return applyAny(x);
  };

  /** An input of any dtype and storage. Where it is refused no function is made here: each call would pay for it. */
  const applyAny = (x: Tensor): Tensor => {
    if (accepts === 'float' ? !isFloat(x.dtype) : accepts === 'number' && x.dtype === 'bool') refuseDtype(x);
    return applyAccepted(x);
  };

  const refuseDtype = (x: Tensor): void => {
    located(op, [x], () => checkAccepts(name, accepts, x.dtype));
  };

  const applyAccepted = (x: Tensor): Tensor => {
    const override = overrides.current?.get(op);
    if (override !== undefined) return override([x], [])[0]!;
    const { storage, spec } = x;
    return remembered(
      typeof storage === 'number'
        ? ofNumber(storage, spec)
        : new Tensor(resultSpec(gives, spec), storage === undefined ? undefined : ofArray(x)),
      x,
    );
  };

  /** Kept if somebody may ask how it was made. */
  const remembered = (result: Tensor, x: Tensor): Tensor => {
    const counts = differentiable && isFloat(x.dtype) ? recording.since : recording.cutsSince;
    if (recording.everything > 0) rememberWatched(op, result, x);
    else if (x.id >= counts || x.storage === undefined) result.madeFrom(op, x, undefined);
    return result;
  };

  const functionIn = (dtype: Dtype): UnaryFunction => {
    if (dtype === 'i32') return whole;
    return compiled === undefined ? plain : compiled.of(dtype);
  };

  const ofNumbersIn = (dtype: Dtype): UnaryFunction => {
    if (dtype === 'i32') return whole;
    return compiledNumber === undefined ? plain : compiledNumber.of(dtype);
  };

  const ofNumber = (x: number, spec: Spec): Tensor => {
    return ofResult(ofNumbersIn(spec.dtype).at(x), gives === 'same' ? spec : resultSpec(gives, spec));
  };

  const ofFloat: (number: number, x: Tensor) => Tensor =
    compiledNumber === undefined
      ? (number, x) => resultFrom(value(number), x)
      : (number, x) => resultFrom(compiledNumber.of(x.dtype).at(number), x);

  /** What `remembered` does, where the dtype is a float and the number is known. */
  const resultFrom = (number: number, x: Tensor): Tensor => {
    const result = ofResult(number, gives === 'same' ? x.spec : resultSpec(gives, x.spec));
    if (recording.everything > 0) rememberWatched(op, result, x);
    else if (x.id >= (differentiable ? recording.since : recording.cutsSince)) result.madeFrom(op, x, undefined);
    return result;
  };

  const ofArray = (x: Tensor): TypedArray => {
    const data = denseData(x);
    const out = newArray(resultDtype(gives, x.dtype), data.length);
    functionIn(x.dtype).loop(out, data);
    return out;
  };

  const none: readonly undefined[] = [undefined];
  const op: Definition = new Definition({
    name,
    arity: 1,
    lower: lower === undefined ? undefined : ({ at, position }, kernel) => lower(at(0, position), kernel),
    samples: samples === undefined ? undefined : [samples],
    differentiable: () => differentiable,
    call: ([x]) => [callable(x!)],
    apply: ([x]) => [applyAccepted(x!)],
    shares: (node, total, wanted) => {
      const input = node.input(0);
      if (!differentiable || !wanted(input) || !isFloat(input.dtype)) return none;
      return [scaled(name, total as Tensor, slope({ input, output: node.output as Tensor }))];
    },
    ofNumbers: (dtype) => {
      const given = resultDtype(gives, dtype);
      if (isFloat(dtype) && given === dtype && compiledNumber?.isSettled === true) return compiledNumber.of(dtype).at;
      return given === 'f64' ? (x) => ofNumbersIn(dtype).at(x) : (x) => rounded(ofNumbersIn(dtype).at(x), given);
    },
    findNumberSlopes: (precision) => {
      if (!differentiable) return undefined;
      if (slopeAt !== undefined) return [precision === 'single' ? (slopeAtSingle ?? slopeAt) : slopeAt];
      return numberSlopes([([input], output) => slope({ input: input!, output })], precision);
    },
    push: (node, _, tangent) =>
      differentiable ? [scaled(name, tangent, slope({ input: node.input(0), output: node.output as Tensor }))] : none,
    reads: 'elements',
    batch: ({ inputs: [x] }) => [{ value: applyAccepted(x!), batched: true }],
  });
  callable.definition = op;
  callable.method = method;
  Object.defineProperty(callable, 'name', { value: name });
  return callable;
}

function defineBinary(definition: BinaryDefinition): BinaryElementwiseOp {
  const {
    name,
    value,
    integer = value,
    slope,
    slopeAt,
    lower,
    accepts = 'float',
    gives = 'same',
    samples,
  } = definition;
  const plain: BinaryFunction = { at: value, loop: definition.loop ?? binaryLoop(value) };
  const exact = definition.loop === undefined ? undefined : plain;
  const compiled =
    lower === undefined ? undefined : new FunctionByDtype(plain, (kernels, type) => kernels.binary(lower, type, exact));
  // An exact function needs no program for a single number
  const compiledNumber = exact === undefined ? compiled : undefined;
  const whole: BinaryFunction = integer === value ? plain : { at: integer, loop: binaryLoop(integer) };
  const differentiable = slope !== notDifferentiable;

  const callable = function (first: TensorLike, second: TensorLike): Tensor {
    if (arguments.length > 2) refuseMore(name, 2, arguments);
    return first instanceof Tensor ? applyTo(first, second) : applyAny(first, second);
  };

  const method = function (this: Tensor, second: TensorLike): Tensor {
    if (arguments.length > 1) refuseMethod(name, 2, this, arguments);
    return applyTo(this, second);
  };

  const applyTo = (x: Tensor, y: TensorLike): Tensor => {
    if (y instanceof Tensor && y.spec === x.spec && isFloat(x.dtype)) {
      const p = x.storage;
      const q = y.storage;
      if (typeof p === 'number' && typeof q === 'number' && overrides.current === undefined)
        return ofFloats(p, q, x, y);
    }
    return applyAny(x, y);
  };

  const applyAny = (first: TensorLike, second: TensorLike): Tensor => {
    if (first instanceof Tensor && isFloat(first.dtype)) {
      if (typeof second === 'number') return applySpread(first, scalar(second, first.dtype), first.spec);
      if (second instanceof Tensor && second.dtype === first.dtype) {
        return second.spec === first.spec ? applySpread(first, second, first.spec) : applyAccepted(first, second);
      }
    }
    return applyMixed(first, second);
  };

  // Not in the function above, nor `refuse` in the next: functions made there would cost each call their objects.
  const applyMixed = (first: TensorLike, second: TensorLike): Tensor => {
    const [x, y] = located(op, [], () => asTensors([first, second], name));
    let dtype = promote(x!.dtype, y!.dtype);
    if (gives === 'float' && !isFloat(dtype) && accepts !== 'float') dtype = 'f32';
    located(op, [x!, y!], () => checkAccepts(name, accepts, dtype));
    return applyAccepted(inDtype(x!, dtype), inDtype(y!, dtype));
  };

  /** Inputs of one dtype, any shapes. */
  const applyAccepted = (x: Tensor, y: Tensor): Tensor => {
    if (y.rank === 0) return applySpread(x, y, x.spec);
    return applySpread(x, y, x.spec === y.spec ? x.spec : (broadcastSpec(x, y) ?? refuse(x, y)));
  };

  const refuse = (x: Tensor, y: Tensor): never => {
    return located(op, [x, y], () => refuseShapes(x, y));
  };

  /** Inputs of one dtype, and the spec of both when they are spread over a common shape. */
  const applySpread = (x: Tensor, y: Tensor, common: Spec): Tensor => {
    const override = overrides.current?.get(op);
    if (override !== undefined) return override([x, y], [])[0]!;
    const p = x.storage;
    const q = y.storage;
    if (typeof p === 'number' && typeof q === 'number') return remembered(ofNumbers(p, q, common), x, y);
    const spec = resultSpec(gives, common);
    if (p === undefined || q === undefined) return remembered(new Tensor(spec, undefined), x, y);
    return remembered(new Tensor(spec, ofArrays(operandOf(x, p), operandOf(y, q), spec)), x, y);
  };

  /** Kept if somebody may ask how it was made. */
  const remembered = (result: Tensor, x: Tensor, y: Tensor): Tensor => {
    const counts = differentiable && isFloat(x.dtype) ? recording.since : recording.cutsSince;
    if (recording.everything > 0) rememberWatched(op, result, x, y);
    else if (x.id >= counts || y.id >= counts || result.storage === undefined) result.madeFrom(op, x, y);
    return result;
  };

  const functionIn = (dtype: Dtype): BinaryFunction => {
    if (dtype === 'i32') return whole;
    return compiled === undefined ? plain : compiled.of(dtype);
  };

  const ofNumbersIn = (dtype: Dtype): BinaryFunction => {
    if (dtype === 'i32') return whole;
    return compiledNumber === undefined ? plain : compiledNumber.of(dtype);
  };

  const ofNumbers = (x: number, y: number, common: Spec): Tensor => {
    return ofResult(ofNumbersIn(common.dtype).at(x, y), gives === 'same' ? common : resultSpec(gives, common));
  };

  const ofFloats: (p: number, q: number, x: Tensor, y: Tensor) => Tensor =
    compiledNumber === undefined
      ? (p, q, x, y) => resultFrom(value(p, q), x, y)
      : (p, q, x, y) => resultFrom(compiledNumber.of(x.dtype).at(p, q), x, y);

  /** What `remembered` does, where the dtype is a float and the numbers are known. */
  const resultFrom = (number: number, x: Tensor, y: Tensor): Tensor => {
    const result = ofResult(number, gives === 'same' ? x.spec : resultSpec(gives, x.spec));
    const counts = differentiable ? recording.since : recording.cutsSince;
    if (recording.everything > 0) rememberWatched(op, result, x, y);
    else if (x.id >= counts || y.id >= counts) result.madeFrom(op, x, y);
    return result;
  };

  const ofArrays = (x: Operand, y: Operand, { shape, dtype }: Spec): TypedArray => {
    return applyBinary(functionIn(x.dtype).loop, shape, dtype, x, y);
  };

  const op: Definition = new Definition({
    name,
    arity: 2,
    lower:
      lower === undefined
        ? undefined
        : ({ at, position, inputs: [x, y] }, kernel) =>
            lower(at(0, position.within(x!.shape)), at(1, position.within(y!.shape)), kernel),
    samples: samples === undefined ? undefined : [samples],
    differentiable: () => differentiable,
    call: ([x, y]) => [callable(x!, y!)],
    apply: ([x, y]) => [applyAccepted(x!, y!)],
    shares: (node, total, wanted) => {
      if (!differentiable) return [undefined, undefined];
      const context = contextOf(node);
      const [x, y] = context.inputs;
      return [
        wanted(x) && isFloat(x.dtype) ? sumTo(scaled(name, total as Tensor, slope[0](context)), x.spec) : undefined,
        wanted(y) && isFloat(y.dtype) ? sumTo(scaled(name, total as Tensor, slope[1](context)), y.spec) : undefined,
      ];
    },
    ofNumbers: (dtype) => {
      const given = resultDtype(gives, dtype);
      if (isFloat(dtype) && given === dtype && compiledNumber?.isSettled === true) return compiledNumber.of(dtype).at;
      return given === 'f64'
        ? (x, y) => ofNumbersIn(dtype).at(x, y)
        : (x, y) => rounded(ofNumbersIn(dtype).at(x, y), given);
    },
    findNumberSlopes: (precision) => {
      if (!differentiable) return undefined;
      if (slopeAt !== undefined) return slopeAt;
      const rules = slope.map(
        (of): SlopeRule =>
          ([x, y], output) =>
            of({ inputs: [x!, y!], output }),
      );
      return numberSlopes(rules, precision);
    },
    push: (node, slot, tangent) => {
      if (!differentiable) return [undefined];
      const context = contextOf(node);
      return [spreadTo(scaled(name, tangent, slope[slot === 0 ? 0 : 1](context)), context.output.spec)];
    },
    reads: 'elements',
    batch: ({ inputs, batched }) => {
      const [x, y] = withEqualRanks(inputs, batched);
      return [{ value: applyAccepted(x!, y!), batched: true }];
    },
  });
  callable.definition = op;
  callable.method = method;
  Object.defineProperty(callable, 'name', { value: name });
  return callable;
}

/** What a slope of two inputs sees of its node. */
function contextOf(node: Node<Tensor>): BinarySlopeContext {
  return { inputs: [node.input(0), node.input(1)], output: node.output as Tensor };
}

function operandOf({ shape, dtype }: Tensor, storage: Operand['storage']): Operand {
  return { storage, shape, dtype };
}

/** Functions on the way of a number are short: V8 writes out so much code in one place, and no more. */
function ofResult(value: number, spec: Spec): Tensor {
  return new Tensor(spec, spec.dtype === 'f64' ? value : rounded(value, spec.dtype));
}

function rememberWatched(op: Definition, result: Tensor, x: Tensor, y?: Tensor): void {
  result.madeFrom(op, x, y);
  const node = result.node!;
  for (const watcher of recording.watchers) watcher(node as unknown as Node<never>);
}

function resultSpec(gives: 'same' | 'bool' | 'float', spec: Spec): Spec {
  const dtype = resultDtype(gives, spec.dtype);
  return dtype === spec.dtype ? spec : specOf(spec.shape, dtype);
}

function resultDtype(gives: 'same' | 'bool' | 'float', dtype: Dtype): Dtype {
  if (gives === 'same') return dtype;
  return gives === 'bool' ? 'bool' : isFloat(dtype) ? dtype : 'f32';
}

/** The chain rule on an elementwise edge: derivative times what flows. */
function scaled(op: string, flow: Tensor, slope: Tensor | number): Tensor {
  if (slope === 1) return flow;
  if (typeof slope !== 'number' && slope.dtype !== flow.dtype) refuseSlope(op, flow, slope);
  return slope === -1 ? flow.neg() : flow.mul(slope);
}

function refuseSlope(op: string, flow: Tensor, slope: Tensor): never {
  throw new DtypeError({
    code: 'wrong-slope',
    op,
    problem: `the slope is ${slope.dtype}; the input is ${flow.dtype}`,
    expected: flow.dtype,
    received: slope.dtype,
    remedy: 'a slope made from the input, or a number',
  });
}

/** The one place where a broadcast is undone: sums over the axes along which `spec` was repeated. */
export function sumTo(share: Tensor, spec: Spec): Tensor {
  if (share.spec === spec || sameShape(share.shape, spec.shape)) return share;
  const axes = broadcastAxes(spec.shape, share.shape);
  return share.sum({ axis: axes }).reshape(spec.shape);
}

function spreadTo(share: Tensor, spec: Spec): Tensor {
  return sameShape(share.shape, spec.shape) ? share : share.broadcastTo(spec.shape);
}

function broadcastSpec(x: Tensor, y: Tensor): Spec | undefined {
  const shape = broadcastShapes(x.shape, y.shape);
  if (shape === undefined) return undefined;
  return shape === x.shape ? x.spec : shape === y.shape ? y.spec : specOf(shape, x.dtype);
}

function refuseShapes(x: Tensor, y: Tensor): never {
  throw new ShapeError({
    code: 'shape-mismatch',
    problem: `shapes do not broadcast: ${shapeText(x.shape)} and ${shapeText(y.shape)}; aligned at the last axis, extents must be equal or 1`,
    expected: x.shape,
    received: y.shape,
  });
}

function refuseMethod(name: string, arity: number, first: Tensor, rest: ArrayLike<unknown>): never {
  refuseMore(name, arity, [first, ...Array.from(rest)]);
}

function refuseMore(name: string, arity: number, args: ArrayLike<unknown>): never {
  refuseMapIndex(name, args);
  throw new ArgumentError({
    code: 'too-many-arguments',
    op: name,
    problem: `takes ${arity === 1 ? 'one argument' : 'two arguments'}; received ${args.length}`,
    expected: arity,
    received: args.length,
    remedy: arity === 1 ? `${name}(x)` : `${name}(x, y)`,
  });
}
