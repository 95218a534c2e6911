/** What stands between layers, by name. */
import {
  ArgumentError,
  type Tensor,
  elu,
  leakyRelu,
  nearestNames,
  relu,
  sigmoid,
  silu,
  softplus,
  tanh,
} from '@edgewise/core';

/** A function of one tensor that keeps its shape. */
export type Activation = (x: Tensor) => Tensor;

/** What it is given, unchanged. */
export const identity: Activation = (x) => x;

/** The activations that can be called by name. */
export const activations: {
  readonly [Name in 'elu' | 'identity' | 'leakyRelu' | 'relu' | 'sigmoid' | 'silu' | 'softplus' | 'tanh']: Activation;
} = { elu, identity, leakyRelu, relu, sigmoid, silu, softplus, tanh };

export type ActivationName = keyof typeof activations;

/** Those that close on one side, about half of what comes: weights before them start larger. */
const rectifiers: readonly Activation[] = [elu, leakyRelu, relu, silu, softplus];

/** Whether an activation passes about half of what comes. */
export function isRectifier(activation: Activation): boolean {
  return rectifiers.includes(activation);
}

/**
 * The activation of that name; a function is its own.
 *
 * @throws ArgumentError `unknown-activation`, naming the nearest
 */
export function activationOf(op: string, wanted: ActivationName | Activation): Activation {
  if (typeof wanted === 'function') return wanted;
  if (Object.hasOwn(activations, wanted)) return activations[wanted];
  const names = Object.keys(activations);
  const near = nearestNames(String(wanted), names);
  throw new ArgumentError({
    code: 'unknown-activation',
    op,
    problem: `no activation named "${String(wanted)}"${near.length > 0 ? `\n  near: ${near.map((name) => `"${name}"`).join(', ')}` : ''}; all names are in \`activations\`, and any function is one`,
    expected: names,
    received: wanted,
  });
}
