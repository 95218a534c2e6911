/** From a definition to an op: a function that makes nodes, carrying what the walks ask of it. */
import { ArgumentError, ShapeError } from '../errors/edgewise-error.ts';
import type { Node, Reads, Total } from '../graph/node.ts';
import type { Lowering } from '../kernel-ir/language.ts';
import { type TensorLike, asTensors, uniform } from '../tensor/create.ts';
import { type Dtype, isFloat } from '../tensor/dtype.ts';
import { type Spec, sameSpec } from '../tensor/spec.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { Strided } from '../tensor/view.ts';
import { type Computation, apply, placed, specsOf } from './apply.ts';
import {
  Definition,
  type Dense,
  type Op,
  type OpDefinition,
  type PullContext,
  type PullRules,
  type PushContext,
  type Sample,
  type Tensors,
  notDifferentiable,
} from './op.ts';
import { type UntypedBatch, batchByRule, elementByElement } from './batch.ts';
import { pushThroughPull } from './push-through-pull.ts';

/**
 * A new primitive: an op with its own kernel, for any shapes. State its signature as its type; a slot without a rule then
 * does not type-check. Its second and higher derivatives, forward mode and picture follow from the definition.
 *
 * @example
 * const shiftDown: Op<[x: Tensor], [by: number]> = defineOp({
 *   name: 'shiftDown',
 *   infer: ([x]) => x,
 *   forward: ([x], [by], output) => output.data.set(x.data.map((value) => value - by)),
 *   pull: [({ cotangent }) => cotangent],
 * });
 * shiftDown(tensor([1, 2]), 1).toArray(); // [0, 1]
 */
/* @__NO_SIDE_EFFECTS__ */
export function defineOp<
  Inputs extends Tensors,
  Attributes extends readonly unknown[] = [],
  Outputs extends Tensors = [Tensor],
  Arguments extends readonly unknown[] = Attributes,
>(
  // NoInfer: the annotation of the constant decides, not the samples.
  definition: OpDefinition<NoInfer<Inputs>, NoInfer<Attributes>, NoInfer<Outputs>, NoInfer<Arguments>>,
): Op<Inputs, Attributes, Outputs, Arguments> {
  // Inside, tuples are lists: their lengths were checked where the definition was written.
  const untyped = definition as unknown as UntypedDefinition;
  const { name, canonical, pull, push } = untyped;
  const isSingle = (outputs: readonly unknown[]): boolean => outputs.length === 1 && untyped.several !== true;
  const rules: readonly unknown[] | undefined = 'together' in pull ? undefined : pull;
  const computation: Computation = {
    infer: (inputs, attributes) => listed(untyped.infer(inputs, attributes)),
    forward: (inputs, attributes, outputs) => {
      const given = untyped.forward(inputs, attributes, isSingle(outputs) ? outputs[0]! : outputs);
      if (typeof given === 'object') checkWritten(given, outputs);
    },
    alias: untyped.alias === true,
    strided: untyped.strided,
    uniform: untyped.uniform,
  };

  function call(likes: readonly unknown[], written: readonly unknown[]): readonly Tensor[] {
    let inputs = nothing;
    let attributes = written;
    try {
      inputs = asTensors(likes as readonly TensorLike[], name, untyped.plain);
      if (canonical !== undefined) attributes = canonical(specsOf(inputs), written);
    } catch (error) {
      throw placed(error, op, inputs);
    }
    return apply(op, computation, inputs, attributes);
  }

  const op = new Definition({
    name,
    samples: untyped.samples,
    attributeNames: untyped.attributeNames,
    arity: rules?.length,
    lower: untyped.lower,
    differentiable: (slot) => rules === undefined || rules[slot] !== notDifferentiable,
    call,
    apply: (inputs, attributes) => apply(op, computation, inputs, attributes),
    shares: (node, total, wanted) => sharesByRules(node, total, wanted, pull),
    push: (node, slot, tangent) => {
      if (push === undefined) return pushThroughPull(node, slot, tangent);
      const rule = push[slot];
      if (typeof rule !== 'function') return node.outputs.map(() => undefined);
      const { inputs, outputs, attributes } = node;
      return listed((rule as UntypedPush)({ tangent, inputs, output: outputs[0]!, outputs, attributes }));
    },
    reads: readsOf(untyped),
    batch:
      untyped.batch === undefined
        ? undefined
        : batchByRule(untyped.batch, (...given) => {
            const outputs = apply(op, computation, ...given);
            return isSingle(outputs) ? outputs[0]! : outputs;
          }),
  });

  const callable = (...args: unknown[]): unknown => {
    refuseMapIndex(name, args);
    const inputs = op.arity ?? args.length;
    const outputs =
      args.length === inputs ? call(args, nothing) : call(part(args, 0, inputs), part(args, inputs, args.length));
    return isSingle(outputs) ? outputs[0] : outputs;
  };
  Object.defineProperty(callable, 'name', { value: name });
  return Object.assign(callable, { definition: op }) as unknown as Op<Inputs, Attributes, Outputs, Arguments>;
}

function readsOf({ reads, batch, alias, strided, pull }: UntypedDefinition): Reads | undefined {
  if (reads !== undefined) return reads;
  if (batch === elementByElement) return 'elements';
  return (alias === true || strided !== undefined) && !('together' in pull) && pull.length === 1 ? 'copies' : undefined;
}

type UntypedPush = (context: PushContext<Tensors, Untyped, Tensors>) => Tensor | Tensors;
type Untyped = readonly unknown[];

