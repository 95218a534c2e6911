/** How a solve ended. A failure is a result, with what was reached, and not an error that is thrown. */

/** Why a solve could not go on from its last good state. */
export type Failure =
  /** The step would have to be shorter than `dtMin`. */
  | 'step-too-small'
  /** f gives NaN or infinity, however small the step. */
  | 'non-finite'
  /** `maxSteps` attempts were not enough. */
  | 'too-many-steps'
  /** The matrix of an implicit method has no inverse, however small the step. */
  | 'singular-matrix'
  /** Newton's iteration does not converge, however small the step. */
  | 'newton-stagnated';

export type Status =
  /** The end of the interval was reached. */
  | 'done'
  /** A terminal event came before. */
  | 'event'
  | Failure;
