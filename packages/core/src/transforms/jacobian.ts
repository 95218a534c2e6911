/** Whole Jacobians and Hessians, in as few products as their shape and their sparsity allow. */
import type { Arguments } from '../derive/argument.ts';
import { type Colouring, type Sparsity, colouring, placesOf, transposedSparsity } from '../derive/colouring.ts';
import { type Region, pullTo, regionBetween } from '../derive/pull-to.ts';
import { pushTo } from '../derive/push-to.ts';
import { dependenceOf, signatureOf } from '../derive/sparsity.ts';
import { checkOptions } from '../errors/check-options.ts';
import { ArgumentError, DtypeError, ShapeError } from '../errors/edgewise-error.ts';
import { recording, remembering } from '../graph/recording.ts';
import { inDtype } from '../op/cast.ts';
import { take } from '../ops/indexing.ts';
import { concatenate, stack } from '../ops/joining.ts';
import { eye, tensor, uniform } from '../tensor/create.ts';
import { type Dtype, isFloat, newArray, promote } from '../tensor/dtype.ts';
import { sizeOf } from '../tensor/shape.ts';
import { specOf } from '../tensor/spec.ts';
import { Tensor } from '../tensor/tensor.ts';
import { type FlatTree, type TensorTree, type TreeLike, flatten, unflatten } from '../tensor/tree.ts';
import {
  type Argnums,
  type ArgumentsOf,
  type ChosenOf,
  type GradOptions,
  checkedOutput,
  gradientOf,
  markChosen,
  settledTree,
  withAux,
} from './grad.ts';
import { vmap } from './vmap.ts';

/** By columns, by rows, or by sums of columns or rows that have nothing in common. */
export type JacobianMode = 'forward' | 'reverse' | 'coloured';

export interface JacobianOptions<N extends Argnums = 0> extends GradOptions<N> {
  /** How: unless said, whichever takes the fewest products. */
  mode?: JacobianMode;
  /** Where elements may be that are not 0, from `sparsity`: else it is found anew where a call makes another graph. */
  sparsity?: Sparsity;
}

/** For each leaf of a value of type `R` the tree of its derivatives by `X`. */
export type JacobianOf<R, X> = R extends Tensor
  ? TensorTree<X>
  : R extends Map<infer K, infer V>
    ? Map<K, JacobianOf<V, X>>
    : R extends object
      ? { -readonly [K in keyof R]: JacobianOf<R[K], X> }
      : R;

/** For each two leaves of what is differentiated, all second derivatives. */
export type HessianOf<Args extends readonly unknown[], N extends Argnums> = JacobianOf<
  TensorTree<ChosenOf<Args, N>>,
  ChosenOf<Args, N>
>;

/** The value's leaves below the argument's leaves, as they were recorded. */
interface Recorded {
  readonly part: Arguments<unknown>;
  readonly form: FlatTree;
  readonly outputs: readonly Tensor[];
  /** What rides along, where the function gives it. */
  readonly aux?: { readonly tree: unknown };
}

/** A function of any arguments, with those that are differentiated. */
interface Sought {
  readonly op: string;
  readonly fn: (...args: never[]) => unknown;
  /** The user's own function, whose parameters have the names that errors use. */
  readonly named: (...args: never[]) => unknown;
  readonly argnums: Argnums;
  readonly hasAux: boolean | undefined;
}

function recordedAt({ op, fn, named, argnums, hasAux }: Sought, args: readonly unknown[]): Recorded {
  const { called, chosen } = markChosen(op, named, args, argnums);
  const [value, aux] = withAux(op, fn(...(called as never[])), hasAux);
  const form = flatten(value, op, 'result');
  const outputs = form.leaves.map((leaf) => checkedOutput(op, leaf));
  outputs.forEach(({ dtype }, k) => {
    if (isFloat(dtype)) return;
    throw new DtypeError({
      code: 'not-differentiable',
      op,
      problem: `${form.paths[k]!} is ${dtype}; only f32 and f64 have derivatives`,
      expected: 'f32 or f64',
      received: dtype,
    });
  });
  return { part: chosen, form, outputs, ...(hasAux === true ? { aux: { tree: aux } } : {}) };
}

