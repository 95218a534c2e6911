/** How far the first step goes. */
import type { System } from '../system.ts';
import { weightedNorm } from '../tolerance.ts';
import { power } from '../power.ts';

/**
 * A first step, positive, whose local error by an explicit Euler step is about a hundredth of what is allowed.
 *
 * Hairer, Nørsett, Wanner, Solving ODEs I, 2nd ed., II.4, "Starting step size", (a) to (f); no longer than `span`.
 *
 * @param direction 1 forward, -1 backward
 * @param errorOrder of the estimate that will control the steps
 */
export function initialStep(
  system: System,
  t: number,
  y: Float64Array,
  dy: Float64Array,
  direction: number,
  span: number,
  errorOrder: number,
): number {
  const { n, tolerance } = system;
  if (n === 0) return span;
  const size = weightedNorm(y, y, tolerance);
  const slope = weightedNorm(dy, y, tolerance);
  const bySize = Math.min(span, size < 1e-5 || slope < 1e-5 ? 1e-6 : (0.01 * size) / slope);
  // A component that is 0 and has no absolute tolerance says nothing of how far one can go.
  const euler = bySize > 0 ? bySize : 1e-6 * span;
  const moved = new Float64Array(n);
  const change = new Float64Array(n);
  for (let i = 0; i < n; i++) moved[i] = y[i]! + direction * euler * dy[i]!;
  system.f(t + direction * euler, moved, change);
  for (let i = 0; i < n; i++) change[i] = change[i]! - dy[i]!;
  const curvature = weightedNorm(change, y, tolerance) / euler;
  const steepest = Math.max(slope, curvature);
  const byEstimate = steepest <= 1e-15 ? Math.max(1e-6, euler * 1e-3) : power(0.01 / steepest, 1 / (errorOrder + 1));
  const step = Math.min(100 * euler, byEstimate, span);
  // f may not be finite a little further on; the step control finds out how far one can go.
  return Number.isFinite(step) && step > 0 ? step : euler;
}
