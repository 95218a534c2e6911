/**
 * Replaces parts of a graph: patterns of nodes, as data, and what is to stand in their place, written with ops. The graph
 * is built anew from its inputs, so a rewritten graph is a graph like any other.
 */
import { EdgewiseError, ShapeError } from '../errors/edgewise-error.ts';
import { Graph } from '../graph/graph.ts';
import type { Node } from '../graph/node.ts';
import { inScope } from '../graph/scope.ts';
import { sameSpec } from '../tensor/spec.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { AnyOp } from './op.ts';
import { TracedGraph } from './trace.ts';

/**
 * What a value may be: a name (any value; the same name twice is the same value), a number (a constant whose elements all
 * equal it), a named value with a condition, or what an op makes of such values.
 */
export type Pattern = string | number | ValuePattern | NodePattern;

export interface ValuePattern {
  readonly op?: undefined;
  readonly name: string;
  readonly where: (value: Tensor) => boolean;
}

export interface NodePattern {
  readonly op: AnyOp;
  readonly inputs: readonly Pattern[];
  /** Called with the node's attributes. */
  readonly where?: (attributes: readonly unknown[]) => boolean;
  /** The first two inputs may stand in either order. */
  readonly anyOrder?: boolean;
  /** Binds what the node makes. */
  readonly name?: string;
}

/** The values that names stand for. */
export type Bound = Readonly<Record<string, Tensor>>;

export interface RewriteRule {
  readonly pattern: Pattern;
  /** What stands instead, of the same shape and dtype; `undefined` leaves it as it is. */
  readonly replacement: (bound: Bound, node: Node<Tensor>) => Tensor | undefined;
}

/**
 * The graph with each part that fits a pattern replaced, from the inputs on: what a replacement gives is looked at again,
 * so rules work together. Graphs that nodes hold are rewritten too. Nodes that nothing uses any more are gone.
 *
 * @param pattern a pattern with its replacement, or a list of rules, of which the first that fits is taken
 * @throws ShapeError `wrong-replacement`; EdgewiseError `endless-rewrite`
 * @example
 * const g = trace((x: Tensor) => x.exp().log().mul(1), spec([2]));
 * const simple = rewrite(g, [
 *   { pattern: { op: log, inputs: [{ op: exp, inputs: ['x'] }] }, replacement: ({ x }) => x },
 *   { pattern: { op: mul, inputs: ['x', 1], anyOrder: true }, replacement: ({ x }) => x },
 * ]);
 * simple.nodes.length; // 0
 */
export function rewrite<G extends Graph<Tensor>>(
  graph: G,
  pattern: Pattern,
  replacement: RewriteRule['replacement'],
): G;
export function rewrite<G extends Graph<Tensor>>(graph: G, rules: readonly RewriteRule[]): G;
export function rewrite(
  graph: Graph<Tensor>,
  first: Pattern | readonly RewriteRule[],
  replacement?: RewriteRule['replacement'],
): Graph<Tensor> {
  const rules = isRules(first) ? first : [{ pattern: first, replacement: replacement! }];
  const byOp = new Map<Op, readonly RewriteRule[]>();
  const rulesFor: RulesFor = (op) => {
    let some = byOp.get(op);
    if (some === undefined) byOp.set(op, (some = rules.filter(({ pattern }) => mayFit(pattern, op))));
    return some;
  };
  return rewritten(graph, rulesFor, new Map());
}

type Op = Node<Tensor>['op'];

/** Most rules are about another op: those that may fit what an op makes, in their order. */
type RulesFor = (op: Op) => readonly RewriteRule[];

function mayFit(pattern: Pattern, op: Op): boolean {
  return typeof pattern !== 'object' || pattern.op === undefined || pattern.op.definition === op;
}

/** A rule that is taken this often in a row undoes what another does. */
const MOST = 100;

function isRules(first: Pattern | readonly RewriteRule[]): first is readonly RewriteRule[] {
  return Array.isArray(first);
}

function rewritten(graph: Graph<Tensor>, rulesFor: RulesFor, done: Map<Graph<Tensor>, Graph<Tensor>>): Graph<Tensor> {
  const before = done.get(graph);
  if (before !== undefined) return before;
  const standIn = new Map<Tensor, Tensor>();
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((input) => standIn.get(input) ?? input);
    const attributes = node.attributes.map((value) =>
      value instanceof Graph ? rewritten(value as Graph<Tensor>, rulesFor, done) : value,
    );
    // What nothing has touched stays the node that it is.
    const isSame =
      inputs.every((input, slot) => input === node.input(slot)) &&
      attributes.every((value, k) => value === node.attributes[k]);
    const made = isSame ? node.outputs : inScope(node.scope, () => node.op.apply(inputs, attributes));
    node.outputs.forEach((output, k) => {
      const value = made[k]!;
      standIn.set(output, made.length === 1 ? inScope(node.scope, () => replaced(value, rulesFor)) : value);
    });
  }
  const outputs = graph.outputs.map((output) => standIn.get(output) ?? output);
  const after = outputs.every((output, k) => output === graph.outputs[k]) ? graph : withOutputs(graph, outputs);
  done.set(graph, after);
  return after;
}

