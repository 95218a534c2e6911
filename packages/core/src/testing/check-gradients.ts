/** Derivatives held against central differences: for tests of one's own ops and functions. */
import { ArgumentError, EdgewiseError, Tensor, checkOptions, random, tensor } from '../index.ts';
import { compareCompiled } from './compare-compiled.ts';
import { compareDifferences } from './compare-differences.ts';
import { compareSingle } from './compare-single.ts';
import type { Compare } from './derivatives.ts';
import { probeSpecialPoints } from './probe.ts';

export interface CheckOptions {
  /** Which derivatives: 1 the first, 2 the second. Both if not said. */
  orders?: readonly (1 | 2)[];
  /** Largest error allowed, times (1 + |derivative|): 1e-7. Derivatives in f32 are allowed 1e-4 at least. */
  tolerance?: number;
  /** Also pull against push: the same number from reverse and forward mode. On unless false. */
  forward?: boolean;
  /** Also at special points, whatever the inputs: 0, ties, 1, -1, 1000, -1000. On unless false. */
  probe?: boolean;
  /**
   * Also compiled against eager: the values, and the derivatives of the orders asked for, as programs, and each op in them
   * that has a `lower`. Off unless true: to make programs takes longer than to compare derivatives at the inputs, and a
   * function that reads numbers cannot be one.
   */
  compiled?: boolean;
  /** For the directions in which derivatives are compared. */
  seed?: number;
}

export interface GradientReport {
  /** Largest |difference| / (1 + |derivative|) met; with f32 inputs this is one of f32. */
  readonly worst: number;
  readonly comparisons: number;
}

/** What rounding to f32 on the way may change of a derivative, times (1 + the largest of its elements). */
const SINGLE = 1e-4;

/**
 * Compares the derivatives of `fn` at `inputs` with central differences, along random directions: the first for each
 * floating input, the second for each pair of them. Inputs and results that are not floating are passed on as they are; of
 * several results every one is held to it. Keep inputs away from kinks.
 *
 * Differences need f64. With f32 inputs all this is done at f64 copies of them, which `fn` has to accept, and then the
 * derivatives at the f32 inputs themselves are held to those at the copies, within 1e-4 or `tolerance` if that is larger.
 * Special points are probed with the copies.
 *
 * Then it probes points where rules go wrong: each input in turn, and all together, filled with 0, 1, -1, 1000 and -1000,
 * and each with its first element throughout (a tie). There no derivative may be NaN, reverse and forward mode must agree
 * at first order and at second, and where the function has one slope on both sides, differences must agree too. Kinks are
 * therefore allowed there; points at which `fn` throws or is not finite, or its slope is infinite, are passed over.
 *
 * Nor is a smooth function made of ops at kinks held to differences there: of `abs(x)^2` at 0 the rules say that the
 * second derivative is 0, since the slope of `abs` at 0 is a choice and a choice does not move. Whether an op is at a kink
 * is seen by its values, never by its rule, so that a wrong rule of a smooth op is found; beside an op at a kink it is found
 * where it is checked alone. Loops, branches and checkpoints are looked into; a function with a rule of its own counts as
 * one op. Reverse and forward mode may differ there at second order, as they do for `norm(x)^2`, if reverse mode gives what
 * differences give.
 *
 * With `compiled` it compares `fn` and its derivatives as programs with what they are without `compile`: whole numbers and
 * truths to the bit, floats within what `compile(fn, { verify: true })` allows, 4096 roundings of (1 + the largest
 * element). Then, as closely, each op that runs in them, forward or backward, and has a `lower`: alone, at the numbers that
 * occur, with its `forward`; an elementwise op, whose `lower` runs without `compile` too, element by element with its
 * `value`. With f32 inputs ops are compared at the f64 copies, too.
 *
 * @throws EdgewiseError `wrong-derivative`, naming the order, the input and both numbers; `program-differs`, and
 *   `not-run-as-program` inside of `record` or `trace`; `not-in-f64` where `fn` refuses f64 copies of f32 inputs;
 *   `nothing-to-check`; ArgumentError `not-orders`, `not-tensors`, `unknown-option`
 * @example
 * checkGradients((x) => x.sin().sum(), [tensor([0.1, 2], { dtype: 'f64' })]);
 */
