/** Derivatives held against central differences: for tests of one's own ops and functions. */
import { ArgumentError, EdgewiseError, type Tensor, checkOptions, jvp, random, tensor, vjp } from '../index.ts';
import { probeSpecialPoints } from './probe.ts';

export interface CheckOptions {
  /** Which derivatives: 1 the first, 2 the second. */
  orders?: readonly (1 | 2)[];
  /** Largest error allowed, times (1 + |derivative|). */
  tolerance?: number;
  /** Also pull against push: the same number from reverse and forward mode. */
  forward?: boolean;
  /** Also at special points, whatever the inputs: 0, ties, 1, -1, 1000, -1000. On unless false. */
  probe?: boolean;
  /** For the directions in which derivatives are compared. */
  seed?: number;
}

export interface GradientReport {
  /** Largest |difference| / (1 + |derivative|) met. */
  readonly worst: number;
  readonly comparisons: number;
}

/**
 * Compares the derivatives of `fn` at f64 `inputs` with central differences, along random directions: the first for each
 * floating input, the second for each pair of them. Inputs and results of other dtypes are passed on as they are; of
 * several results every one is held to it. Keep inputs away from kinks.
 *
 * Then it probes points where rules go wrong: each input in turn, and all together, filled with 0, 1, -1, 1000 and -1000,
 * and each with its first element throughout (a tie). There no derivative may be NaN, reverse and forward mode must agree
 * at first order and at second, and where the function has one slope on both sides, differences must agree too. Kinks are
 * therefore allowed there; points at which `fn` throws or is not finite, or its slope is infinite, are passed over.
 *
 * @throws EdgewiseError `wrong-derivative`, naming the order, the input and both numbers; ArgumentError `not-orders`
 * @example
 * checkGradients((x) => x.sin().sum(), [tensor([0.1, 2], { dtype: 'f64' })]);
 */
export function checkGradients(
  fn: (...inputs: Tensor[]) => Tensor | readonly Tensor[],
  inputs: readonly Tensor[],
  options: CheckOptions = {},
): GradientReport {
  checkOptions('checkGradients', options, ['orders', 'tolerance', 'forward', 'probe', 'seed']);
  const { orders = [1, 2], tolerance = 1e-7, forward = true, probe = true, seed = 0 } = options;
  checkOrders(orders);
  let worst = 0;
  let comparisons = 0;
  const compare = (what: string, got: number, expected: number, by = 'central differences give'): void => {
    const error = Math.abs(got - expected) / (1 + Math.abs(expected));
    comparisons++;
    worst = Math.max(worst, error);
    if (error <= tolerance || Object.is(got, expected)) return;
    throw new EdgewiseError({
      code: 'wrong-derivative',
      op: 'checkGradients',
      problem: `${what} is ${got}; ${by} ${expected} (error ${error.toExponential(1)}, allowed ${tolerance})`,
      expected,
      received: got,
    });
  };

  const floating = inputs.flatMap((input, k) => (input.dtype === 'f64' ? [k] : []));
  if (floating.length === 0) {
    throw new EdgewiseError({
      code: 'nothing-to-check',
      op: 'checkGradients',
      problem: 'no input is f64',
      expected: 'f64',
      received: inputs.map((input) => input.dtype),
      remedy: "tensor(values, { dtype: 'f64' })",
    });
  }
  const directions = inputs.map((input, k) => direction(input, seed + k));
  const results = (...at: Tensor[]): Tensor[] => [fn(...at)].flat().filter(isFloating);
  const weights = results(...inputs).map((result, k) => direction(result, seed + 1000 + k));
  if (weights.length === 0) {
    throw new EdgewiseError({
      code: 'nothing-to-check',
      op: 'checkGradients',
      problem: 'no result is f32 or f64',
      expected: 'f64',
    });
  }
  /** One number from any results, so that every element of them matters. */
  const scalar = (...at: Tensor[]): Tensor =>
    results(...at)
      .map((result, k) => result.mul(weights[k]!).sum())
      .reduce((total, part) => total.add(part));

  for (const k of floating) {
    const along = (h: number): Tensor[] =>
      inputs.map((input, j) => (j === k ? input.add(directions[j]!.mul(h)) : input));
    const ofInput = (x: Tensor): Tensor => scalar(...inputs.map((input, j) => (j === k ? x : input)));
    const derivative = (at: readonly Tensor[]): Tensor =>
      vjp((x: Tensor) => scalar(...at.map((input, j) => (j === k ? x : input))), at[k]!)[1](1);
    const slope = (at: readonly Tensor[]): number => derivative(at).mul(directions[k]!).sum().item();
    if (orders.includes(1)) {
      compare(
        `first derivative in input ${k}`,
        slope(inputs),
        differences((h) => scalar(...along(h)).item()),
      );
      if (forward)
        compare(`forward derivative in input ${k}`, jvp(ofInput, inputs[k]!, directions[k]!)[1].item(), slope(inputs));
    }
    if (!orders.includes(2)) continue;
    for (const other of floating) {
      const moved = (h: number): Tensor[] =>
        inputs.map((input, j) => (j === other ? input.add(directions[j]!.mul(h)) : input));
      const mixed = vjp(
        (y: Tensor) =>
          derivative(inputs.map((input, j) => (j === other ? y : input)))
            .mul(directions[k]!)
            .sum(),
        inputs[other]!,
      )[1](1);
      compare(
        `second derivative in inputs ${k} and ${other}`,
        mixed.mul(directions[other]!).sum().item(),
        differences((h) => slope(moved(h))),
      );
    }
  }
  if (probe) probeSpecialPoints(results, inputs, directions, { orders, tolerance, compare });
  return { worst, comparisons };
}

/** A check of no order, or of one that is not checked, would pass whatever the rules say. */
function checkOrders(orders: unknown): void {
  if (Array.isArray(orders) && orders.length > 0 && orders.every((order) => order === 1 || order === 2)) return;
  throw new ArgumentError({
    code: 'not-orders',
    op: 'checkGradients',
    problem: `orders is ${Array.isArray(orders) ? `[${orders.join(', ')}]` : String(orders)}; expected a list with 1, 2 or both`,
    expected: [1, 2],
    received: orders,
    remedy: 'orders: [1, 2]; for a third derivative, check the gradient of fn to order 2',
  });
}

function isFloating({ dtype }: Tensor): boolean {
  return dtype === 'f64' || dtype === 'f32';
}

function direction(like: Tensor, seed: number): Tensor {
  if (!isFloating(like)) return tensor(0);
  return random.uniform(random.key(seed), like.shape, { min: -1, max: 1, dtype: like.dtype });
}

/** Central differences of two steps, combined so that the error is of fourth order in the step (Richardson 1911). */
function differences(f: (h: number) => number): number {
  const h = 1e-3;
  const central = (step: number): number => (f(step) - f(-step)) / (2 * step);
  return (4 * central(h / 2) - central(h)) / 3;
}
