/** Choices in the graph: `cond` between two functions, `switchCase` between several. */
import { ArgumentError, DtypeError, ShapeError } from '../errors/edgewise-error.ts';
import { currentPath } from '../graph/scope.ts';
import type { Definition } from '../op/op.ts';
import { parameterNames } from '../op/parameter-names.ts';
import { whileOpen } from '../op/trace.ts';
import { type TensorLike, asTensor } from '../tensor/create.ts';
import type { Dtype } from '../tensor/dtype.ts';
import { type Cell, read, write } from '../tensor/frame.ts';
import { placeholderName } from '../tensor/placeholder.ts';
import { sameSpec } from '../tensor/spec.ts';
import { Tensor, knownStorage } from '../tensor/tensor.ts';
import { type TensorTree, type TreeOf, flatten, structureDifference, unflatten } from '../tensor/tree.ts';
import { type Trial, attempt, close } from './body.ts';
import { applyBranches, condOp, switchOp } from './branch-op.ts';
import { argumentNames, operands, standIns } from './operands.ts';

type Branch<Args extends readonly unknown[], R> = (...operands: Args) => R;

/**
 * One of two functions, by a truth that may not be known yet. Where it is known, the chosen function is called and the
 * other one is not. While tracing both are, with placeholders, and the choice is one node of the graph, which computes one
 * of them. Both give trees of the same form, shapes and dtypes. A Variable that one of them assigns and the other does not
 * keeps its value there.
 *
 * For a choice element by element there is `where`.
 *
 * @param predicate bool, of rank 0
 * @throws ShapeError `branches-differ`, `not-one-truth`; DtypeError `dtype-refused`; ArgumentError `gradient-in-one-branch`
 * @example
 * const root = (x: Tensor) => cond(x.greater(0), (at) => at.sqrt(), (at) => at.mul(0), x);
 * grad(root)(tensor(4)).item(); // 0.25
 */
export function cond<const Args extends readonly unknown[], R>(
  predicate: TensorLike,
  then: Branch<Args, R>,
  otherwise: Branch<Args, NoInfer<R>>,
  ...operands: { [K in keyof Args]: TreeOf<Args[K]> }
): TensorTree<R> {
  const truth = asTensor(predicate, 'cond');
  checkChoice('cond', truth, 'bool');
  return choose(
    condOp,
    truth,
    [then, otherwise],
    ['then', 'else'],
    (known) => (known === 0 ? 1 : 0),
    operands,
  ) as TensorTree<R>;
}

/**
 * One of several functions, by a whole number that may not be known yet; like `cond` otherwise.
 *
 * @param index i32, of rank 0, from 0 to the number of branches less 1
 * @throws ArgumentError `no-such-branch` where the index is known and there is none of that number; and as `cond`
 * @example
 * switchCase(1, [(x: Tensor) => x, (x: Tensor) => x.square()], tensor(3)).item(); // 9
 */
export function switchCase<const Args extends readonly unknown[], R>(
  index: TensorLike,
  branches: readonly Branch<Args, R>[],
  ...operands: { [K in keyof Args]: TreeOf<Args[K]> }
): TensorTree<R> {
  const number = asTensor(index, 'switchCase', 'i32');
  checkChoice('switchCase', number, 'i32');
  if (branches.length === 0) {
    throw new ArgumentError({
      code: 'no-branches',
      op: 'switchCase',
      problem: 'there is no branch to choose',
      received: branches,
    });
  }
  const titles = branches.map((_, k) => `case ${k}`);
  return choose(switchOp, number, branches, titles, (known) => known, operands) as TensorTree<R>;
}

/** @internal One truth, or one whole number. */
export function checkChoice(op: string, choice: Tensor, dtype: Dtype): void {
  if (choice.dtype !== dtype) {
    throw new DtypeError({
      code: 'dtype-refused',
      op,
      problem: `the ${dtype === 'bool' ? 'condition' : 'index'} is ${choice.spec}; expected ${dtype} []`,
      scope: currentPath(),
      expected: dtype,
      received: choice.dtype,
      remedy: dtype === 'bool' ? 'x.notEqual(0), or a comparison' : "x.cast('i32')",
    });
  }
  if (choice.rank === 0) return;
  throw new ShapeError({
    code: 'not-one-truth',
    op,
    problem: `the ${dtype === 'bool' ? 'condition' : 'index'} is ${choice.spec}; one value chooses for all, so it has rank 0`,
    scope: currentPath(),
    expected: [],
    received: choice.shape,
    remedy:
      dtype === 'bool'
        ? 'where(condition, a, b) to choose element by element; all(condition) or any(condition) for one truth'
        : undefined,
  });
}

