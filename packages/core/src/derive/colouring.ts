/**
 * Which columns of a sparse matrix may be asked for together: columns of one colour have no row in common, so their sum
 * shows each of them (Curtis, Powell, Reid 1974; Coleman, Moré 1983; Gebremedhin, Manne, Pothen 2005, "What color is your
 * Jacobian?").
 */
import { checkOptions } from '../errors/check-options.ts';
import { ShapeError } from '../errors/edgewise-error.ts';

/** Where a matrix may have elements that are not 0: for each row the columns, rising. */
export interface Sparsity {
  readonly rows: number;
  readonly columns: number;
  readonly columnsOfRow: readonly (readonly number[])[];
}

export interface Colouring {
  /** How many colours there are: as many products with the matrix show all of it. */
  readonly count: number;
  /** The colour of each column, from 0 on. */
  readonly colours: Int32Array;
  /** Whether the matrix is read as a symmetric one: an element may show in place of its mirror image. */
  readonly symmetric: boolean;
}

/**
 * Colours the columns of a matrix so that columns of one colour have no row in common, greedily, those with the most
 * neighbours first. With `symmetric` the matrix is that of a Hessian: each element has to show only once, itself or as its
 * mirror image (a star colouring), which takes fewer colours where a row is full.
 *
 * @example
 * const arrow = { rows: 3, columns: 3, columnsOfRow: [[0, 1, 2], [0, 1], [0, 2]] };
 * colouring(arrow).count; // 3
 * colouring(arrow, { symmetric: true }).count; // 2
 */
export function colouring(sparsity: Sparsity, options: { symmetric?: boolean } = {}): Colouring {
  checkOptions('colouring', options, ['symmetric']);
  if (options.symmetric !== true) return colouringOfColumns(sparsity);
  if (sparsity.rows !== sparsity.columns) {
    throw new ShapeError({
      code: 'not-square',
      op: 'colouring',
      problem: `a symmetric matrix has as many rows as columns; this one has ${sparsity.rows} and ${sparsity.columns}`,
      received: sparsity,
      remedy: 'colouring(sparsity)',
    });
  }
  return starColouring(sparsity);
}

function colouringOfColumns({ columns, columnsOfRow }: Sparsity): Colouring {
  const rowsOfColumn = transposedRows(columnsOfRow, columns);
  const degree = rowsOfColumn.map((rows) => rows.reduce((sum, row) => sum + columnsOfRow[row]!.length, 0));
  const colours = new Int32Array(columns).fill(-1);
  const count = greedily(degree, colours, (column, forbid) => {
    for (const row of rowsOfColumn[column]!) for (const other of columnsOfRow[row]!) forbid(colours[other]!);
  });
  return { count, colours, symmetric: false };
}

/** No path over four vertices has two colours only (Gebremedhin, Manne, Pothen 2005, algorithm 4.1). */
function starColouring({ columns, columnsOfRow }: Sparsity): Colouring {
  const neighbours = symmetricNeighbours(columnsOfRow, columns);
  const colours = new Int32Array(columns).fill(-1);
  const count = greedily(
    neighbours.map(({ length }) => length),
    colours,
    (vertex, forbid) => {
      for (const w of neighbours[vertex]!) {
        forbid(colours[w]!);
        for (const x of neighbours[w]!) {
          if (x === vertex || colours[x]! < 0) continue;
          if (colours[w]! < 0) forbid(colours[x]!);
          else if (neighbours[x]!.some((y) => y !== w && colours[y] === colours[w])) forbid(colours[x]!);
        }
      }
    },
  );
  return { count, colours, symmetric: true };
}

/** Gives each vertex the first colour that is not forbidden; returns how many were given. */
function greedily(
  degree: readonly number[],
  colours: Int32Array,
  forbidNear: (vertex: number, forbid: (colour: number) => void) => void,
): number {
  const forbiddenFor = new Int32Array(degree.length + 1).fill(-1);
  let count = 0;
  const order = Array.from(degree.keys()).sort((a, b) => degree[b]! - degree[a]! || a - b);
  for (const vertex of order) {
    forbidNear(vertex, (colour) => {
      if (colour >= 0) forbiddenFor[colour] = vertex;
    });
    let colour = 0;
    while (forbiddenFor[colour] === vertex) colour++;
    colours[vertex] = colour;
    count = Math.max(count, colour + 1);
  }
  return count;
}

/** The pattern of the transposed matrix. */
export function transposedSparsity({ rows, columns, columnsOfRow }: Sparsity): Sparsity {
  return { rows: columns, columns: rows, columnsOfRow: transposedRows(columnsOfRow, columns) };
}

function transposedRows(columnsOfRow: readonly (readonly number[])[], columns: number): number[][] {
  const rowsOfColumn = Array.from({ length: columns }, (): number[] => []);
  columnsOfRow.forEach((list, row) => list.forEach((column) => rowsOfColumn[column]!.push(row)));
  return rowsOfColumn;
}

/** For each vertex the others that it shares an element with, on either side of the diagonal. */
function symmetricNeighbours(columnsOfRow: readonly (readonly number[])[], columns: number): number[][] {
  const neighbours = Array.from({ length: columns }, () => new Set<number>());
  columnsOfRow.forEach((list, row) =>
    list.forEach((column) => {
      if (column === row) return;
      neighbours[row]!.add(column);
      neighbours[column]!.add(row);
    }),
  );
  return neighbours.map((set) => [...set].sort((a, b) => a - b));
}

/**
 * Where each element of the matrix shows: for each row and each of its columns, the colour whose product shows it and the
 * row of that product.
 */
export function placesOf(
  { columnsOfRow, columns }: Sparsity,
  { colours, symmetric }: Colouring,
  give: (row: number, column: number, colour: number, shownAt: number) => void,
): void {
  const neighbours = symmetric ? symmetricNeighbours(columnsOfRow, columns) : [];
  columnsOfRow.forEach((list, row) => {
    // In a row of a symmetric matrix, a colour that occurs once shows its element there; else its mirror image does.
    const seen = new Map<number, number>();
    for (const other of neighbours[row] ?? []) seen.set(colours[other]!, (seen.get(colours[other]!) ?? 0) + 1);
    for (const column of list) {
      const mirrored = symmetric && column !== row && seen.get(colours[column]!)! > 1;
      if (mirrored) give(row, column, colours[row]!, column);
      else give(row, column, colours[column]!, row);
    }
  });
}
