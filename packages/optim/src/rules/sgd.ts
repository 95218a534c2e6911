/** Gradient descent, with momentum where it is asked for. */
import { ArgumentError, type Tensor, type UpdateRule, checkOptions, mapTree, tensor, zerosLike } from '@edgewise/core';
import { checkShare } from '../check-share.ts';
import { type LearningRate, checkLearningRate, rateAt } from '../learning-rate.ts';

export interface SgdOptions {
  /** How far a step goes along the gradient. */
  learningRate: LearningRate;
  /** The share of the velocity that is kept, in [0, 1). 0 (the default) keeps none, and no state for it. */
  momentum?: number;
  /** Looks ahead: steps along the gradient plus `momentum` times the new velocity. */
  nesterov?: boolean;
}

export interface SgdState {
  /** Steps taken, i32 `[]`. */
  readonly step: Tensor;
  /** A running sum of gradients, a tree like the parameters; none without momentum. */
  readonly velocity?: unknown;
}

/**
 * Gradient descent on whatever the gradients are of, a batch usually ("stochastic"):
 *
 *     p <- p - learningRate g
 *
 * and with momentum (Polyak 1964; nesterov: Sutskever, Martens, Dahl, Hinton 2013), velocity in units of the gradient:
 *
 *     v <- momentum v + g
 *     p <- p - learningRate v                   p <- p - learningRate (g + momentum v)   with nesterov
 *
 * @throws ArgumentError `not-a-rate`, `out-of-range`, `no-momentum`, `unknown-option`
 * @example
 * const rule = sgd({ learningRate: 0.1 });
 * rule.update({ w: tensor(2) }, rule.init({ w: tensor(1) }), { w: tensor(1) }).parameters.w.item(); // 0.8
 */
export function sgd(options: SgdOptions): UpdateRule<SgdState> {
  checkOptions('sgd', options, ['learningRate', 'momentum', 'nesterov']);
  const { learningRate, momentum = 0, nesterov = false } = options;
  checkLearningRate('sgd', learningRate);
  checkShare('sgd', 'momentum', momentum);
  if (nesterov && momentum === 0) {
    throw new ArgumentError({
      code: 'no-momentum',
      op: 'sgd',
      problem: 'nesterov looks ahead along the momentum, and there is none',
      expected: 'momentum above 0',
      received: momentum,
      remedy: 'sgd({ learningRate, momentum: 0.9, nesterov: true })',
    });
  }

  return {
    name: 'sgd',

    init(parameters) {
      const step = tensor(0, { dtype: 'i32' });
      return momentum === 0 ? { step } : { step, velocity: mapTree((p) => zerosLike(p), parameters) };
    },

    update(gradients, state, parameters) {
      const rate = rateAt('sgd', learningRate, state.step);
      const moved = (direction: typeof gradients): typeof parameters =>
        mapTree((p, d) => p.sub(d.mul(rate.cast(p.dtype))), parameters, direction);
      const step = state.step.add(1);
      if (momentum === 0) return { parameters: moved(gradients), state: { step } };

      const velocity = mapTree((g, v) => v.mul(momentum).add(g), gradients, state.velocity as typeof gradients);
      const direction = nesterov ? mapTree((g, v) => g.add(v.mul(momentum)), gradients, velocity) : velocity;
      return { parameters: moved(direction), state: { step, velocity } };
    },
  };
}
