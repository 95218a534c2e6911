/** The problems, by what they ask of a solver. */
import { arenstorf } from './arenstorf.ts';
import { brusselator } from './brusselator.ts';
import { e5 } from './e5.ts';
import { exponential } from './exponential.ts';
import { harmonicOscillator } from './harmonic-oscillator.ts';
import { heat } from './heat.ts';
import { hires } from './hires.ts';
import { kepler } from './kepler.ts';
import { lorenz } from './lorenz.ts';
import { medicalAkzoNobel } from './medical-akzo-nobel.ts';
import { oregonator } from './oregonator.ts';
import { pleiades } from './pleiades.ts';
import type { Problem } from './problem.ts';
import { robertson } from './robertson.ts';
import { vanDerPol1, vanDerPol1000 } from './van-der-pol.ts';

export const nonStiffProblems: readonly Problem[] = [
  exponential,
  harmonicOscillator,
  lorenz,
  arenstorf,
  pleiades,
  kepler,
  vanDerPol1,
];

/** Small ones, whose Jacobian is dense. */
export const stiffProblems: readonly Problem[] = [vanDerPol1000, robertson, hires, oregonator, e5];

/** Lines of a partial differential equation, whose Jacobian is a band. */
export const bandedProblems: readonly Problem[] = [brusselator, heat, medicalAkzoNobel];
