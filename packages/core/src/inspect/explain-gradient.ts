/** Why a gradient is what it is: follows the paths from a value to a loss and says where each ends. */
import { ArgumentError } from '../errors/edgewise-error.ts';
import { pullBack } from '../derive/flow.ts';
import { seedOf } from '../derive/backward.ts';
import { descendants, nodesBelow } from '../graph/below.ts';
import type { Edge, Node } from '../graph/node.ts';
import { remembering } from '../graph/recording.ts';
import { stopGradient } from '../ops/identity.ts';
import { isFloat } from '../tensor/dtype.ts';
import { Tensor } from '../tensor/tensor.ts';
import { Variable } from '../tensor/variable.ts';

/** One place where what flows back from the loss stops, or thins out, on its way. */
export interface PathEnd {
  readonly reason: 'stopGradient' | 'no derivative' | 'zero slope' | 'underflow';
  /** The op at which it ends. */
  readonly op: string;
  /** Where it was built. */
  readonly scope: string;
  /** The share of elements for which nothing passes, from 0 to 1. */
  readonly closed: number;
}

export interface GradientExplanation {
  /** Whether the loss was made from the value at all. */
  readonly connected: boolean;
  /** Nodes on the paths between them. */
  readonly nodes: readonly Node<Tensor>[];
  readonly ends: readonly PathEnd[];
  /** The largest |element| of the gradient; 0 where nothing arrives. */
  readonly largest: number;
  toString(): string;
}

/**
 * Follows the paths from `x` to the loss and says where they end: no path, `stopGradient`, an op without derivative, a
 * slope of zero (a closed relu, a masked branch) with the share of elements, or underflow.
 *
 * @param loss calls for the loss: it is run once, with everything remembered
 * @param x a Variable that `loss` reads, or a tensor that it uses
 * @throws ArgumentError `needs-cotangent`
 * @example
 * const w = variable([1, -2], { name: 'w' });
 * explainGradient(() => w.value.relu().sum(), w).ends[0]?.closed; // 0.5: relu is closed for half of the elements
 */
export function explainGradient(loss: () => Tensor, x: Variable | Tensor): GradientExplanation {
  if (typeof loss !== 'function') {
    throw new ArgumentError({
      code: 'not-a-function',
      op: 'explainGradient',
      problem: 'expected a function that gives the loss',
      received: loss,
      remedy: 'explainGradient(() => lossOf(model), w)',
    });
  }
  return remembering({ everything: 1, cutsSince: 0 }, () =>
    explain(
      loss(),
      x instanceof Variable ? x.value : x,
      x instanceof Variable ? (x.name ?? 'the Variable') : 'the tensor',
    ),
  );
}

function explain(loss: Tensor, x: Tensor, name: string): GradientExplanation {
  const seed = seedOf('explainGradient', loss);
  const below = nodesBelow([loss]).nodes;
  const uses = (node: Node<Tensor>): boolean => node === x.node || node.inputs.includes(x);
  const between = descendants(below, uses);
  const nodes = below.filter((node) => between.has(node.id));
  const connected = loss.node !== undefined && between.has(loss.node.id);

  const arriving = new Map<Tensor, Tensor>();
  const ends: PathEnd[] = [];
  const end = (node: Node<Tensor>, reason: PathEnd['reason'], closed: number): void =>
    void ends.push({ reason, op: node.op.name, scope: node.scope?.path ?? '', closed });
  const onPath = (value: Tensor): boolean => value === x || (value.node !== undefined && between.has(value.node.id));
  const carries = (node: Node<Tensor>, slot: number): boolean =>
    isFloat(node.input(slot).dtype) && node.op.differentiable(slot);

  if (connected) {
    const totals = new Map<Node<Tensor>, Tensor>();
    pullBack({
      seeds: [[loss, seed]],
      wanted: onPath,
      watched: false,
      observer: {
        onNode: (node, total) => void (total instanceof Tensor && totals.set(node, total)),
        onEdge: (edge, share) => {
          arriving.set(edge.value, arriving.has(edge.value) ? arriving.get(edge.value)!.add(share) : share);
          const thinned = thinning(edge, share, totals.get(edge.target));
          if (thinned !== undefined) end(edge.target, thinned.reason, thinned.closed);
        },
      },
    });
    // A path ends where it is first cut: what comes after has nothing to pass on.
    const alive = descendants(
      below,
      (node) => node === x.node || node.inputs.some((input, slot) => input === x && carries(node, slot)),
      carries,
    );
    for (const node of nodes) {
      const reached = (input: Tensor): boolean => input === x || (input.node !== undefined && alive.has(input.node.id));
      if (node.inputs.some((input, slot) => reached(input) && !carries(node, slot)))
        end(node, node.op === stopGradient.definition ? 'stopGradient' : 'no derivative', 1);
    }
  }
  const gradient = arriving.get(x);
  const largest = gradient === undefined ? 0 : gradient.abs().max().item();
  return { connected, nodes, ends, largest, toString: () => inWords(name, connected, largest, ends) };
}

/** Where something came in at a node and nothing went out: for which share of the elements, and why. */
function thinning(
  { target, slot }: Edge<Tensor>,
  share: Tensor,
  total: Tensor | undefined,
): { reason: PathEnd['reason']; closed: number } | undefined {
  if (total === undefined || total.size !== share.size || share.size === 0) return undefined;
  const [out, come] = [share.data, total.data];
  const came = [...come.keys()].filter((k) => come[k] !== 0);
  const closed = came.filter((k) => out[k] === 0);
  if (closed.length === 0 || target.op.transparent) return undefined;
  // A rule is linear in what comes in: if more of it would pass, the slope is not zero.
  const boost = 1e30 / Math.max(...closed.map((k) => Math.abs(come[k]!)));
  const boosted = target.op.shares(target, total.mul(boost), () => true)[slot]?.data;
  const passes = boosted !== undefined && closed.every((k) => boosted[k] !== 0);
  return { reason: passes ? 'underflow' : 'zero slope', closed: closed.length / came.length };
}

function inWords(name: string, connected: boolean, largest: number, ends: readonly PathEnd[]): string {
  if (!connected) return `the loss does not depend on ${name}: there is no path between them`;
  const lines = ends.map(({ reason, op, scope, closed }) => {
    const at = scope === '' ? op : `${scope}/${op}`;
    const share = `${(100 * closed).toFixed(closed === 1 ? 0 : 1)} % of the elements`;
    if (reason === 'stopGradient') return `  stopGradient, at ${at}: nothing passes, as asked`;
    if (reason === 'no derivative') return `  ${op} has no derivative, at ${at}: this path ends there`;
    return reason === 'underflow'
      ? `  underflow at ${at}: ${share} are too small to pass`
      : `  ${op} has slope 0 for ${share}, at ${at}`;
  });
  const head =
    largest === 0 ? `the gradient of ${name} is zero` : `the gradient of ${name} reaches ${largest.toPrecision(3)}`;
  return [lines.length > 0 ? `${head}; on the way` : head, ...lines].join('\n');
}
