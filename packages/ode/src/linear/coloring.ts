/** Which columns of a sparse Jacobian can be had from one evaluation: those that share no row. */
import type { SparseStructure } from '../system.ts';

/** Columns by colour: no two of a group have an entry in the same row. */
export type ColumnGroups = readonly Int32Array[];

/**
 * Each column gets the first colour that none of the columns has with which it shares a row, those with most entries
 * first.
 *
 * Curtis, Powell, Reid, J. Inst. Maths Applics 13 (1974); the order: Coleman, Moré, SIAM J. Numer. Anal. 20 (1983).
 */
export function colorColumns(n: number, { starts, rows }: SparseStructure): ColumnGroups {
  const order = Array.from({ length: n }, (_, j) => j).sort((a, b) => entries(starts, b) - entries(starts, a) || a - b);
  /** For each colour, the rows it covers. */
  const covered: Uint8Array[] = [];
  const groups: number[][] = [];
  for (const j of order) {
    const own = rows.subarray(starts[j], starts[j + 1]);
    let color = covered.findIndex((taken) => own.every((i) => taken[i] === 0));
    if (color < 0) {
      color = covered.length;
      covered.push(new Uint8Array(n));
      groups.push([]);
    }
    for (const i of own) covered[color]![i] = 1;
    groups[color]!.push(j);
  }
  return groups.map((group) => Int32Array.from(group));
}

/** The groups of a band: columns a whole bandwidth apart. */
export function colorBand(n: number, lower: number, upper: number): ColumnGroups {
  const count = Math.min(n, lower + upper + 1);
  return Array.from({ length: count }, (_, color) =>
    Int32Array.from({ length: Math.ceil((n - color) / count) }, (__, k) => color + k * count),
  );
}

function entries(starts: Int32Array, j: number): number {
  return starts[j + 1]! - starts[j]!;
}
