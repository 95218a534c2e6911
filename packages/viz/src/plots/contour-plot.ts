/** A function of two numbers as coloured regions: decision boundaries and loss surfaces, with points over them. */
import type { Markish } from '@observablehq/plot';
import { Tensor, checkOptions } from '@edgewise/core';
import { badArgument, checkChoice, checkSize, described, isList } from '../bad-argument.ts';
import { colour, rampColour, seriesColour } from '../theme.ts';
import { type Block, type KeyEntry, sampleSize, smallText } from '../svg/block.ts';
import { type SvgNode, element } from '../svg/svg-tree.ts';
import { textWidth } from '../svg/text-width.ts';
import { extent, isDrawable, numberWriter, roundNumbers } from './axis-numbers.ts';
import { checkNumbers } from './check-numbers.ts';
import { type PlotLibrary, drawPlot } from './draw-plot.ts';
import { type PictureOptions, checkPictureOptions, pictureOptionNames, plotPicture } from './plot-picture.ts';

/** Values on a grid whose outermost samples lie on the ends of `x` and `y`. */
export interface Field {
  /** Row by row: sample (column, row) is `values[row * width + column]`; row 0 is at `y[0]`. */
  readonly values: ArrayLike<number>;
  /** Number of columns, at least 2. */
  readonly width: number;
  /** Number of rows, at least 2. */
  readonly height: number;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** A function to sample, with where and how finely. */
export interface SampledFunction {
  readonly f: (x: number, y: number) => number;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  /** Samples along each axis, 100 by default. */
  readonly resolution?: number;
}

/** A point over the regions. */
export interface ContourPoint {
  readonly x: number;
  readonly y: number;
  /** Its class: decides colour and shape. Classes are sorted; the first has the colour of low values. */
  readonly label: string | number;
  /** Held-out points are hollow, the others filled. */
  readonly heldOut?: boolean;
}

/** How `contourPlot` draws. */
export interface ContourPlotOptions extends PictureOptions {
  readonly points?: readonly ContourPoint[];
  /** Values between regions, or about how many round ones to choose; 10 by default. */
  readonly thresholds?: number | readonly number[];
  /** A value whose line is drawn boldly: 0.5 for a probability, 0 for a difference of scores. */
  readonly boundary?: number;
  /** `diverging` (around `boundary`, and the default if there is one) or `sequential`. */
  readonly colours?: 'diverging' | 'sequential';
  readonly xLabel?: string;
  readonly yLabel?: string;
  /** What the values are, beside their colour scale. */
  readonly valueLabel?: string;
}

const optionNames = [
  ...pictureOptionNames,
  'points',
  'thresholds',
  'boundary',
  'colours',
  'xLabel',
  'yLabel',
  'valueLabel',
];

const symbols = ['circle', 'triangle', 'square', 'diamond', 'star', 'cross', 'wye', 'hexagon'] as const;

/**
 * Draws a field of values over a plane as SVG text: filled regions, a bold boundary line, a colour scale, and points by class.
 *
 * Samples that are NaN are grey; infinite ones count as the largest or smallest finite value, and a note says so.
 *
 * @param field samples on a grid (`values` is `[height * width]`), or a function and the rectangle to sample it on
 * @param options.boundary value of the bold line
 * @param options.points points with classes; held-out ones are hollow
 * @param options.thresholds values between regions, or about how many
 * @param options.colours `diverging` or `sequential`
 * @returns an `svg` element as text
 * @throws ArgumentError `bad-field`, `bad-points`, `bad-thresholds`, `not-numbers`, `unknown-option`, `unknown-choice`, `bad-size`
 * @example
 * const svg = await contourPlot(
 *   { f: (x, y) => 1 / (1 + Math.exp(-x * y)), x: [-2, 2], y: [-2, 2] },
 *   { boundary: 0.5, points: [{ x: 1, y: 1, label: 'same sign' }, { x: -1, y: 1, label: 'mixed', heldOut: true }] },
 * );
 */
export async function contourPlot(field: Field | SampledFunction, options: ContourPlotOptions = {}): Promise<string> {
  checkOptions('contourPlot', options, optionNames);
  checkPictureOptions('contourPlot', options);
  const { points = [], boundary, width = 560, height = 520 } = options;
  const colours = options.colours ?? (boundary === undefined ? 'sequential' : 'diverging');
  checkChoice('contourPlot', 'colours', colours, ['diverging', 'sequential']);
  checkPoints(points);
  if (boundary !== undefined && !isDrawable(boundary)) throw badThresholds(`boundary is ${boundary}`, boundary);
  const grid = sampled(field);
  const range = extent(Array.from(grid.values));
  const title = options.valueLabel ?? 'Contour plot';
  const notes = notesOn(grid.values, points);
  const [low, high] = range ?? [0, 0];
  const thresholds = thresholdsFor(options.thresholds ?? 10, [low, high], boundary);
  const paint = bandPaint(colours, thresholds, low, boundary);
  const classes = classesOf(points);
  const writeX = numberWriter(grid.x);
  const writeY = numberWriter(grid.y);
  const xTicks = roundNumbers(sorted(grid.x), Math.max(2, Math.round(width / 90)));
  const yTicks = roundNumbers(sorted(grid.y), Math.max(2, Math.round(height / 60)));
  const tickWidth = Math.max(...yTicks.map((tick) => textWidth(writeY(tick), smallText)));
  // Clamped: an infinite sample would put the line between it and its neighbour nowhere.
  const values = Float64Array.from(grid.values, (value) =>
    Number.isNaN(value) ? Number.NaN : Math.min(high, Math.max(low, value)),
  );
  const body = await drawPlot((plot) => {
    const place = placeOf(grid);
    const lines = boundary !== undefined && low < boundary && boundary < high ? [boundary] : [];
    return {
      width,
      height,
      marginLeft: Math.ceil(tickWidth) + 16,
      marginRight: 16,
      marginTop: options.yLabel === undefined ? 12 : 28,
      marginBottom: options.xLabel === undefined ? 28 : 42,
      x: { domain: [...grid.x], label: options.xLabel ?? null, ticks: xTicks, tickFormat: writeX },
      y: { domain: [...grid.y], label: options.yLabel ?? null, ticks: yTicks, tickFormat: writeY },
      marks: [
        plot.frame({ fill: range === undefined ? colour('line') : paint(0), stroke: null }),
        ...thresholds.map((threshold, index) =>
          plot.contour(values, {
            ...place,
            value: (value: number) => value,
            thresholds: [threshold],
            fill: paint(index + 1),
            clip: true,
          }),
        ),
        unknownCells(plot, grid),
        ...lines.map((line) =>
          plot.contour(values, {
            ...place,
            value: (value: number) => value,
            thresholds: [line],
            fill: 'none',
            stroke: colour('ink'),
            strokeWidth: 2.2,
            clip: true,
          }),
        ),
        plot.frame({ stroke: colour('soft') }),
        ...pointMarks(plot, points, classes),
      ],
    };
  });
  const scale =
    range === undefined ? undefined : colourScale(thresholds, [low, high], paint, width, boundary, options.valueLabel);
  const write = numberWriter([low, high]);
  const description =
    range === undefined
      ? 'A field with no value that can be drawn.'
      : `A field of ${grid.width} by ${grid.height} samples with values from ${write(low)} to ${write(high)}, x from ${writeX(grid.x[0])} to ${writeX(grid.x[1])}, y from ${writeY(grid.y[0])} to ${writeY(grid.y[1])}.${pointsInWords(points, classes)}`;
  const key = pointKey(points, classes, boundary);
  return plotPicture({ body, key, ...(scale === undefined ? {} : { scale }), notes, title, description }, options);
}

/** The field, sampled if it is a function, with every fact checked. */
function sampled(field: Field | SampledFunction): Field {
  const wrong = (
    problem: string,
    received: unknown,
    remedy = 'contourPlot({ f: (x, y) => x * y, x: [-1, 1], y: [-1, 1] })',
  ) =>
    badArgument('contourPlot', {
      code: 'bad-field',
      problem,
      expected: '{ values, width, height, x, y } or { f, x, y }',
      received,
      remedy,
    });
  if (typeof field !== 'object' || field === null) throw wrong(`expected a field, received ${described(field)}`, field);
  for (const axis of ['x', 'y'] as const) {
    const ends: unknown = field[axis];
    const isRange =
      Array.isArray(ends) && ends.length === 2 && ends.every((end) => typeof end === 'number' && isDrawable(end));
    if (!isRange || ends[0] === ends[1])
      throw wrong(`${axis} is ${JSON.stringify(ends)}; expected two different finite numbers`, ends);
  }
  if ('f' in field) {
    const { f, x, y, resolution = 100 } = field;
    if (typeof f !== 'function') throw wrong(`f is ${described(f)}; expected a function of x and y`, f);
    checkSize('contourPlot', 'resolution', resolution, 2);
    const size = Math.round(resolution);
    const at = ([from, to]: readonly [number, number], index: number) => from + ((to - from) * index) / (size - 1);
    const values = Float64Array.from({ length: size * size }, (_, index) => {
      const place = [at(x, index % size), at(y, Math.floor(index / size))] as const;
      const value: unknown = f(...place);
      if (typeof value === 'number') return value;
      const remedy = value instanceof Tensor ? 'f: (x, y) => model(x, y).item()' : undefined;
      throw wrong(`f gives ${described(value)} at (${place.join(', ')}); expected a number`, value, remedy);
    });
    return { values, width: size, height: size, x, y };
  }
  const { values, width, height } = field;
  checkNumbers('contourPlot', 'values', values);
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 2 || height < 2) {
    throw wrong(`a field of ${width} by ${height} samples; expected at least 2 by 2`, [width, height]);
  }
  if (values.length !== width * height) {
    throw wrong(
      `values has ${values.length} numbers; width ${width} times height ${height} is ${width * height}`,
      values.length,
    );
  }
  return field;
}

