/** From a function of one example to a function of a batch of them. */
import { vmapGraph } from '../derive/vmap-graph.ts';
import { checkOptions } from '../errors/check-options.ts';
import { ArgumentError, ShapeError } from '../errors/edgewise-error.ts';
import { Graph } from '../graph/graph.ts';
import { currentPath } from '../graph/scope.ts';
import { parameterNames } from '../op/parameter-names.ts';
import { repeatedAlongBatch } from '../op/batch.ts';
import { moveAxis } from '../ops/arranging.ts';
import { asTensor } from '../tensor/create.ts';
import { type Cell, inFrame, write } from '../tensor/frame.ts';
import { placeholder } from '../tensor/placeholder.ts';
import { shapeText } from '../tensor/shape.ts';
import { specOf } from '../tensor/spec.ts';
import { Tensor } from '../tensor/tensor.ts';
import {
  type FlatTree,
  type Leaf,
  type Structure,
  type TensorTree,
  type TreeLike,
  flatten,
  unflatten,
} from '../tensor/tree.ts';

/** An axis; `null` for no axis; or, for a tree, a tree of them that may end early. */
export type Axes = number | null | readonly Axes[] | { readonly [key: string]: Axes } | ReadonlyMap<unknown, Axes>;

export interface VmapOptions {
  /**
   * Which axis of the arguments holds the examples (0): one for all arguments, or a list with an entry for each. `null`:
   * the same for all examples. Where an argument is a tree, its entry may be a tree too.
   */
  inAxes?: Axes;
  /** At which axis of the results the examples are put (0). `null`: a result that is the same for all examples. */
  outAxes?: Axes;
}

/**
 * The function applied to every example of a batch at once: write it for one example, call it with many. Examples lie
 * along an axis of the arguments (0), and results along an axis of the result (0). It is the same graph, each op on the
 * whole batch, so a matrix product stays one. It may stand in any other transformation, and they in it.
 *
 * Variables that the function reads are the same for all examples. A random key that is no argument gives all examples
 * the same numbers: pass a batch of keys.
 *
 * @throws ShapeError `different-extents`; ArgumentError `no-examples-axis`, `axis-out-of-range`, `structure-mismatch`,
 *   `depends-on-example`
 * @example
 * vmap((x: Tensor, y: Tensor) => x.mul(y).sum())(tensor([[1, 2], [3, 4]]), tensor([[1, 1], [2, 2]])).toArray(); // [3, 14]
 * vmap((x: Tensor, c: Tensor) => x.mul(c), { inAxes: [0, null] })(tensor([1, 2]), tensor([10, 20])).toArray(); // [[10, 20], [20, 40]]
 * vmap(grad((x: Tensor) => x.pow(3)))(tensor([1, 2])).toArray(); // [3, 12]
 */
export function vmap<const Args extends readonly unknown[], R>(
  fn: (...args: Args) => R,
  options: VmapOptions = {},
): (...args: { [K in keyof Args]: TreeLike<Args[K]> }) => TensorTree<R> {
  checkOptions('vmap', options, ['inAxes', 'outAxes']);
  const { inAxes = 0, outAxes = 0 } = options;
  return (...args) => batchOf<Args, R>(fn, args, inAxes, outAxes);
}

