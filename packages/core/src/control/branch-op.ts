/**
 * The ops behind a choice between graphs: `cond` and `switchCase`. The branches are closed graphs of the same inputs.
 * Derivatives are choices again, between the branches' derivatives. Where the choice is known there is no node: what the
 * chosen branch does stands in its place.
 */
import { sharesTo } from '../derive/pull-to.ts';
import { tangentsOf } from '../derive/push-to.ts';
import { ArgumentError } from '../errors/edgewise-error.ts';
import { vmapGraph } from '../derive/vmap-graph.ts';
import { Graph, replay } from '../graph/graph.ts';
import type { BatchOutput } from '../graph/node.ts';
import { equal } from '../ops/comparison.ts';
import { where } from '../ops/selection.ts';
import { elementByElement } from '../op/batch.ts';
import { defineOp } from '../op/define-op.ts';
import { type Definition, type Op, notDifferentiable } from '../op/op.ts';
import { uniform } from '../tensor/create.ts';
import { isFloat } from '../tensor/dtype.ts';
import { placeholder, placeholderName } from '../tensor/placeholder.ts';
import { type Tensor, knownStorage } from '../tensor/tensor.ts';
import { batchedGraph, besides, withBatch } from './batched-graph.ts';
import { type Closed, close, usedIn } from './body.ts';
import { type HolderPush, checkCount, checkGraph, defineHolder } from './define-holder.ts';

/** A graph for each case. Inputs of the op: which case, then a value for each input of the graphs. */
export type Branches = readonly Graph<Tensor>[];

/** `cond`: of two branches the first where the predicate is true. */
export const condOp: Definition = branchOp(
  'cond',
  (predicate) => (predicate === 0 ? 1 : 0),
  (k) => (k === 0 ? 'then' : 'else'),
);
/** `switchCase`: the branch of that number. */
export const switchOp: Definition = branchOp(
  'switchCase',
  (index) => index,
  (k) => `case ${k}`,
);

/* @__NO_SIDE_EFFECTS__ */
function branchOp(name: string, chosenBy: (index: number) => number, titleOf: (k: number) => string): Definition {
  const op: Definition = defineHolder<Branches>({
    name,
    graphs: (branches, arity) =>
      branches.map((graph, k) => ({
        name: titleOf(k),
        graph,
        slots: Array.from({ length: arity - 1 }, (_, slot) => slot + 1),
      })),
    infer: ([index, ...values], branches) => {
      checkCount(index?.rank, 0);
      const inputs = values.map(({ spec }) => spec);
      checkGraph(branches[0], inputs);
      const outputs = branches[0]!.outputs.map(({ spec }) => spec);
      for (const branch of branches) checkGraph(branch, inputs, outputs);
      return outputs;
    },
    expand: ([index, ...values], branches) => {
      if (index!.isSymbolic) return undefined;
      const known = knownStorage(index!, name);
      return replay(branchAt(name, branches, chosenBy(typeof known === 'number' ? known : known[0]!)), values);
    },
    pull: (context) => {
      const {
        cotangents,
        attributes: branches,
        inputs: [index, ...values],
      } = context;
      const slots = values.flatMap((value, k) => (isFloat(value.dtype) && context.wanted(k + 1) ? [k] : []));
      const given = cotangents.flatMap((cotangent, k) => (cotangent === undefined ? [] : [{ k, cotangent }]));
      const shares = derived(op, index!, branches, values, {
        // A placeholder for each cotangent and branch.
        given: given.map(({ cotangent }, j) => ({ value: cotangent, name: `d output${given.length > 1 ? j : ''}` })),
        outputs: ({ inputs, outputs }, bars) =>
          sharesTo(
            given.map(({ k }, j) => [outputs[k]!, bars[j]!] as const),
            slots.map((k) => inputs[k]!),
          ),
        like: slots.map((k) => values[k]!),
      });
      const list: (Tensor | undefined)[] = [undefined, ...values.map(() => undefined)];
      slots.forEach((k, j) => (list[k + 1] = shares[j]));
      return list;
    },
    batch: ({ inputs: [index, ...values], batched: [isChosenByExample, ...batched], size }, branches) => {
      if (isChosenByExample === true) {
        const given = values.map((value, k) => ({ value, batched: batched[k] === true }));
        const all = branches.map((branch) => vmapGraph(branch, given, size).outputs);
        return all[0]!.map((_, k) => ({
          value: selected(
            choices(index!, branches.length),
            all.map((outputs) => outputs[k]!),
            size,
          ),
          batched: true,
        }));
      }
      const made = branches.map((branch) => batchedGraph(branch, batched, size));
      const flags = made[0]!.outputs.map((_, k) => made.some(({ outputs }) => outputs[k]!.batched));
      const closed = made.map(({ inputs, outputs }) =>
        close({
          inputs,
          inputNames: inputs.map(placeholderName),
          outputs: outputs.map((output, k) => withBatch(output, flags[k]!, size)),
        }),
      );
      return applyBranches(op, index!, closed, values).map((value, k) => ({ value, batched: flags[k]! }));
    },
    push: ({ tangents, attributes: branches, inputs: [index, ...values], outputs }: HolderPush<Branches>) => {
      const given = values.flatMap((value, k) => {
        const tangent = tangents[k + 1];
        return tangent === undefined || !isFloat(value.dtype) ? [] : [{ k, tangent }];
      });
      return derived(op, index!, branches, values, {
        given: given.map(({ k, tangent }) => ({
          value: tangent,
          name: `d ${placeholderName(branches[0]!.inputs[k]!)}`,
        })),
        outputs: (branch, dots) =>
          tangentsOf(
            given.map(({ k }, j) => [branch.inputs[k]!, dots[j]!] as const),
            branch.outputs,
          ),
        like: outputs,
      });
    },
  });
  return op;
}