function checkPoints(points: readonly ContourPoint[]): void {
  const wrong = (problem: string, received: unknown) =>
    badArgument('contourPlot', {
      code: 'bad-points',
      problem,
      expected: 'an array of { x, y, label, heldOut? }',
      received,
    });
  if (!isList(points)) throw wrong(`points is ${described(points)}; expected an array`, points);
  for (const [index, point] of points.entries()) {
    if (typeof point !== 'object' || point === null || typeof point.x !== 'number' || typeof point.y !== 'number') {
      throw wrong(`points[${index}] has no numbers x and y`, point);
    }
    if (typeof point.label !== 'string' && typeof point.label !== 'number') {
      throw wrong(`points[${index}] has label ${described(point.label)}; expected a text or number`, point);
    }
  }
}

function badThresholds(problem: string, received: unknown): Error {
  return badArgument('contourPlot', {
    code: 'bad-thresholds',
    problem: `${problem}; expected finite numbers`,
    expected: 'finite numbers',
    received,
  });
}

/** Values strictly inside the range, ascending, the boundary among them. */
function thresholdsFor(
  wanted: number | readonly number[],
  range: readonly [number, number],
  boundary: number | undefined,
): number[] {
  if (typeof wanted === 'number') checkSize('contourPlot', 'thresholds', wanted, 1);
  else {
    checkNumbers('contourPlot', 'thresholds', wanted);
    const wrong = wanted.find((value) => !isDrawable(value));
    if (wrong !== undefined) throw badThresholds(`thresholds contain ${wrong}`, wrong);
  }
  const chosen = typeof wanted === 'number' ? roundNumbers(range, wanted) : wanted;
  const all = boundary === undefined ? chosen : [...chosen, boundary];
  return [...new Set(all)].filter((value) => range[0] < value && value < range[1]).sort((a, b) => a - b);
}

