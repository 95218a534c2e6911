/**
 * A function as a program on flat numbers, for loops that call it so often that making tensors would be most of the cost:
 * solvers, root finders. Numbers are copied into the program's places and out of them, and nothing is allocated.
 */
import { ShapeError } from '../errors/edgewise-error.ts';
import { type SpecTree, type TracedGraph, trace } from '../op/trace.ts';
import { tensor } from '../tensor/create.ts';
import { isFramed } from '../tensor/frame.ts';
import { sizeOf } from '../tensor/shape.ts';
import { type Tensor, denseData } from '../tensor/tensor.ts';
import { type Structure, flatten, unflatten } from '../tensor/tree.ts';
import { arenaViews } from '../emit/arena.ts';
import { Executable, type Place } from './executable.ts';
import { passesFor } from './passes.ts';
import { indexOf, viewFor } from './transfer.ts';

/**
 * Takes an array for each argument, with the numbers of its leaves one behind the other, and writes those of the result.
 * All are f64 outside; inside, each leaf has its own dtype.
 */
export type FlatProgram = (inputs: readonly Float64Array[], output: Float64Array) => void;

/** So few numbers are moved one by one; more of them are moved leaf by leaf. */
const FEW = 64;

/**
 * Compiles `fn` for arguments of these shapes into a program on flat numbers. It is what was traced here, for good: only
 * Variables are read anew in each call.
 *
 * @param inputs for each argument a tree with `spec(shape, dtype)`, or a tensor of that shape, at its leaves
 * @throws EdgewiseError `out-of-memory`; whatever `fn` throws when it is traced, such as `symbolic-value` where it reads a
 *   number; when called, ShapeError `shape-mismatch`
 * @example
 * const f = compileFlat((t: Tensor, y: Tensor) => y.mul(t), spec([], 'f64'), spec([2], 'f64'));
 * const result = new Float64Array(2);
 * f([Float64Array.of(3), Float64Array.of(1, 2)], result);
 * result; // [3, 6]
 */
export function compileFlat<Args extends readonly unknown[], R>(
  fn: (...args: Args) => R,
  ...inputs: { [K in keyof Args]: SpecTree<Args[K]> }
): FlatProgram {
  const traced = trace(fn, ...inputs) as unknown as TracedGraph;
  const executable = new Executable(
    traced,
    passesFor({ fastMath: false }).reduce((graph, pass) => pass.apply(graph), traced as Executable['graph']),
  );
  const form = traced.argumentsForm.structure;
  let at = 0;
  const ways = (form.kind === 'array' ? form.items : []).map((item) => {
    const from = at;
    at += leavesIn(item);
    return wayOf(executable.argumentPlaces.slice(from, at));
  });
  const back = wayOf(executable.resultPlaces);
  const readsVariables = traced.reads.length > 0;
  // Whose memory is given back when nobody holds it any more: the function below does
  const step = executable.bareStep ?? ((): void => executable.run(1));
  let { f64 } = arenaViews();

  return (inputs, output) => {
    if (inputs.length !== ways.length || output.length !== back.size) throw unfit(ways, inputs, back, output);
    if (readsVariables && isFramed()) {
      interpret(executable.traced, ways, inputs, output);
      return;
    }
    // A memory that has grown since leaves its old views without elements
    if (f64.length === 0) ({ f64 } = arenaViews());
    for (let k = 0; k < ways.length; k++) {
      const way = ways[k]!;
      const from = inputs[k]!;
      if (from.length !== way.size) throw unfit(ways, inputs, back, output);
      bring(f64, way, from);
    }
    step();
    if (f64.length === 0) ({ f64 } = arenaViews());
    fetch(f64, back, output);
  };
}

/** Where the numbers of one flat array lie in the arena. */
interface Way {
  readonly size: number;
  readonly leaves: readonly (Place & { readonly start: number; readonly size: number })[];
  /** Of each number, in f64s; absent where there are many, or others than f64. */
  readonly single: Int32Array | undefined;
}

function wayOf(places: readonly Place[]): Way {
  let size = 0;
  const leaves = places.map(({ address, spec }) => {
    const leaf = { address, spec, start: size, size: sizeOf(spec.shape) };
    size += leaf.size;
    return leaf;
  });
  const isSingle = size <= FEW && leaves.every(({ spec }) => spec.dtype === 'f64');
  const single = leaves.flatMap((leaf) => Array.from({ length: leaf.size }, (_, k) => (leaf.address >>> 3) + k));
  return { size, leaves, single: isSingle ? Int32Array.from(single) : undefined };
}

function bring(f64: Float64Array, { single, leaves, size }: Way, from: Float64Array): void {
  if (single !== undefined) {
    for (let k = 0; k < single.length; k++) f64[single[k]!] = from[k]!;
    return;
  }
  for (const leaf of leaves) {
    const part = leaf.size === size ? from : from.subarray(leaf.start, leaf.start + leaf.size);
    viewFor(leaf.spec.dtype).set(part, indexOf(leaf.address, leaf.spec.dtype));
  }
}

function fetch(f64: Float64Array, { single, leaves }: Way, into: Float64Array): void {
  if (single !== undefined) {
    for (let k = 0; k < single.length; k++) into[k] = f64[single[k]!]!;
    return;
  }
  for (const { address, spec, start, size } of leaves) {
    const from = indexOf(address, spec.dtype);
    into.set(viewFor(spec.dtype).subarray(from, from + size), start);
  }
}

/** Op by op, where somebody else catches what is read of Variables. */
function interpret(
  traced: TracedGraph,
  ways: readonly Way[],
  given: readonly Float64Array[],
  output: Float64Array,
): void {
  const leaves = ways.flatMap((way, k) =>
    way.leaves.map(({ spec: { shape, dtype }, start, size }) =>
      tensor(given[k]!.slice(start, start + size), { dtype, shape }),
    ),
  );
  let at = 0;
  for (const leaf of flatten(traced.call(unflatten(traced.argumentsForm.structure, leaves)), 'compileFlat').leaves) {
    const numbers = denseData(leaf as Tensor);
    output.set(numbers, at);
    at += numbers.length;
  }
}

function unfit(ways: readonly Way[], inputs: readonly Float64Array[], back: Way, output: Float64Array): ShapeError {
  const given = inputs.map(({ length }) => length);
  const taken = ways.map(({ size }) => size);
  return new ShapeError({
    code: 'shape-mismatch',
    op: 'compileFlat',
    problem: `called with ${given.join(', ')} numbers and ${output.length} for the result; the program takes ${taken.join(', ')} and gives ${back.size}`,
    expected: [...taken, back.size],
    received: [...given, output.length],
  });
}

function leavesIn(form: Structure): number {
  if (form.kind === 'static') return 0;
  return form.kind === 'leaf' ? 1 : form.items.reduce((sum, item) => sum + leavesIn(item), 0);
}
