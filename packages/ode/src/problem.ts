/** What a user states, checked once and turned into flat numbers: the right-hand side, the state, the tolerances. */
import {
  ArgumentError,
  DtypeError,
  type Spec,
  ShapeError,
  Tensor,
  type TreeLike,
  Variable,
  checkOptions,
  flatten,
  inference,
  tensor,
  unflatten,
} from '@edgewise/core';
import { type FlatEvent, crossings } from './events.ts';
import type { AnyEvent, PlainEvent } from './options.ts';
import type { Derivative } from './system.ts';

type Structure = ReturnType<typeof flatten>['structure'];
type Leaf = ReturnType<typeof flatten>['leaves'][number];

/**
 * dy/dt written with ops: a tree of the form of y0. `t` is f64 `[]`.
 *
 * @typeParam Y the form of the state, with a tensor at each leaf
 */
export type RightHandSide<Y, P> = (t: Tensor, y: Y, params: P) => TreeLike<Y>;

/** The same, whatever the form of the state: what the solver itself calls. */
export type AnyRightHandSide = (t: Tensor, y: never, params: never) => unknown;

/** dy/dt on plain numbers, made by `inPlace`. */
export interface InPlace {
  readonly inPlace: Derivative;
}

/**
 * Marks a right-hand side that writes dy/dt into its third argument, all components flat in one `Float64Array`, in the
 * order of the leaves of y0. It is called as it is: no tensors, and nothing allocated.
 *
 * @example
 * solve(inPlace((t, y, dy) => { dy[0] = -y[0]!; }), { t: [0, 1], y0: [1] }).last[0]!.item(); // 0.36788
 */
export function inPlace(derivative: Derivative): InPlace {
  if (typeof derivative === 'function') return { inPlace: derivative };
  throw new ArgumentError({
    code: 'not-a-function',
    op: 'inPlace',
    problem: `expected a function of (t, y, dy), received ${typeof derivative}`,
    received: derivative,
    remedy: 'inPlace((t, y, dy) => { dy[0] = -y[0]; })',
  });
}

/** @throws ArgumentError `not-a-function` */
export function checkRightHandSide(f: unknown): void {
  if (typeof f === 'function' || (typeof f === 'object' && f !== null && 'inPlace' in f)) return;
  throw new ArgumentError({
    code: 'not-a-function',
    op: 'solve',
    problem: `expected a function that gives dy/dt, received ${f === null ? 'null' : typeof f}`,
    received: f,
    remedy: 'solve((t, y) => y.neg(), { t: [0, 1], y0: 1 })',
  });
}

/**
 * A function in place that gives a list has not written it down, and what it should have written would be 0, or what it
 * was. It may give what comes of an assignment, a number, or what it was to write into.
 *
 * @param what which function, for the message
 * @param into what it writes into
 * @throws ArgumentError `not-in-place`
 */
export function checkGivesNothing(what: string, given: unknown, into: Float64Array, remedy: string): void {
  if (typeof given !== 'object' || given === null || given === into) return;
  throw new ArgumentError({
    code: 'not-in-place',
    op: 'solve',
    problem: `${what} gives ${given instanceof Promise ? 'a promise' : 'its numbers'}; expected that it writes them into its last argument`,
    expected: 'nothing',
    received: given,
    remedy,
  });
}

/** How a tree of tensors lies in one flat array. */
export interface Layout {
  readonly structure: Structure;
  readonly specs: readonly Spec[];
  readonly paths: readonly string[];
  /** Where each leaf begins, and last the number of all components. */
  readonly starts: readonly number[];
  readonly n: number;
}

/** The layout of a state, its numbers, and the tree of tensors that it stands for. Plain numbers are f64; tensors and typed arrays keep f32 or f64. */
export function readState(y0: unknown): { layout: Layout; values: Float64Array; tree: unknown } {
  const { leaves, paths, structure } = flatten(y0, 'solve', 'y0');
  const tensors = leaves.map((leaf, k) => leafTensor(leaf, paths[k]!));
  if (tensors.length === 0) {
    throw new ArgumentError({
      code: 'empty-state',
      op: 'solve',
      problem: 'y0 holds no number and no tensor',
      received: y0,
      remedy: 'solve(f, { t: [0, 1], y0: tensor([1]) })',
    });
  }
  const starts = [0];
  for (const { size } of tensors) starts.push(starts.at(-1)! + size);
  const n = starts.at(-1)!;
  const values = new Float64Array(n);
  tensors.forEach((leaf, k) => values.set(leaf.data, starts[k]));
  const layout: Layout = { structure, specs: tensors.map(({ spec }) => spec), paths, starts, n };
  return { layout, values, tree: unflatten(structure, tensors) };
}

function leafTensor(leaf: unknown, path: string): Tensor {
  const value =
    typeof leaf === 'number'
      ? tensor(leaf, { dtype: 'f64' })
      : leaf instanceof Variable
        ? leaf.value
        : leaf instanceof Tensor
          ? leaf
          : tensor(leaf as Float64Array);
  if (value.dtype === 'f32' || value.dtype === 'f64') return value;
  throw new DtypeError({
    code: 'not-this-dtype',
    op: 'solve',
    problem: `${path} is ${value.dtype}; a state that moves is f64 or f32`,
    expected: ['f64', 'f32'],
    received: value.dtype,
    remedy: `${path}.cast('f64')`,
  });
}