function batchOf<Args extends readonly unknown[], R>(
  fn: (...args: Args) => R,
  args: readonly unknown[],
  inAxes: Axes,
  outAxes: Axes,
): TensorTree<R> {
  const form = argumentsForm(fn, args);
  const axes = axesFor(form.structure, inAxes, 'inAxes');
  // A number that is the same for all examples stays a number.
  const values = form.leaves.map((leaf, k) =>
    axes[k] === null ? leaf : moveToFront(asTensor(leaf as Tensor, 'vmap'), axes[k]!, form.paths[k]!),
  );
  const size = sizeOfBatch(form, axes, values);
  const given: Tensor[] = [];
  const examples = values.map((value, k) => {
    if (axes[k] === null) return typeof value === 'number' ? value : asTensor(value as Tensor, 'vmap');
    const batch = value as Tensor;
    given.push(batch);
    return placeholder(specOf(batch.shape.slice(1), batch.dtype), form.paths[k]!);
  });
  const inputs = examples.filter((_, k) => axes[k] !== null) as Tensor[];
  // Reads in the frame see what Variables hold around it: the same for all examples.
  const { result, frame } = inFrame(
    (_, content) => content,
    () => fn(...unflatten<Args>(form.structure, examples)),
  );
  const flat = flatten(result, 'vmap', 'result');
  const results = flat.leaves.map((leaf) => asTensor(leaf as Tensor, 'vmap'));
  const places = axesFor(flat.structure, outAxes, 'outAxes');
  const graph = new Graph({ inputs, outputs: results });
  refuseOwnAssignments(frame.writes, inputs);
  const { outputs } = vmapGraph(
    graph,
    given.map((value) => ({ value, batched: true })),
    size,
  );
  for (const [cell, content] of frame.writes) write(cell, content);
  return unflatten<TensorTree<R>>(
    flat.structure,
    outputs.map(({ value, batched }, k) => placed(value, batched, size, places[k]!, flat.paths[k]!)),
  );
}

/** The arguments taken apart, with paths that begin with the function's own names for them. */
function argumentsForm(fn: (...args: never[]) => unknown, args: readonly unknown[]): FlatTree {
  const names = parameterNames('vmap', fn);
  const parts = args.map((arg, k) => flatten(arg, 'vmap', names[k] ?? (args.length > 1 ? `argument ${k}` : '')));
  return {
    leaves: parts.flatMap(({ leaves }) => leaves),
    paths: parts.flatMap(({ paths }) => paths),
    structure: { kind: 'array', items: parts.map(({ structure }) => structure) },
  };
}

/** The axis of each leaf: a number or null holds for all leaves below it. */
function axesFor(structure: Structure, axes: Axes, option: string): (number | null)[] {
  const found: (number | null)[] = [];
  const take = (part: Structure, here: Axes | undefined, path: string): void => {
    if (part.kind === 'static') return;
    if (here === null || typeof here === 'number') {
      if (part.kind === 'leaf') found.push(here);
      else part.items.forEach((item) => take(item, here, path));
      return;
    }
    const entries = part.kind === 'leaf' ? undefined : entriesOf(part, here);
    if (part.kind === 'leaf' || entries === undefined) refuseAxes(option, path, here, part);
    part.items.forEach((item, k) => take(item, entries[k], `${path}${stepOf(part, k)}`));
  };
  take(structure, axes, '');
  return found;
}

type Branch = Exclude<Structure, { kind: 'leaf' } | { kind: 'static' }>;

function stepOf(part: Branch, k: number): string {
  if (part.kind === 'array') return `[${k}]`;
  return part.kind === 'map' ? `.get(${JSON.stringify(part.keys[k])})` : `.${part.keys[k]!}`;
}

/** An entry of the axes for each entry of the tree; undefined where their forms differ. */
function entriesOf(part: Branch, axes: Axes | undefined): readonly (Axes | undefined)[] | undefined {
  if (typeof axes !== 'object' || axes === null) return undefined;
  if (part.kind === 'array') return Array.isArray(axes) && axes.length === part.items.length ? axes : undefined;
  if (part.kind === 'map') {
    const map = axes instanceof Map ? (axes as ReadonlyMap<unknown, Axes>) : undefined;
    return map?.size === part.keys.length ? part.keys.map((key) => map.get(key)) : undefined;
  }
  if (Array.isArray(axes) || axes instanceof Map || Object.keys(axes).length !== part.keys.length) return undefined;
  return part.keys.map((key) => (axes as { readonly [key: string]: Axes })[key]);
}

