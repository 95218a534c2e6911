/** How close what a program computes has to be to what the interpreter computes. */
import type { Tensor } from '../../src/index.ts';

const unit = { f32: 2 ** -23, f64: 2 ** -52, i32: 0, bool: 0 } as const;

/** @param units in the last place of the largest element: sums are added in another order */
export function expectClose(computed: Tensor, expected: Tensor, title: string, units = 16): void {
  if (String(computed.spec) !== String(expected.spec))
    throw new Error(`${title}: ${computed.spec}, expected ${expected.spec}`);
  const [p, q] = [computed.data, expected.data];
  let scale = 0;
  for (const value of q) if (Number.isFinite(value)) scale = Math.max(scale, Math.abs(value));
  const allowed = units * unit[expected.dtype] * scale;
  q.forEach((value, k) => {
    const off = Object.is(value, p[k]) || value === p[k] ? 0 : Math.abs(value - p[k]!);
    if (!(off <= allowed)) throw new Error(`${title}: element ${k} is ${p[k]}, expected ${value}`);
  });
}
