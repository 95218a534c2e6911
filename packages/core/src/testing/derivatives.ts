/** Derivatives of one number, in one input or in two, the other inputs held. */
import { type Tensor, jvp, vjp } from '../index.ts';

/** Throws where two numbers differ by more than is allowed. */
export type Compare = (
  what: string,
  got: number,
  expected: number,
  by: string,
  remedy: string | (() => string),
  allowed?: number,
) => void;

type Scalar = (...at: Tensor[]) => Tensor;

export function replaced(at: readonly Tensor[], k: number, x: Tensor): Tensor[] {
  return at.map((input, j) => (j === k ? x : input));
}

/** The gradient in input k. */
export function firstIn(scalar: Scalar, at: readonly Tensor[], k: number): Tensor {
  return vjp((x: Tensor) => scalar(...replaced(at, k, x)), at[k]!)[1](1);
}

/** The slope in input k along a line, by forward mode. */
export function forwardIn(scalar: Scalar, at: readonly Tensor[], k: number, line: Tensor): Tensor {
  return jvp((x: Tensor) => scalar(...replaced(at, k, x)), at[k]!, line)[1];
}

/** The slope in input k along a line, as a gradient in another input, or in the same. */
export function secondIn(scalar: Scalar, at: readonly Tensor[], k: number, other: number, line: Tensor): Tensor {
  const slope = (y: Tensor): Tensor => slopeIn(scalar, replaced(at, other, y), k, line);
  return vjp(slope, at[other]!)[1](1);
}

/** The slope in input k along a line. */
export function slopeIn(scalar: Scalar, at: readonly Tensor[], k: number, line: Tensor): Tensor {
  return firstIn(scalar, at, k).mul(line).sum();
}

/** What a derivative is of, in words. */
export function namedInputs(k: number, other: number = k): string {
  return k === other ? `input ${k}` : `inputs ${k} and ${other}`;
}

/** The same of one that is a single number. */
export function namedLines(k: number, other: number = k): string {
  return `${namedInputs(k, other)} along ${k === other ? 'a random direction' : 'random directions'}`;
}
