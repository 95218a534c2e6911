import * as core from '@edgewise/core';
import {
  type Tensor,
  bincount,
  broadcastTo,
  concatenate,
  diag,
  dot,
  flip,
  oneHot,
  outer,
  pad,
  repeat,
  roll,
  scatterAdd,
  segmentSum,
  stack,
  take,
  tensor,
  tile,
  tril,
  triu,
} from '@edgewise/core';
import { hashAt, numbers } from '../../data.ts';
import type { Case } from '../../report.ts';
import type { Contest, FloatDtype, Floats, Group, Numbers, Programs } from './contest.ts';
import { folds, rowByRow } from './folds.ts';
import { howMeasured, measured } from './in-processes.ts';

/** What is done to a matrix, without its size. */
interface Task extends Programs {
  readonly what: string;
}

/** A matrix, and what loops by hand take of it. */
interface Matrix {
  readonly x: Tensor;
  readonly data: Floats;
  readonly rows: number;
  readonly columns: number;
}

type Reduction = (x: Tensor, options?: { axis: number }) => Tensor;

/** A function of its own text, so that it is compiled for what it does alone. */
function written<F>(parameters: string, body: string): F {
  // oxlint-disable-next-line no-implied-eval -- functions of one text would share what V8 learns of their arrays
  return new Function(...parameters.split(', '), body) as F;
}

/** Over everything, over rows (axis 0) and over columns (axis 1), each in the order in which elements lie in memory. */
function foldsOf(name: string, { x, data, rows, columns }: Matrix): Task[] {
  const { first, also = '0', step, last = 'S', out: kind = data.constructor.name } = folds[name]!;
  const one = (text: string): string => text.replaceAll('S', 's').replaceAll('T', 't');
  const many = (text: string): string => text.replaceAll('S', 's[j]').replaceAll('T', 't[j]');
  const perGroup = (count: string, n: string): string =>
    `const out = new ${kind}(${count});
     for (let g = 0, at = 0; g < out.length; g++) {
       let s = ${first}, t = ${also};
       for (let k = 0, n = ${n}; k < n; k++, at++) { const v = x[at]; ${one(step)}; }
       const n = ${n};
       out[g] = ${one(last)};
     }
     return out;`;
  const overAll = written<(data: Floats) => Numbers>('x', perGroup('1', 'x.length'));
  const overColumns = written<(data: Floats, rows: number, columns: number) => Numbers>(
    'x, rows, columns',
    perGroup('rows', 'columns'),
  );
  const overRows = written<(data: Floats, rows: number, columns: number) => Numbers>(
    'x, rows, columns',
    `const out = new ${kind}(columns);
     const s = new Float64Array(columns).fill(${first}), t = new Float64Array(columns).fill(${also});
     for (let k = 0, at = 0; k < rows; k++)
       for (let j = 0; j < columns; j++, at++) { const v = x[at]; ${many(step)}; }
     for (let j = 0, n = rows; j < columns; j++) out[j] = ${many(last)};
     return out;`,
  );
  const op = (core as unknown as Record<string, Reduction>)[name]!;
  return [
    { what: name, ours: () => op(x), byHand: () => overAll(data) },
    { what: `${name}, axis 0`, ours: () => op(x, { axis: 0 }), byHand: () => overRows(data, rows, columns) },
    { what: `${name}, axis 1`, ours: () => op(x, { axis: 1 }), byHand: () => overColumns(data, rows, columns) },
  ];
}

function rowsOf(name: string, { x, data, rows, columns }: Matrix): Task {
  const { width, text } = rowByRow[name]!;
  const loop = written<(data: Floats, rows: number, n: number) => Numbers>(
    'x, rows, n',
    `const out = new ${data.constructor.name}(rows * ${width});
     for (let row = 0, at = 0; row < rows; row++, at += n) { ${text} }
     return out;`,
  );
  const op = (core as unknown as Record<string, Reduction>)[name]!;
  return { what: `${name}, axis 1`, ours: () => op(x, { axis: 1 }), byHand: () => loop(data, rows, columns) };
}