/** The tree of tensors whose numbers are `values`, copied and rounded to the dtypes of y0. */
export function writeState<Y>(layout: Layout, values: Float64Array): Y {
  return unflatten<Y>(
    layout.structure,
    layout.specs.map(({ shape, dtype }, k) => {
      const part = values.slice(layout.starts[k], layout.starts[k + 1]);
      return tensor(part, { dtype, shape });
    }),
  );
}

/** The trees of `count` states one behind the other in `values`, as one tree with a first axis of that length. */
export function writeStates<Y>(layout: Layout, values: Float64Array, count: number): Y {
  return unflatten<Y>(
    layout.structure,
    layout.specs.map(({ shape, dtype }, k) => {
      const [from, to] = [layout.starts[k]!, layout.starts[k + 1]!];
      const part = new Float64Array(count * (to - from));
      for (let row = 0, at = 0; row < count; row++) {
        for (let i = row * layout.n + from; i < row * layout.n + to; i++) part[at++] = values[i]!;
      }
      return tensor(part, { dtype, shape: [count, ...shape] });
    }),
  );
}

/** How component i is called in messages: `y0.x`, `y0[3]`, `y0.layers[1] (element 7)`. */
export function componentName({ paths, starts }: Layout, i: number): string {
  const leaf = starts.findIndex((_, k) => i < (starts[k + 1] ?? Infinity));
  const path = paths[leaf]!.replace(/^y0/, 'y');
  return starts[leaf + 1]! - starts[leaf]! === 1 ? path : `${path}[${i - starts[leaf]!}]`;
}

/** Leaves as tensors: plain numbers are f64, as in y0. */
export function tensorsOf(leaves: readonly Leaf[]): Tensor[] {
  return leaves.map((leaf) => {
    if (typeof leaf === 'number') return tensor(leaf, { dtype: 'f64' });
    return leaf instanceof Variable ? leaf.value : leaf instanceof Tensor ? leaf : tensor(leaf as Float64Array);
  });
}

/**
 * The leaves of a tree of the form of y0, in the order of those of y0: entries are told apart by their names, and not by
 * the order in which somebody wrote them down.
 *
 * @param what what the tree is, for the message: `f gives`
 * @param root how the tree is called in paths: `f(t, y)`
 * @throws ArgumentError `structure-mismatch`
 */
export function leavesLike(
  layout: Layout,
  tree: unknown,
  what: string,
  root: string,
): { readonly leaves: readonly Leaf[]; readonly paths: readonly string[] } {
  const given = flatten(tree, 'solve', root);
  const within = (path: string): string => path.slice(root.length);
  const wanted = (k: number): string => layout.paths[k]!.slice('y0'.length);
  const { length } = layout.paths;
  if (given.paths.length === length) {
    if (given.paths.every((path, k) => within(path) === wanted(k))) return given;
    const places = new Map(given.paths.map((path, k) => [within(path), k]));
    const order = layout.paths.map((_, k) => places.get(wanted(k)));
    if (order.every((place) => place !== undefined)) {
      return { leaves: order.map((place) => given.leaves[place]!), paths: order.map((place) => given.paths[place]!) };
    }
  }
  throw new ArgumentError({
    code: 'structure-mismatch',
    op: 'solve',
    problem:
      given.paths.length === 0
        ? `${what} ${nameOf(tree)}; expected a tree of the form of y0 (${layout.paths.join(', ')})`
        : `${what} ${countOf(given.paths)}; y0 has ${countOf(layout.paths)}`,
    expected: layout.paths,
    received: given.paths,
  });
}

function countOf(paths: readonly string[]): string {
  return `${paths.length} ${paths.length === 1 ? 'leaf' : 'leaves'} (${paths.join(', ')})`;
}

/** What holds no tensor and no number, in a word or two. */
function nameOf(tree: unknown): string {
  if (tree instanceof Promise) return 'a promise';
  if (typeof tree === 'object' && tree !== null)
    return Array.isArray(tree) ? 'an empty list' : 'an object without numbers';
  return typeof tree === 'string' ? JSON.stringify(tree) : String(tree);
}

/** What f gives as tensors, in the order of y0. */
export function slopesOf(layout: Layout, slopes: unknown): Tensor[] {
  return tensorsOf(leavesLike(layout, slopes, 'f gives', 'f(t, y)').leaves);
}

/** f on flat numbers, from f on trees of tensors. What it is given is rounded to the dtypes of y0. */
export function flatDerivative(f: AnyRightHandSide, layout: Layout, params: never): Derivative {
  return (t, y, dy) => {
    const slopes = inference(() => f(tensor(t, { dtype: 'f64' }), writeState<never>(layout, y), params));
    readTree(layout, slopes, 'f', dy);
  };
}