function choose(
  op: Definition,
  choice: Tensor,
  branches: readonly Branch<never, unknown>[],
  titles: readonly string[],
  chosenBy: (known: number) => number,
  args: readonly unknown[],
): unknown {
  if (!choice.isSymbolic) {
    const known = knownStorage(choice, op.name);
    const at = chosenBy(typeof known === 'number' ? known : known[0]!);
    const branch = branches[at];
    if (branch === undefined) {
      throw new ArgumentError({
        code: 'no-such-branch',
        op: op.name,
        problem: `the index is ${at}; there are ${branches.length} branches, 0 to ${branches.length - 1}`,
        scope: currentPath(),
        expected: branches.length,
        received: at,
      });
    }
    const given = operands(op.name, args);
    const { leaves, structure } = flatten(branch(...given.rebuild<never>(given.values)), op.name);
    return unflatten(
      structure,
      leaves.map((leaf) => asTensor(leaf as Tensor, op.name)),
    );
  }
  const given = operands(op.name, args);
  return whileOpen((opened) => {
    const tried = branches.map((branch) => {
      const names = argumentNames(given.paths, parameterNames(op.name, branch));
      const inputs = standIns(given.values, names).map(opened);
      return { inputs, trial: attempt(op.name, () => branch(...given.rebuild<never>(inputs)), opened) };
    });
    const results = sameResults(
      op.name,
      tried.map(({ trial }) => trial),
      titles,
    );
    const cells = [...new Set(tried.flatMap(({ trial }) => [...trial.writes.keys()]))].map((cell) => ({
      cell,
      left: sameCell(
        op.name,
        cell,
        tried.map(({ trial }) => leftIn(cell, trial)),
      ),
    }));
    const filled = cells.flatMap(({ cell, left }) => (left === undefined ? [] : [{ cell, left }]));
    const closed = tried.map(({ inputs, trial }, k) =>
      close({
        inputs,
        inputNames: inputs.map(placeholderName),
        outputs: [...results[k]!, ...filled.map(({ left }) => left[k]!)],
        since: trial.since,
        given: new Map([...trial.reads].map(([cell, input]) => [input, read(cell)!])),
      }),
    );
    const outputs = applyBranches(op, choice, closed, given.values);
    for (const { cell, left } of cells) if (left === undefined) write(cell, undefined);
    const count = results[0]!.length;
    filled.forEach(({ cell }, k) => write(cell, outputs[count + k]));
    return unflatten(tried[0]!.trial.form.structure, outputs.slice(0, count));
  });
}

/** The results of the branches, which fit each other. A plain number takes the dtype of what stands there in another branch. */
function sameResults(op: string, trials: readonly Trial[], titles: readonly string[]): readonly (readonly Tensor[])[] {
  const [first] = trials;
  trials.forEach(({ form }, k) => {
    const difference = structureDifference(first!.form.structure, form.structure, 'the result');
    if (difference === undefined) return;
    throw new ShapeError({
      code: 'branches-differ',
      op,
      problem: `the branches give different forms: ${difference.replace(' in one and ', ` in ${titles[0]} and `).replace(' in the other', ` in ${titles[k]}`)}`,
      scope: currentPath(),
      expected: first!.form.structure,
      received: form.structure,
    });
  });
  const dtypes = first!.outputs.map(
    (_, j) => trials.find(({ form }) => typeof form.leaves[j] !== 'number')?.outputs[j]?.dtype,
  );
  const results = trials.map(({ form, outputs }) =>
    outputs.map((output, j) => (typeof form.leaves[j] === 'number' ? asTensor(form.leaves[j], op, dtypes[j]) : output)),
  );
  results.forEach((outputs, k) =>
    outputs.forEach((output, j) => {
      const expected = results[0]![j]!.spec;
      if (sameSpec(output.spec, expected)) return;
      const path = trials[k]!.form.paths[j]!.replace(/^result\.?/, '');
      throw new ShapeError({
        code: 'branches-differ',
        op,
        problem: `${path === '' ? 'the result' : path} is ${expected} in ${titles[0]} and ${output.spec} in ${titles[k]}`,
        scope: currentPath(),
        expected,
        received: output.spec,
        remedy: output.dtype === expected.dtype ? undefined : `x.cast('${expected.dtype}') in ${titles[k]}`,
      });
    }),
  );
  return results;
}

/** What a branch leaves in a cell: what it wrote, or what was there. */
function leftIn(cell: Cell, { reads, writes }: Trial): Tensor | undefined {
  return writes.has(cell) ? writes.get(cell) : (reads.get(cell) ?? read(cell));
}

/** Whether a cell is filled is part of the graph, so all branches leave it filled, or all empty. */
function sameCell(op: string, cell: Cell, left: readonly (Tensor | undefined)[]): readonly Tensor[] | undefined {
  const filled = left.filter((value) => value !== undefined);
  if (filled.length === left.length) return filled;
  if (filled.length === 0) return undefined;
  throw new ArgumentError({
    code: 'gradient-in-one-branch',
    op,
    problem: `one branch leaves a gradient in ${cell.label()}, and another leaves none`,
    scope: currentPath(),
    received: cell.label(),
    remedy: 'clearGrad() in the branch, or grad(f) there instead of backward()',
  });
}
