/** Adam: steps scaled by running means of the gradient and of its square. */
import {
  ArgumentError,
  type Tensor,
  type UpdateRule,
  checkOptions,
  mapTree,
  pow,
  tensor,
  zerosLike,
} from '@edgewise/core';
import { checkShare } from '../check-share.ts';
import { type LearningRate, checkLearningRate, rateAt } from '../learning-rate.ts';

export interface AdamOptions {
  /** About how far a parameter moves in a step, in the parameter's own units (0.001). */
  learningRate?: LearningRate;
  /** The share of the mean gradient that is kept, in [0, 1) (0.9). */
  beta1?: number;
  /** The share of the mean squared gradient that is kept, in [0, 1) (0.999). */
  beta2?: number;
  /** Added to the root, in units of the gradient: bounds the step where gradients vanish (1e-8). */
  epsilon?: number;
}

export interface AdamState {
  /** Steps taken, i32 `[]`. */
  readonly step: Tensor;
  /** Running mean of the gradient, a tree like the parameters. */
  readonly m: unknown;
  /** Running mean of the squared gradient, a tree like the parameters. */
  readonly v: unknown;
}

/**
 * Adam, with t counting steps from 1 and g the gradient:
 *
 *     m <- beta1 m + (1 - beta1) g
 *     v <- beta2 v + (1 - beta2) g^2
 *     p <- p - learningRate m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon)
 *
 * Kingma, Ba, "Adam: a method for stochastic optimization", ICLR 2015, Algorithm 1; the defaults are theirs.
 *
 * @throws ArgumentError `not-a-rate`, `out-of-range`, `unknown-option`
 * @example
 * const rule = adam({ learningRate: 0.1 });
 * rule.update({ w: tensor(2) }, rule.init({ w: tensor(1) }), { w: tensor(1) }).parameters.w.item(); // 0.9
 */
export function adam(options: AdamOptions = {}): UpdateRule<AdamState> {
  checkOptions('adam', options, ['learningRate', 'beta1', 'beta2', 'epsilon']);
  const { learningRate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  checkLearningRate('adam', learningRate);
  checkShare('adam', 'beta1', beta1);
  checkShare('adam', 'beta2', beta2);
  checkEpsilon(epsilon);

  return {
    name: 'adam',

    init: (parameters) => ({
      step: tensor(0, { dtype: 'i32' }),
      m: mapTree((p) => zerosLike(p), parameters),
      v: mapTree((p) => zerosLike(p), parameters),
    }),

    update(gradients, state, parameters) {
      const step = state.step.add(1);
      // In f64 whatever the parameters are: in f32, 1 - 0.999 is off in the fifth digit.
      const t = step.cast('f64');
      const rate = rateAt('adam', learningRate, state.step).div(pow(beta1, t).neg().add(1));
      // Its reciprocal once, not a division for each number
      const scale = pow(beta2, t).neg().add(1).reciprocal();

      const m = mapTree((g, old) => old.mul(beta1).add(g.mul(1 - beta1)), gradients, state.m as typeof gradients);
      const v = mapTree(
        (g, old) => old.mul(beta2).add(g.square().mul(1 - beta2)),
        gradients,
        state.v as typeof gradients,
      );
      const moved = mapTree(
        (p, mean, square) => {
          const root = square.mul(scale.cast(p.dtype)).sqrt().add(epsilon);
          return p.sub(mean.mul(rate.cast(p.dtype)).div(root));
        },
        parameters,
        m,
        v,
      );
      return { parameters: moved, state: { step, m, v } };
    },
  };
}

function checkEpsilon(epsilon: number): void {
  if (Number.isFinite(epsilon) && epsilon >= 0) return;
  throw new ArgumentError({
    code: 'out-of-range',
    op: 'adam',
    problem: `epsilon is ${String(epsilon)}; expected a number from 0 on`,
    expected: '[0, infinity)',
    received: epsilon,
  });
}