/** Elements put elsewhere. What gives a view is read by `reshape`, which copies it: the copy is what there is to compare. */
function movementsOf({ x, data, rows, columns }: Matrix): Task[] {
  const size = rows * columns;
  const places = Int32Array.from({ length: rows }, (_, k) => hashAt(7, k) % rows);
  const classes = Int32Array.from({ length: size }, (_, k) => hashAt(8, k) % 1000);
  const [flat, at, of] = [x.reshape([size]), tensor(places), tensor(classes)];
  const [a, b] = [tensor(data.slice(0, rows)), tensor(data.slice(0, columns))];
  const [p, q] = [a.data as Floats, b.data as Floats];
  const square = Math.floor(Math.sqrt(size));
  const line = tensor(data.slice(0, square));
  const all = (given: Tensor): Tensor => given.reshape([given.size]);
  const kind = data.constructor.name;
  /** The result, element by element, in the order in which it lies in memory. */
  const put = (rowsOut: string, columnsOut: string, element: string): (() => Numbers) => {
    const loop = written<(...args: unknown[]) => Numbers>(
      'x, rows, columns, places, p, q',
      `const out = new ${kind}((${rowsOut}) * (${columnsOut}));
       for (let i = 0, at = 0; i < ${rowsOut}; i++)
         for (let j = 0; j < ${columnsOut}; j++, at++) out[at] = ${element};
       return out;`,
    );
    return () => loop(data, rows, columns, places, p, q);
  };
  const add = (name: string, count: string, body: string): (() => Numbers) => {
    const loop = written<(...args: unknown[]) => Numbers>(
      'x, rows, columns, places, classes, square',
      `const out = new ${name}(${count}); ${body} return out;`,
    );
    return () => loop(data, rows, columns, places, classes, square);
  };
  return [
    { what: 'transpose, read', ours: () => all(x.transpose()), byHand: put('columns', 'rows', 'x[j * columns + i]') },
    {
      what: 'slice by steps, read',
      ours: () => all(x.slice([null, [null, null, 2]])),
      byHand: put('rows', 'columns / 2', 'x[i * columns + 2 * j]'),
    },
    { what: 'flip, read', ours: () => all(flip(x)), byHand: put('rows', 'columns', 'x[rows * columns - 1 - at]') },
    {
      what: 'broadcastTo, read',
      ours: () => all(broadcastTo(b, [rows, columns])),
      byHand: put('rows', 'columns', 'q[j]'),
    },
    {
      what: 'roll',
      ours: () => roll(x, 1, { axis: 1 }),
      byHand: put('rows', 'columns', 'j === 0 ? x[i * columns + columns - 1] : x[i * columns + j - 1]'),
    },
    {
      what: 'pad',
      ours: () => pad(x, 1),
      byHand: put(
        '(rows + 2)',
        '(columns + 2)',
        'i === 0 || j === 0 || i > rows || j > columns ? 0 : x[(i - 1) * columns + j - 1]',
      ),
    },
    { what: 'tile', ours: () => tile(x, [1, 2]), byHand: put('rows', '2 * columns', 'x[i * columns + (j % columns)]') },
    {
      what: 'repeat',
      ours: () => repeat(x, 2, { axis: 1 }),
      byHand: put('rows', '2 * columns', 'x[i * columns + (j >> 1)]'),
    },
    {
      what: 'concatenate',
      ours: () => concatenate([x, x], { axis: 1 }),
      byHand: put('rows', '2 * columns', 'x[i * columns + (j < columns ? j : j - columns)]'),
    },
    { what: 'stack', ours: () => stack([x, x]), byHand: put('2 * rows', 'columns', 'x[(i % rows) * columns + j]') },
    { what: 'take', ours: () => take(x, at), byHand: put('rows', 'columns', 'x[places[i] * columns + j]') },
    { what: 'tril', ours: () => tril(x), byHand: put('rows', 'columns', 'j <= i ? x[at] : 0') },
    { what: 'triu', ours: () => triu(x), byHand: put('rows', 'columns', 'j >= i ? x[at] : 0') },
    { what: 'outer', ours: () => outer(a, b), byHand: put('rows', 'columns', 'p[i] * q[j]') },
    {
      what: 'dot',
      ours: () => dot(flat, flat),
      byHand: add(kind, '1', 'let s = 0; for (let k = 0; k < x.length; k++) s += x[k] * x[k]; out[0] = s;'),
    },
    {
      what: 'diag',
      ours: () => diag(line),
      byHand: add(kind, 'square * square', 'for (let k = 0; k < square; k++) out[k * square + k] = x[k];'),
    },
    {
      what: 'scatterAdd',
      ours: () => scatterAdd(x, at, x),
      byHand: add(
        kind,
        'x',
        `for (let i = 0; i < rows; i++)
           for (let j = 0; j < columns; j++) out[places[i] * columns + j] += x[i * columns + j];`,
      ),
    },
    {
      what: 'segmentSum',
      ours: () => segmentSum(flat, of, 1000),
      byHand: add(kind, '1000', 'for (let k = 0; k < x.length; k++) out[classes[k]] += x[k];'),
    },
    {
      what: 'bincount',
      ours: () => bincount(of, 1000),
      byHand: add('Int32Array', '1000', 'for (let k = 0; k < classes.length; k++) out[classes[k]]++;'),
    },
    {
      what: 'oneHot',
      ours: () => oneHot(at, columns),
      byHand: add(
        'Float32Array',
        'rows * columns',
        'for (let i = 0; i < rows; i++) out[i * columns + (places[i] % columns)] = 1;',
      ),
    },
  ];
}

function matrixOf(dtype: FloatDtype, rows: number, columns: number): Matrix {
  const x = tensor(numbers(1, rows * columns), { dtype, shape: [rows, columns] });
  return { x, data: x.data as Floats, rows, columns };
}

function groupOf(name: string, tasks: (matrix: Matrix) => readonly Task[]): Group {
  const contests = (dtype: FloatDtype, rows: number, columns: number): Contest[] =>
    tasks(matrixOf(dtype, rows, columns)).map((task) => ({
      ...task,
      what: `${task.what} ${dtype} [${rows}, ${columns}]`,
      count: rows * columns,
      tolerance: 1e-4,
    }));
  return {
    name,
    contests: (quick) =>
      quick ? contests('f64', 20, 50) : [...contests('f64', 100, 1000), ...contests('f32', 1000, 1000)],
  };
}

export const axesGroups: readonly Group[] = [
  ...Object.keys(folds).map((name) => groupOf(name, (matrix) => foldsOf(name, matrix))),
  ...Object.keys(rowByRow).map((name) => groupOf(name, (matrix) => [rowsOf(name, matrix)])),
  ...movementsOf(matrixOf('f64', 2, 2)).map(({ what }) =>
    groupOf(what, (matrix) => movementsOf(matrix).filter((task) => task.what === what)),
  ),
];

export const axes: Case = {
  question:
    'What do reductions and movements of 1e5 and 1e6 elements cost, against loops that also allocate their result?',

  run: (effort) => ({ rows: measured('axes', axesGroups, effort), remarks: [howMeasured] }),
};