/** Colour of each band; band i lies between threshold i - 1 and threshold i. */
function bandPaint(
  colours: 'diverging' | 'sequential',
  thresholds: readonly number[],
  low: number,
  boundary: number | undefined,
): (band: number) => string {
  const last = thresholds.length;
  if (colours === 'sequential') return (band) => rampColour('sequential', last === 0 ? 0.3 : band / last);
  const middle = boundary === undefined ? last / 2 : thresholds.filter((value) => value < boundary).length + 0.5;
  // Each side has its own half of the ramp and none has the middle, so that the boundary lies between two different colours.
  return (band) => {
    if (last === 0) return rampColour('diverging', boundary === undefined ? 0.5 : low < boundary ? 0 : 1);
    const below = band < middle;
    const distance = below ? (middle - band) / Math.max(middle, 0.5) : (band - middle) / Math.max(last - middle, 0.5);
    return rampColour('diverging', 0.5 + (below ? -1 : 1) * (0.1 + 0.4 * distance));
  };
}

/** Where Plot should lay the grid: it takes samples as the middles of cells, so cells reach half a step beyond the ends. */
function placeOf({ width, height, x, y }: Field) {
  const [dx, dy] = [(x[1] - x[0]) / (width - 1) / 2, (y[1] - y[0]) / (height - 1) / 2];
  return { width, height, x1: x[0] - dx, x2: x[1] + dx, y1: y[0] - dy, y2: y[1] + dy };
}

