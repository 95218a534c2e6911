/** Loops of a known length, in the graph: `scan`. */
import { checkOptions } from '../errors/check-options.ts';
import { ArgumentError, ShapeError } from '../errors/edgewise-error.ts';
import { currentPath } from '../graph/scope.ts';
import { whileOpen } from '../op/trace.ts';
import { parameterNames } from '../op/parameter-names.ts';
import { concatenate } from '../ops/joining.ts';
import { slice } from '../ops/indexing.ts';
import { reshape } from '../ops/movement.ts';
import { type TensorLike, asTensor } from '../tensor/create.ts';
import { type Cell, read, write } from '../tensor/frame.ts';
import { placeholder, placeholderName } from '../tensor/placeholder.ts';
import { type Spec, sameSpec, specOf } from '../tensor/spec.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type TensorTree, type TreeLike, flatten, structureDifference, unflatten } from '../tensor/tree.ts';
import { symbolicRead } from '../tensor/variable.ts';
import { type Trial, attempt, close } from './body.ts';
import { bodies } from './interpret.ts';
import { type LoopValues, applyScan } from './scan-op.ts';
import type { Graph } from '../graph/graph.ts';

export interface ScanOptions {
  /** Begins with the last entry and ends with the first. */
  reverse?: boolean;
  /** How many steps; needed where nothing is scanned. */
  length?: number;
  /**
   * A backward walk keeps the carry of every step and computes a step's insides again. With `checkpoint: n` it keeps that
   * of every nth step, and computes the steps in between again too: memory for `length / n + n` carries.
   */
  checkpoint?: number;
}

/**
 * Applies `fn` step after step along the first axis of `xs`: from the carry and this step's entry of `xs` to the next
 * carry and a result of this step. Gives the last carry, and the results stacked along a new first axis. The loop is one
 * node of the graph; `fn` is called once, with placeholders.
 *
 * Carry, entries and results are trees. `xs` may be `undefined` where `length` is given. Variables that `fn` assigns go
 * from step to step; those that it only reads are constants of the loop.
 *
 * @param fn `(carry, x) => [carry, y]`; the carry keeps its form, shapes and dtypes
 * @throws ShapeError `carry-changes`, `no-axis`, `different-lengths`; ArgumentError `not-a-pair`, `no-length`,
 * `gradient-left`, `symbolic-value` where `fn` reads a number
 * @example
 * const [last, sums] = scan((total: Tensor, x: Tensor) => { const next = total.add(x); return [next, next]; }, 0, tensor([1, 2, 3]));
 * sums.toArray(); // [1, 3, 6]
 */
export function scan<C, X, Y>(
  fn: (carry: C, x: X) => readonly [carry: C, y: Y],
  carry: TreeLike<C>,
  xs: TreeLike<X>,
  options: ScanOptions = {},
): [carry: TensorTree<C>, ys: TensorTree<Y>] {
  checkOptions('scan', options, ['reverse', 'length', 'checkpoint']);
  return loopOver('scan', fn as (carry: never, x: never) => unknown, carry, xs, options) as [
    TensorTree<C>,
    TensorTree<Y>,
  ];
}

