/** Interpolants that are sums of slopes weighted by polynomials: y(t + theta h) = y + h sum of b_j(theta) k_j. */
import type { DenseOutput } from '../method.ts';
import { combine, termsOf } from '../stages/combine.ts';
import type { ExplicitState } from '../stages/explicit.ts';
import { copyInto } from './copy.ts';

/** Stages that only the interpolant needs. They may use the slopes of the step, the one at its end, and each other. */
export interface ExtraStages {
  readonly nodes: readonly number[];
  readonly stages: readonly (readonly number[])[];
}

/**
 * @param order of the interpolant: its error in one step is O(h^(order + 1))
 * @param weights a row a slope: the coefficients of theta, theta^2, ... in its weight. The slopes are those of the
 *   stages, then the one at the end of the step where that is none of them, then the extra ones.
 * @param stepSlopes how many of them the step has computed
 */
export function polynomial(
  order: number,
  weights: readonly (readonly number[])[],
  stepSlopes: number = weights.length,
  extra?: ExtraStages,
): DenseOutput<ExplicitState> {
  /** Slopes that are read; one whose weight is 0 and that no extra stage uses is not kept. */
  const used = weights.map(
    (row, j) => row.some((w) => w !== 0) || (extra?.stages.some((stage) => (stage[j] ?? 0) !== 0) ?? false),
  );
  /** Where slope j lies in the numbers of a step, in vectors behind the first, which is y. */
  const place = used.map((_, j) => used.slice(0, j).filter(Boolean).length + 1);
  const vectors = used.filter(Boolean).length + 1;
  const written = used.flatMap((keep, j) => (keep && j < stepSlopes ? [j] : []));
  const read = weights.flatMap((row, j) =>
    row.some((w) => w !== 0) ? [{ place: place[j]!, coefficients: Float64Array.from(row) }] : [],
  );
  const extraTerms = extra?.stages.map(termsOf);

  return {
    order,
    size: (n) => vectors * n,

    write({ y, k }, data, at) {
      const n = y.length;
      copyInto(data, at, y);
      for (let w = 0; w < written.length; w++) copyInto(data, at + (w + 1) * n, k[written[w]!]!);
    },

    ...(extra !== undefined && {
      finish(system, t, h, data, at) {
        const n = system.n;
        const vector = (v: number): Float64Array => data.subarray(at + v * n, at + (v + 1) * n);
        const slopes = used.map((keep, j) => vector(keep ? place[j]! : 0));
        const stage = new Float64Array(n);
        extra.nodes.forEach((node, e) => {
          combine(stage, vector(0), h, extraTerms![e]!, slopes);
          system.f(t + node * h, stage, slopes[stepSlopes + e]!);
        });
      },
    }),

    read(data, at, theta, h, y) {
      const n = y.length;
      for (let i = 0; i < n; i++) y[i] = data[at + i]!;
      for (const { place: p, coefficients } of read) {
        let weight = 0;
        for (let c = coefficients.length - 1; c >= 0; c--) weight = theta * (weight + coefficients[c]!);
        weight *= h;
        const start = at + p * n;
        for (let i = 0; i < n; i++) y[i] = y[i]! + weight * data[start + i]!;
      }
    },
  };
}
