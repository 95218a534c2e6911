/** Derivatives at inputs, held to central differences and to each other. */
import type { Tensor } from '../index.ts';
import { type Compare, forwardIn, namedLines, replaced, secondIn, slopeIn } from './derivatives.ts';
import { kinkMet, roundsToSingle } from './kink-met.ts';

/** A function at inputs, all floating ones f64. */
export interface Point {
  readonly results: (...at: Tensor[]) => Tensor[];
  /** One number from them. */
  readonly scalar: (...at: Tensor[]) => Tensor;
  readonly inputs: readonly Tensor[];
  /** For each input, the line along which its derivatives are taken. */
  readonly directions: readonly Tensor[];
}

/**
 * Compares in each of the `varied` inputs the first derivative with differences of the values, and with that by forward mode;
 * and for each pair of them the second with differences of the first.
 */
export function compareDifferences(
  { results, scalar, inputs, directions }: Point,
  varied: readonly number[],
  { orders, forward, compare }: { orders: readonly (1 | 2)[]; forward: boolean; compare: Compare },
): void {
  for (const k of varied) {
    const line = directions[k]!;
    const slopeAt = (at: readonly Tensor[]): number => slopeIn(scalar, at, k, line).item();
    const moved = (j: number, h: number): Tensor[] => replaced(inputs, j, inputs[j]!.add(directions[j]!.mul(h)));
    if (orders.includes(1)) {
      const slope = slopeAt(inputs);
      compare(
        `first derivative in ${namedLines(k)}`,
        slope,
        differences((h) => scalar(...moved(k, h)).item()),
        'central differences give',
        () => whatToDo(results, inputs, [k], 1),
      );
      if (forward)
        compare(
          `forward derivative in ${namedLines(k)}`,
          forwardIn(scalar, inputs, k, line).item(),
          slope,
          'reverse mode gives',
          'checkGradients of each op in fn alone: the push of one of them is not its pull seen forward',
        );
    }
    if (!orders.includes(2)) continue;
    for (const other of varied) {
      compare(
        `second derivative in ${namedLines(k, other)}`,
        secondIn(scalar, inputs, k, other, line).mul(directions[other]!).sum().item(),
        differences((h) => slopeAt(moved(other, h))),
        'central differences of the first give',
        () => whatToDo(results, inputs, [k, other], 2),
      );
    }
  }
}

/** Where derivatives and differences differ: the most likely reason, as something to do. */
function whatToDo(
  results: (...at: Tensor[]) => Tensor[],
  at: readonly Tensor[],
  varied: readonly number[],
  order: 1 | 2,
): string {
  if (roundsToSingle(results, at))
    return 'fn without f32 inside: of what is rounded to f32 differences carry 3 digits; or tolerance: 1e-3';
  const kink = kinkMet(results, at, varied, order);
  if (kink !== undefined) return `inputs away from the kink of ${kink}: at it the slope is a choice`;
  return order === 1
    ? 'checkGradients of each op in fn alone: the pull, or slope, of one of them is not the derivative of its forward'
    : 'a rule written with ops: a number taken out of a tensor, by item(), data or toArray(), has no derivative';
}

/** Central differences of two steps, combined so that the error is of fourth order in the step (Richardson 1911). */
function differences(f: (h: number) => number): number {
  const h = 1e-3;
  const central = (step: number): number => (f(step) - f(-step)) / (2 * step);
  return (4 * central(h / 2) - central(h)) / 3;
}
