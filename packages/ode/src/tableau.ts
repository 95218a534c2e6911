/** The numbers of an explicit Runge-Kutta method, as a Butcher tableau. */
export interface Tableau {
  readonly name: string;
  /** Of the solution that is carried on. */
  readonly order: number;
  /** Stage i is evaluated at t + nodes[i] h. */
  readonly nodes: readonly number[];
  /** `stages[i][j]`, j < i: how much of slope j goes into the state of stage i. */
  readonly stages: readonly (readonly number[])[];
  /** How much of each slope goes into the result. */
  readonly weights: readonly number[];
  /** How the error is estimated; absent where it is not. */
  readonly estimate?: {
    /** The estimate is O(h^(order + 1)). */
    readonly order: number;
    /** Weights of the result less those of the embedded one; one more than stages where the slope at the end takes part. */
    readonly weights: readonly number[];
  };
}
