/** How fast a system can change: the largest eigenvalue of its Jacobian in size, estimated without a matrix. */
import type { System } from '../system.ts';

/** What an estimate remembers for the next one: the eigenvector that it was led to. */
export interface SpectralRadius {
  readonly vector: Float64Array;
  readonly product: Float64Array;
  /** The estimate, with what it is raised by; 0 before the first one. */
  radius: number;
}

const maxIterations = 50;
/** By how much an estimate from below is raised, as in RKC. */
const safety = 1.2;

export function newSpectralRadius(n: number): SpectralRadius {
  return { vector: new Float64Array(n), product: new Float64Array(n), radius: 0 };
}

/**
 * Power iterations from the last eigenvector, or from the slope, until the estimate changes by less than a hundredth.
 *
 * Sommeijer, Shampine, Verwer, "RKC: an explicit solver for parabolic PDEs", J. Comput. Appl. Math. 88 (1997), section 3.
 *
 * @param dy f at `(t, y)`
 */
export function estimateRadius(
  system: System,
  estimate: SpectralRadius,
  t: number,
  y: Float64Array,
  dy: Float64Array,
): void {
  const { vector, product } = estimate;
  const { n, jacobian } = system;
  let size = norm(vector);
  if (!(size > 0)) {
    vector.set(dy);
    // A slope that is 0, or an eigenvector of a small eigenvalue, would show nothing.
    const scale = norm(dy) || 1;
    for (let i = 0; i < n; i++) vector[i] = vector[i]! + 1e-3 * scale * ((((i + 1) * 0.618033988749895) % 1) - 0.5);
    size = norm(vector);
  }
  for (let i = 0; i < n; i++) vector[i] = vector[i]! / size;
  let last = 0;
  for (let k = 0; k < maxIterations; k++) {
    jacobian.times(t, y, dy, vector, product);
    const grown = norm(product);
    if (!(grown > 0 && grown < Infinity)) break;
    for (let i = 0; i < n; i++) vector[i] = product[i]! / grown;
    const settled = Math.abs(grown - last) <= 0.01 * grown;
    last = grown;
    if (settled && k > 0) break;
  }
  estimate.radius = safety * last;
}

function norm(v: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < v.length; i++) sum += v[i]! * v[i]!;
  return Math.sqrt(sum);
}
