/** The statement level of the kernel language: what a program does, one after the other. */
import type { Buffer, Expression, Loop } from './expression.ts';

/** `buffer[index] = value` at each point of a kernel's loops. */
export interface Store {
  readonly buffer: Buffer;
  readonly index: Expression;
  readonly value: Expression;
}

/** A loop nest, the last loop innermost, whose points do not depend on each other. */
export interface Kernel {
  readonly kind: 'kernel';
  /** What it computes, in words of the graph: op names and the innermost scope. */
  readonly name: string;
  readonly loops: readonly Loop[];
  readonly stores: readonly Store[];
  /** What is stored on the way, at each step of the loop that reductions in `stores` run along. */
  readonly along?: Along | undefined;
}

export interface Along {
  readonly loop: Loop;
  readonly stores: readonly Store[];
}

/** What the host computes: ops that have no lowering. */
export interface HostCall {
  readonly kind: 'host';
  readonly name: string;
  /** Which call it is: the program knows what to do. */
  readonly number: number;
  readonly inputs: readonly Buffer[];
  readonly outputs: readonly Buffer[];
}

/** All elements of one buffer to another of the same size. */
export interface Copy {
  readonly kind: 'copy';
  readonly from: Buffer;
  readonly to: Buffer;
}

/** Those at the points of the loops, and those on the way there. */
export function allStores({ stores, along }: Kernel): readonly Store[] {
  return along === undefined ? stores : [...along.stores, ...stores];
}

export type Statement = Kernel | HostCall | Copy;

/** Where stores go and what they put there. */
export function expressionsIn(stores: readonly Store[]): Expression[] {
  const all: Expression[] = [];
  for (const { index, value } of stores) all.push(index, value);
  return all;
}
