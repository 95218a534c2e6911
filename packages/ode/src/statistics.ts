/** What a solve has cost, counted where it is spent. */

export interface Statistics {
  /** Accepted steps. */
  steps: number;
  /** Steps that were tried and not taken. */
  rejected: number;
  /** Evaluations of f, those for Jacobians by differences included. */
  evaluations: number;
  /** Jacobians filled. */
  jacobians: number;
  /** Factorisations of an iteration matrix; a real and a complex one count as two. */
  factorizations: number;
  /** Newton iterations (or stages of a Rosenbrock method): solutions of a factored system. */
  newtonIterations: number;
  /** Iterations inside a linear solver that does not factor (GMRES). */
  linearIterations: number;
  /** Programs that f and its derivatives have become; 0 where they are called op by op, or `inPlace`. */
  programs: number;
  /** Changes between methods by `auto`: when, to which. */
  readonly switches: { readonly t: number; readonly method: string }[];
}

export function noStatistics(): Statistics {
  return {
    steps: 0,
    rejected: 0,
    evaluations: 0,
    jacobians: 0,
    factorizations: 0,
    newtonIterations: 0,
    linearIterations: 0,
    programs: 0,
    switches: [],
  };
}