/** @internal `scan` under the name of what it was called as. */
export function loopOver(
  op: string,
  fn: (carry: never, x: never) => unknown,
  carry: unknown,
  xs: unknown,
  { reverse = false, length: asked, checkpoint = 1 }: ScanOptions,
): [carry: unknown, ys: unknown] {
  if (!Number.isInteger(checkpoint) || checkpoint < 1) {
    throw new ArgumentError({
      code: 'bad-option',
      op,
      problem: `checkpoint is ${String(checkpoint)}; expected a whole number of steps, at least 1`,
      expected: 'a whole number',
      received: checkpoint,
    });
  }
  const [carryName = 'carry', sliceName = 'x'] = parameterNames(op, fn);
  const start = flatten(carry, op, 'carry');
  const scanned = flatten(xs, op, 'xs');
  const carryValues = start.leaves.map((leaf) => asTensor(leaf as TensorLike, op));
  const sliceValues = scanned.leaves.map((leaf) => asTensor(leaf as TensorLike, op));
  const length = lengthOf(op, sliceValues, scanned.paths, asked);

  return whileOpen((opened) => {
    const named = (path: string, root: string, name: string): string => name + path.slice(root.length);
    const carried = carryValues.map(({ spec }, k) =>
      opened(placeholder(spec, named(start.paths[k]!, 'carry', carryName))),
    );
    const slices = sliceValues.map(({ spec: { shape, dtype } }, k) =>
      opened(placeholder(specOf(shape.slice(1), dtype), named(scanned.paths[k]!, 'xs', sliceName))),
    );
    const trial = attempt(
      op,
      () => fn(unflatten(start.structure, carried) as never, unflatten(scanned.structure, slices) as never),
      opened,
    );
    const { next, results, resultForm } = pairOf(op, trial, start, carryValues);
    const assigned = assignedCells(op, trial).map(([cell, output]) => ({
      cell,
      output,
      input: trial.reads.get(cell) ?? symbolicRead(cell),
    }));
    const inputs = [...carried, ...assigned.map(({ input }) => input), ...slices];
    const readOnly = [...trial.reads].filter(([cell]) => !trial.writes.has(cell));
    const { graph, captured } = close({
      inputs,
      inputNames: [
        ...carried.map(placeholderName),
        ...assigned.map(({ cell }) => cell.label()),
        ...slices.map(placeholderName),
      ],
      outputs: [...next, ...assigned.map(({ output }) => output), ...results],
      given: new Map(readOnly.map(([cell, input]) => [input, read(cell)!])),
    });
    const outputs = inSegments(
      graph,
      {
        carry: [...carryValues, ...assigned.map(({ cell }) => read(cell)!)],
        slices: sliceValues,
        constants: captured,
      },
      { length, reverse, checkpoint },
    );
    const at = carried.length + assigned.length;
    assigned.forEach(({ cell }, k) => write(cell, outputs[carried.length + k]));
    return [
      unflatten(start.structure, outputs.slice(0, carried.length)),
      unflatten(resultForm, outputs.slice(at, at + results.length)),
    ];
  });
}

function lengthOf(op: string, values: readonly Tensor[], paths: readonly string[], asked: number | undefined): number {
  if (asked !== undefined && (!Number.isInteger(asked) || asked < 0)) {
    throw new ArgumentError({
      code: 'bad-option',
      op,
      problem: `length is ${String(asked)}; expected a whole number of steps`,
      expected: 'a whole number',
      received: asked,
    });
  }
  let length = asked;
  let from = 'length';
  values.forEach(({ shape, spec }, k) => {
    const [entries] = shape;
    if (entries === undefined) {
      throw new ShapeError({
        code: 'no-axis',
        op,
        problem: `${paths[k]} is ${spec}, which has no axis to go along`,
        scope: currentPath(),
        expected: 'an axis',
        received: shape,
        remedy: 'using the value in the function: what every step needs is not scanned',
      });
    }
    if (length !== undefined && entries !== length) {
      throw new ShapeError({
        code: 'different-lengths',
        op,
        problem: `${paths[k]} has ${entries} entries along its first axis, and ${from} ${from === 'length' ? 'is' : 'has'} ${length}`,
        scope: currentPath(),
        expected: length,
        received: entries,
      });
    }
    length = entries;
    from = paths[k]!;
  });
  if (length !== undefined) return length;
  throw new ArgumentError({
    code: 'no-length',
    op,
    problem: 'nothing is scanned, so the number of steps is not known',
    remedy: `${op}(fn, carry, undefined, { length: 10 })`,
  });
}

/** The two parts of what the function gave: the carry, which must be what it was, and the results. */
function pairOf(
  op: string,
  { form, outputs }: Trial,
  start: ReturnType<typeof flatten>,
  carry: readonly Tensor[],
): { next: readonly Tensor[]; results: readonly Tensor[]; resultForm: ReturnType<typeof flatten>['structure'] } {
  const { structure } = form;
  const [first, second] = structure.kind === 'array' && structure.items.length === 2 ? structure.items : [];
  if (first === undefined || second === undefined) {
    throw new ArgumentError({
      code: 'not-a-pair',
      op,
      problem: 'a step gives the next carry and a result, in a list of two',
      scope: currentPath(),
      expected: '[carry, y]',
      received: structure,
      remedy: 'return [carry, y] in the function; [carry, undefined] where there is no result',
    });
  }
  const difference = structureDifference(start.structure, first, 'carry');
  if (difference !== undefined) refuseCarry(op, `the carry changes its form: ${difference} (before and after a step)`);
  carry.forEach(({ spec }, k) => refuseChange(op, start.paths[k]!, spec, outputs[k]!.spec));
  return { next: outputs.slice(0, carry.length), results: outputs.slice(carry.length), resultForm: second };
}

