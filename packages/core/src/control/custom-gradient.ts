/** A function with a derivative rule of its own. The rule is traced to a graph at once, so nothing lives on as a closure. */
import { vmapGraph } from '../derive/vmap-graph.ts';
import { ArgumentError, EdgewiseError, ShapeError } from '../errors/edgewise-error.ts';
import { type Graph, replay } from '../graph/graph.ts';
import type { Node } from '../graph/node.ts';
import { recording } from '../graph/recording.ts';
import { Scope, inScope } from '../graph/scope.ts';
import { repeatedAlongBatch } from '../op/batch.ts';
import { defineOp } from '../op/define-op.ts';
import type { Op } from '../op/op.ts';
import { type TensorLike, asTensor, asTensors, uniform } from '../tensor/create.ts';
import { isFloat } from '../tensor/dtype.ts';
import { placeholder } from '../tensor/placeholder.ts';
import { sameSpec } from '../tensor/spec.ts';
import { Tensor } from '../tensor/tensor.ts';
import { type Closed, close } from './body.ts';
import { checkCount, checkGraph } from './define-holder.ts';

/** What a rule of one's own sees. */
export interface CustomPullContext {
  readonly cotangent: Tensor;
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
}

/** A rule as a closed graph: of the cotangent, the output, and what it uses besides. Its outputs are a share an input. */
interface Rule {
  readonly graph: Graph<Tensor>;
  /** How many inputs it gives shares for. */
  readonly count: number;
}

/**
 * The value, with the rule as its derivative. Inputs: the value without history, what the rule gives shares for, and what
 * the rule's graph uses besides, so that the rule's own derivatives reach those too.
 */
export const withRule: Op<readonly Tensor[], [rule: Rule, name: string]> = defineOp<
  readonly Tensor[],
  [rule: Rule, name: string]
>({
  name: 'customGradient',
  infer: ([value, ...others], [rule]) => {
    const { graph, count } = isRule(rule) ? rule : invalidRule();
    checkCount(count, others.length);
    checkGraph(graph, [value!, value!, ...others.slice(count)], others.slice(0, count));
    return value!;
  },
  forward: ([value], _, { data }) => data.set(value!.data),
  lower: ({ at, position }) => at(0, position),
  alias: true,
  pull: {
    together: ({ cotangent, output, inputs, attributes: [{ graph, count }] }) => {
      const used = inputs.slice(1 + count);
      // In the scope of the walk, whose nodes are this node's derivative: not in that in which the rule was written down.
      const shares = replay(graph, [cotangent, output, ...used], ({ op, attributes }, given) =>
        op.apply(given, attributes),
      );
      return [undefined, ...shares, ...used.map(() => undefined)];
    },
  },
  batch: ({ inputs, batched, repeated, size, attributes: [rule, name], apply }) => {
    const given = inputs.slice(1, 1 + rule.count);
    const isBatched = batched.slice(1, 1 + rule.count);
    const used = inputs.slice(1 + rule.count);
    const graph = batchOfRule(rule, repeated[0]!, isBatched, size, used, batched.slice(1 + rule.count));
    return apply(
      [repeated[0]!, ...given, ...used, ...graph.captured],
      [{ graph: graph.graph, count: rule.count }, name],
    );
  },
});

/** The rule on a batch: what flows to an input that is the same for all examples is the sum over them. */
function batchOfRule(
  { graph }: Rule,
  { spec }: Tensor,
  isBatched: readonly boolean[],
  size: number,
  used: readonly Tensor[],
  isUsedBatched: readonly boolean[],
): Closed {
  const inputNames = graph.inputNames;
  const standIns = [spec, spec, ...used.map((value) => value.spec)].map((its, k) =>
    placeholder(its, inputNames[k] ?? ''),
  );
  const { outputs } = vmapGraph(
    graph,
    standIns.map((value, k) => ({ value, batched: k < 2 || isUsedBatched[k - 2] === true })),
    size,
  );
  const shares = outputs.map(({ value, batched }, k) => {
    const whole = batched ? value : repeatedAlongBatch(value, size);
    if (isBatched[k] === true) return whole;
    return isFloat(value.dtype) ? whole.sum({ axis: 0 }) : value;
  });
  return close({ inputs: standIns, inputNames, outputs: shares });
}

