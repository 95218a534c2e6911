/** Lines over steps or time: losses, accuracies, solutions. */
import { checkOptions } from '@edgewise/core';
import { badArgument, described, isList } from '../bad-argument.ts';
import { seriesColour } from '../theme.ts';
import { type KeyEntry, emptyBody, sampleSize, smallText } from '../svg/block.ts';
import { element } from '../svg/svg-tree.ts';
import { textWidth } from '../svg/text-width.ts';
import { extent, isDrawable, logarithmicNumbers, numberWriter, roomy, roundNumbers } from './axis-numbers.ts';
import { checkNumbers } from './check-numbers.ts';
import { drawPlot } from './draw-plot.ts';
import { type PictureOptions, checkPictureOptions, pictureOptionNames, plotPicture } from './plot-picture.ts';

/** A line: its name in the key, and its points. */
export interface Series {
  readonly name: string;
  readonly y: ArrayLike<number>;
  /** As many numbers as `y`; 0, 1, 2, ... by default. */
  readonly x?: ArrayLike<number>;
}

/** How `linePlot` draws. */
export interface LinePlotOptions extends PictureOptions {
  readonly xLabel?: string;
  readonly yLabel?: string;
  /** Whether equal factors, rather than equal differences, are equally far apart. */
  readonly logX?: boolean;
  readonly logY?: boolean;
}

const optionNames = [...pictureOptionNames, 'xLabel', 'yLabel', 'logX', 'logY'];

/** Line patterns, so that lines are told apart without colour. */
const dashes: readonly (string | undefined)[] = [undefined, '7 3', '2 3', '9 3 2 3', '12 4', '5 2 1 2 1 2'];

/** So many points and no more get a dot each. */
const dottedUpTo = 24;

interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Draws lines as SVG text, in Node or in a page.
 *
 * A value that has no place on its axis (NaN, an infinity, on a logarithmic axis zero or less) leaves a gap with a cross above
 * it, and a note says where the first one is. A series of thousands of points keeps the highest and lowest of each pixel.
 *
 * @param series lines with a name each; `y` is `[n]`, `x` is `[n]`
 * @param options.logY whether the y axis is logarithmic; `logX` likewise
 * @param options.title heading; `xLabel` and `yLabel` name the axes and their units
 * @param options.theme `light`, `dark`, or `auto` (default), which follows the page
 * @returns an `svg` element as text
 * @throws ArgumentError `not-numbers`, `length-mismatch`, `not-series`, `unknown-option`, `bad-size`
 * @example
 * const svg = await linePlot(
 *   [
 *     { name: 'training', y: [2.3, 1.1, 0.6, 0.4] },
 *     { name: 'held out', y: [2.3, 1.2, 0.8, 0.7] },
 *   ],
 *   { title: 'Loss', xLabel: 'epoch', logY: true },
 * );
 */