interface UntypedDefinition {
  readonly name: string;
  readonly samples?: readonly Sample[];
  readonly attributeNames?: readonly string[];
  readonly canonical?: (inputs: readonly Spec[], written: Untyped) => Untyped;
  readonly infer: (inputs: readonly Spec[], attributes: Untyped) => Spec | readonly Spec[];
  readonly forward: (inputs: readonly Dense[], attributes: Untyped, output: Dense | readonly Dense[]) => unknown;
  readonly lower?: Lowering;
  readonly alias?: boolean;
  readonly strided?: (input: Strided, spec: Spec, attributes: Untyped) => Strided;
  readonly several?: boolean;
  readonly plain?: readonly (Dtype | undefined)[];
  readonly uniform?: (values: readonly number[], attributes: Untyped, inputs: readonly Spec[]) => number | undefined;
  readonly pull: PullRules<Tensors, Untyped, Tensors>;
  readonly push?: readonly unknown[];
  readonly batch?: UntypedBatch;
  readonly reads?: Reads;
}

/** Numbers that a kernel gives would be lost, and its output be zeros. */
function checkWritten(given: unknown, outputs: readonly Dense[]): void {
  if (!ArrayBuffer.isView(given) && !Array.isArray(given) && !(given instanceof Tensor)) return;
  if (outputs.some(({ data }) => data === given)) return;
  throw new ArgumentError({
    code: 'not-written',
    problem: 'forward gives numbers; it is to write them where the output lies',
    received: given,
    remedy: 'forward: ([x], [], output) => output.data.set(...)',
  });
}

/** Asks a definition's rules for the shares of the wanted slots, and checks that each fits its input. */
export function sharesByRules(
  node: Node<Tensor>,
  total: Total<Tensor>,
  wanted: (input: Tensor) => boolean,
  pull: PullRules<Tensors, Untyped, Tensors>,
): readonly (Tensor | undefined)[] {
  const context = new Context(node, total, wanted);
  const together = 'together' in pull ? pull.together(context) : undefined;
  const shareByRule = (slot: number): Tensor | undefined => {
    const rule = 'together' in pull ? undefined : pull[slot];
    return typeof rule === 'function' ? rule(context) : undefined;
  };
  const shares: (Tensor | undefined)[] = [];
  for (let slot = 0; slot < node.arity; slot++) {
    const share = context.wanted(slot) ? (together === undefined ? shareByRule(slot) : together[slot]) : undefined;
    checkShare(node, slot, share);
    shares.push(share);
  }
  return shares;
}

function checkShare(node: Node<Tensor>, slot: number, share: Tensor | undefined): void {
  if (share === undefined) return;
  const input = node.input(slot);
  const given: unknown = share;
  if (given instanceof Tensor && sameSpec(share.spec, input.spec)) return;
  throw new ShapeError({
    code: 'wrong-share',
    op: node.op.name,
    problem: `the pull rule of slot ${slot} gives ${given instanceof Tensor ? share.spec : `a ${typeof given}`}; the input is ${input.spec}`,
    scope: node.scope?.path,
    expected: input.spec,
    received: share.spec,
    remedy: 'a rule that returns the shape and dtype of its input',
  });
}

/** One object a node and walk; what is rarely asked for is worked out when it is. */
class Context implements PullContext<Tensors, Untyped, Tensors> {
  private readonly node: Node<Tensor>;
  private readonly total: Total<Tensor>;
  private readonly isWanted: (input: Tensor) => boolean;

  constructor(node: Node<Tensor>, total: Total<Tensor>, isWanted: (input: Tensor) => boolean) {
    this.node = node;
    this.total = total;
    this.isWanted = isWanted;
  }

  get cotangent(): Tensor {
    return this.cotangents[0] ?? uniform(this.output.spec, 0);
  }

  get cotangents(): readonly (Tensor | undefined)[] {
    return this.total instanceof Tensor ? [this.total] : this.total;
  }

  get inputs(): Tensors {
    return this.node.inputs;
  }

  get output(): Tensor {
    return this.node.outputs[0]!;
  }

  get outputs(): Tensors {
    return this.node.outputs;
  }

  get attributes(): Untyped {
    return this.node.attributes;
  }

  wanted(slot: number): boolean {
    if (slot >= this.node.arity) return false;
    const input = this.node.input(slot);
    return isFloat(input.dtype) && this.isWanted(input);
  }
}

const nothing: Tensors = [];

/** As `slice` does, of which a call takes longer than to write one or two down. */
function part(list: readonly unknown[], from: number, to: number): readonly unknown[] {
  if (to === from + 1) return [list[from]];
  return to === from + 2 ? [list[from], list[from + 1]] : list.slice(from, to);
}

function listed<T extends object>(result: T | readonly T[]): readonly T[] {
  return Array.isArray(result) ? (result as readonly T[]) : [result as T];
}

/** `list.map(op)` calls `op(element, index, list)`: the index would silently become an argument. */
export function refuseMapIndex(name: string, args: ArrayLike<unknown>): void {
  const list = args[args.length - 1];
  if (args.length < 3 || !Array.isArray(list)) return;
  const index = args[args.length - 2];
  if (typeof index === 'number' && list[index] === args[0]) {
    throw new ArgumentError({
      code: 'called-by-map',
      op: name,
      problem: `called with (element, index, list): ${name} was passed to an array method as it stands`,
      received: index,
      remedy: `list.map((x) => ${name}(x${args.length > 3 ? ', ...' : ''}))`,
    });
  }
}
