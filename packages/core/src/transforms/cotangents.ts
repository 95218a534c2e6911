/** The cotangent of any value on the way to a loss. */
import { seedOf } from '../derive/backward.ts';
import { pullTo } from '../derive/pull-to.ts';
import { ArgumentError } from '../errors/edgewise-error.ts';
import type { Tensor } from '../tensor/tensor.ts';

/**
 * Derivatives of a recorded `loss` with respect to recorded intermediate tensors.
 *
 * @throws ArgumentError `not-recorded`, `needs-cotangent`
 * @example
 * const w = variable([1, 2]);
 * const h = w.value.mul(3);
 * cotangents(h.square().sum(), [h])[0].toArray(); // [6, 12]
 */
export function cotangents<const T extends readonly Tensor[]>(
  loss: Tensor,
  values: T,
): { -readonly [K in keyof T]: Tensor } {
  values.forEach((value, k) => {
    if (value.node !== undefined) return;
    throw new ArgumentError({
      code: 'not-recorded',
      op: 'cotangents',
      problem: `value ${k} (${value.spec}) was not recorded, so the loss does not know it`,
      received: value.spec,
      remedy: 'record(() => ...) around what makes it, or a Variable below it',
    });
  });
  return pullTo(
    'cotangents',
    [[loss, seedOf('cotangents', loss)]],
    values,
    values.map((_, k) => `value ${k}`),
  ) as { -readonly [K in keyof T]: Tensor };
}
