/** What implicit methods can be told of a system beyond f: its mass matrix, and what is known of its Jacobian. */
import { ArgumentError, Tensor } from '@edgewise/core';
import type { FillJacobian } from './jacobian.ts';
import type { Method, Switching } from './method.ts';
import { iterationMatrix } from './linear/iteration-matrix.ts';
import { multiplyMass, slopeAtStart } from './linear/mass.ts';
import { type Layout, componentName } from './problem.ts';
import type { MassMatrix, Sparsity, System } from './system.ts';

export interface ImplicitOptions {
  /**
   * M of M dy/dt = f(t, y), constant: its diagonal, `[n]`, or all of it, `[n, n]`, in the order of the numbers in y0
   * (the identity). It may be singular: then the equations without dy/dt are constraints, which y0 must fulfil, and
   * which must determine the unknowns without dy/dt (index 1). `bdf`, `radau5`, `rodas5p` and `kencarp4` take it.
   */
  mass?: readonly number[] | readonly (readonly number[])[] | Float64Array | Tensor;
  /**
   * Which entries df/dy can have: a band, compressed columns, or `{ kind: 'matrix-free' }` to use products alone, with a
   * `preconditioner` or without (all).
   */
  sparsity?: Sparsity;
}

/** For right-hand sides on plain numbers. With ops, the Jacobian is exact without being told. */
export interface PlainImplicitOptions extends ImplicitOptions {
  /** Writes df/dy at `(t, y)` into its third argument, row by row, or as `sparsity` or its preconditioner lays it out (by differences). */
  jacobian?: FillJacobian;
}

export const implicitOptionNames = ['mass', 'sparsity', 'jacobian'] as const;

/** @throws ArgumentError `bad-mass` */
export function readMass(n: number, mass: ImplicitOptions['mass']): MassMatrix | undefined {
  if (mass === undefined) return undefined;
  if (!(mass instanceof Tensor) && !Array.isArray(mass) && !ArrayBuffer.isView(mass)) {
    throw new ArgumentError({
      code: 'bad-mass',
      op: 'solve',
      problem: `mass is ${typeof mass === 'object' ? 'an object' : `a ${typeof mass}`}; expected its diagonal, [${n}], or all of it, [${n}, ${n}], in the order of the numbers in y0`,
      expected: [n, n],
      received: mass,
      remedy: `{ mass: [${Array.from({ length: Math.min(n, 3) }, () => '1').join(', ')}${n > 3 ? ', ...' : ''}] }`,
    });
  }
  const values = Float64Array.from(mass instanceof Tensor ? mass.data : [...mass].flat());
  const diagonal = mass instanceof Tensor ? mass.shape.length === 1 : typeof mass[0] === 'number';
  const finite = values.every(Number.isFinite);
  if (values.length === (diagonal ? n : n * n) && finite) return { diagonal, values };
  throw new ArgumentError({
    code: 'bad-mass',
    op: 'solve',
    problem: finite
      ? `mass holds ${values.length} numbers; the state has ${n}, so expected its diagonal, [${n}], or all of it, [${n}, ${n}]`
      : 'mass holds a number that is not finite',
    expected: [n, n],
    received: mass,
  });
}

/** @throws ArgumentError `bad-sparsity` */
export function readSparsity(n: number, sparsity: Sparsity | undefined): Sparsity {
  if (sparsity === undefined) return { kind: 'dense' };
  const problem = problemOf(n, sparsity);
  if (problem === undefined) return sparsity;
  throw new ArgumentError({
    code: 'bad-sparsity',
    op: 'solve',
    problem: `sparsity ${problem}`,
    received: sparsity,
    remedy: "{ sparsity: { kind: 'banded', lower: 1, upper: 1 } }",
  });
}

