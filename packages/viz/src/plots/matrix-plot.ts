/** A table of numbers as coloured cells that show their numbers: confusion matrices. */
import { Tensor, checkOptions } from '@edgewise/core';
import { badArgument, described, isList } from '../bad-argument.ts';
import { colour, rampColour } from '../theme.ts';
import { emptyBody, smallText } from '../svg/block.ts';
import { shortened, textWidth } from '../svg/text-width.ts';
import { extent, isDrawable, numberWriter } from './axis-numbers.ts';
import { checkNumbers } from './check-numbers.ts';
import { drawPlot } from './draw-plot.ts';
import { type PictureOptions, checkPictureOptions, pictureOptionNames, plotPicture } from './plot-picture.ts';

/** How `matrixPlot` draws. */
export interface MatrixPlotOptions extends PictureOptions {
  /** Names of rows and columns, 0, 1, 2, ... by default. */
  readonly rowLabels?: readonly (string | number)[];
  readonly columnLabels?: readonly (string | number)[];
  /** What columns and rows are: `predicted` and `true` for a confusion matrix. */
  readonly xLabel?: string;
  readonly yLabel?: string;
}

const optionNames = [...pictureOptionNames, 'rowLabels', 'columnLabels', 'xLabel', 'yLabel'];

const longestLabel = 110;

/** Angle of column labels that are wider than their columns, in radians. */
const slant = 0.7;

/**
 * Draws a matrix as SVG text: a cell for each number, 100,000 at most, darker where it is larger, with the number in it in a colour that can be read.
 *
 * The shade grows with the square root, so that few mistakes among many hits can be seen. Cells too small for text have a tooltip.
 *
 * @param rows the matrix, `[rows, columns]`
 * @param options.rowLabels names of rows; `columnLabels` of columns (`rowLabels` if the matrix is square)
 * @param options.xLabel what columns are, such as `predicted`; `yLabel` what rows are, such as `true`
 * @returns an `svg` element as text
 * @throws ArgumentError `bad-matrix`, `not-numbers`, `length-mismatch`, `unknown-option`, `bad-size`
 * @example
 * const svg = await matrixPlot([[48, 2], [5, 45]], { rowLabels: ['cat', 'dog'], xLabel: 'predicted', yLabel: 'true' });
 */
export async function matrixPlot(rows: readonly ArrayLike<number>[], options: MatrixPlotOptions = {}): Promise<string> {
  checkOptions('matrixPlot', options, optionNames);
  checkPictureOptions('matrixPlot', options);
  const columns = checkRows(rows);
  const rowLabels = labelsFor('rowLabels', options.rowLabels, rows.length);
  const columnLabels = labelsFor(
    'columnLabels',
    options.columnLabels ?? (columns === rows.length ? options.rowLabels : undefined),
    columns,
  );
  const title = 'Matrix';
  if (rows.length === 0 || columns === 0) {
    const body = emptyBody('no values', options.width ?? 320, options.height ?? 160);
    return plotPicture({ body, title, description: 'A matrix without values.' }, options);
  }
  const numbers = rows.flatMap((row) => Array.from(row));
  const [low, high] = extent(numbers) ?? [0, 0];
  const write = numberWriter([Math.min(0, low), Math.max(high, 0)]);
  const texts = numbers.map((value) => write(value));
  const widest = Math.max(...texts.map((text) => textWidth(text, smallText)));
  const widestOf = (labels: readonly string[]) => Math.max(...labels.map((label) => textWidth(label, smallText)));
  // Beyond thirty rows or columns it is a picture of the whole, without numbers.
  const isLarge = Math.max(rows.length, columns) > 30;
  const wide = isLarge ? 12 : Math.min(120, Math.max(34, widest + 10));
  const isSlanted =
    !isLarge && widestOf(columnLabels) > (options.width === undefined ? wide : options.width / columns) - 4;
  const left = Math.ceil(widestOf(rowLabels)) + (options.yLabel === undefined ? 14 : 34);
  const [top, right] = [8, isSlanted ? 24 : 12];
  const slantHeight = isSlanted ? widestOf(columnLabels) * Math.sin(slant) : 0;
  const bottom = Math.ceil(slantHeight) + (options.xLabel === undefined ? 26 : 46);
  const width = options.width ?? left + right + columns * wide;
  const height = options.height ?? top + bottom + rows.length * (isLarge ? 12 : 34);
  const cellWidth = (width - left - right) / columns;
  const cellHeight = (height - top - bottom) / rows.length;
  const hasText = cellWidth >= widest + 4 && cellHeight >= smallText + 4;
  const shade = (value: number) => (high > low ? Math.sqrt((value - low) / (high - low)) : 0.3);
  const cells = numbers.map((value, index) => ({
    row: Math.floor(index / columns),
    column: index % columns,
    text: texts[index] ?? '',
    fill: isDrawable(value) ? rampColour('sequential', shade(value)) : colour('backward-fill'),
    ink: isDrawable(value) ? rampColour('on-sequential', shade(value)) : colour('ink'),
  }));
  // Text in a cell that is too narrow would overlap its neighbours'; so would the labels of columns.
  const columnStride = isSlanted ? 1 : Math.ceil((widestOf(columnLabels) + 6) / cellWidth);
  const rowStride = Math.ceil((smallText + 2) / cellHeight);
  const body = await drawPlot((plot) => ({
    width,
    height,
    marginLeft: left,
    marginRight: right,
    marginTop: top,
    marginBottom: bottom,
    x: {
      type: 'band',
      domain: columnLabels.map((_, index) => index),
      ticks: everyNth(columns, columnStride),
      tickFormat: (index: number) => columnLabels[index] ?? '',
      tickSize: 0,
      tickRotate: isSlanted ? (-slant * 180) / Math.PI : 0,
      label: options.xLabel ?? null,
      padding: 0,
    },
    y: {
      type: 'band',
      domain: rowLabels.map((_, index) => index),
      ticks: everyNth(rows.length, rowStride),
      tickFormat: (index: number) => rowLabels[index] ?? '',
      tickSize: 0,
      label: options.yLabel ?? null,
      padding: 0,
    },
    color: { type: 'identity' },
    marks: [
      plot.cell(cells, {
        x: 'column',
        y: 'row',
        fill: 'fill',
        inset: Math.min(cellWidth, cellHeight) > 8 ? 0.75 : 0,
        title: ({ row, column, text }: (typeof cells)[number]) =>
          `${options.yLabel ?? 'row'} ${rowLabels[row] ?? row}, ${options.xLabel ?? 'column'} ${columnLabels[column] ?? column}: ${text}`,
      }),
      ...(hasText ? [plot.text(cells, { x: 'column', y: 'row', text: 'text', fill: 'ink', fontSize: smallText })] : []),
      plot.frame({ stroke: colour('line') }),
    ],
  }));
  const unknown = numbers.filter((value) => !isDrawable(value)).length;
  const notes = unknown === 0 ? [] : [`${unknown} of ${numbers.length} values are not finite`];
  const description = `A matrix of ${rows.length} rows and ${columns} columns with values from ${write(low)} to ${write(high)}.${diagonalInWords(rows, columns)}`;
  return plotPicture({ body, notes, title, description }, options);
}