export function checkGradients(
  fn: (...inputs: Tensor[]) => Tensor | readonly Tensor[],
  inputs: readonly Tensor[],
  options: CheckOptions = {},
): GradientReport {
  checkOptions('checkGradients', options, ['orders', 'tolerance', 'forward', 'probe', 'compiled', 'seed']);
  const { orders = [1, 2], tolerance = 1e-7, forward = true, probe = true, compiled = false, seed = 0 } = options;
  checkOrders(orders);
  checkInputs(inputs);
  let worst = 0;
  let comparisons = 0;
  const compare: Compare = (what, got, expected, by, remedy, allowed = tolerance) => {
    const error = Math.abs(got - expected) / (1 + Math.abs(expected));
    comparisons++;
    worst = Math.max(worst, error);
    if (error <= allowed || Object.is(got, expected)) return;
    throw new EdgewiseError({
      code: 'wrong-derivative',
      op: 'checkGradients',
      problem: `${what} is ${got}; ${by} ${expected} (error ${error.toExponential(1)}, allowed ${Number(allowed.toPrecision(2))})`,
      expected,
      received: got,
      remedy: typeof remedy === 'string' ? remedy : remedy(),
    });
  };

  const floating = inputs.flatMap((input, k) => (isFloating(input) ? [k] : []));
  if (floating.length === 0) throw nothingToCheck('input', inputs);
  const isSingle = inputs.some(({ dtype }) => dtype === 'f32');
  const lines = inputs.map((input, k) => direction(input, seed + k));
  const values = (...at: Tensor[]): Tensor[] => [fn(...at)].flat();
  const results = (...at: Tensor[]): Tensor[] => values(...at).filter(isFloating);

  // A function that is wrong anyway says so itself; from here on in f64
  if (isSingle) results(...inputs);
  const precise = inputs.map(inDouble);
  const directions = lines.map(inDouble);
  const weights = (isSingle ? unlessRefused(() => results(...precise)) : results(...precise)).map((result, k) =>
    direction(result, seed + 1000 + k),
  );
  if (weights.length === 0) throw nothingToCheck('result', values(...precise));
  /** One number from any results, so that every element of them matters. */
  const scalar = (...at: Tensor[]): Tensor =>
    results(...at)
      .map((result, k) => result.mul(weights[k]!).sum())
      .reduce((total, part) => total.add(part));
  const at = { results, scalar, inputs: precise, directions };
  compareDifferences(at, floating, { orders, forward, compare });
  if (probe) probeSpecialPoints(results, precise, directions, { orders, tolerance, compare });

  if (isSingle) {
    const given = { scalar, single: inputs, double: precise, lines };
    compareSingle(given, floating, { orders, forward, tolerance: Math.max(tolerance, SINGLE), compare });
  }
  if (compiled) {
    const double = isSingle ? precise : undefined;
    const errors = compareCompiled(inputs, { values, scalar, varied: floating, lines, orders, double });
    worst = Math.max(worst, ...errors);
    comparisons += errors.length;
  }
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

function checkInputs(inputs: unknown): void {
  if (Array.isArray(inputs) && inputs.every((input) => input instanceof Tensor)) return;
  throw new ArgumentError({
    code: 'not-tensors',
    op: 'checkGradients',
    problem: 'the inputs are a list of tensors, one for each argument of fn',
    received: inputs,
    remedy: '[tensor(values)], and for a tree its leaves: (w, b) => f({ w, b })',
  });
}

function nothingToCheck(what: 'input' | 'result', tensors: readonly Tensor[]): EdgewiseError {
  const dtypes = tensors.map(({ dtype }) => dtype);
  const are = dtypes.length === 0 ? 'there is none' : `they are ${dtypes.join(', ')}`;
  return new EdgewiseError({
    code: 'nothing-to-check',
    op: 'checkGradients',
    problem: `no ${what} is f64 or f32, and others have no derivative; ${are}`,
    expected: 'f64',
    received: dtypes,
    remedy: what === 'input' ? "tensor(values, { dtype: 'f64' })" : "a floating result of fn, such as y.cast('f64')",
  });
}

/** What `fn` gives at f64 copies of f32 inputs. */
function unlessRefused(results: () => Tensor[]): Tensor[] {
  try {
    return results();
  } catch (error) {
    throw new EdgewiseError({
      code: 'not-in-f64',
      op: 'checkGradients',
      problem: `differences need f64, and fn refuses f64 copies of its f32 inputs: ${error instanceof Error ? error.message : String(error)}`,
      expected: 'f64',
      received: error,
      remedy: 'fn in the dtype of its inputs: what it creates or casts inside takes x.dtype',
    });
  }
}

function inDouble(input: Tensor): Tensor {
  return input.dtype === 'f32' ? input.cast('f64') : input;
}

function isFloating({ dtype }: Tensor): boolean {
  return dtype === 'f64' || dtype === 'f32';
}

function direction(like: Tensor, seed: number): Tensor {
  if (!isFloating(like)) return tensor(0);
  return random.uniform(random.key(seed), like.shape, { min: -1, max: 1, dtype: like.dtype });
}
