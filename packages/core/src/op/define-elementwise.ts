/**
 * Ops given by one scalar formula: value and slope. Their doors have fixed arity and look at rank 0 and uniform tensors
 * first, so a scalar op costs tens of nanoseconds; what they do is what `apply` does.
 */
import { ArgumentError, ShapeError } from '../errors/edgewise-error.ts';
import { type Node, newSmallNode } from '../graph/node.ts';
import { recording } from '../graph/recording.ts';
import type { Expression } from '../kernel-ir/expression.ts';
import {
  type BinaryFunction,
  type BinaryLoop,
  type UnaryFunction,
  type UnaryLoop,
  applyBinary,
  binaryLoop,
  unaryLoop,
} from '../kernels/elementwise.ts';
import { FunctionByDtype } from '../kernels/function-by-dtype.ts';
import { type TensorLike, asTensor, asTensors, scalar } from '../tensor/create.ts';
import { type Dtype, isFloat, newArray, promote, rounded } from '../tensor/dtype.ts';
import { broadcastAxes, broadcastShapes, sameShape, shapeText } from '../tensor/shape.ts';
import { type Spec, specOf } from '../tensor/spec.ts';
import { Tensor, denseData } from '../tensor/tensor.ts';
import { located } from './apply.ts';
import { checkAccepts, inDtype } from './cast.ts';
import { withEqualRanks } from './batch.ts';
import { refuseMapIndex } from './define-op.ts';
import { type AnyOp, Definition, type NotDifferentiable, type Sample, notDifferentiable } from './op.ts';
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
  readonly lower?: (x: Expression) => Expression | undefined;
  /** For i32, where `value` rounded to 32 bits would not be exact. */
  readonly integer?: (x: number) => number;
  /** Derivative at a point, written with ops; a number where it is the same everywhere. */
  readonly slope: ((context: UnarySlopeContext) => Tensor | number) | NotDifferentiable;
  /** The slope at numbers, by the same operations in the same order: graphs of scalars are pulled through it. */
  readonly slopeAt?: (x: number, y: number) => number;
  /** The loop written out, for functions cheaper than a call; of one exact operation, where programs are to agree to the bit. */
  readonly loop?: UnaryLoop;
}

