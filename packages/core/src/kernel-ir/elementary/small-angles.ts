/**
 * Sine and cosine of an angle from which no quarter turn is taken away: the same operations in the same order as the
 * kernels of trigonometry.ts do, so the same bits, without those that would be waited for. In f64 also as functions of a
 * number, since to hand a program one number takes as long as they do. (In f32 each step would have to be rounded.)
 */
import type { Expression } from '../expression.ts';
import { coefficients } from './coefficients.ts';
import { cosineNear, sineNear } from './trigonometry.ts';

/** As far as the nearest multiple of pi/2 is 0. */
export const SMALL_ANGLE = 0.785;

/** A function of small angles: of expressions, and of numbers of 64 bits. */
export interface OfSmallAngles {
  readonly expression: (x: Expression) => Expression;
  readonly double: (x: number) => number;
}

const [s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0] = coefficients.sine.f64;
const [c0 = 0, c1 = 0, c2 = 0, c3 = 0, c4 = 0, c5 = 0] = coefficients.cosine.f64;

export const sinOfSmall: OfSmallAngles = {
  expression: sineNear,
  double: (x) => {
    const t = x * x;
    const u = t * t;
    return x * (t * ((s4 * u + s2) * u + s0 + ((s5 * u + s3) * u + s1) * t) + 1);
  },
};

export const cosOfSmall: OfSmallAngles = {
  expression: cosineNear,
  double: (x) => {
    const t = x * x;
    const u = t * t;
    return t * (((c5 * u + c3) * u + c1) * u - 0.5 + ((c4 * u + c2) * u + c0) * t) + 1;
  },
};
