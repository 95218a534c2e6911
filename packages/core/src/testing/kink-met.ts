/** Ops that have no derivative at the very point where a function meets them: there rules choose, and choices do not add up. */
import { writingBodiesOut } from '../control/interpret.ts';
import { Graph, type Node, type Tensor, inference, random, tensor, variable } from '../index.ts';
import { largestFinite } from './largest-finite.ts';

/**
 * The name of an op on the way from the `varied` inputs to the results that, by its values, has no derivative of this
 * order, or of a lower one, at its own inputs: `abs` at 0, `maximum` at a tie. Undefined where there is none.
 *
 * Such an op's rule gives one of many slopes, and a function made of several may have a derivative of which the rules know
 * nothing: `abs(x)^2` is x^2. An op whose values are smooth is never one of them, whatever its rule says; nor is a
 * comparison, since a function that chooses by it has chosen its own rule; and so has a loop that ends by one. Bodies are
 * looked into, step by step: a smooth loop may go through kinks. A function with a rule of its own is one op here, and so
 * is a loop without a bound.
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
  const { nodes } = new Graph({ inputs, outputs: writingBodiesOut(() => results(...given)) });
  return { nodes, moving: new Set([...inputs, ...nodes.flatMap((node) => node.outputs)]) };
}

/** The elements of an op's outputs, one behind the other, a step along a line from its inputs. */
type Line = (step: number) => readonly number[];

function isKinked(node: Node<Tensor>, moving: ReadonlySet<Tensor>, order: 1 | 2): boolean {
  const { inputs, attributes, op } = node;
  const slots = inputs.flatMap((input, k) => (moving.has(input) && isFloating(input) && input.size > 0 ? [k] : []));
  const outputs = node.outputs.filter(isFloating);
  if (slots.length === 0 || outputs.length === 0) return false;
  const along =
    (lines: ReadonlyMap<number, Tensor>): Line =>
    (step) =>
      op
        .apply(
          inputs.map((input, k) => lines.get(k)?.mul(step).add(input) ?? input),
          attributes,
        )
        .filter(isFloating)
        .flatMap(({ data }) => Array.from(data));
  const largest = Math.max(...slots.map((slot) => largestFinite(inputs[slot]!.data)));
  const unit = outputs.some(({ dtype }) => dtype === 'f32') ? 2 ** -23 : 2 ** -52;
  const context = { largest, unit };
  try {
    return [0, 1].some((seed) => {
      const lines = new Map(slots.map((slot) => [slot, dyadic(inputs[slot]!, 10 * seed + slot)]));
      const whole = along(lines);
      if (stays(1, leftAndRight(whole, 1), context) || stays(1, nearAndFar(whole), context)) return true;
      if (order === 2 && stays(2, leftAndRight(whole, 2), context)) return true;
      return stays(1, wholeAndParts(whole, partsOf(lines).map(along)), context);
    });
  } catch {
    // An op that refuses the points beside this one, such as those beyond its domain, shows nothing.
    return false;
  }
}

/** For one element: two numbers that are equal in the limit where a derivative exists, and the size of what they come from. */
interface Gap {
  readonly gap: number;
  readonly value: number;
  readonly slope: number;
}

/** A derivative from the right, and one from the left. */
function leftAndRight(f: Line, order: 1 | 2): (step: number) => Gap[] {
  return (step) => {
    const [at, right, left] = [f(0), f(step), f(-step)];
    const [further, furtherLeft] = order === 1 ? [right, left] : [f(2 * step), f(-2 * step)];
    return at.map((value, k) => {
      const [p, q] = [right[k]! - value, value - left[k]!];
      // Of the second differences of both sides, the value itself falls out
      const gap = order === 1 ? p - q : further[k]! - furtherLeft[k]! - 2 * (right[k]! - left[k]!);
      return { gap: gap / step ** order, value: Math.abs(value), slope: Math.max(Math.abs(p), Math.abs(q)) / step };
    });
  };
}

/** A slope over a step, and over two: of `sign` at 0 and of a vertical tangent the nearer one is steeper, on both sides. */
function nearAndFar(f: Line): (step: number) => Gap[] {
  return (step) => {
    const [at, near, far] = [f(0), f(step), f(2 * step)];
    return at.map((value, k) => {
      const [p, q] = [(near[k]! - value) / step, (far[k]! - value) / (2 * step)];
      return { gap: p - q, value: Math.abs(value), slope: Math.max(Math.abs(p), Math.abs(q)) };
    });
  };
}

/** The slope along a line, and those along parts of it, added up: of the median of equal elements these are others. */
function wholeAndParts(whole: Line, parts: readonly Line[]): (step: number) => Gap[] {
  return (step) => {
    const at = whole(0);
    const moved = whole(step);
    const movedInPart = parts.map((part) => part(step));
    return at.map((value, k) => {
      let [rest, way] = [moved[k]! - value, Math.abs(moved[k]! - value)];
      for (const values of movedInPart) {
        rest -= values[k]! - value;
        way += Math.abs(values[k]! - value);
      }
      return { gap: rest / step, value: parts.length * Math.abs(value), slope: way / step };
    });
  };
}

/**
 * Whether the gap of an element stays as steps shrink. Of a smooth function it shrinks with them, eightfold each time; that
 * of a kink stays, and that of a jump grows. What rounding makes grows too, so a gap that it may have made does not count.
 */
function stays(
  order: 1 | 2,
  gapsAt: (step: number) => readonly Gap[],
  { largest, unit }: { largest: number; unit: number },
): boolean {
  const first = order === 1 ? 2 ** -11 : 2 ** -6;
  const sizes = [first, first / 8, first / 64].map((step) =>
    gapsAt(step).map(({ gap, value, slope }) => {
      const rounding = (1024 * unit * (value + slope * (largest + step))) / step ** order;
      return Math.abs(gap) > rounding && Number.isFinite(gap) ? Math.abs(gap) : 0;
    }),
  );
  const [large, middle, small] = sizes;
  return large!.some((size, k) => size > 0 && middle![k]! > size / 2 && small![k]! > middle![k]! / 2);
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

function isFloating({ dtype }: Tensor): boolean {
  return dtype === 'f64' || dtype === 'f32';
}
