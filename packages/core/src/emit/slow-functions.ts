/** What programs ask the host for where it almost never happens, by the names that expressions use. */
import { ArgumentError } from '../errors/edgewise-error.ts';

import { cosOfHuge, sinOfHuge, tanOfHuge } from '../kernel-ir/elementary/huge-angles.ts';

export type SlowFunction = (first: number, second: number) => number;

export const slowFunctions: Readonly<Record<string, SlowFunction>> = {
  /** A number cut off towards zero, modulo 2^32. */
  wrapped: (x) => x | 0,

  sinOfHuge,
  cosOfHuge,
  tanOfHuge,

  refusedIndex: (index, extent) => {
    throw new ArgumentError({
      code: 'index-out-of-range',
      op: 'compile',
      problem: `index ${index} in a compiled program; the axis has indices ${-extent} to ${extent - 1}`,
      expected: [-extent, extent - 1],
      received: index,
    });
  },
};

/** Those that may refuse: a program that calls them changes no Variable before its end. */
export const refusing: ReadonlySet<string> = new Set(['refusedIndex']);

/** How many numbers the function of that name is given. */
export function arityOf(name: string): number {
  return slowFunctions[name]!.length;
}
