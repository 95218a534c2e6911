/** A random graph of scalars, as a list of what to do: the same for every program that builds it. */
import { hashAt, numbers } from '../../data.ts';

/** Codes of the ops. */
export const INPUT = -1;
export const ADD = 0;
export const MUL = 1;
export const SIN = 2;
export const EXP = 3;
export const TANH = 4;

/** Node i below `inputs.length` is an input; any other applies `ops[i]` to `first[i]` and, if that takes two, `second[i]`. */
export interface RandomGraph {
  readonly inputs: Float64Array;
  readonly ops: readonly number[];
  readonly first: readonly number[];
  readonly second: readonly number[];
  readonly edges: number;
}

/**
 * `count` random nodes over 16 inputs. Half of the parents are among the last 64 nodes, half anywhere before. exp is only
 * taken of a sin or tanh, so nothing overflows. Nodes without users are added up at the end, so every node counts.
 */
export function randomGraph(count: number): RandomGraph {
  const inputs = numbers(7, 16);
  const total = inputs.length + count;
  const [ops, first, second] = [[] as number[], [] as number[], [] as number[]];
  const used = new Uint8Array(total);
  let edges = 0;

  function append(op: number, p: number, q: number): void {
    ops.push(op);
    first.push(p);
    second.push(q);
    used[p] = 1;
    if (takesTwo(op)) used[q] = 1;
    edges += takesTwo(op) ? 2 : 1;
  }

  for (const _ of inputs) {
    ops.push(INPUT);
    first.push(0);
    second.push(0);
  }
  for (let i = inputs.length; i < total; i++) {
    const p = parentOf(i, hashAt(2, i));
    const q = parentOf(i, hashAt(3, i));
    const drawn = hashAt(1, i) % 5;
    const bounded = ops[p] === SIN || ops[p] === TANH;
    append(drawn === EXP && !bounded ? SIN : drawn, p, takesTwo(drawn) ? q : 0);
  }
  const unused = [...used.keys()].filter((i) => used[i] === 0);
  let sum = unused[0]!;
  for (const i of unused.slice(1)) {
    append(ADD, sum, i);
    sum = ops.length - 1;
  }
  return { inputs, ops, first, second, edges };
}

function takesTwo(op: number): boolean {
  return op === ADD || op === MUL;
}

function parentOf(i: number, hash: number): number {
  const drawn = hash >>> 1;
  return hash % 2 === 1 ? i - 1 - (drawn % Math.min(i, 64)) : drawn % i;
}
