/** The interface between what trains and how a step is taken: optimizers implement it, training loops use it. */

/**
 * A pure rule for moving parameters: no state of its own, everything is passed. Parameters and gradients are trees of
 * tensors of one form; the state is a tree of tensors too, so that it can be kept in Variables, saved and traced.
 */
export interface UpdateRule<State = unknown> {
  readonly name: string;
  /** The state before the first step. */
  init(parameters: unknown): State;
  /** New parameters and new state, of the same shapes and dtypes. */
  update<Parameters>(
    gradients: Parameters,
    state: State,
    parameters: Parameters,
  ): { parameters: Parameters; state: State };
}