/**
 * The Jacobian of a function: for each leaf of its value, of shape `[...s]`, and each leaf of its first argument, of
 * shape `[...t]`, all derivatives, of shape `[...s, ...t]`. Where the value is a tensor, a tree of the form of the argument.
 *
 * It takes as many products as the argument has elements (forward), as the value has (reverse), or as colours are needed
 * for columns or rows that have nothing in common (coloured); all products of a kind are taken together, by `vmap`.
 *
 * @param options.argnums which argument, or which arguments (a tuple then stands for the argument)
 * @param options.hasAux the function gives `[value, aux]`; the result is `[jacobian, aux]`
 * @param options.mode forces one of them
 * @param options.sparsity from `sparsity(fn, x)`, where the pattern is the same in every call
 * @throws DtypeError `not-differentiable`; ArgumentError `unknown-mode`, `no-derivative`; ShapeError `wrong-sparsity`
 * @example
 * jacobian((x: Tensor) => x.square())(tensor([1, 2])).toArray(); // [[2, 0], [0, 4]]
 * jacobian((x: Tensor, c: Tensor) => x.mul(c), { argnums: 1 })(tensor([1, 2]), tensor(3)).toArray(); // [1, 2]
 */
export function jacobian<const Args extends readonly unknown[], R, Aux, const N extends Argnums = 0>(
  fn: (...args: Args) => readonly [R, Aux],
  options: JacobianOptions<N> & { hasAux: true },
): (...args: ArgumentsOf<Args, N>) => [JacobianOf<R, ChosenOf<Args, N>>, TensorTree<Aux>];
export function jacobian<const Args extends readonly unknown[], R, const N extends Argnums = 0>(
  fn: (...args: Args) => R,
  options?: JacobianOptions<N>,
): (...args: ArgumentsOf<Args, N>) => JacobianOf<R, ChosenOf<Args, N>>;
export function jacobian(
  fn: (...args: never[]) => unknown,
  options: JacobianOptions<Argnums> & { hasAux?: true } = {},
): (...args: unknown[]) => unknown {
  const way = wayOf('jacobian', options, false);
  const { argnums = 0, hasAux } = options;
  return (...args) => wholeJacobian(recordedAt({ op: 'jacobian', fn, named: fn, argnums, hasAux }, args), way);
}

/**
 * The Hessian of a function that gives one number: for each two leaves of its first argument, of shapes `[...s]` and
 * `[...t]`, all second derivatives, of shape `[...s, ...t]`: `hessian(f)(params).w.b`. It is the Jacobian of the gradient; where it
 * is sparse, a colouring makes use of its symmetry.
 *
 * @param options.argnums which argument, or which arguments: with several a tuple for each of them, `[[d00, d01], [d10, d11]]`
 * @param options.hasAux the function gives `[value, aux]`; the result is `[hessian, aux]`
 * @param options.mode forces a way
 * @param options.sparsity from `sparsity(grad(fn), x)`, where the pattern is the same in every call
 * @throws what `grad` and `jacobian` throw
 * @example
 * hessian((x: Tensor) => x.slice([0]).mul(x.slice([1])))(tensor([1, 2])).toArray(); // [[0, 1], [1, 0]]
 */