export async function linePlot(series: readonly Series[], options: LinePlotOptions = {}): Promise<string> {
  checkOptions('linePlot', options, optionNames);
  checkPictureOptions('linePlot', options);
  checkSeries(series);
  const { logX = false, logY = false, width = 640, height = 360 } = options;
  const hasPlace = ({ x, y }: Point) => onAxis(x, logX) && onAxis(y, logY);
  const lines = series.map((line, index) => ({ name: line.name, index, points: pointsOf(line) }));
  const visible = lines.flatMap(({ points }) => points.filter(hasPlace));
  const xs = extent(visible.map(({ x }) => x));
  const ys = extent(visible.map(({ y }) => y));
  const notes = lines.flatMap(({ name, points }) => notesOn(name, points, hasPlace, logY || logX));
  const entries =
    lines.length > 1 || options.yLabel === undefined ? lines.map(({ name, index }) => entry(name, index)) : [];
  const title = `${series.map(({ name }) => name).join(', ')} over ${options.xLabel ?? 'index'}`;
  if (xs === undefined || ys === undefined) {
    const sentence = lines.some(({ points }) => points.length > 0) ? 'no value that can be drawn' : 'no values yet';
    const body = emptyBody(sentence, width, height);
    return plotPicture({ body, key: entries, notes, title, description: `A line plot with ${sentence}.` }, options);
  }
  const xDomain = domainOf(xs, logX, 0);
  const yDomain = domainOf(ys, logY, 0.04);
  const yTicks = logY ? logarithmicNumbers(yDomain) : roundNumbers(yDomain, Math.max(3, Math.round(height / 60)));
  const isCounted = visible.every(({ x }) => Number.isInteger(x)); // steps and epochs: there is no half of one
  const xTicks = logX
    ? logarithmicNumbers(xDomain)
    : roundNumbers(xDomain, Math.max(2, Math.round(width / 90))).filter((tick) => !isCounted || Number.isInteger(tick));
  const writeX = numberWriter(logX ? [xDomain[0], xDomain[0]] : xDomain);
  const writeY = numberWriter(logY ? [yDomain[0], yDomain[0]] : yDomain);
  const tickWidth = Math.max(...yTicks.map((tick) => textWidth(writeY(tick), smallText)));
  const lastWidth = Math.max(0, ...xTicks.slice(-1).map((tick) => textWidth(writeX(tick), smallText)));
  const body = await drawPlot((plot) => ({
    width,
    height,
    marginLeft: Math.ceil(tickWidth) + 16,
    marginRight: Math.max(16, Math.ceil(lastWidth / 2)),
    marginTop: options.yLabel === undefined ? 12 : 28,
    marginBottom: options.xLabel === undefined ? 28 : 42,
    x: {
      type: logX ? 'log' : 'linear',
      domain: xDomain,
      label: options.xLabel ?? null,
    },
    y: {
      type: logY ? 'log' : 'linear',
      domain: yDomain,
      label: options.yLabel ?? null,
      ticks: yTicks,
      grid: true,
    },
    marks: [
      // Text as a channel: of what a logarithmic scale is told to write, Plot leaves out most.
      plot.axisY(yTicks, { text: writeY }),
      plot.axisX(xTicks, { text: writeX }),
      ...lines.flatMap(({ index, points }) => {
        const runs = runsOf(points, hasPlace);
        const lone = points.length <= dottedUpTo ? runs.flat() : runs.filter((run) => run.length === 1).flat();
        const gaps = firstOfGaps(points, hasPlace).map(({ x }) => ({
          x: onAxis(x, logX) ? x : xDomain[0],
          y: yDomain[1],
        }));
        const stroke = seriesColour(index);
        const dash = dashes[index % dashes.length];
        return [
          ...runs
            .filter((run) => run.length > 1)
            .map((run) =>
              plot.line(thinned(run, width), {
                x: 'x',
                y: 'y',
                stroke,
                strokeWidth: 2,
                ...(dash === undefined ? {} : { strokeDasharray: dash }),
              }),
            ),
          plot.dot(lone, { x: 'x', y: 'y', fill: stroke, r: 3 }),
          plot.dot(gaps, { x: 'x', y: 'y', symbol: 'times', stroke, strokeWidth: 2, r: 4 }),
        ];
      }),
    ],
  }));
  const description = lines.map(({ name, points }) => inWords(name, points.filter(hasPlace))).join(' ');
  return plotPicture({ body, key: entries, notes, title, description }, options);
}

function checkSeries(series: readonly Series[]): void {
  const wrong = (problem: string, received: unknown) =>
    badArgument('linePlot', {
      code: 'not-series',
      problem,
      expected: 'an array of { name, y, x? }',
      received,
      remedy: "linePlot([{ name: 'loss', y: losses }])",
    });
  if (!isList(series)) throw wrong(`expected an array of series, received ${described(series)}`, series);
  for (const [index, line] of series.entries()) {
    if (typeof line !== 'object' || line === null || typeof line.name !== 'string') {
      throw wrong(`series ${index} has no name`, line);
    }
    const { name, x, y } = line;
    checkNumbers('linePlot', `y of "${name}"`, y);
    if (x === undefined) continue;
    checkNumbers('linePlot', `x of "${name}"`, x);
    if (x.length !== y.length) {
      throw badArgument('linePlot', {
        code: 'length-mismatch',
        problem: `"${name}" has ${x.length} x and ${y.length} y`,
        expected: y.length,
        received: x.length,
      });
    }
  }
}

