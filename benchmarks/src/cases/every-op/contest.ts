/** An op against a loop by hand on the same elements. */
import type { Tensor } from '@edgewise/core';

export type Floats = Float32Array | Float64Array;
export type Numbers = Floats | Int32Array | Uint8Array;
export type FloatDtype = 'f32' | 'f64';

export interface Programs {
  readonly ours: () => Tensor;
  readonly byHand: () => Numbers;
}

export interface Contest extends Programs {
  readonly what: string;
  /** Elements that it goes over. */
  readonly count: number;
  /** How far the results of the two may be apart, as a share of the larger of 1 and the number. */
  readonly tolerance: number;
}

/** Contests of one op. They are made only where they are run: their inputs are large. */
export interface Group {
  readonly name: string;
  readonly contests: (quick: boolean) => readonly Contest[];
}

/** Two programs are raced only if they do the same work. */
export function checkAgreement({ what, tolerance, ours, byHand }: Contest): void {
  const [computed, expected] = [ours().data, byHand()];
  if (computed.length !== expected.length) {
    throw new Error(`${what}: ${computed.length} elements, and by hand ${expected.length}`);
  }
  for (let k = 0; k < expected.length; k++) {
    const [p, q] = [computed[k]!, expected[k]!];
    if (Math.abs(p - q) > tolerance * Math.max(1, Math.abs(q))) {
      throw new Error(`${what}: the two programs differ at element ${k}: ${p}, and by hand ${q}`);
    }
  }
}