export function hessian<const Args extends readonly unknown[], Aux, const N extends Argnums = 0>(
  fn: (...args: Args) => readonly [Tensor, Aux],
  options: JacobianOptions<N> & { hasAux: true },
): (...args: ArgumentsOf<Args, N>) => [HessianOf<Args, N>, TensorTree<Aux>];
export function hessian<const Args extends readonly unknown[], const N extends Argnums = 0>(
  fn: (...args: Args) => Tensor,
  options?: JacobianOptions<N>,
): (...args: ArgumentsOf<Args, N>) => HessianOf<Args, N>;
export function hessian(
  fn: (...args: never[]) => unknown,
  options: JacobianOptions<Argnums> & { hasAux?: true } = {},
): (...args: unknown[]) => unknown {
  const way = wayOf('hessian', options, true);
  const { argnums = 0, hasAux } = options;
  const gradient = gradientOf(fn, options);
  return (...args) => wholeJacobian(recordedAt({ op: 'hessian', fn: gradient, named: fn, argnums, hasAux }, args), way);
}

/**
 * Where the Jacobian of `fn` may have elements that are not 0: for each element of the value (leaves one after the other,
 * each row by row), the elements of the argument that it can depend on. It is read off the graph that the call makes at `x`, so it
 * holds for all values that take the same way through the function; it may name elements that happen to be 0.
 *
 * @example
 * sparsity((x: Tensor) => x.square(), tensor([1, 2])).columnsOfRow; // [[0], [1]]
 */
export function sparsity<X, R>(fn: (x: X) => R, x: TreeLike<X>): Sparsity {
  return sparsityOf(recordedAt({ op: 'sparsity', fn, named: fn, argnums: 0, hasAux: false }, [x]));
}

function sparsityOf({ part, outputs }: Recorded, region: Region = regionBetween(part.leaves, outputs)): Sparsity {
  const columnsOfRow = remembering({ since: recording.nextId }, () => dependenceOf(region, part.leaves, outputs));
  return { rows: total(outputs), columns: total(part.leaves), columnsOfRow };
}

function total(values: readonly Tensor[]): number {
  return values.reduce((sum, { size }) => sum + size, 0);
}

/** What was asked for, with the plan for a pattern that is known, made once. */
interface Way {
  readonly op: string;
  readonly mode: JacobianMode | undefined;
  readonly plan: Plan | undefined;
  readonly symmetric: boolean;
  /** The plan of the call before, and what it was found from: a function most often takes the same way again. */
  last: { readonly signature: string; readonly plan: Plan } | undefined;
}

function wayOf(op: string, options: JacobianOptions<Argnums>, symmetric: boolean): Way {
  checkOptions(op, options, ['argnums', 'hasAux', 'mode', 'sparsity']);
  const { mode, sparsity: pattern } = options;
  const modes: readonly unknown[] = ['forward', 'reverse', 'coloured', undefined];
  if (modes.includes(mode)) {
    const plan = pattern === undefined ? undefined : planFor(pattern, symmetric);
    return { op, mode, plan, symmetric, last: undefined };
  }
  throw new ArgumentError({
    code: 'unknown-mode',
    op,
    problem: `no mode ${JSON.stringify(mode)}; the modes are 'forward', 'reverse' and 'coloured'`,
    expected: ['forward', 'reverse', 'coloured'],
    received: mode,
  });
}

/** The Jacobian in the form of value and argument, or `[jacobian, aux]`. */
function wholeJacobian(recorded: Recorded, way: Way): unknown {
  const { part, outputs, aux } = recorded;
  const whole = inBlocks(recorded, way);
  if (aux === undefined) return whole;
  return [whole, regionBetween(part.leaves, outputs).watched ? aux.tree : settledTree(aux.tree)];
}

function inBlocks(recorded: Recorded, way: Way): unknown {
  const { part, form, outputs } = recorded;
  const matrix = matrixOf(recorded, way);
  // Cut into blocks, a row of them for each leaf of the value.
  let row = 0;
  const rows = outputs.map((output) => {
    let column = 0;
    const blocks = part.leaves.map((leaf) => {
      const ranges = [
        [row, row + output.size],
        [column, column + leaf.size],
      ] as const;
      column += leaf.size;
      const whole = matrix.shape[0] === output.size && matrix.shape[1] === leaf.size;
      const block = whole ? matrix : matrix.slice(ranges);
      return inDtype(block.reshape([...output.shape, ...leaf.shape]), output.dtype);
    });
    row += output.size;
    return part.rebuild(blocks);
  });
  return unflatten(form.structure, rows);
}

