/** An order of the unknowns that brings the entries of a sparse matrix close to its diagonal. */
import type { SparseStructure } from '../system.ts';

/**
 * Which unknown comes at each place. The structure is read as symmetric: i and j are neighbours where (i, j) or (j, i)
 * is an entry. Every connected part is walked breadth first from one of its ends, neighbours of few neighbours first,
 * and the whole is reversed.
 *
 * Cuthill, McKee, "Reducing the bandwidth of sparse symmetric matrices", ACM '69; the ends: George, Liu, ACM TOMS 5
 * (1979), algorithm "pseudo-peripheral node finder".
 */
export function cuthillMcKee(n: number, structure: SparseStructure): Int32Array {
  const neighbours = neighboursOf(n, structure);
  const order = new Int32Array(n);
  const visited = new Uint8Array(n);
  let count = 0;
  for (let seed = 0; seed < n; seed++) {
    if (visited[seed] === 1) continue;
    const start = endOf(seed, neighbours);
    visited[start] = 1;
    order[count++] = start;
    for (let head = count - 1; head < count; head++) {
      const next = neighbours[order[head]!]!.filter((i) => visited[i] === 0);
      next.sort((a, b) => neighbours[a]!.length - neighbours[b]!.length || a - b);
      for (const i of next) {
        visited[i] = 1;
        order[count++] = i;
      }
    }
  }
  return order.reverse();
}

function neighboursOf(n: number, { starts, rows }: SparseStructure): number[][] {
  const sets = Array.from({ length: n }, () => new Set<number>());
  for (let j = 0; j < n; j++) {
    for (let k = starts[j]!; k < starts[j + 1]!; k++) {
      const i = rows[k]!;
      if (i === j) continue;
      sets[i]!.add(j);
      sets[j]!.add(i);
    }
  }
  return sets.map((set) => [...set]);
}

/** A node that is far from all others of its connected part: walk to the farthest while it gets farther. */
function endOf(seed: number, neighbours: readonly number[][]): number {
  let start = seed;
  let depth = -1;
  for (;;) {
    const farthest = farthestFrom(start, neighbours);
    if (farthest.depth <= depth) return start;
    depth = farthest.depth;
    start = farthest.node;
  }
}

/** How far breadth first goes from a node, and of the farthest ones that with the fewest neighbours. */
function farthestFrom(start: number, neighbours: readonly number[][]): { node: number; depth: number } {
  const seen = new Set([start]);
  let level = [start];
  for (let depth = 0; ; depth++) {
    const next = [...new Set(level.flatMap((i) => neighbours[i]!))].filter((j) => !seen.has(j));
    for (const j of next) seen.add(j);
    if (next.length === 0) {
      const node = level.reduce((a, b) => (neighbours[b]!.length < neighbours[a]!.length ? b : a));
      return { node, depth };
    }
    level = next;
  }
}

/** How many diagonals below and above the main one are used when unknowns are taken in `order`. */
export function bandwidthIn(
  order: Int32Array,
  n: number,
  { starts, rows }: SparseStructure,
): { lower: number; upper: number } {
  const place = new Int32Array(n);
  order.forEach((unknown, at) => (place[unknown] = at));
  let lower = 0;
  let upper = 0;
  for (let j = 0; j < n; j++) {
    for (let k = starts[j]!; k < starts[j + 1]!; k++) {
      const below = place[rows[k]!]! - place[j]!;
      lower = Math.max(lower, below);
      upper = Math.max(upper, -below);
    }
  }
  return { lower, upper };
}