/** A picture of so many takes half a minute and 15 MB. */
const mostCells = 100_000;

/** Checks the matrix and gives its number of columns. */
function checkRows(rows: readonly ArrayLike<number>[]): number {
  const wrong = (problem: string, received: unknown, remedy?: string) =>
    badArgument('matrixPlot', {
      code: 'bad-matrix',
      problem,
      expected: 'an array of rows of equal length',
      received,
      ...(remedy === undefined ? {} : { remedy }),
    });
  if (!isList(rows)) {
    const given: unknown = rows;
    const remedy = given instanceof Tensor && given.rank === 2 ? 'matrixPlot(matrix.toArray())' : undefined;
    throw wrong(`expected an array of rows, received ${described(rows)}`, rows, remedy);
  }
  for (const [index, row] of rows.entries()) {
    checkNumbers('matrixPlot', `row ${index}`, row);
    const first = rows[0]?.length ?? 0;
    if (row.length !== first) throw wrong(`row ${index} has ${row.length} numbers, row 0 has ${first}`, row.length);
  }
  const columns = rows[0]?.length ?? 0;
  if (rows.length * columns > mostCells) {
    throw wrong(
      `${rows.length} rows of ${columns} numbers; expected at most ${mostCells.toLocaleString('en-US')} cells, each of which is an element of the picture`,
      rows,
      `imageGrid([rows.flat()], { width: ${columns}, height: ${rows.length}, size: 640 }), which is one image`,
    );
  }
  return columns;
}

function labelsFor(name: string, given: readonly (string | number)[] | undefined, count: number): string[] {
  if (given === undefined) return Array.from({ length: count }, (_, index) => String(index));
  if (given.length !== count) {
    throw badArgument('matrixPlot', {
      code: 'length-mismatch',
      problem: `${name} has ${given.length} names for ${count}`,
      expected: count,
      received: given.length,
    });
  }
  return given.map((label) => shortened(String(label), smallText, longestLabel));
}

function everyNth(count: number, stride: number): number[] {
  return Array.from({ length: Math.ceil(count / stride) }, (_, index) => index * stride);
}

/** The share of the diagonal, which is the accuracy if the matrix counts predictions. */
function diagonalInWords(rows: readonly ArrayLike<number>[], columns: number): string {
  if (columns !== rows.length) return '';
  const total = rows.reduce((sum, row) => sum + Array.from(row).reduce((a, b) => a + b, 0), 0);
  const diagonal = rows.reduce((sum, row, index) => sum + (row[index] ?? 0), 0);
  return total > 0 && Number.isFinite(total)
    ? ` The diagonal holds ${((100 * diagonal) / total).toFixed(1)} % of the sum.`
    : '';
}