/** For each branch but the last, whether an example takes it. */
function choices(index: Tensor, count: number): Tensor[] {
  if (index.dtype === 'bool') return [index];
  const checked = branchIndex(index, count);
  return Array.from({ length: count - 1 }, (_, k) => equal(checked, k));
}

/** The same numbers of branches, refused where there is no such branch. */
export const branchIndex: Op<[index: Tensor], [count: number]> = defineOp({
  name: 'branchIndex',
  attributeNames: ['count'],
  infer: ([index]) => index,
  forward: ([index], [count], { data }) => {
    for (const each of index.data) if (each < 0 || each >= count) refuseIndex('switchCase', count, each);
    data.set(index.data);
  },
  pull: [notDifferentiable],
  batch: elementByElement,
});

/** Of the branches' values each example's own. All are computed. */
function selected(takes: readonly Tensor[], values: readonly BatchOutput<Tensor>[], size: number): Tensor {
  return values.reduceRight<Tensor | undefined>((otherwise, value, k) => {
    const own = withBatch(value, true, size);
    if (otherwise === undefined) return own;
    return where(besides(takes[k]!, own), own, otherwise);
  }, undefined)!;
}

function branchAt(op: string, branches: Branches, index: number): Graph<Tensor> {
  const branch = branches[index];
  return branch ?? refuseIndex(op, branches.length, index);
}

function refuseIndex(op: string, count: number, index: number): never {
  throw new ArgumentError({
    code: 'no-such-branch',
    op,
    problem: `the index is ${index}; there are ${count} branches, 0 to ${count - 1}`,
    expected: count,
    received: index,
    remedy: `index.clip({ min: 0, max: ${count - 1} })`,
  });
}

/** A choice between what is derived from each branch, with zeros where that is nothing in one branch and not in all. */
function derived(
  op: Definition,
  index: Tensor,
  branches: Branches,
  values: readonly Tensor[],
  {
    given,
    outputs: derive,
    like,
  }: {
    given: readonly { value: Tensor; name: string }[];
    outputs: (branch: Graph<Tensor>, stands: readonly Tensor[]) => readonly (Tensor | undefined)[];
    like: readonly Tensor[];
  },
): (Tensor | undefined)[] {
  const parts = branches.map((branch) => {
    const stands = given.map(({ value, name }) => placeholder(value.spec, name));
    return { inputs: [...stands, ...branch.inputs], outputs: derive(branch, stands) };
  });
  const flows = like.map((_, k) => parts.some(({ outputs }) => outputs[k] !== undefined));
  const closed = parts.map(({ inputs, outputs }) =>
    close({
      inputs,
      inputNames: inputs.map(placeholderName),
      outputs: like.flatMap(({ spec }, k) => (flows[k] === true ? [outputs[k] ?? uniform(spec, 0)] : [])),
    }),
  );
  const results = applyBranches(op, index, closed, [...given.map(({ value }) => value), ...values]);
  let at = 0;
  return flows.map((flow) => (flow ? results[at++] : undefined));
}

/** Applies the op to branches that are functions of the same values and of what each captured; what none uses is left out. */
export function applyBranches(
  op: Definition,
  index: Tensor,
  closed: readonly Closed[],
  values: readonly Tensor[],
): readonly Tensor[] {
  const captured = [...new Set(closed.flatMap((branch) => branch.captured))];
  const used = values.map((_, k) => closed.some(({ graph }) => usedIn(graph).has(graph.inputs[k]!)));
  const branches = closed.map(({ graph, captured: own }) => {
    const names = new Map(graph.inputs.map((input, k) => [input, graph.inputNames[k] ?? '']));
    const inputs = [
      ...graph.inputs.slice(0, values.length).filter((_, k) => used[k] === true),
      ...captured.map((value) => {
        const at = own.indexOf(value);
        return at < 0 ? placeholder(value.spec, 'unused') : graph.inputs[values.length + at]!;
      }),
    ];
    return new Graph({
      inputs,
      inputNames: inputs.map((input) => names.get(input) ?? 'unused'),
      outputs: graph.outputs,
    });
  });
  return op.apply([index, ...values.filter((_, k) => used[k] === true), ...captured], branches);
}
