/** Derivatives at the points where rules go wrong: 0, ties, 1, -1 and large numbers. */
import { EdgewiseError, type Tensor, random, tensor, vjp } from '../index.ts';
import { type Compare, firstIn, forwardIn, namedLines, replaced, slopeIn } from './derivatives.ts';
import { kinkMet } from './kink-met.ts';

interface ProbeOptions {
  readonly orders: readonly (1 | 2)[];
  readonly tolerance: number;
  readonly compare: Compare;
}

/** What to do where a derivative is wrong at a point that was chosen here, and not by the caller. */
const byForward = 'checkGradients of each op in fn alone at this point: a pull and a push of one of them differ';
const orLeaveOut = 'or probe: false, where the point means nothing to fn';
const byDifferences = {
  1: `a rule that is right at this very point, too: a where() in it may choose the other branch; ${orLeaveOut}`,
  2: `a rule that has a slope at this very point, too: where one gives a constant by where(), it has none; ${orLeaveOut}`,
} as const;

const specialNumbers = [0, 1, -1, 1000, -1000];

/**
 * Holds derivatives at special points to what is true at kinks too: none is NaN, and reverse mode agrees with forward
 * mode. Where left, right and central differences agree, so must the derivative, unless an op inside the function is at a
 * kink of its own.
 */
export function probeSpecialPoints(
  results: (...at: Tensor[]) => Tensor[],
  inputs: readonly Tensor[],
  directions: readonly Tensor[],
  options: ProbeOptions,
): void {
  for (const { at, where } of specialPoints(inputs)) {
    const values = valuesAt(results, at);
    if (values === undefined || !values.every(isAllFinite)) continue;
    // Positive, so that infinite shares of one sign do not become NaN by being subtracted.
    const weights = values.map(({ shape }, k) =>
      random.uniform(random.key(k), shape, { min: 0.5, max: 1.5, dtype: 'f64' }),
    );
    const scalar = (...inputs: Tensor[]): Tensor =>
      results(...inputs)
        // Where the number of elements jumps there is no slope.
        .map((result, k) => (result.size === weights[k]!.size ? result.mul(weights[k]!).sum() : tensor(Number.NaN)))
        .reduce((total, part) => total.add(part));
    probePoint(scalar, at, directions, where, options);
  }
}

/** Each f64 input alone, and all together, filled with a special number; and each with its own first element. */
function specialPoints(inputs: readonly Tensor[]): { at: readonly Tensor[]; where: string }[] {
  const varied = inputs.flatMap(({ dtype, size }, k) => (dtype === 'f64' && size > 0 ? [k] : []));
  const filled = (chosen: readonly number[], value: number): readonly Tensor[] =>
    inputs.map((input, k) =>
      chosen.includes(k)
        ? tensor(new Float64Array(input.size).fill(value), { shape: input.shape, dtype: 'f64' })
        : input,
    );
  return [
    ...varied.flatMap((k) =>
      specialNumbers.map((value) => ({ at: filled([k], value), where: `where input ${k} is ${value}` })),
    ),
    ...varied.flatMap((k) =>
      inputs[k]!.size < 2
        ? []
        : [{ at: filled([k], inputs[k]!.data[0]!), where: `where the elements of input ${k} are equal` }],
    ),
    ...(varied.length < 2
      ? []
      : specialNumbers.map((value) => ({ at: filled(varied, value), where: `where every input is ${value}` }))),
  ];
}

