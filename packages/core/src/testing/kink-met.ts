/** Ops that have no derivative at the very point where a function meets them: there rules choose, and choices do not add up. */
import { Graph, type Node, type Tensor, inference, random, tensor, variable } from '../index.ts';
import { largestFinite } from './largest-finite.ts';

/**
 * The name of an op on the way from the `varied` inputs to the results that, by its values, has no derivative of this
 * order, or of a lower one, at its own inputs: `abs` at 0, `maximum` at a tie. Undefined where there is none.
 *
 * Such an op's rule gives one of many slopes, and a function made of several may have a derivative of which the rules know
 * nothing: `abs(x)^2` is x^2. An op whose values are smooth is never one of them, whatever its rule says; nor is a
 * comparison, since a function that chooses by it has chosen its own rule. What a node holds (a loop, a checkpoint, a
 * function with a rule of its own) is one op here.
 */
export function kinkMet(
  results: (...at: Tensor[]) => readonly Tensor[],
  at: readonly Tensor[],
  varied: readonly number[],
  order: 1 | 2,
): string | undefined {
  const { nodes, moving } = graphAt(results, at, varied);
  return inference(() => nodes.find((node) => isKinked(node, moving, order)))?.op.name;
}

/** Whether something on the way from the inputs to the results is rounded to f32. */
export function roundsToSingle(results: (...at: Tensor[]) => readonly Tensor[], at: readonly Tensor[]): boolean {
  const varied = at.flatMap(({ dtype }, k) => (dtype === 'f64' ? [k] : []));
  const { nodes, moving } = graphAt(results, at, varied);
  // A mask of f32 is made of truths, and rounds nothing
  return nodes.some(
    ({ inputs, outputs }) =>
      inputs.some((input) => moving.has(input) && isFloating(input)) && outputs.some(({ dtype }) => dtype === 'f32'),
  );
}

function graphAt(
  results: (...at: Tensor[]) => readonly Tensor[],
  at: readonly Tensor[],
  varied: readonly number[],
): { nodes: readonly Node<Tensor>[]; moving: ReadonlySet<Tensor> } {
  const given = at.map((input, k) => (varied.includes(k) ? variable(input).value : input));
  const inputs = given.filter((_, k) => varied.includes(k));
  const { nodes } = new Graph({ inputs, outputs: results(...given) });
  return { nodes, moving: new Set([...inputs, ...nodes.flatMap((node) => node.outputs)]) };
}

function isKinked(node: Node<Tensor>, moving: ReadonlySet<Tensor>, order: 1 | 2): boolean {
  const slots = node.inputs.flatMap((input, k) =>
    moving.has(input) && isFloating(input) && input.size > 0 ? [k] : [],
  );
  const values = node.outputs.filter(isFloating);
  if (slots.length === 0 || values.length === 0) return false;
  const weights = values.map(({ shape }, k) =>
    random.uniform(random.key(k), shape, { min: 0.5, max: 1, dtype: 'f64' }),
  );
  const along =
    (lines: ReadonlyMap<number, Tensor>) =>
    (step: number): number =>
      total(
        node.op.apply(
          node.inputs.map((input, k) => lines.get(k)?.mul(step).add(input) ?? input),
          node.attributes,
        ),
        weights,
      );
  try {
    return [0, 1].some((seed) => {
      const lines = new Map(slots.map((slot) => [slot, dyadic(node.input(slot), 10 * seed + slot)]));
      const largest = Math.max(...slots.map((slot) => largestFinite(node.input(slot).data)));
      const noise = Math.max(...values.map(({ dtype }) => (dtype === 'f32' ? 2 ** -23 : 2 ** -52)));
      const reach = { largest, noise };
      const whole = along(lines);
      if (jumps(sideBySide(whole, 1), 1, reach)) return true;
      if (order === 2 && jumps(sideBySide(whole, 2), 2, reach)) return true;
      return jumps(partByPart(whole, partsOf(lines).map(along)), 1, reach);
    });
  } catch {
    // An op that refuses the points beside this one, such as those beyond its domain, shows nothing.
    return false;
  }
}

/** Two numbers that are equal in the limit of small steps where a derivative exists, and how large what they came from was. */
type Pair = (step: number) => { gap: number; value: number; slope: number };

/** A derivative from the right and one from the left. */
function sideBySide(f: (step: number) => number, order: 1 | 2): Pair {
  return (step) => {
    const [at, right, left] = [f(0), f(step), f(-step)];
    const value = Math.max(Math.abs(at), Math.abs(right), Math.abs(left));
    const slope = Math.max(Math.abs(right - at), Math.abs(at - left)) / step;
    const gap =
      order === 1
        ? (right - at - (at - left)) / step
        : (f(2 * step) - 2 * right - (f(-2 * step) - 2 * left)) / (step * step);
    return { gap, value, slope };
  };
}

/** The slope along parts of a line, added up, and that along the whole: the median of equal elements has other ones. */
function partByPart(whole: (step: number) => number, parts: readonly ((step: number) => number)[]): Pair {
  return (step) => {
    const at = whole(0);
    const together = whole(step) - at;
    const shares = parts.map((part) => part(step) - at);
    const sum = shares.reduce((left, right) => left + right, 0);
    const largest = shares.reduce((most, share) => Math.max(most, Math.abs(share)), Math.abs(together));
    return { gap: (together - sum) / step, value: parts.length * Math.abs(at), slope: largest / step };
  };
}

/**
 * Whether a gap stays as steps shrink. Where a function is smooth it shrinks with them, eightfold each time; a kink's
 * stays and a jump's grows. Rounding grows too, so a gap that it may have made does not count.
 */
function jumps(pair: Pair, order: 1 | 2, { largest, noise }: { largest: number; noise: number }): boolean {
  const first = order === 1 ? 2 ** -11 : 2 ** -6;
  const gaps = [first, first / 8, first / 64].map((step) => {
    const { gap, value, slope } = pair(step);
    const rounding = (64 * noise * (value + slope * largest)) / step ** order;
    return Math.abs(gap) > rounding ? Math.abs(gap) : 0;
  });
  return gaps.every((gap, k) => Number.isFinite(gap) && gap > (k === 0 ? 0 : gaps[k - 1]! / 2));
}

/** A direction of odd sixteenths: steps of a power of 2 along it are added to most numbers without rounding. */
function dyadic({ shape, dtype }: Tensor, seed: number): Tensor {
  return random.uniform(random.key(seed), shape, { min: -8, max: 8, dtype: 'f64' }).floor().add(0.5).div(8).cast(dtype);
}

/** A few elements each, in every slot. */
function partsOf(lines: ReadonlyMap<number, Tensor>): ReadonlyMap<number, Tensor>[] {
  return [...lines].flatMap(([slot, line]) => {
    const count = Math.min(line.size, 64);
    return Array.from({ length: count }, (_, part) => {
      const kept = line.data.map((value, k) => (k % count === part ? value : 0));
      return new Map([[slot, tensor(kept, { shape: line.shape, dtype: line.dtype })]]);
    });
  });
}

function total(outputs: readonly Tensor[], weights: readonly Tensor[]): number {
  return outputs.filter(isFloating).reduce((sum, output, k) => sum + output.mul(weights[k]!).sum().item(), 0);
}

function isFloating({ dtype }: Tensor): boolean {
  return dtype === 'f64' || dtype === 'f32';
}
