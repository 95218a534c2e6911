/** Names for a graph's inputs, from the user's own code. */

import { ArgumentError } from '../errors/edgewise-error.ts';

type Names = readonly (string | undefined)[];

/** A training step asks at every call. */
const known = new WeakMap<(...args: never[]) => unknown, Names>();

/**
 * The names of a function's parameters as far as they are plain words in its source; undefined where they are not.
 *
 * @throws ArgumentError `not-a-function`
 */
export function parameterNames(op: string, fn: (...args: never[]) => unknown): Names {
  if (typeof fn !== 'function') {
    throw new ArgumentError({
      code: 'not-a-function',
      op,
      problem: `expected a function of tensors; received ${fn === null ? 'null' : typeof fn}`,
      expected: 'a function',
      received: fn,
    });
  }
  let names = known.get(fn);
  if (names === undefined) known.set(fn, (names = readNames(fn)));
  return names;
}

function readNames(fn: (...args: never[]) => unknown): Names {
  const source = Function.prototype.toString.call(fn);
  const single = /^(?:async\s+)?([A-Za-z_$][\w$]*)\s*=>/.exec(source);
  if (single !== null) return [single[1]];
  const start = source.indexOf('(');
  if (start < 0) return [];
  const names: (string | undefined)[] = [];
  let depth = 0;
  let word = '';
  for (const character of source.slice(start)) {
    if (depth === 1 && (character === ',' || character === ')')) {
      if (word.trim() !== '' || character === ',') names.push(/^\s*([A-Za-z_$][\w$]*)\s*(?:=.*)?$/s.exec(word)?.[1]);
      word = '';
    } else if (depth >= 1) {
      word += character;
    }
    if ('([{'.includes(character)) depth++;
    if (')]}'.includes(character) && --depth === 0) break;
  }
  return names;
}