function probePoint(
  scalar: (...at: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  directions: readonly Tensor[],
  where: string,
  { orders, tolerance, compare }: ProbeOptions,
): void {
  const floating = inputs.flatMap(({ dtype, size }, k) => (dtype === 'f64' && size > 0 ? [k] : []));
  const moved = (k: number, step: Tensor): Tensor[] => replaced(inputs, k, inputs[k]!.add(step));
  const differencesIn = (k: number, got: number, f: (at: Tensor[]) => Tensor): number | undefined =>
    slopeWhereSmooth((step) => f(moved(k, step)).item(), directions[k]!, got, tolerance);
  const areClose = (got: number, expected: number): boolean =>
    Math.abs(got - expected) <= tolerance * (1 + Math.abs(expected)) || Object.is(got, expected);
  /** Ops at kinks choose a slope, and what is made of such choices need not be the slope of the whole. */
  const chooses = (varied: readonly number[], order: 1 | 2): boolean =>
    kinkMet((...at) => [scalar(...at)], inputs, varied, order) !== undefined;
  const along = (k: number, gradient: Tensor): Tensor => gradient.mul(directions[k]!).sum();

  /** A value without neighbors has no slope: (-1)^-1, seen along the exponent. */
  const isIsolated = (k: number): boolean =>
    [-1e-3, 1e-3].every((h) => !Number.isFinite(scalar(...moved(k, directions[k]!.mul(h))).item()));

  const gradients = floating.map((k) => firstIn(scalar, inputs, k));
  gradients.forEach((gradient, j) => {
    const first = `first derivative in input ${floating[j]}, ${where},`;
    if (gradient.data.some(Number.isNaN) && !isIsolated(floating[j]!)) refuseNaN(first);
  });
  for (const [j, k] of floating.entries()) {
    const line = directions[k]!;
    const forward = (at: readonly Tensor[]): Tensor => forwardIn(scalar, at, k, line);
    const reverse = (at: readonly Tensor[]): Tensor => slopeIn(scalar, at, k, line);

    if (orders.includes(1) && isAllFinite(gradients[j]!)) {
      const first = `first derivative in ${namedLines(k)}, ${where},`;
      const pulled = along(k, gradients[j]!).item();
      compare(first, pulled, forward(inputs).item(), 'forward mode gives', byForward);
      const slope = differencesIn(k, pulled, (at) => scalar(...at));
      if (slope !== undefined && (areClose(pulled, slope) || !chooses([k], 1)))
        compare(first, pulled, slope, 'differences on both sides give', byDifferences[1]);
    }
    // Where a slope is infinite there is no second derivative.
    if (!orders.includes(2) || !gradients.every(isAllFinite)) continue;
    for (const other of floating) {
      const second = `second derivative in ${namedLines(k, other)}, ${where},`;
      const [overReverse, overForward] = [reverse, forward].map((slope) =>
        vjp((y: Tensor) => slope(replaced(inputs, other, y)), inputs[other]!)[1](1),
      );
      if ([overReverse!, overForward!].some(({ data }) => data.some(Number.isNaN))) refuseNaN(second);
      if (!isAllFinite(overReverse!)) continue;
      const pulled = along(other, overReverse!).item();
      const pushed = along(other, overForward!).item();
      const slope = differencesIn(other, pulled, reverse);
      const [isRight, isSame] = [slope !== undefined && areClose(pulled, slope), areClose(pulled, pushed)];
      const doubted = !isSame || (slope !== undefined && !isRight);
      const excused = doubted && chooses([k, other], 2);
      // Of a kink the two modes may know differently much: the square of a norm at 0. Then one has to be right.
      if (isSame || !excused || !isRight) compare(second, pulled, pushed, 'forward mode gives', byForward);
      if (slope !== undefined && (isRight || !excused))
        compare(second, pulled, slope, 'differences on both sides give', byDifferences[2]);
    }
  }
}

/**
 * The slope of `f` along a direction, by differences; undefined where there is none. Along one line a kink can look smooth
 * (the median of equal elements, moved apart). So before differences contradict a rule, they must add up: the slope
 * along the parts of a direction, a few elements each, is the slope along the whole.
 */
function slopeWhereSmooth(
  f: (step: Tensor) => number,
  direction: Tensor,
  got: number,
  tolerance: number,
): number | undefined {
  const along = (line: Tensor): number => slopeOnBothSides((h) => f(line.mul(h)), tolerance) ?? Number.NaN;
  const whole = along(direction);
  if (Number.isNaN(whole)) return undefined;
  const allowed = tolerance * (1 + Math.abs(whole));
  if (Math.abs(got - whole) <= allowed) return whole;
  const count = Math.min(direction.size, 64);
  let sum = 0;
  for (let part = 0; part < count; part++) {
    const kept = direction.data.map((value, k) => (k % count === part ? value : 0));
    sum += along(tensor(kept, { shape: direction.shape, dtype: 'f64' }));
  }
  return Math.abs(sum - whole) <= allowed * count ? whole : undefined;
}

/**
 * The slope of `f` at 0, by five points; undefined where those on the left, on the right and on both sides do not tell the
 * same (a kink, a jump, the end of a domain), or where rounding hides what they tell.
 */
function slopeOnBothSides(f: (h: number) => number, tolerance: number): number | undefined {
  const h = 1e-3;
  const at = new Map([-4, -3, -2, -1, 0, 1, 2, 3, 4].map((k) => [k, f(k * h)]));
  const combined = (weights: readonly (readonly [at: number, weight: number])[]): number =>
    weights.reduce((sum, [k, weight]) => sum + weight * at.get(k)!, 0) / (12 * h);
  const oneSided = [-25, 48, -36, 16, -3];
  const [left, right] = [-1, 1].map((side) => combined(oneSided.map((weight, k) => [side * k, side * weight])));
  const central = combined([
    [-2, 1],
    [-1, -8],
    [1, 8],
    [2, -1],
  ]);
  const allowed = tolerance * (1 + Math.abs(central));
  const rounding = (16 * Number.EPSILON * Math.max(...Array.from(at.values(), Math.abs))) / h;
  const agree = Math.abs(left! - central) < allowed / 2 && Math.abs(right! - central) < allowed / 2;
  return agree && rounding < allowed / 2 ? central : undefined;
}

/** The results at a point; nothing where the function refuses it. */
function valuesAt(results: (...at: Tensor[]) => Tensor[], at: readonly Tensor[]): Tensor[] | undefined {
  try {
    return results(...at);
  } catch {
    return undefined;
  }
}

function isAllFinite(x: Tensor): boolean {
  return x.data.every((value) => Number.isFinite(value));
}

function refuseNaN(what: string): never {
  throw new EdgewiseError({
    code: 'wrong-derivative',
    op: 'checkGradients',
    problem: `${what} is NaN; the value is finite`,
    received: Number.NaN,
    remedy:
      'a form that divides neither Infinity by Infinity nor 0 by 0; where() gives both branches a share, so let it choose the input too: where(ok, where(ok, x, 1).sqrt(), 0)',
  });
}
