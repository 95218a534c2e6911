/** Yoshida's symplectic method of order 4. */
import type { Method } from '../method.ts';
import { leapfrogSteps } from '../stages/symplectic.ts';

const root = 1.2599210498948732; // cbrt(2), to the last bit on every engine

/** Yoshida, "Construction of higher order symplectic integrators", Phys. Lett. A 150 (1990), eq. (2.11) and (4.2). */
export const yoshida4Weights: readonly number[] = [1 / (2 - root), -root / (2 - root), 1 / (2 - root)];

/** Fourth order, symplectic and reversible: three leapfrog steps, the second of them backward; six evaluations a step. */
export const yoshida4: Method = leapfrogSteps('yoshida4', 4, yoshida4Weights);
