/** Random programs over matrices, and a slow obvious way to run them: nested arrays and loops, nothing from the library. */
import { type Tensor, concatenate, matmul, maximum, where } from '../src/index.ts';

export type Matrix = readonly (readonly number[])[];

/** An op as the library has it, and as its definition reads. */
export interface Paired {
  readonly name: string;
  readonly ours: (x: Tensor, y: Tensor) => Tensor;
  readonly slow: (x: Matrix, y: Matrix) => Matrix;
  /** Takes a second matrix. */
  readonly binary?: boolean;
  /** Has derivatives everywhere. */
  readonly smooth?: boolean;
}

const rows = (x: Matrix): number => x.length;
const columns = (x: Matrix): number => x[0]!.length;

function build(m: number, n: number, value: (i: number, j: number) => number): Matrix {
  const result: number[][] = [];
  for (let i = 0; i < m; i++) {
    const row: number[] = [];
    for (let j = 0; j < n; j++) row.push(value(i, j));
    result.push(row);
  }
  return result;
}

const each = (x: Matrix, value: (x: number) => number): Matrix =>
  build(rows(x), columns(x), (i, j) => value(x[i]![j]!));

/** Element by element; a row, a column or a single number is repeated. */
function broadcast(x: Matrix, y: Matrix, value: (x: number, y: number) => number): Matrix {
  const pick = (z: Matrix, i: number, j: number): number => z[rows(z) === 1 ? 0 : i]![columns(z) === 1 ? 0 : j]!;
  return build(Math.max(rows(x), rows(y)), Math.max(columns(x), columns(y)), (i, j) =>
    value(pick(x, i, j), pick(y, i, j)),
  );
}

function total(count: number, term: (k: number) => number): number {
  let sum = 0;
  for (let k = 0; k < count; k++) sum += term(k);
  return sum;
}

function product(x: Matrix, y: Matrix): Matrix {
  return build(rows(x), columns(y), (i, j) => total(columns(x), (k) => x[i]![k]! * y[k]![j]!));
}

const turned = (x: Matrix): Matrix => build(columns(x), rows(x), (i, j) => x[j]![i]!);

/** A second matrix that does not broadcast against the first gives its corner. */
function fits(x: readonly number[], y: readonly number[]): boolean {
  return x.every((extent, axis) => extent === y[axis] || extent === 1 || y[axis] === 1);
}
const fitted = (x: Tensor, y: Tensor): Tensor =>
  fits(x.shape, y.shape)
    ? y
    : y.slice([
        [0, 1],
        [0, 1],
      ]);
const fittedSlowly = (x: Matrix, y: Matrix): Matrix =>
  fits([rows(x), columns(x)], [rows(y), columns(y)]) ? y : [[y[0]![0]!]];