function refuseAxes(option: string, path: string, axes: unknown, part: Structure): never {
  const expected =
    part.kind === 'leaf' || part.kind === 'static'
      ? 'a number or null'
      : part.kind === 'array'
        ? `a number, null, or a list of ${part.items.length}`
        : `a number, null, or entries ${part.keys.map(String).join(', ')}`;
  throw new ArgumentError({
    code: 'structure-mismatch',
    op: 'vmap',
    problem: `${option}${path} is ${axes === undefined ? 'missing' : JSON.stringify(axes)}; expected ${expected}`,
    expected,
    received: axes,
    remedy: `${option}: 0`,
  });
}

function moveToFront(x: Tensor, axis: number, path: string): Tensor {
  if (!Number.isInteger(axis) || axis < -x.rank || axis >= x.rank) {
    throw new ArgumentError({
      code: 'axis-out-of-range',
      op: 'vmap',
      problem: `${path || 'the argument'} has shape ${shapeText(x.shape)}, and no axis ${axis} for the examples`,
      scope: currentPath(),
      expected: [-x.rank, x.rank - 1],
      received: axis,
      remedy: x.rank === 0 ? 'inAxes: null for what is the same for all examples' : undefined,
    });
  }
  return axis === 0 || axis === -x.rank ? x : moveAxis(x, axis, 0);
}

/** The extent that all batched leaves have in common. */
function sizeOfBatch(form: FlatTree, axes: readonly (number | null)[], values: readonly (Leaf | Tensor)[]): number {
  const batched = values.flatMap((value, k) =>
    axes[k] === null || !(value instanceof Tensor)
      ? []
      : [{ size: value.shape[0]!, path: form.paths[k]!, axis: axes[k] }],
  );
  const [first] = batched;
  if (first === undefined) {
    throw new ArgumentError({
      code: 'no-examples-axis',
      op: 'vmap',
      problem: 'no argument has an axis of examples, so their number is unknown',
      expected: 'at least one argument whose axis is not null',
      remedy: 'inAxes: 0',
    });
  }
  const other = batched.find(({ size }) => size !== first.size);
  if (other === undefined) return first.size;
  const said = ({ path, axis, size }: typeof first): string =>
    `${path || 'the argument'} has ${size} along axis ${axis}`;
  throw new ShapeError({
    code: 'different-extents',
    op: 'vmap',
    problem: `different numbers of examples: ${said(first)}, ${said(other)}`,
    scope: currentPath(),
    expected: first.size,
    received: other.size,
    remedy: 'inAxes: null for what is the same for all examples',
  });
}

/** What a Variable holds is one value: which example's should it be? */
function refuseOwnAssignments(writes: ReadonlyMap<Cell, Tensor | undefined>, inputs: readonly Tensor[]): void {
  for (const [cell, content] of writes) {
    if (content === undefined) continue;
    const { nodes } = new Graph({ inputs, outputs: [content] });
    if (nodes.length === 0 && !inputs.includes(content)) continue;
    throw new ArgumentError({
      code: 'depends-on-example',
      op: 'vmap',
      problem: `${cell.label()} is assigned a value that depends on the example, and can hold only one`,
      scope: currentPath(),
      received: content.spec,
      remedy:
        'return the value, and assign what all examples make of it: variable.assign(vmap(f)(x).mean({ axis: 0 }))',
    });
  }
}

/** A result with the examples at the axis that was asked for. */
function placed(value: Tensor, batched: boolean, size: number, axis: number | null, path: string): Tensor {
  if (axis === null) {
    if (!batched) return value;
    throw new ArgumentError({
      code: 'depends-on-example',
      op: 'vmap',
      problem: `${path} depends on the example; outAxes has null for it, which stands for one value for all`,
      received: value.spec,
      remedy: 'outAxes: 0',
    });
  }
  const whole = batched ? value : repeatedAlongBatch(value, size);
  if (!Number.isInteger(axis) || axis < -whole.rank || axis >= whole.rank) {
    throw new ArgumentError({
      code: 'axis-out-of-range',
      op: 'vmap',
      problem: `${path} with its examples has shape ${shapeText(whole.shape)}, and no axis ${axis} for them`,
      expected: [-whole.rank, whole.rank - 1],
      received: axis,
    });
  }
  return axis === 0 || axis === -whole.rank ? whole : moveAxis(whole, 0, axis);
}
