/** How far a program may be off. */
import type { Dtype } from '../index.ts';

/** A sum may be added in another order. As far as `compile(fn, { verify: true })` lets a program be off, in units of 1. */
export const allowedIn: Readonly<Record<Dtype, number>> = {
  f32: 4096 * 2 ** -24,
  f64: 4096 * 2 ** -53,
  i32: 0,
  bool: 0,
};