const smooth = true;
const binary = true;
/** Values stay moderate. The jump of `where` is at no number that sums of others meet, so rounding does not decide it. */
export const paired: readonly Paired[] = [
  { name: 'tanh', smooth, ours: (x) => x.tanh(), slow: (x) => each(x, Math.tanh) },
  { name: 'sin', smooth, ours: (x) => x.sin(), slow: (x) => each(x, Math.sin) },
  { name: 'cos', smooth, ours: (x) => x.cos(), slow: (x) => each(x, Math.cos) },
  { name: 'sigmoid', smooth, ours: (x) => x.sigmoid(), slow: (x) => each(x, (v) => 1 / (1 + Math.exp(-v))) },
  {
    name: 'exp-of-minus-square',
    smooth,
    ours: (x) => x.square().neg().exp(),
    slow: (x) => each(x, (v) => Math.exp(-v * v)),
  },
  {
    name: 'root-of-1-plus-square',
    smooth,
    ours: (x) => x.square().add(1).sqrt().sub(1),
    slow: (x) => each(x, (v) => Math.sqrt(v * v + 1) - 1),
  },
  { name: 'neg', smooth, ours: (x) => x.neg(), slow: (x) => each(x, (v) => -v) },
  { name: 'abs', ours: (x) => x.abs(), slow: (x) => each(x, (v) => (v < 0 ? -v : v)) },
  { name: 'relu', ours: (x) => x.relu(), slow: (x) => each(x, (v) => (v > 0 ? v : 0)) },
  { name: 'transpose', smooth, ours: (x) => x.permute([1, 0]), slow: turned },
  {
    name: 'flip-columns',
    smooth,
    ours: (x) => x.slice([null, [null, null, -1]]),
    slow: (x) => build(rows(x), columns(x), (i, j) => x[i]![columns(x) - 1 - j]!),
  },
  {
    name: 'flatten',
    smooth,
    ours: (x) => x.reshape([1, x.size]),
    slow: (x) => build(1, rows(x) * columns(x), (_, k) => x[Math.floor(k / columns(x))]![k % columns(x)]!),
  },
  {
    name: 'mean-of-rows',
    smooth,
    ours: (x) => x.mean({ axis: 1, keepDims: true }),
    slow: (x) => build(rows(x), 1, (i) => total(columns(x), (j) => x[i]![j]!) / columns(x)),
  },
  {
    name: 'mean-of-columns',
    smooth,
    ours: (x) => x.mean({ axis: 0, keepDims: true }),
    slow: (x) => build(1, columns(x), (_, j) => total(rows(x), (i) => x[i]![j]!) / rows(x)),
  },
  {
    name: 'largest-of-rows',
    ours: (x) => x.max({ axis: 1, keepDims: true }),
    slow: (x) => build(rows(x), 1, (i) => Math.max(...x[i]!)),
  },
  {
    name: 'softmax-of-rows',
    smooth,
    ours: (x) => x.softmax({ axis: 1 }),
    slow: (x) =>
      build(rows(x), columns(x), (i, j) => Math.exp(x[i]![j]!) / total(columns(x), (k) => Math.exp(x[i]![k]!))),
  },
  {
    name: 'log-sum-exp-of-columns',
    smooth,
    ours: (x) => x.logSumExp({ axis: 0, keepDims: true }).mul(0.5),
    slow: (x) => build(1, columns(x), (_, j) => 0.5 * Math.log(total(rows(x), (i) => Math.exp(x[i]![j]!)))),
  },
  {
    name: 'running-mean',
    smooth,
    ours: (x) => x.cumsum({ axis: 1 }).div(x.shape[1]!),
    slow: (x) => build(rows(x), columns(x), (i, j) => total(j + 1, (k) => x[i]![k]!) / columns(x)),
  },
  {
    name: 'first-row-twice',
    smooth,
    ours: (x) => x.take([0, 0], { axis: 0 }),
    slow: (x) => build(2, columns(x), (_, j) => x[0]![j]!),
  },
  {
    name: 'add',
    smooth,
    binary,
    ours: (x, y) => x.add(fitted(x, y)).mul(0.5),
    slow: (x, y) => broadcast(x, fittedSlowly(x, y), (v, w) => (v + w) * 0.5),
  },
  {
    name: 'sub',
    smooth,
    binary,
    ours: (x, y) => x.sub(fitted(x, y)).mul(0.5),
    slow: (x, y) => broadcast(x, fittedSlowly(x, y), (v, w) => (v - w) * 0.5),
  },
  {
    name: 'mul',
    smooth,
    binary,
    ours: (x, y) => x.mul(fitted(x, y).tanh()),
    slow: (x, y) => broadcast(x, fittedSlowly(x, y), (v, w) => v * Math.tanh(w)),
  },
  {
    name: 'div',
    smooth,
    binary,
    ours: (x, y) => x.div(fitted(x, y).square().add(1)),
    slow: (x, y) => broadcast(x, fittedSlowly(x, y), (v, w) => v / (w * w + 1)),
  },
  {
    name: 'maximum',
    binary,
    ours: (x, y) => maximum(x, fitted(x, y)),
    slow: (x, y) => broadcast(x, fittedSlowly(x, y), (v, w) => (v > w ? v : w)),
  },
  {
    name: 'where-large',
    binary,
    ours: (x, y) => where(x.greater(0.1234), x, fitted(x, y)),
    slow: (x, y) => broadcast(x, fittedSlowly(x, y), (v, w) => (v > 0.1234 ? v : w)),
  },
  {
    name: 'times-own-transpose',
    smooth,
    ours: (x) => matmul(x, x, { transposeB: true }).tanh(),
    slow: (x) => each(product(x, turned(x)), Math.tanh),
  },
  {
    name: 'matmul',
    smooth,
    binary,
    ours: (x, y) => matmul(x, x.shape[1] === y.shape[0] ? y : x.permute([1, 0])).tanh(),
    slow: (x, y) => each(product(x, columns(x) === rows(y) ? y : turned(x)), Math.tanh),
  },
  {
    name: 'beside',
    smooth,
    binary,
    // Never wider than six columns, or programs grow without end.
    ours: (x, y) => {
      const z = x.shape[0] === y.shape[0] ? y : x;
      return x.shape[1]! + z.shape[1]! > 6 ? x : concatenate([x, z], { axis: 1 });
    },
    slow: (x, y) => {
      const z = rows(x) === rows(y) ? y : x;
      return columns(x) + columns(z) > 6 ? x : x.map((row, i) => [...row, ...z[i]!]);
    },
  },
];

/** Which op, and from how far back its inputs are taken. */
export type Step = readonly [op: number, first: number, second: number];

/** The program as text: what a failure shows. */
export function programText(steps: readonly Step[], ops: readonly Paired[]): string {
  const lines = steps.map(([op, first, second], k) => {
    const { name, binary } = ops[op % ops.length]!;
    const place = k + 2;
    const args = [first, ...(binary === true ? [second] : [])].map((back) => `v${place - 1 - (back % place)}`);
    return `v${place} = ${name}(${args.join(', ')})`;
  });
  return ['v0, v1: f64 [2, 3]', ...lines].join('\n');
}

/** Every value of a program, of inputs and steps, in order. */
export function values<V>(
  steps: readonly Step[],
  inputs: readonly V[],
  apply: (op: number, x: V, y: V) => V,
): readonly V[] {
  const known = [...inputs];
  for (const [op, first, second] of steps) {
    const back = (by: number): V => known[known.length - 1 - (by % known.length)]!;
    known.push(apply(op, back(first), back(second)));
  }
  return known;
}
