/**
 * What an op is: the types of its definition. All that the system knows about an op is in that one object; a node holds
 * the op, so nothing else lists op names.
 */
import { Operation, type OperationParts, type Reads } from '../graph/node.ts';
import type { Lowering } from '../kernel-ir/language.ts';
import type { Dtype, TypedArray } from '../tensor/dtype.ts';
import type { Shape } from '../tensor/shape.ts';
import type { Spec } from '../tensor/spec.ts';
import type { Strided } from '../tensor/view.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/create.ts';

/** Stands where a slot has no derivative: indices, conditions, what is piecewise constant by meaning. */
export const notDifferentiable: unique symbol = Symbol('not differentiable');
export type NotDifferentiable = typeof notDifferentiable;

export type Tensors = readonly Tensor[];
export type SpecsOf<T extends Tensors> = { readonly [K in keyof T]: Spec };
export type LikesOf<T extends Tensors> = { readonly [K in keyof T]: TensorLike };

/** What a call gives: the tensor, or with several outputs the tuple of them. */
export type Result<Outputs extends Tensors> = Outputs['length'] extends 1 ? Outputs[0] : Outputs;

/** A tensor as a kernel sees it: an array, last axis fastest. Inputs must not be written to. */
export interface Dense {
  readonly data: TypedArray;
  readonly shape: Shape;
  readonly dtype: Dtype;
}
export type DenseOf<T extends Tensors> = { readonly [K in keyof T]: Dense };
/** What a kernel fills: one array, or with several outputs a tuple of them. New arrays, all zeros. */
export type DenseResult<Outputs extends Tensors> = Outputs['length'] extends 1 ? Dense : DenseOf<Outputs>;

/** What a rule sees. Inputs and outputs are tensors in the graph, never saved numbers: so rules have derivatives too. */
export interface PullContext<Inputs extends Tensors, Attributes extends readonly unknown[], Outputs extends Tensors> {
  /** Cotangent of the first output; zeros where none flowed. */
  readonly cotangent: Tensor;
  /** Cotangents of all outputs, with holes where none flowed. */
  readonly cotangents: { readonly [K in keyof Outputs]: Tensor | undefined };
  readonly inputs: Inputs;
  readonly output: Outputs[0];
  readonly outputs: Outputs;
  readonly attributes: Attributes;
  /** Whether anybody asks for the cotangent of this slot's input. */
  wanted(slot: number): boolean;
}
export type Pull<I extends Tensors, A extends readonly unknown[], O extends Tensors> = (
  context: PullContext<I, A, O>,
) => Tensor;

/** A rule a slot, or one rule for slots that share work. */
export type PullRules<I extends Tensors, A extends readonly unknown[], O extends Tensors> =
  | { readonly [K in keyof I]: Pull<I, A, O> | NotDifferentiable }
  | { readonly together: (context: PullContext<I, A, O>) => { readonly [K in keyof I]: Tensor | undefined } };

export interface PushContext<I extends Tensors, A extends readonly unknown[], O extends Tensors> {
  /** Tangent of the slot's input. */
  readonly tangent: Tensor;
  readonly inputs: I;
  readonly output: O[0];
  readonly outputs: O;
  readonly attributes: A;
}
export type Push<I extends Tensors, A extends readonly unknown[], O extends Tensors> = (
  context: PushContext<I, A, O>,
) => Result<O>;

/** What a batch rule sees: inputs of which some have one axis more than for a single example, the first. */
export interface BatchContext<I extends Tensors, A extends readonly unknown[], O extends Tensors> {
  readonly inputs: I;
  /** Which inputs have the batch axis. */
  readonly batched: { readonly [K in keyof I]: boolean };
  /** The inputs where all have the batch axis: those without are repeated along it. */
  readonly repeated: I;
  /** The extent of the batch axis. */
  readonly size: number;
  readonly attributes: A;
  /** The op itself, on inputs and attributes as its rules see them. */
  readonly apply: (inputs: I, attributes: A) => Result<O>;
}
/**
 * The op applied to a batch at once. All outputs have the batch axis, the first; where some have not, it says which have.
 * Undefined where it has no answer: then the op is applied once an example.
 */
export type Batch<I extends Tensors, A extends readonly unknown[], O extends Tensors> = (
  context: BatchContext<I, A, O>,
) => Result<O> | { readonly outputs: O; readonly batched: { readonly [K in keyof O]: boolean } } | undefined;

/** Inputs on which an op is held to the laws: shapes, the range numbers are drawn from, attributes as a caller writes them. */
export interface Sample<Arguments extends readonly unknown[] = readonly unknown[]> {
  /** A shape an input. */
  readonly shapes?: readonly Shape[];
  readonly arguments?: Arguments;
  /** Range for all inputs, or one an input. */
  readonly from?: number | readonly number[];
  readonly to?: number | readonly number[];
  /** Points to keep away from: kinks and jumps. */
  readonly kinks?: readonly number[];
  /** Dtypes of inputs that are not floating: indices, conditions. */
  readonly dtypes?: readonly (Dtype | 'float')[];
  /** Keeps elements at least this far apart, for ops whose value jumps at ties. */
  readonly distinct?: number;
}

