/**
 * A loop cut where a choice by its index turns over: beside a border, a pad, a seam of joined arrays. In each piece the
 * choice is known, so what is left is as plain as if there were no border, and fits the lanes of vectors.
 *
 *     i < 100:  y[i] = select(i > 0, x[max(0, i - 1)], 0)
 *
 *     i < 1:    y[0] = 0
 *     i < 99:   y[i + 1] = x[i]
 */
import {
  type Apply,
  type Expression,
  type Loop,
  add,
  allParts,
  constant,
  linearForm,
  loopIndex,
  sub,
  substitute,
} from '../kernel-ir/expression.ts';
import { type Kernel, expressionsIn } from '../kernel-ir/statement.ts';

/** More pieces are more code than they save time. */
const MOST_PIECES = 16;
/** A loop of fewer steps is not worth a second one. */
const SHORT = 16;

export function splitLoops(kernel: Kernel): readonly Kernel[] {
  // What is stored on the way belongs to one sum; and most kernels choose nothing
  if (kernel.along !== undefined || !allParts(expressionsIn(kernel.stores)).some(mayTurn)) return [kernel];
  let pieces: readonly Kernel[] = [kernel];
  for (const loop of kernel.loops) {
    if (loop.extent < SHORT) continue;
    const cut = piecesOf(kernel, loop, MOST_PIECES);
    if (cut !== undefined && pieces.length * cut.length <= MOST_PIECES) {
      pieces = pieces.flatMap((piece) => piecesOf(piece, loop, MOST_PIECES) ?? [piece]);
    }
  }
  return pieces;
}

/** The kernel in pieces along a loop in which nothing turns over any more; undefined where these are too many. */
function piecesOf(kernel: Kernel, loop: Loop, most: number): readonly Kernel[] | undefined {
  const at = cutIn(kernel, loop);
  if (at === undefined) return [kernel];
  if (most < 2) return undefined;
  const [before, after] = [piece(kernel, loop, 0, at), piece(kernel, loop, at, loop.extent)];
  const first = piecesOf(before.kernel, before.loop, most - 1);
  const second = first === undefined ? undefined : piecesOf(after.kernel, after.loop, most - first.length);
  return second === undefined ? undefined : [...first!, ...second];
}

function piece(
  kernel: Kernel,
  loop: Loop,
  start: number,
  end: number,
): { readonly kernel: Kernel; readonly loop: Loop } {
  const own: Loop = { extent: end - start };
  const made = substitute(expressionsIn(kernel.stores), new Map([[loop, add(loopIndex(own), constant(start, 'i32'))]]));
  const loops = kernel.loops.map((each) => (each === loop ? own : each));
  const stores = kernel.stores.map(({ buffer }, k) => ({ buffer, index: made[2 * k]!, value: made[2 * k + 1]! }));
  return { kernel: { ...kernel, loops, stores }, loop: own };
}

/** Where something that depends on this loop alone turns over: the first such place that is found. */
function cutIn(kernel: Kernel, loop: Loop): number | undefined {
  for (const part of allParts(expressionsIn(kernel.stores))) {
    if (part.kind !== 'apply') continue;
    for (const at of turnsOf(part, loop)) if (at !== undefined && at > 0 && at < loop.extent) return at;
  }
  return undefined;
}

const turning: ReadonlySet<string> = new Set(['min', 'max', 'quotient', 'modulo']);

/** Whether it is a choice by whole numbers; comparisons of them are there for the sake of one. */
function mayTurn(x: Expression): boolean {
  return (
    x.kind === 'apply' && (x.type === 'i32' ? turning.has(x.name) : x.type === 'bool' && x.args[1]?.type === 'i32')
  );
}

function turnsOf({ name, args: [a, b] }: Apply, loop: Loop): readonly (number | undefined)[] {
  if (a?.type !== 'i32' || b?.type !== 'i32') return [];
  switch (name) {
    // Where both are equal, either will do: so that the cut is where what is bounded leaves its bounds
    case 'min':
      return [a.kind === 'constant' ? turn(sub(b, a), loop, 1) : turn(sub(a, b), loop, 1)];
    case 'max':
      return [a.kind === 'constant' ? turn(sub(b, a), loop, 0) : turn(sub(a, b), loop, 0)];
    case 'less':
    case 'greaterEqual':
      return [turn(sub(a, b), loop, 0)];
    case 'lessEqual':
    case 'greater':
      return [turn(sub(a, b), loop, 1)];
    case 'equal':
    case 'notEqual':
      return [turn(sub(a, b), loop, 0), turn(sub(a, b), loop, 1)];
    case 'quotient':
    case 'modulo':
      return [b.kind === 'constant' ? nextMultiple(a, Number(b.value), loop) : undefined];
    default:
      return [];
  }
}

/** The first step at which a distance is on the other side of `least` than before: not below it, or below it. */
function turn(distance: Expression, loop: Loop, least: number): number | undefined {
  const { terms, constant: start } = linearForm(distance);
  const [term, another] = terms;
  if (term === undefined || another !== undefined || term[0].kind !== 'loop' || term[0].loop !== loop) return undefined;
  const [, slope] = term;
  return slope > 0 ? Math.ceil((least - start) / slope) : Math.floor((start - least) / -slope) + 1;
}

function nextMultiple(x: Expression, by: number, loop: Loop): number | undefined {
  const { terms, constant: start } = linearForm(x);
  const [term, another] = terms;
  if (term === undefined || another !== undefined || term[0].kind !== 'loop' || term[0].loop !== loop) return undefined;
  if (term[1] !== 1 || loop.extent > by * MOST_PIECES) return undefined;
  return by - (((start % by) + by) % by);
}