function problemOf(n: number, sparsity: Sparsity): string | undefined {
  const whole = (value: unknown): boolean => typeof value === 'number' && Number.isInteger(value) && value >= 0;
  switch (sparsity.kind) {
    case 'dense':
      return undefined;
    case 'matrix-free': {
      const { preconditioner } = sparsity;
      if (preconditioner === undefined) return undefined;
      if (preconditioner.kind !== 'banded' && preconditioner.kind !== 'sparse') {
        return `has a preconditioner of kind ${JSON.stringify((preconditioner as { kind?: unknown }).kind)}; expected "banded" or "sparse"`;
      }
      const problem = problemOf(n, preconditioner);
      return problem === undefined ? undefined : `has a preconditioner that ${problem}`;
    }
    case 'banded':
      return whole(sparsity.lower) && whole(sparsity.upper)
        ? undefined
        : `has lower ${String(sparsity.lower)} and upper ${String(sparsity.upper)}; expected whole numbers from 0 on`;
    case 'sparse': {
      const { starts, rows } = sparsity;
      const fits =
        starts.length === n + 1 &&
        starts[0] === 0 &&
        starts[n] === rows.length &&
        starts.every((start, j) => j === 0 || start >= starts[j - 1]!) &&
        rows.every((i) => i >= 0 && i < n);
      return fits ? undefined : `does not describe ${n} columns of ${n} rows`;
    }
    default:
      return `is of kind ${JSON.stringify((sparsity as { kind?: unknown }).kind)}; expected "dense", "banded", "sparse" or "matrix-free"`;
  }
}

/**
 * Refuses a mass matrix where the method takes none, and a start that does not fulfil the equations without dy/dt.
 *
 * @throws ArgumentError `mass-not-taken`, `inconsistent-start`
 */
export function checkMass(
  system: System,
  layout: Layout,
  method: Method | Switching,
  t: number,
  y: Float64Array,
  dy: Float64Array,
): void {
  if (system.mass === undefined) return;
  if (method.kind === 'switching' || method.takesMass !== true) {
    throw new ArgumentError({
      code: 'mass-not-taken',
      op: 'solve',
      problem: `${method.name} takes no mass matrix`,
      expected: ['bdf', 'radau5', 'rodas5p', 'kencarp4'],
      received: method.name,
      remedy: "{ method: 'radau5' }",
    });
  }
  const correction = consistencyCorrection(system, t, y, dy);
  const { rtol, atol } = system.tolerance;
  const worst = correction.reduce((best, value, i) => {
    const excess = (at: number): number => Math.abs(correction[at]!) / (atol[at]! + rtol * Math.abs(y[at]!));
    return Number.isNaN(value) || excess(i) > excess(best) ? i : best;
  }, 0);
  const off = correction[worst]!;
  if (Math.abs(off) <= atol[worst]! + rtol * Math.abs(y[worst]!)) return;
  throw new ArgumentError({
    code: 'inconsistent-start',
    op: 'solve',
    problem: Number.isFinite(off)
      ? `y0 does not fulfil the equations that mass leaves without dy/dt: ${componentName(layout, worst)} is ${y[worst]!} and would have to be about ${Number((y[worst]! + off).toPrecision(6))}`
      : 'the equations that mass leaves without dy/dt do not determine the unknowns without dy/dt (index above 1)',
    expected: Number.isFinite(off) ? y[worst]! + off : undefined,
    received: y[worst],
  });
}

/**
 * What one Newton step adds to y so that the algebraic equations hold: (shift M - J) correction = f - M dy/dt for a shift
 * so large that components with a mass stay where they are.
 */
function consistencyCorrection(system: System, t: number, y: Float64Array, dy: Float64Array): Float64Array {
  const { n, mass } = system;
  const matrix = iterationMatrix(system);
  matrix.linearize(t, y, dy);
  const largest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const jacobian = new Float64Array(system.jacobian.size);
  if (jacobian.length > 0) system.jacobian.fill(t, y, dy, jacobian);
  // A hundred million times what the Jacobian can do.
  const shift = 1e8 * (1 + largest(jacobian) / (largest(mass!.values) || 1));
  const slope = new Float64Array(n);
  const correction = new Float64Array(n);
  slopeAtStart(system, dy, slope);
  multiplyMass(mass, slope, correction);
  for (let i = 0; i < n; i++) correction[i] = dy[i]! - correction[i]!;
  const solved = matrix.factor(shift) && matrix.solve(correction);
  system.statistics.jacobians = 0;
  system.statistics.factorizations = 0;
  return solved ? correction : new Float64Array(n).fill(NaN);
}