/** Grey over samples that are not numbers. */
function unknownCells(plot: PlotLibrary, { values, width, height, x, y }: Field): Markish {
  const [dx, dy] = [(x[1] - x[0]) / (width - 1), (y[1] - y[0]) / (height - 1)];
  const cells: { x1: number; x2: number; y1: number; y2: number }[] = [];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      if (!Number.isNaN(values[row * width + column])) continue;
      const from = column;
      while (column + 1 < width && Number.isNaN(values[row * width + column + 1])) column += 1;
      cells.push({
        x1: x[0] + (from - 0.5) * dx,
        x2: x[0] + (column + 0.5) * dx,
        y1: y[0] + (row - 0.5) * dy,
        y2: y[0] + (row + 0.5) * dy,
      });
    }
  }
  return plot.rect(cells, {
    x1: 'x1',
    x2: 'x2',
    y1: 'y1',
    y2: 'y2',
    fill: colour('line'),
    clip: true,
    shapeRendering: 'crispEdges',
  });
}

function classesOf(points: readonly ContourPoint[]): (string | number)[] {
  const all = [...new Set(points.map(({ label }) => label))];
  return all.every((label) => typeof label === 'number')
    ? all.sort((a, b) => a - b)
    : all.sort((a, b) => String(a).localeCompare(String(b)));
}

/** The first two classes have the colours of the two sides of a boundary. */
function classColour(index: number): string {
  return seriesColour(index === 0 ? 1 : index === 1 ? 0 : index);
}

function pointMarks(
  plot: PlotLibrary,
  points: readonly ContourPoint[],
  classes: readonly (string | number)[],
): Markish[] {
  return classes.flatMap((label, index) =>
    [false, true].map((heldOut) =>
      plot.dot(
        points.filter(
          (point) =>
            point.label === label && (point.heldOut ?? false) === heldOut && isDrawable(point.x) && isDrawable(point.y),
        ),
        {
          x: 'x',
          y: 'y',
          r: points.length > 400 ? 2.6 : 4,
          symbol: symbols[index % symbols.length] ?? 'circle',
          fill: heldOut ? colour('paper') : classColour(index),
          stroke: heldOut ? classColour(index) : colour('paper'),
          strokeWidth: heldOut ? 1.6 : 0.7,
          clip: true,
        },
      ),
    ),
  );
}

function pointKey(
  points: readonly ContourPoint[],
  classes: readonly (string | number)[],
  boundary: number | undefined,
): KeyEntry[] {
  const middle = { x: sampleSize.width / 2, y: sampleSize.height / 2 };
  const entries: KeyEntry[] = classes.map((label, index) => ({
    label: String(label),
    sample: [symbolAt(index, classColour(index), 'none')],
  }));
  if (points.some(({ heldOut }) => heldOut === true)) {
    const circle = (fill: string) =>
      element('circle', { cx: middle.x, cy: middle.y, r: 5, fill, stroke: colour('ink'), 'stroke-width': 1.6 });
    if (points.some(({ heldOut }) => heldOut !== true))
      entries.push({ label: 'training', sample: [circle(colour('ink'))] });
    entries.push({ label: 'held out', sample: [circle('none')] });
  }
  if (boundary !== undefined) {
    const line = element('line', {
      x1: 0,
      x2: sampleSize.width,
      y1: middle.y,
      y2: middle.y,
      stroke: colour('ink'),
      'stroke-width': 2.2,
    });
    entries.push({ label: `boundary at ${numberWriter([boundary, boundary])(boundary)}`, sample: [line] });
  }
  return entries;
}

