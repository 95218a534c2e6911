/**
 * What a method is: a constant that says how to begin and how to try one step. It stores nothing. What it must remember
 * is in the state that it is passed, made by `init` with all the arrays that it will ever need, so that a step allocates
 * nothing. The loop in solve.ts asks for a step, and decides.
 */
import type { System } from './system.ts';

/** Why a step could not even be computed. The loop tries a smaller one, and reports this when none is small enough. */
export type Trouble = 'non-finite' | 'singular-matrix' | 'newton-stagnated';

/** What the loop reads of any method's state. A method extends it. */
export interface MethodState {
  /** Where the state is; set by `accept`. */
  t: number;
  /** The state at t, `[n]`. The loop may write here only before it calls `init` again. */
  y: Float64Array;
  /** The step last tried, from t; negative when going backward. */
  h: number;
  /** The state at t + h, `[n]`, as the last attempt has it. */
  candidate: Float64Array;
  /** The estimate of the last attempt's error by component, `[n]`, in units of y; zeros where a method has none. */
  error: Float64Array;
  /** The norm of the error in units of the tolerance: a step is taken where it is at most 1. 0 without an estimate. */
  errorNorm: number;
  /** Set by an attempt that could not be computed; undefined where the fields above are good. */
  trouble: Trouble | undefined;
  /** The order used in the last attempt; changes in methods of variable order. */
  order: number;
  /** Steps taken since the Jacobian in use was filled; absent in explicit methods. */
  jacobianAge?: number;
}

/**
 * One accepted step as numbers, from which the state anywhere in it can be read: the method's own interpolant. `write`
 * is called for each step that is to be accepted if somebody may ask, between `attempt` and `accept`, so it evaluates
 * nothing; `finish` is called once before the first `read` of a step, and may.
 */
export interface DenseOutput<State extends MethodState = MethodState> {
  readonly order: number;
  /** How many numbers describe one step of n unknowns. */
  size(n: number): number;
  /** Writes what describes the step last tried, from `data[at]` on; what `finish` fills in may be left. */
  write(state: State, data: Float64Array, at: number): void;
  /** Completes what `write` left: stages that only the interpolant needs. The step went from t to t + h. */
  finish?(system: System, t: number, h: number, data: Float64Array, at: number): void;
  /** Writes the state at t + theta h, theta in [0, 1], into `y`, `[n]`. */
  read(data: Float64Array, at: number, theta: number, h: number, y: Float64Array): void;
}

/** Methods whose error estimate says how far to go next. */
export interface Method<State extends MethodState = MethodState> {
  readonly kind?: 'method';
  readonly name: string;
  /** Of the solution that is carried on: the error after a fixed time is O(h^order). */
  readonly order: number;
  /** Of the error estimate, which is O(h^(errorOrder + 1)) in one step. Absent in methods of fixed step. */
  readonly errorOrder?: number;
  /** Whether it can take a mass matrix. */
  readonly takesMass?: boolean;
  /** Whether it is for stochastic equations, and needs their noise. */
  readonly takesNoise?: boolean;
  /** For methods of fixed step that can't take every one: the step, positive, for the `dt` that was asked for. */
  fixedStep?(system: System, dt: number): number;
  /**
   * A state at `(t, y)`, which is copied, with all the arrays that steps will need. Called again after an event has
   * changed the state. `dy` is f there.
   */
  init(system: System, t: number, y: Float64Array, dy: Float64Array): State;
  /** Tries the step from `state.t` by h: fills `h, candidate, error, errorNorm, trouble, order`. */
  attempt(system: System, state: State, h: number): void;
  /** Takes the step last tried: moves t (to `tNext`, which is t + h or the end of the interval) and y, and what follows from it. */
  accept(system: System, state: State, tNext: number): void;
  /**
   * The step to try next, after an attempt that was accepted or not, for methods with a control of their own (variable
   * order, Newton). The loop keeps it within dtMin, dtMax and the interval. Absent: the solver's controller decides from
   * errorNorm and errorOrder.
   */
  nextStep?(system: System, state: State, accepted: boolean): number;
  readonly dense: DenseOutput<State>;
}

/** A choice of method that may change on the way, after an accepted step. */
export interface Switching<Memory = unknown> {
  readonly kind: 'switching';
  readonly name: string;
  /** What a solve begins with. */
  first(system: System): Method;
  /** A new memory for one solve. */
  init(system: System): Memory;
  /** The method to go on with; the same one where nothing is to change. */
  choose(system: System, method: Method, state: MethodState, memory: Memory): Method;
}