/** @internal What goes from step to step keeps its shape and dtype. */
export function refuseChange(op: string, path: string, before: Spec, after: Spec): void {
  if (sameSpec(before, after)) return;
  const isDtype = before.dtype !== after.dtype;
  refuseCarry(
    op,
    `${path} is ${before} before a step and ${after} after it`,
    isDtype
      ? `x.cast('${after.dtype}') for ${path} at the start, or x.cast('${before.dtype}') in the function`
      : undefined,
  );
}

function refuseCarry(op: string, problem: string, remedy?: string): never {
  throw new ShapeError({
    code: 'carry-changes',
    op,
    problem,
    scope: currentPath(),
    expected: 'the same form, shapes and dtypes',
    remedy,
  });
}

/** @internal Variables that the function assigns. A gradient must not be left: the next step would begin with another graph. */
export function assignedCells(op: string, { reads, writes }: Trial): [cell: Cell, output: Tensor][] {
  return [...writes].flatMap(([cell, output]): [Cell, Tensor][] => {
    if (cell.holds === 'value') return output === undefined ? [] : [[cell, output]];
    if (output === undefined && !reads.has(cell)) return [];
    throw new ArgumentError({
      code: 'gradient-left',
      op,
      problem:
        output === undefined
          ? `${cell.label()} is there before the loop and gone after its first step`
          : `a step leaves a gradient in ${cell.label()}`,
      scope: currentPath(),
      received: cell.label(),
      remedy:
        output === undefined
          ? 'clearGrad() before the loop'
          : 'optimizer.step() or clearGrad() in the step, or grad(f) there instead of backward()',
    });
  });
}

/** The loop, as loops over stretches of `checkpoint` steps where a backward walk is to keep only their beginnings. */
function inSegments(
  body: Graph<Tensor>,
  values: LoopValues,
  { length, reverse, checkpoint }: Required<ScanOptions>,
): readonly Tensor[] {
  const stretches = Math.floor(length / checkpoint);
  // Written out, nothing is saved by stretches, and steps are counted from the beginning.
  if (checkpoint === 1 || stretches < 2 || bodies.areWrittenOut) return applyScan(body, values, { length, reverse });
  const { carry, slices, constants } = values;
  const whole = stretches * checkpoint;
  const rest = length - whole;
  // The stretches come first in the direction of the loop, the rest last.
  const [from, restFrom] = reverse ? [rest, 0] : [0, whole];
  const part = (x: Tensor, begin: number, count: number): Tensor => slice(x, [[begin, begin + count]]);

  const inner = stretchOf(body, values, { length: checkpoint, reverse });
  const first = applyScan(
    inner,
    {
      carry,
      slices: slices.map((x) => reshape(part(x, from, whole), [stretches, checkpoint, ...x.shape.slice(1)])),
      constants,
    },
    { length: stretches, reverse },
  );
  const results = first.slice(carry.length, body.outputs.length).map((y) => reshape(y, [whole, ...y.shape.slice(2)]));
  const end = first.slice(0, carry.length);
  if (rest === 0) return [...end, ...results];
  const last = applyScan(
    body,
    { carry: end, slices: slices.map((x) => part(x, restFrom, rest)), constants },
    { length: rest, reverse },
  );
  return [
    ...last.slice(0, carry.length),
    ...results.map((y, k) => {
      const other = last[carry.length + k]!;
      return concatenate(reverse ? [other, y] : [y, other]);
    }),
  ];
}

/** The body of the outer loop: one stretch of the inner one. */
function stretchOf(
  body: Graph<Tensor>,
  { carry, slices }: LoopValues,
  { length, reverse }: { length: number; reverse: boolean },
): Graph<Tensor> {
  const inputs = body.inputs.map(({ spec: { shape, dtype } }, k) => {
    const isSlice = k >= carry.length && k < carry.length + slices.length;
    return placeholder(specOf(isSlice ? [length, ...shape] : shape, dtype), body.inputNames[k] ?? '');
  });
  const outputs = applyScan(
    body,
    {
      carry: inputs.slice(0, carry.length),
      slices: inputs.slice(carry.length, carry.length + slices.length),
      constants: inputs.slice(carry.length + slices.length),
    },
    { length, reverse },
  );
  return close({ inputs, inputNames: body.inputNames, outputs: outputs.slice(0, body.outputs.length) }).graph;
}