/**
 * Of a node whose derivative is a rule that somebody gave: for which function, and whether the rule gives a share to what
 * comes in at a slot. Undefined of other nodes.
 */
export function ruleOf({
  op,
  attributes: [rule, name],
}: Node<Tensor>): { readonly name: string; readonly givesTo: (slot: number) => boolean } | undefined {
  if (op !== withRule.definition || !isRule(rule)) return undefined;
  return { name: String(name), givesTo: (slot) => slot > 0 && slot <= rule.count };
}

function isRule(rule: unknown): rule is Rule {
  return typeof rule === 'object' && rule !== null && 'graph' in rule && 'count' in rule;
}

function invalidRule(): never {
  throw new EdgewiseError({ code: 'invalid-graph', problem: 'it holds no rule where one belongs' });
}

/**
 * Gives `fn` a derivative rule of its own, where the chain rule through its parts is not what is wanted: stability,
 * straight-through estimators, adjoints. One rule; forward mode and higher derivatives follow from it.
 *
 * @param rule.pull from the cotangent of the result to a share for each input, of its shape and dtype
 * @throws ArgumentError `wrong-shares`, ShapeError `wrong-share`
 * @example
 * const through = customGradient('through', (x: Tensor) => x.sign(), { pull: ({ cotangent }) => [cotangent] });
 * grad((x: Tensor) => through(x).sum())(tensor([0.3, -2])).toArray(); // [1, 1]
 */
export function customGradient<const Inputs extends readonly Tensor[]>(
  name: string,
  fn: (...inputs: Inputs) => Tensor,
  rule: { readonly pull: (context: CustomPullContext) => readonly Tensor[] },
): (...inputs: { [K in keyof Inputs]: TensorLike }) => Tensor {
  return (...likes) => {
    const inputs = asTensors(likes as readonly TensorLike[], name);
    return inScope(new Scope(name, recording.scope, true), () =>
      ruled(name, asTensor(fn(...(inputs as unknown as Inputs)), name), inputs, rule.pull),
    );
  };
}

/** `value`, made from `inputs`, with `pull` for its derivative. */
export function ruled(
  name: string,
  value: Tensor,
  inputs: readonly Tensor[],
  pull: (context: CustomPullContext) => readonly (Tensor | undefined)[],
): Tensor {
  // The output is a placeholder too: its own derivative is this rule, not that of the parts it was computed by.
  const [cotangent, output] = [placeholder(value.spec, 'cotangent'), placeholder(value.spec, 'output')];
  const shares = checkedShares(name, inputs, pull({ cotangent, inputs, output }));
  const { graph, captured } = close({
    inputs: [cotangent, output],
    inputNames: ['cotangent', 'output'],
    outputs: shares,
  });
  const [result] = withRule.definition.apply(
    [withoutHistory(value), ...inputs, ...captured],
    [{ graph, count: inputs.length } satisfies Rule, name],
  );
  return result!;
}

/** The value as something no derivative flows through; while tracing it keeps its graph, which computes it. */
function withoutHistory(value: Tensor): Tensor {
  return value.storage === undefined ? value.stopGradient() : new Tensor(value.spec, value.storage);
}

/** A share for each input; no derivative passes through whole numbers, so for them there need not be one. */
function checkedShares(
  name: string,
  inputs: readonly Tensor[],
  shares: readonly (Tensor | undefined)[],
): readonly Tensor[] {
  if (!Array.isArray(shares) || shares.length !== inputs.length) {
    throw new ArgumentError({
      code: 'wrong-shares',
      op: name,
      problem: `pull gives ${Array.isArray(shares) ? shares.length : 'no list of'} shares for ${inputs.length} inputs`,
      expected: inputs.length,
      received: shares,
      remedy: 'pull: ({ cotangent }) => [cotangent, ...], a share an input',
    });
  }
  return inputs.map((input, k) => {
    const share: unknown = shares[k];
    if (share === undefined && !isFloat(input.dtype)) return uniform(input.spec, 0);
    if (share instanceof Tensor && sameSpec(share.spec, input.spec)) return share;
    throw new ShapeError({
      code: 'wrong-share',
      op: name,
      problem: `pull gives ${share instanceof Tensor ? String(share.spec) : typeof share} for input ${k}, which is ${input.spec}`,
      expected: input.spec,
      received: share,
    });
  });
}