/**
 * Events on flat numbers, from events on trees of tensors or from plain ones.
 *
 * @throws ArgumentError `bad-events`, `bad-event`, `unknown-option`; `not-a-number` when it is asked
 */
export function flatEvents(
  events: readonly (AnyEvent | PlainEvent)[],
  plain: boolean,
  layout: Layout,
  params: never,
): FlatEvent[] {
  if (!Array.isArray(events)) {
    throw new ArgumentError({
      code: 'bad-events',
      op: 'solve',
      problem: `events is ${typeof events === 'function' ? 'a function' : 'no list'}; expected a list of events`,
      received: events,
      remedy: anEvent,
    });
  }
  return events.map((event: AnyEvent | PlainEvent, e) => {
    checkEvent(event, e);
    const { when, reset } = plain ? (event as PlainEvent) : onFlat(event as AnyEvent, layout, params);
    const checked = (t: number, y: Float64Array): number => {
      const value: unknown = when(t, y);
      if (typeof value === 'number' && !Number.isNaN(value)) return value;
      throw new ArgumentError({
        code: 'not-a-number',
        op: 'solve',
        problem: `event ${event.name ?? e} gives ${value instanceof Tensor ? String(value.spec) : String(value)} at t = ${t}; expected a number that crosses zero`,
        received: value,
      });
    };
    if (reset === undefined || !plain) return { ...event, when: checked, reset };
    const written = (t: number, y: Float64Array): void => {
      const given: unknown = reset(t, y);
      checkGivesNothing(`events[${e}].reset`, given, y, 'reset: (t, y) => { y[1] = -y[1]; }');
    };
    return { ...event, when: checked, reset: written };
  });
}

const anEvent = '{ events: [{ when: (t, y) => ... }] }';

function checkEvent(event: unknown, e: number): void {
  const refuse = (problem: string, received: unknown): never => {
    throw new ArgumentError({ code: 'bad-event', op: 'solve', problem, received, remedy: anEvent });
  };
  if (typeof event !== 'object' || event === null) {
    refuse(`events[${e}] is ${typeof event === 'function' ? 'a function' : String(event)}; expected an object`, event);
  }
  const { when, direction, reset }: { when?: unknown; direction?: unknown; reset?: unknown } = event as object;
  checkOptions(`solve: events[${e}]`, event as object, ['name', 'when', 'direction', 'terminal', 'reset']);
  if (typeof when !== 'function') {
    refuse(`events[${e}].when is ${String(when)}; expected a function whose value crosses zero`, when);
  }
  if (reset !== undefined && typeof reset !== 'function') {
    refuse(
      `events[${e}].reset is ${JSON.stringify(reset)}; expected a function that gives the state after the event`,
      reset,
    );
  }
  if (direction === undefined || crossings.some((crossing) => crossing === direction)) return;
  throw new ArgumentError({
    code: 'bad-event',
    op: 'solve',
    problem: `events[${e}].direction is ${JSON.stringify(direction) ?? typeof direction}; expected ${crossings.map((crossing) => `"${crossing}"`).join(', ')}`,
    expected: crossings,
    received: direction,
  });
}

/** A truth has no sides of zero, so it is handed on as it is, to be refused. */
function onFlat(
  { when, reset }: AnyEvent,
  layout: Layout,
  params: never,
): { readonly when: (t: number, y: Float64Array) => unknown; readonly reset: FlatEvent['reset'] } {
  const time = (t: number): Tensor => tensor(t, { dtype: 'f64' });
  return {
    when: (t, y) => {
      const value = inference(() => when(time(t), writeState<never>(layout, y), params));
      return value instanceof Tensor && value.size === 1 && value.dtype !== 'bool' ? value.item() : value;
    },
    reset:
      reset === undefined
        ? undefined
        : (t, y) => {
            const after = inference(() => reset(time(t), writeState<never>(layout, y), params));
            readTree(layout, after, 'reset', y);
          },
  };
}

/**
 * Writes the numbers of a tree that must have the form of y0.
 *
 * @throws ArgumentError `structure-mismatch`; ShapeError `shape-mismatch`
 */
function readTree(layout: Layout, tree: unknown, giver: string, into: Float64Array): void {
  const { leaves, paths } = leavesLike(layout, tree, `${giver} gives`, `${giver}(t, y)`);
  leaves.forEach((leaf, k) => {
    const start = layout.starts[k]!;
    const expected = layout.specs[k]!.shape;
    const value = leaf instanceof Variable ? leaf.value : leaf;
    const shape = value instanceof Tensor ? value.shape : ArrayBuffer.isView(value) ? [value.length] : [];
    if (shape.length !== expected.length || shape.some((extent, axis) => extent !== expected[axis])) {
      throw new ShapeError({
        code: 'shape-mismatch',
        op: 'solve',
        problem: `${paths[k]} is [${shape.join(', ')}]; ${layout.paths[k]} is [${expected.join(', ')}]`,
        expected,
        received: shape,
      });
    }
    if (typeof value === 'number') into[start] = value;
    else if (value instanceof Tensor) into.set(value.data, start);
    else if (ArrayBuffer.isView(value)) into.set(value, start);
  });
}