/** All leaves of the value against all of the argument: `[rows, columns]`. */
function matrixOf(recorded: Recorded, way: Way): Tensor {
  const { op, mode, plan: known } = way;
  const [rows, columns] = [total(recorded.outputs), total(recorded.part.leaves)];
  if (known !== undefined && (known.pattern.rows !== rows || known.pattern.columns !== columns)) {
    throw new ShapeError({
      code: 'wrong-sparsity',
      op,
      problem: `the sparsity is that of ${known.pattern.rows} x ${known.pattern.columns}; the Jacobian has ${rows} x ${columns} elements`,
      expected: [rows, columns],
      received: [known.pattern.rows, known.pattern.columns],
      remedy: `sparsity(${op === 'hessian' ? 'grad(f)' : 'f'}, x)`,
    });
  }
  const fewer = Math.min(rows, columns);
  const dense = columns <= rows ? 'forward' : 'reverse';
  if (fewer === 0) return uniform(specOf([rows, columns], commonDtype(recorded.outputs)), 0);
  if (mode === 'forward' || mode === 'reverse') return byAll(op, recorded, mode);
  if (mode === undefined && known === undefined && fewer <= FEW) return byAll(op, recorded, dense);
  const plan = known ?? planFound(recorded, way);
  return mode === undefined && 2 * plan.count > fewer ? byAll(op, recorded, dense) : byColours(op, recorded, plan);
}

function planFound(recorded: Recorded, way: Way): Plan {
  const { part, outputs } = recorded;
  const region = regionBetween(part.leaves, outputs);
  const signature = signatureOf(region, part.leaves, outputs);
  if (signature === undefined) return planFor(sparsityOf(recorded, region), way.symmetric);
  if (signature === way.last?.signature) return way.last.plan;
  const plan = recentPlans.get(signature, way.symmetric) ?? planFor(sparsityOf(recorded, region), way.symmetric);
  way.last = { signature, plan };
  recentPlans.keep(signature, plan, way.symmetric);
  return plan;
}

/**
 * Plans of calls before, whoever made them: `hessian((x) => f(x, batch))(x)` in a loop is another function every time, and
 * takes the same way. A plan follows from its signature, so one that is found is right.
 */
const recentPlans = {
  most: 8,
  /** What a plan and the text of its signature may count, so that all that is kept for nobody stays below some 30 MB. */
  largest: 2 ** 19,
  found: new Map<string, Plan>(),

  get(signature: string, symmetric: boolean): Plan | undefined {
    return this.found.get(`${symmetric} ${signature}`);
  },

  keep(signature: string, plan: Plan, symmetric: boolean): void {
    if (plan.places.size + plan.seeds.size + signature.length > this.largest) return;
    const key = `${symmetric} ${signature}`;
    this.found.delete(key);
    this.found.set(key, plan);
    if (this.found.size > this.most) this.found.delete(this.found.keys().next().value!);
  },
};

/** So few products that looking for sparsity is not worth it. */
const FEW = 3;

/** Which products show all of a sparse matrix, and where. */
interface Plan {
  readonly pattern: Sparsity;
  readonly direction: 'forward' | 'reverse';
  readonly count: number;
  /** A row for each colour, with ones in its columns. */
  readonly seeds: Tensor;
  /** For each element of the matrix its place among all that the products show; a place behind them where it is 0. */
  readonly places: Tensor;
}

