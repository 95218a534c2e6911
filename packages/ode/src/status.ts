/** How a solve ended: a failure is a result that says what was reached and what is probably the matter. */

/** Why the solver can't go on from the last good state. */
export type Failure =
  /** The step would have to be smaller than `dtMin`, or than the spacing of floating-point numbers at t. */
  | 'step-too-small'
  /** f gives NaN or infinity, however small the step. */
  | 'non-finite'
  | 'too-many-steps'
  /** The matrix of an implicit method has no inverse, however small the step. */
  | 'singular-matrix'
  /** Newton's iteration does not converge, however small the step. */
  | 'newton-stagnated';

export type Status =
  /** The end of the interval was reached. */
  | 'done'
  /** A terminal event stopped it before. */
  | 'event'
  | Failure;
