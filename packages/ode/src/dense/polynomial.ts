/** Interpolants that are sums of slopes weighted by polynomials: y(t + theta h) = y + h sum of b_j(theta) k_j. */
import type { DenseOutput } from '../method.ts';
import { type Terms, combineAlone, termsOf } from '../stages/combine.ts';
import type { ExplicitState } from '../stages/explicit.ts';

/**
 * @param order of the interpolant
 * @param weights a row a slope: the coefficients of theta, theta^2, ... in its weight. The slopes are those of the
 *   stages and last the one at the end of the step.
 */
export function polynomial(order: number, weights: readonly (readonly number[])[]): DenseOutput<ExplicitState> {
  const degree = weights[0]!.length;
  const powers: Terms[] = Array.from({ length: degree }, (_, p) => termsOf(weights.map((row) => row[p]!)));

  return {
    order,
    size: (n) => (degree + 1) * n,

    write({ y, k }, data, at) {
      const n = y.length;
      data.set(y, at);
      for (let p = 0; p < degree; p++) {
        combineAlone(data.subarray(at + (p + 1) * n, at + (p + 2) * n), 1, powers[p]!, k);
      }
    },

    read(data, at, theta, h, y) {
      const n = y.length;
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let p = degree; p > 0; p--) sum = theta * (sum + data[at + p * n + i]!);
        y[i] = data[at + i]! + h * sum;
      }
    },
  };
}