function planFor(pattern: Sparsity, symmetric: boolean): Plan {
  const { rows, columns } = pattern;
  const { direction, ...found } = cheapest(pattern, symmetric);
  const sought = direction === 'forward' ? pattern : transposedSparsity(pattern);
  const seeds = newArray('f64', found.count * sought.columns);
  found.colours.forEach((colour, column) => (seeds[colour * sought.columns + column] = 1));
  const places = new Int32Array(rows * columns).fill(found.count * sought.rows);
  placesOf(sought, found, (row, column, colour, shownAt) => {
    places[direction === 'forward' ? row * columns + column : column * columns + row] = colour * sought.rows + shownAt;
  });
  return {
    pattern,
    direction,
    count: found.count,
    seeds: tensor(seeds, { shape: [found.count, sought.columns] }),
    places: tensor(places, { shape: [rows, columns] }),
  };
}

/** Colours of columns or of rows, whichever are fewer. */
function cheapest(pattern: Sparsity, symmetric: boolean): Colouring & { readonly direction: 'forward' | 'reverse' } {
  const forward = { ...colouring(pattern), direction: 'forward' } as const;
  const other = symmetric
    ? ({ ...colouring(pattern, { symmetric }), direction: 'forward' } as const)
    : ({ ...colouring(transposedSparsity(pattern)), direction: 'reverse' } as const);
  return other.count < forward.count ? other : forward;
}

function commonDtype(values: readonly Tensor[]): Dtype {
  return values.reduce<Dtype>((dtype, value) => promote(dtype, value.dtype), 'f32');
}

function identity(n: number): Tensor {
  return eye(n, n, 'f64');
}

/** A product for each column, or for each row. */
function byAll(op: string, recorded: Recorded, direction: 'forward' | 'reverse'): Tensor {
  const { part, outputs } = recorded;
  if (direction === 'reverse') return products(op, recorded, identity(total(outputs)), 'reverse');
  return products(op, recorded, identity(total(part.leaves)), 'forward').transpose();
}

/** A product for each colour, and each element read from where it shows. */
function byColours(op: string, recorded: Recorded, { seeds, places, direction }: Plan): Tensor {
  const shown = products(op, recorded, seeds, direction).reshape([-1]);
  return take(concatenate([shown, uniform(specOf([1], shown.dtype), 0)]), places);
}

/** Products of the Jacobian with each row of `seeds`, `[count, n]`, all at once: `[count, m]`. */
function products(op: string, { part, outputs }: Recorded, seeds: Tensor, direction: 'forward' | 'reverse'): Tensor {
  const { leaves, paths } = part;
  const [from, to] = direction === 'forward' ? [leaves, outputs] : [outputs, leaves];
  const dtype = commonDtype(to);
  let at = 0;
  const parts = from.map((value) => {
    const columns = seeds.slice([null, [at, (at += value.size)]]);
    return inDtype(columns.reshape([seeds.shape[0]!, ...value.shape]), value.dtype);
  });
  const product = (...flows: Tensor[]): readonly Tensor[] => {
    const pairs = from.map((value, k) => [value, flows[k]!] as const);
    return direction === 'forward' ? pushTo(pairs, outputs) : pullTo(op, pairs, leaves, paths);
  };
  // Tracing for the batch costs what a few products cost.
  const results = seeds.shape[0]! <= FEW ? oneByOne(product, parts) : vmap(product)(...parts);
  const flat = results.map((result, k) => inDtype(result.reshape([seeds.shape[0]!, sizeOf(to[k]!.shape)]), dtype));
  return flat.length === 1 ? flat[0]! : concatenate(flat, { axis: 1 });
}

function oneByOne(product: (...flows: Tensor[]) => readonly Tensor[], seeds: readonly Tensor[]): readonly Tensor[] {
  const rows = Array.from({ length: seeds[0]!.shape[0]! }, (_, k) => product(...seeds.map((seed) => seed.slice([k]))));
  return rows[0]!.map((__, j) => stack(rows.map((row) => row[j]!)));
}