export interface OpDefinition<
  Inputs extends Tensors,
  Attributes extends readonly unknown[] = [],
  Outputs extends Tensors = [Tensor],
  Arguments extends readonly unknown[] = Attributes,
> {
  readonly name: string;
  /** Canonical attributes from what a caller wrote (negative axes, defaults); throws where that makes no sense. */
  readonly canonical?: (inputs: SpecsOf<Inputs>, written: Arguments) => Attributes;
  /** Shapes and dtypes in, shapes and dtypes out; throws ShapeError or DtypeError for what does not fit. */
  readonly infer: (
    inputs: SpecsOf<Inputs>,
    attributes: Attributes,
  ) => Outputs['length'] extends 1 ? Spec : SpecsOf<Outputs>;
  /** Fills the output's array. */
  readonly forward: (inputs: DenseOf<Inputs>, attributes: Attributes, output: DenseResult<Outputs>) => void;
  /**
   * One element of the result as an expression, from elements of the inputs: what compiled programs are made from. Where
   * it is absent, a program calls `forward` on the host.
   */
  readonly lower?: Lowering<Attributes>;
  /** Elements of the output are those of the first input in the same order: storage is shared, `forward` not called. */
  readonly alias?: boolean;
  /** Elements of the output are some of the first input's: where, given where those lie. Large results are not copied. */
  readonly strided?: (input: Strided, spec: Spec, attributes: Attributes) => Strided;
  /** Inputs with all elements equal give an output with all elements equal to this (or undefined: not here). */
  readonly uniform?: (values: readonly number[], attributes: Attributes, inputs: SpecsOf<Inputs>) => number | undefined;
  /** The dtype that plain numbers and nested arrays take in a slot (indices, conditions); else that of the other inputs. */
  readonly plain?: readonly (Dtype | undefined)[];
  readonly pull: PullRules<Inputs, Attributes, Outputs>;
  /** The same as `pull` seen forward, a rule a slot; where absent, forward mode pulls through `pull`. */
  readonly push?: { readonly [K in keyof Inputs]: Push<Inputs, Attributes, Outputs> | NotDifferentiable };
  /** The op applied to a batch of examples at once; where absent, it is applied once an example. */
  readonly batch?: Batch<Inputs, Attributes, Outputs>;
  /**
   * Which elements of the inputs an element of an output is made from (see `Reads`): what sparsity patterns are found by.
   * Known by itself where `batch` is `elementByElement`, and of `alias` and `strided`; else all of them.
   */
  readonly reads?: Reads;
  /** What pictures call the attributes, where a value alone would not say enough. */
  readonly attributeNames?: readonly string[];
  /** The number of outputs differs from call to call: always a list, for the caller, the kernel and the rules. */
  readonly several?: boolean;
  readonly samples?: readonly Sample<Arguments>[];
}

interface DefinitionParts extends OperationParts<Tensor> {
  readonly samples: readonly Sample[] | undefined;
  /** Number of inputs; none where the op takes a list. */
  readonly arity: number | undefined;
  /** Applied to inputs and attributes as a caller writes them. */
  readonly call: (inputs: readonly TensorLike[], written: readonly unknown[]) => readonly Tensor[];
  readonly lower?: Lowering | undefined;
  /** The op on plain numbers of one dtype, where it makes one number of one or two. */
  readonly ofNumbers?: ((dtype: Dtype) => (x: number, y: number) => number) | undefined;
}

/** All that is known of an op, however it was defined: what nodes hold, and what laws, reference and pictures read. */
export class Definition extends Operation<Tensor> implements DefinitionParts {
  readonly samples: readonly Sample[] | undefined;
  readonly arity: number | undefined;
  readonly call: DefinitionParts['call'];
  readonly lower: Lowering | undefined;
  readonly ofNumbers: DefinitionParts['ofNumbers'];

  constructor(parts: DefinitionParts) {
    super(parts);
    this.samples = parts.samples;
    this.arity = parts.arity;
    this.call = parts.call;
    this.lower = parts.lower;
    this.ofNumbers = parts.ofNumbers;
  }
}

/** A function that makes nodes: callable, and carrying its definition. */
export interface AnyOp {
  readonly definition: Definition;
  /**
   * @internal The function as a method of its first tensor, for ops that cost less than a call: V8 writes a call out where
   * it meets functions of one make, and a method made for all ops alike would meet them all.
   */
  readonly method?: (this: Tensor, ...rest: never[]) => Tensor;
}

/** A function of tensors that is a node in the graph: callable, and carrying its definition. */
export interface Op<
  Inputs extends Tensors,
  Attributes extends readonly unknown[] = [],
  Outputs extends Tensors = [Tensor],
  Arguments extends readonly unknown[] = Attributes,
> extends AnyOp {
  (...args: [...LikesOf<Inputs>, ...Arguments]): Result<Outputs>;
}

/** An op whose first argument is a list of tensors. */
export interface VariadicOp<
  Attributes extends readonly unknown[] = [],
  Arguments extends readonly unknown[] = Attributes,
> extends AnyOp {
  (inputs: readonly TensorLike[], ...written: Arguments): Tensor;
}