function pointsOf({ x, y }: Series): Point[] {
  return Array.from(y, (value, index) => ({ x: x === undefined ? index : (x[index] ?? Number.NaN), y: value }));
}

function onAxis(value: number, isLog: boolean): boolean {
  return isDrawable(value) && (!isLog || value > 1e-300);
}

function domainOf(range: readonly [number, number], isLog: boolean, share: number): [number, number] {
  if (!isLog) return share === 0 && range[1] > range[0] ? roomy(range, 0.01) : roomy(range, share);
  const [low, high] = range;
  const factor = high > low * (1 + 1e-12) ? (high / low) ** Math.max(share, 0.01) : 2;
  return [low / factor, high * factor];
}

/** Stretches of points that have a place. */
function runsOf(points: readonly Point[], hasPlace: (point: Point) => boolean): Point[][] {
  const runs: Point[][] = [];
  let run: Point[] = [];
  for (const point of points) {
    if (hasPlace(point)) run.push(point);
    else if (run.length > 0) {
      runs.push(run);
      run = [];
    }
  }
  return run.length > 0 ? [...runs, run] : runs;
}

function firstOfGaps(points: readonly Point[], hasPlace: (point: Point) => boolean): Point[] {
  return points.filter((point, index) => {
    const before = points[index - 1];
    return !hasPlace(point) && (before === undefined || hasPlace(before));
  });
}

/** First, lowest, highest and last point of each pixel's column: the picture is the same and its text much shorter. */
function thinned(run: readonly Point[], width: number): readonly Point[] {
  const [first, last] = [run[0], run.at(-1)];
  if (first === undefined || last === undefined || run.length <= 4 * width) return run;
  if (run.some((point, index) => point.x < (run[index - 1]?.x ?? -Infinity))) return run;
  const kept: Point[] = [];
  let column: Point[] = [];
  let number = 0;
  const flush = () => {
    const lowest = column.reduce((a, b) => (b.y < a.y ? b : a), column[0] ?? first);
    const highest = column.reduce((a, b) => (b.y > a.y ? b : a), column[0] ?? first);
    const extremes = new Set([column[0], lowest, highest, column.at(-1)]);
    kept.push(...column.filter((point) => extremes.has(point)));
    column = [];
  };
  for (const point of run) {
    const at = Math.floor(((point.x - first.x) / (last.x - first.x || 1)) * width);
    if (at !== number) {
      flush();
      number = at;
    }
    column.push(point);
  }
  flush();
  return kept;
}

function notesOn(
  name: string,
  points: readonly Point[],
  hasPlace: (point: Point) => boolean,
  isLog: boolean,
): string[] {
  const missing = points.filter((point) => !hasPlace(point));
  const [first] = missing;
  if (first === undefined) return [];
  const write = numberWriter([1, 1]);
  const why = isLog && (first.y <= 0 || first.x <= 0) ? ' (a logarithmic axis has no place for zero and less)' : '';
  const count = missing.length === 1 ? '1 value' : `${missing.length} values`;
  return [`${name}: ${count} not drawn, the first at ${write(first.x)}: ${write(first.y)}${why}`];
}

function inWords(name: string, points: readonly Point[]): string {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return `${name}: nothing drawn.`;
  const [low, high] = extent(points.map(({ y }) => y)) ?? [first.y, first.y];
  const write = numberWriter([low, high]);
  const points_ = points.length === 1 ? '1 point' : `${points.length} points`;
  return `${name}: ${points_}, from ${write(first.y)} at ${write(first.x)} to ${write(last.y)} at ${write(last.x)}; between ${write(low)} and ${write(high)}.`;
}

function entry(name: string, index: number): KeyEntry {
  const middle = sampleSize.height / 2;
  const sample = element('line', {
    x1: 0,
    x2: sampleSize.width,
    y1: middle,
    y2: middle,
    stroke: seriesColour(index),
    'stroke-width': 2.5,
    'stroke-dasharray': dashes[index % dashes.length],
  });
  return { sample: [sample], label: name };
}