/** The shape that Plot draws for a class, in a key. */
function symbolAt(index: number, fill: string, stroke: string): SvgNode {
  const [x, y] = [sampleSize.width / 2, sampleSize.height / 2];
  const outlines: Readonly<Record<string, string>> = {
    triangle: 'M0,-6.5L5.6,3.2L-5.6,3.2Z',
    square: 'M-4.6,-4.6H4.6V4.6H-4.6Z',
    diamond: 'M0,-7L4.2,0L0,7L-4.2,0Z',
    star: 'M0,-7L1.6,-2.2H6.6L2.5,0.8L4.1,5.7L0,2.7L-4.1,5.7L-2.5,0.8L-6.6,-2.2H-1.6Z',
    cross: 'M-6,-2H-2V-6H2V-2H6V2H2V6H-2V2H-6Z',
    wye: 'M-2,6V1L-6,-2L-4,-5.4L0,-2.6L4,-5.4L6,-2L2,1V6Z',
    hexagon: 'M0,-5.8L5,-2.9V2.9L0,5.8L-5,2.9V-2.9Z',
  };
  const outline = outlines[symbols[index % symbols.length] ?? 'circle'];
  return outline === undefined
    ? element('circle', { cx: x, cy: y, r: 5, fill, stroke })
    : element('path', { d: outline, transform: `translate(${x},${y})`, fill, stroke });
}

/** The bands side by side with the values between them below; where these would touch, every other one. */
function colourScale(
  thresholds: readonly number[],
  [low, high]: readonly [number, number],
  paint: (band: number) => string,
  width: number,
  boundary: number | undefined,
  label: string | undefined,
): Block {
  const write = numberWriter([low, high]);
  const name = label ?? 'value';
  const left = Math.ceil(textWidth(name, smallText)) + 12;
  const room = Math.max(80, Math.min(420, width - left - 24));
  const content: SvgNode[] = [element('text', { x: 0, y: 12, 'font-size': smallText, fill: colour('ink') }, [name])];
  if (thresholds.length === 0) {
    const only = low === high ? `${write(low)} everywhere` : `${write(low)} to ${write(high)}`;
    content.push(
      element('rect', { x: left, y: 1, width: 36, height: 14, fill: paint(0), stroke: colour('soft') }),
      element('text', { x: left + 44, y: 12, 'font-size': smallText, fill: colour('ink') }, [only]),
    );
    return { content, width: left + 44 + textWidth(only, smallText), height: 18 };
  }
  const band = room / (thresholds.length + 1);
  const widest = Math.max(...thresholds.map((value) => textWidth(write(value), smallText))) + 8;
  const stride = Math.max(1, Math.ceil(widest / band));
  for (let index = 0; index <= thresholds.length; index++) {
    content.push(element('rect', { x: left + index * band, y: 1, width: band + 0.5, height: 14, fill: paint(index) }));
  }
  content.push(element('rect', { x: left, y: 1, width: room, height: 14, fill: 'none', stroke: colour('soft') }));
  const bold = boundary === undefined ? -1 : thresholds.indexOf(boundary);
  for (const [index, value] of thresholds.entries()) {
    const x = left + (index + 1) * band;
    if (index === bold)
      content.push(element('line', { x1: x, x2: x, y1: 0, y2: 17, stroke: colour('ink'), 'stroke-width': 2.2 }));
    if ((index - Math.max(bold, 0)) % stride !== 0) continue;
    content.push(
      element('line', { x1: x, x2: x, y1: 15, y2: 19, stroke: colour('soft') }),
      element('text', { x, y: 31, 'text-anchor': 'middle', 'font-size': smallText, fill: colour('ink') }, [
        write(value),
      ]),
    );
  }
  return { content, width: left + room, height: 34 };
}

function notesOn(values: ArrayLike<number>, points: readonly ContourPoint[]): string[] {
  const all = Array.from(values);
  const unknown = all.filter((value) => Number.isNaN(value)).length;
  const huge = all.filter((value) => !Number.isNaN(value) && !isDrawable(value)).length;
  const lost = points.filter(({ x, y }) => !isDrawable(x) || !isDrawable(y)).length;
  return [
    ...(unknown === 0 ? [] : [`${unknown} of ${all.length} samples are NaN (grey)`]),
    ...(huge === 0
      ? []
      : [
          `${huge} of ${all.length} samples are infinite or over 1e150, and drawn as the largest or smallest other value`,
        ]),
    ...(lost === 0 ? [] : [`${lost} of ${points.length} points are not drawn: their place is not finite`]),
  ];
}

function pointsInWords(points: readonly ContourPoint[], classes: readonly (string | number)[]): string {
  if (points.length === 0) return '';
  const counts = classes.map((label) => `${points.filter((point) => point.label === label).length} of class ${label}`);
  return ` Points: ${counts.join(', ')}.`;
}

function sorted([from, to]: readonly [number, number]): [number, number] {
  return from < to ? [from, to] : [to, from];
}