function withOutputs(graph: Graph<Tensor>, outputs: readonly Tensor[]): Graph<Tensor> {
  if (graph instanceof TracedGraph) return graph.withOutputs(outputs);
  const { inputs, inputNames, outputNames } = graph;
  return new Graph({ inputs, outputs, inputNames, outputNames });
}

function replaced(value: Tensor, rulesFor: RulesFor): Tensor {
  let at = value;
  for (let times = 0; times < MOST; times++) {
    const next = replacedOnce(at, rulesFor);
    if (next === undefined || next === at) return at;
    at = next;
  }
  throw new EdgewiseError({
    code: 'endless-rewrite',
    op: 'rewrite',
    problem: `rules fit ${MOST} times in a row at ${value.node?.op.name ?? 'a constant'}, so they undo each other`,
    received: value.node === undefined ? [] : rulesFor(value.node.op),
    remedy: 'a condition in the pattern (where) that fails once the rule has been applied',
  });
}

function replacedOnce(value: Tensor, rulesFor: RulesFor): Tensor | undefined {
  const { node } = value;
  if (node === undefined || node.op.leaf) return undefined;
  for (const { pattern, replacement } of rulesFor(node.op)) {
    const bound = matchOf(pattern, value);
    const next = bound === undefined ? undefined : replacement(bound, node);
    if (next === undefined) continue;
    if (!sameSpec(next.spec, value.spec)) {
      throw new ShapeError({
        code: 'wrong-replacement',
        op: 'rewrite',
        problem: `what stands for ${node.op.name} is ${next.spec}; it was ${value.spec}`,
        scope: node.scope?.path,
        expected: value.spec,
        received: next.spec,
        remedy: 'x.broadcastTo(shape) or x.cast(dtype) in the replacement',
      });
    }
    return next;
  }
  return undefined;
}

/** What the names of a pattern stand for where it fits a value; undefined where it does not. */
export function matchOf(pattern: Pattern, value: Tensor): Bound | undefined {
  return fits(pattern, value, new Map(), (bound) => Object.fromEntries(bound));
}

/**
 * Whether a value fits, and what comes after it fits too: `then` is tried for each order of inputs, since a name bound
 * here may stand again further on.
 */
function fits(
  pattern: Pattern,
  value: Tensor,
  bound: ReadonlyMap<string, Tensor>,
  then: (bound: ReadonlyMap<string, Tensor>) => Bound | undefined,
): Bound | undefined {
  if (typeof pattern === 'number') return value.storage === pattern ? then(bound) : undefined;
  if (typeof pattern === 'string') return named(pattern, value, bound, then);
  if (pattern.op === undefined) return pattern.where(value) ? named(pattern.name, value, bound, then) : undefined;
  const { node } = value;
  if (node === undefined || node.op !== pattern.op.definition || node.arity !== pattern.inputs.length) return undefined;
  if (node.outputs.length !== 1 || pattern.where?.(node.attributes) === false) return undefined;
  const orders = pattern.anyOrder === true ? [node.inputs, swapped(node.inputs)] : [node.inputs];
  for (const inputs of orders) {
    const all = (k: number, so: ReadonlyMap<string, Tensor>): Bound | undefined => {
      if (k < inputs.length) return fits(pattern.inputs[k]!, inputs[k]!, so, (next) => all(k + 1, next));
      return pattern.name === undefined ? then(so) : named(pattern.name, value, so, then);
    };
    const found = all(0, bound);
    if (found !== undefined) return found;
  }
  return undefined;
}

function named(
  name: string,
  value: Tensor,
  bound: ReadonlyMap<string, Tensor>,
  then: (bound: ReadonlyMap<string, Tensor>) => Bound | undefined,
): Bound | undefined {
  const before = bound.get(name);
  if (before !== undefined && before !== value) return undefined;
  return then(before === value ? bound : new Map(bound).set(name, value));
}

function swapped(inputs: readonly Tensor[]): readonly Tensor[] {
  const [first, second, ...rest] = inputs;
  return second === undefined ? inputs : [second, first!, ...rest];
}
