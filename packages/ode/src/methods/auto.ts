/** The default: an explicit method while that is the cheaper one, BDF where stability would hold its steps down. */
import type { Method, MethodState, Switching } from '../method.ts';
import { power } from '../power.ts';
import type { ExplicitState } from '../stages/explicit.ts';
import { type SpectralRadius, estimateRadius, newSpectralRadius } from '../stages/spectral-radius.ts';
import type { System } from '../system.ts';
import { bdf } from './bdf.ts';
import { dop853 } from './dop853.ts';
import { tsit5 } from './tsit5.ts';
import { vern7 } from './vern7.ts';

/** An explicit method, and what is known of it. */
interface Explicit {
  readonly method: Method;
  /** It is used for tolerances above this one, where it takes the fewest evaluations for an error. */
  readonly above: number;
  /** Where on the negative real axis it becomes unstable, from its stability function. */
  readonly boundary: number;
  /** The step that accuracy alone allows on y' = i y, at one tolerance; it grows with the root of the tolerance. */
  readonly step: number;
  readonly at: number;
  readonly root: number;
}

const explicits: readonly Explicit[] = [
  { method: tsit5, above: 3e-4, boundary: 3.5, step: 1.14, at: 1e-3, root: 5 },
  { method: vern7, above: 1e-7, boundary: 4.6, step: 0.77, at: 1e-5, root: 7 },
  { method: dop853, above: 0, boundary: 6.4, step: 0.52, at: 1e-8, root: 8 },
];

/**
 * Steps held down by stability after which a problem counts as stiff, those tried and rejected among them, and others in a
 * row that reset the count.
 */
const stiffAfter = 15;
const calmAfter = 6;
/** Checks in a row that must find a problem calm, and steps between checks of one that is not. */
const calmChecks = 3;
const checkEvery = 50;

/**
 * The product of step and dominant eigenvalue above which stability, and not accuracy, holds an explicit step down: three
 * times what accuracy allows on y' = i y is stiff; so is three quarters of the boundary, whatever the tolerance; less than 1
 * is not. Of the problems in the tests no other is above it for long.
 */
function stiffAbove(used: Method, { tolerance: { rtol } }: System): number {
  const { boundary, step, at, root } = explicits.find(({ method }) => method === used)!;
  return Math.max(1, Math.min(3 * step * power(rtol / at, 1 / root), 0.75 * boundary));
}

interface StiffnessMemory {
  /** Steps that stability held down, and others since. */
  stiff: number;
  calm: number;
  /** Steps rejected up to the last accepted one. */
  rejected: number;
  readonly radius: SpectralRadius;
  readonly dy: Float64Array;
  /** Steps until the spectral radius is estimated again, and the step length below which that is due at once. */
  wait: number;
  calmLength: number;
}

/**
 * tsit5, vern7 or dop853, as rtol asks for few or many digits, and BDF.
 *
 * Explicit steps give the product of step and dominant eigenvalue for nothing, from two stages at the same time:
 * h |f(y1) - f(g)| / |y1 - g|. Where it stays so large that stability must be what holds the step down, BDF takes over:
 * Hairer, Wanner, Solving ODEs II, 2nd ed., IV.2, "Automatic stiffness detection", eq. (2.25); Shampine, "Stiffness
 * and nonstiff differential equation solvers II", ACM TOMS 3 (1977). Back it goes where an explicit step of the length
 * that BDF takes would be far from that: Petzold, "Automatic selection of methods for solving stiff and
 * nonstiff systems", SIAM J. Sci. Stat. Comput. 4 (1983).
 */
export const auto: Switching<StiffnessMemory> = {
  kind: 'switching',
  name: 'auto',

  first: (system) => (system.mass === undefined ? explicitFor(system) : bdf),

  init: ({ n }) => ({
    stiff: 0,
    calm: 0,
    rejected: 0,
    radius: newSpectralRadius(n),
    dy: new Float64Array(n),
    wait: checkEvery,
    calmLength: 0,
  }),

  choose(system, method, state, memory) {
    // Only implicit methods take a mass matrix.
    if (system.mass !== undefined) return method;
    return method === bdf
      ? afterImplicit(system, state, memory)
      : afterExplicit(system, method, state as ExplicitState, memory);
  },
};

function explicitFor({ tolerance }: System): Method {
  return (explicits.find(({ above }) => tolerance.rtol > above) ?? explicits.at(-1)!).method;
}

function afterExplicit(
  system: System,
  method: Method,
  { y, stage, k, h }: ExplicitState,
  memory: StiffnessMemory,
): Method {
  // After the step was accepted: the slope at its end is the first of the next one, and the last stage is at its end too.
  const end = k[0]!;
  const last = k[k.length - 2]!;
  let slopes = 0;
  let states = 0;
  for (let i = 0; i < y.length; i++) {
    const turned = end[i]! - last[i]!;
    const moved = y[i]! - stage[i]!;
    slopes += turned * turned;
    states += moved * moved;
  }
  const most = stiffAbove(method, system);
  const attempts = 1 + system.statistics.rejected - memory.rejected;
  memory.rejected = system.statistics.rejected;
  if (h * h * slopes > most * most * states) {
    memory.calm = 0;
    memory.stiff += attempts;
    if (memory.stiff < stiffAfter) return method;
    memory.stiff = 0;
    memory.wait = checkEvery;
    memory.calmLength = 0;
    return bdf;
  }
  if (++memory.calm >= calmAfter) memory.stiff = 0;
  return method;
}

function afterImplicit(system: System, { t, y, h }: MethodState, memory: StiffnessMemory): Method {
  const length = Math.abs(h);
  if (--memory.wait > 0 && length > memory.calmLength) return bdf;
  system.f(t, y, memory.dy);
  estimateRadius(system, memory.radius, t, y, memory.dy);
  const { radius } = memory.radius;
  const explicit = explicitFor(system);
  const calm = stiffAbove(explicit, system) / radius;
  memory.wait = checkEvery;
  // Looked at again where steps have become as short as this.
  memory.calmLength = calm / 4;
  if (length > calm / 2) {
    memory.calm = 0;
    return bdf;
  }
  memory.wait = 2;
  memory.calmLength = 0;
  if (++memory.calm < calmChecks) return bdf;
  memory.calm = 0;
  memory.rejected = system.statistics.rejected;
  return explicit;
}