export interface BinaryDefinition extends ElementwiseDefinition {
  readonly value: (x: number, y: number) => number;
  /** The value as an expression of compiled programs, in the type of both. */
  readonly lower?: (x: Expression, y: Expression) => Expression | undefined;
  /** For i32, where `value` rounded to 32 bits would not be exact. */
  readonly integer?: (x: number, y: number) => number;
  readonly slope:
    | readonly [(context: BinarySlopeContext) => Tensor | number, (context: BinarySlopeContext) => Tensor | number]
    | NotDifferentiable;
  /** The slopes at numbers (both inputs, and the output). */
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

function defineUnary({
  name,
  value,
  integer = value,
  slope,
  loop,
  accepts = 'float',
  gives = 'same',
  slopeAt,
  lower,
  samples,
}: UnaryDefinition): ElementwiseOp {
  const differentiable = slope !== notDifferentiable;
  const plain: UnaryFunction = { at: value, loop: loop ?? unaryLoop(value) };
  const compiled =
    loop === undefined && lower !== undefined
      ? new FunctionByDtype(plain, (kernels, type) => kernels.unary(lower, type))
      : undefined;
  const integerLoop = integer === value ? plain.loop : unaryLoop(integer);

  function callable(like: TensorLike): Tensor {
    if (arguments.length > 1) refuseMore(name, 1, arguments);
    const x = like instanceof Tensor ? like : asTensor(like, name);
    if (accepts === 'float' ? !isFloat(x.dtype) : accepts === 'number' && x.dtype === 'bool') {
      refuseDtype(x);
    }
    return applyUnary(x);
  }

  // Not in `callable`: a closure there would cost each call an object for what it captures.
  function refuseDtype(x: Tensor): void {
    located(op, [x], () => checkAccepts(name, accepts, x.dtype));
  }

  function applyUnary(x: Tensor): Tensor {
    const override = overrides.current?.get(op);
    if (override !== undefined) return override([x], [])[0]!;
    const spec = gives === 'same' ? x.spec : specOf(x.shape, resultDtype(gives, x.dtype));
    const storage = x.storage;
    let result: Tensor;
    const isWhole = x.dtype === 'i32';
    const { at, loop } = compiled === undefined ? plain : compiled.of(x.dtype);
    if (typeof storage === 'number')
      result = new Tensor(spec, rounded(isWhole ? integer(storage) : at(storage), spec.dtype));
    else if (storage === undefined) result = new Tensor(spec, undefined);
    else {
      const data = denseData(x);
      const out = newArray(spec.dtype, data.length);
      (isWhole ? integerLoop : loop)(out, data);
      result = new Tensor(spec, out);
    }
    const counts = differentiable && isFloat(x.dtype) ? recording.since : recording.cutsSince;
    if (x.id >= counts || storage === undefined || recording.everything > 0) remember(op, result, x);
    return result;
  }

  const none: readonly undefined[] = [undefined];
  const op: Definition = new Definition({
    name,
    arity: 1,
    lower: lower === undefined ? undefined : ({ at, position }) => lower(at(0, position)),
    samples: samples === undefined ? undefined : [samples],
    differentiable: () => differentiable,
    call: ([x]) => [callable(x!)],
    apply: ([x]) => [applyUnary(x!)],
    shares: (node, total, wanted) => {
      const input = node.input(0);
      if (!differentiable || !wanted(input) || !isFloat(input.dtype)) return none;
      return [scaled(total as Tensor, slope({ input, output: node.output as Tensor }))];
    },
    shareOfNumber:
      slopeAt === undefined
        ? undefined
        : (node, _, total) => total * slopeAt(numberOf(node.input(0)), numberOf(node.output as Tensor)),
    push: (node, _, tangent) =>
      differentiable ? [scaled(tangent, slope({ input: node.input(0), output: node.output as Tensor }))] : none,
    reads: 'elements',
    batch: ({ inputs: [x] }) => [{ value: applyUnary(x!), batched: true }],
  });
  callable.definition = op;
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
  const compiled =
    definition.loop === undefined && lower !== undefined
      ? new FunctionByDtype(plain, (kernels, type) => kernels.binary(lower, type))
      : undefined;
  const integerLoop = integer === value ? plain.loop : binaryLoop(integer);
  const differentiable = slope !== notDifferentiable;

  function callable(first: TensorLike, second: TensorLike): Tensor {
    if (arguments.length > 2) refuseMore(name, 2, arguments);
    if (first instanceof Tensor && isFloat(first.dtype)) {
      if (second instanceof Tensor) {
        if (first.spec === second.spec) return applyBinaryOp(first, second, first.spec);
        if (first.dtype === second.dtype) return applyAny(first, second);
      }
      if (typeof second === 'number') return applyBinaryOp(first, scalar(second, first.dtype), first.spec);
    }
    return applyMixed(first, second);
  }

  /**
   * Inputs of any kind. Not in `callable`, nor `refuse` in `applyAny`: a closure there would cost each call an object for
   * what it captures.
   */
  function applyMixed(first: TensorLike, second: TensorLike): Tensor {
    const [x, y] = located(op, [], () => asTensors([first, second], name));
    let dtype = promote(x!.dtype, y!.dtype);
    if (gives === 'float' && !isFloat(dtype) && accepts !== 'float') dtype = 'f32';
    located(op, [x!, y!], () => checkAccepts(name, accepts, dtype));
    return applyAny(inDtype(x!, dtype), inDtype(y!, dtype));
  }

  /** Inputs of one dtype, any shapes. */
  function applyAny(x: Tensor, y: Tensor): Tensor {
    if (y.rank === 0) return applyBinaryOp(x, y, x.spec);
    const common = x.spec === y.spec ? x.spec : (broadcastSpec(x, y) ?? refuse(x, y));
    return applyBinaryOp(x, y, common);
  }

  function refuse(x: Tensor, y: Tensor): never {
    return located(op, [x, y], () => refuseShapes(x, y));
  }

  function applyBinaryOp(x: Tensor, y: Tensor, common: Spec): Tensor {
    const override = overrides.current?.get(op);
    if (override !== undefined) return override([x, y], [])[0]!;
    const spec =
      gives === 'same' || (gives === 'float' && isFloat(common.dtype))
        ? common
        : specOf(common.shape, resultDtype(gives, common.dtype));
    const p = x.storage;
    const q = y.storage;
    let result: Tensor;
    const { at, loop } = compiled === undefined ? plain : compiled.of(common.dtype);
    if (typeof p === 'number' && typeof q === 'number') {
      result = new Tensor(spec, rounded(common.dtype === 'i32' ? integer(p, q) : at(p, q), spec.dtype));
    } else if (p === undefined || q === undefined) {
      result = new Tensor(spec, undefined);
    } else {
      const { dtype } = common;
      const out = applyBinary(
        dtype === 'i32' ? integerLoop : loop,
        spec.shape,
        spec.dtype,
        { storage: p, shape: x.shape, dtype },
        { storage: q, shape: y.shape, dtype },
      );
      result = new Tensor(spec, out);
    }
    const counts = differentiable && isFloat(common.dtype) ? recording.since : recording.cutsSince;
    if (x.id >= counts || y.id >= counts || p === undefined || q === undefined || recording.everything > 0) {
      remember(op, result, x, y);
    }
    return result;
  }

  const op: Definition = new Definition({
    name,
    arity: 2,
    lower:
      lower === undefined
        ? undefined
        : ({ at, position, inputs: [x, y] }) =>
            lower(at(0, position.within(x!.shape)), at(1, position.within(y!.shape))),
    samples: samples === undefined ? undefined : [samples],
    differentiable: () => differentiable,
    call: ([x, y]) => [callable(x!, y!)],
    apply: ([x, y]) => [applyAny(x!, y!)],
    shares: (node, total, wanted) => {
      if (!differentiable) return [undefined, undefined];
      const context = contextOf(node);
      const [x, y] = context.inputs;
      return [
        wanted(x) && isFloat(x.dtype) ? sumTo(scaled(total as Tensor, slope[0](context)), x.spec) : undefined,
        wanted(y) && isFloat(y.dtype) ? sumTo(scaled(total as Tensor, slope[1](context)), y.spec) : undefined,
      ];
    },
    shareOfNumber:
      slopeAt === undefined
        ? undefined
        : (node, slot, total) => {
            const at = slot === 0 ? slopeAt[0] : slopeAt[1];
            return total * at(numberOf(node.input(0)), numberOf(node.input(1)), numberOf(node.output as Tensor));
          },
    push: (node, slot, tangent) => {
      if (!differentiable) return [undefined];
      const context = contextOf(node);
      return [spreadTo(scaled(tangent, slope[slot === 0 ? 0 : 1](context)), context.output.spec)];
    },
    reads: 'elements',
    batch: ({ inputs, batched }) => {
      const [x, y] = withEqualRanks(inputs, batched);
      return [{ value: applyAny(x!, y!), batched: true }];
    },
  });
  callable.definition = op;
  Object.defineProperty(callable, 'name', { value: name });
  return callable;
}

/** What a slope of two inputs sees of its node. */
function contextOf(node: Node<Tensor>): BinarySlopeContext {
  return { inputs: [node.input(0), node.input(1)], output: node.output as Tensor };
}

function remember(op: Definition, result: Tensor, x: Tensor, y?: Tensor): void {
  const node = newSmallNode(op, x, y);
  node.output = result;
  result.node = node;
  result.id = node.id;
  if (recording.watchers.size > 0) tellWatchers(node);
}

function tellWatchers(node: Node<Tensor>): void {
  for (const watcher of recording.watchers) watcher(node as unknown as Node<never>);
}

function resultDtype(gives: 'same' | 'bool' | 'float', dtype: Dtype): Dtype {
  if (gives === 'same') return dtype;
  return gives === 'bool' ? 'bool' : isFloat(dtype) ? dtype : 'f32';
}

/** The number behind a rank-0 value that is known. */
function numberOf({ storage }: Tensor): number {
  return storage as number;
}

/** The chain rule on an elementwise edge: derivative times what flows. */
function scaled(flow: Tensor, slope: Tensor | number): Tensor {
  if (slope === 1) return flow;
  return slope === -1 ? flow.neg() : flow.mul(slope);
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
