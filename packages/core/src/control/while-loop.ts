/** Loops whose length is not known before: `whileLoop`. */
import { checkOptions } from '../errors/check-options.ts';
import { ArgumentError, ShapeError } from '../errors/edgewise-error.ts';
import { sharesTo } from '../derive/pull-to.ts';
import { vmapGraph } from '../derive/vmap-graph.ts';
import { tangentsOf } from '../derive/push-to.ts';
import { Graph, replay } from '../graph/graph.ts';
import { currentPath } from '../graph/scope.ts';
import { defineOp } from '../op/define-op.ts';
import { type Definition, type Op, notDifferentiable } from '../op/op.ts';
import { any } from '../ops/truth.ts';
import { where } from '../ops/selection.ts';
import { parameterNames } from '../op/parameter-names.ts';
import { whileOpen } from '../op/trace.ts';
import { type TensorLike, asTensor, uniform } from '../tensor/create.ts';
import { isFloat } from '../tensor/dtype.ts';
import { read, write } from '../tensor/frame.ts';
import { placeholder, placeholderName } from '../tensor/placeholder.ts';
import { specOf } from '../tensor/spec.ts';
import { Tensor } from '../tensor/tensor.ts';
import { type TensorTree, type TreeLike, flatten, structureDifference, unflatten } from '../tensor/tree.ts';
import { symbolicRead } from '../tensor/variable.ts';
import { batchInputs, batchedCarries, batchedGraph, besides, withBatch } from './batched-graph.ts';
import { type Closed, attempt, close, usedIn } from './body.ts';
import { applyBranches, condOp } from './branch-op.ts';
import { checkChoice } from './cond.ts';
import { checkCount, checkGraph, defineHolder } from './define-holder.ts';
import { interpreted, withoutHistory, writtenOut } from './interpret.ts';
import { markedInputs } from './operands.ts';
import { MOST_STEPS, activeCarries, applyLoop, applyScan } from './scan-op.ts';
import { assignedCells, refuseChange } from './scan.ts';

/** Inputs: the state at the start, constants of the condition, constants of the body. Outputs: the state at the end. */
export type WhileAttributes = readonly [
  /** Inputs: state, its constants. Output: whether there is another step. */
  condition: Graph<Tensor>,
  /** Inputs: state, its constants. Outputs: state. */
  body: Graph<Tensor>,
  states: number,
  maxSteps: number | undefined,
];

export const whileOp: Definition = defineHolder<WhileAttributes>({
  name: 'whileLoop',
  attributeNames: ['condition', 'body', 'states', 'maxSteps'],
  graphs: ([condition, body, states], arity) => {
    const forCondition = condition.inputs.length;
    const state = Array.from({ length: states }, (_, slot) => slot);
    const rest = Array.from({ length: arity - states }, (_, k) => states + k);
    return [
      {
        name: 'condition',
        graph: condition,
        slots: [...state, ...rest.slice(0, forCondition - states)],
        decides: true,
      },
      { name: 'body', graph: body, slots: [...state, ...rest.slice(forCondition - states)], carries: states },
    ];
  },
  infer: (inputs, attributes) => {
    const [condition, body, states, maxSteps] = attributes;
    checkCount(states, inputs.length);
    if (maxSteps !== undefined) checkCount(maxSteps, MOST_STEPS);
    const { state, conditionConstants, bodyConstants } = partsOf(inputs, attributes);
    const specs = state.map(({ spec }) => spec);
    checkGraph(condition, [...specs, ...conditionConstants.map(({ spec }) => spec)], [specOf([], 'bool')]);
    checkGraph(body, [...specs, ...bodyConstants.map(({ spec }) => spec)], specs);
    return specs;
  },
  run: (inputs, attributes) => runLoop(inputs, attributes).state.map(({ spec, storage }) => new Tensor(spec, storage)),
  writeOut: (inputs, attributes) => {
    const [condition, body, , maxSteps] = attributes;
    if (maxSteps === undefined) return undefined;
    const { state, conditionConstants, bodyConstants } = partsOf(inputs, attributes);
    const goesOn = interpreted(condition, 'whileLoop');
    let values = state;
    for (
      let step = 0;
      withoutHistory(() => goesOn([...values, ...conditionConstants], step))[0]!.item() !== 0;
      step++
    ) {
      if (step === maxSteps) refuseMoreSteps(maxSteps);
      values = writtenOut(body, [...values, ...bodyConstants], { loop: 'whileLoop', step });
    }
    return values;
  },
  pull: (context) => {
    const { inputs, cotangents, attributes } = context;
    const [, , , maxSteps] = attributes;
    if (maxSteps === undefined) {
      throw new ArgumentError({
        code: 'needs-max-steps',
        op: 'whileLoop',
        problem: 'reverse mode goes back through the steps, and this loop does not say how many there are at most',
        scope: currentPath(),
        expected: '{ maxSteps }',
        remedy: 'whileLoop(condition, body, state, { maxSteps: 100 }), or jvp for the forward derivative',
      });
    }
    const marks = markedInputs(inputs, (slot) => context.wanted(slot));
    const outputs = asScan(marks.values, attributes);
    const seeds = outputs.flatMap((output, k) => {
      const cotangent = cotangents[k];
      return cotangent === undefined ? [] : [[output, cotangent] as const];
    });
    return marks.spread(sharesTo(seeds, marks.leaves));
  },
  batch: (given, attributes) => {
    const [condition, body, states, maxSteps] = attributes;
    const { size } = given;
    const rest = condition.inputs.length;
    const ofCondition = given.batched.slice(states, rest);
    const ofBody = given.batched.slice(rest);
    const carried = batchedCarries(given.batched.slice(0, states), (before) =>
      batchedGraph(body, [...before, ...ofBody], size).outputs.map(({ batched }) => batched),
    );
    const isEndedByExample = batchedGraph(condition, [...carried, ...ofCondition], size).outputs[0]!.batched;
    // Where each example ends by itself, each has a state of its own.
    const batched = isEndedByExample ? carried.map(() => true) : carried;
    const tested = batchedGraph(condition, [...batched, ...ofCondition], size);
    const stepped = batchedGraph(body, [...batched, ...ofBody], size);
    const state = stepped.inputs.slice(0, states);
    const next = stepped.outputs.map((output, k) => withBatch(output, batched[k]!, size));
    const [goesOn] = tested.outputs;
    // The condition once more, of the state that the step begins with: an example that has ended stays as it is.
    const constants = tested.inputs
      .slice(states)
      .map(({ spec }, k) => placeholder(spec, condition.inputNames[states + k] ?? ''));
    const [isGoing] = vmapGraph(
      condition,
      [...state, ...constants].map((value, k) => ({
        value,
        batched: k < states ? batched[k]! : ofCondition[k - states] === true,
      })),
      size,
    ).outputs;
    const frozen = isEndedByExample
      ? next.map((value, k) => where(besides(isGoing!.value, value), value, state[k]!))
      : next;
    const closedCondition = close({
      inputs: tested.inputs,
      inputNames: tested.inputs.map(placeholderName),
      outputs: [isEndedByExample ? any(goesOn!.value) : goesOn!.value],
    });
    const values = batchInputs(given);
    const results = applyWhile(
      {
        graph: closedCondition.graph,
        captured: [...given.inputs.slice(states, rest), ...closedCondition.captured],
      },
      {
        inputs: [...stepped.inputs, ...(isEndedByExample ? constants : [])],
        constants: [...given.inputs.slice(rest), ...(isEndedByExample ? given.inputs.slice(states, rest) : [])],
        outputs: frozen,
      },
      values.slice(0, states).map((value, k) => withBatch(value, batched[k]!, size)),
      maxSteps,
    );
    return results.map((value, k) => ({ value, batched: batched[k]! }));
  },
  push: ({ inputs, tangents, attributes }) => {
    const [condition, body, states, maxSteps] = attributes;
    const parts = partsOf(inputs, attributes);
    const slotOf = new Map(
      body.inputs.map((input, k) => [input, k < states ? k : condition.inputs.length + k - states]),
    );
    const tangentOf = (input: Tensor): Tensor | undefined => tangents[slotOf.get(input)!];
    const loop = {
      carry: body.inputs.slice(0, states),
      slices: [],
      constants: body.inputs.slice(states),
      next: body.outputs,
      results: [],
    };
    const active = activeCarries(loop, (input) => isFloat(input.dtype) && tangentOf(input) !== undefined);
    const moving = [
      ...loop.carry.filter((_, k) => active[k] === true),
      ...loop.constants.filter((input) => isFloat(input.dtype) && tangentOf(input) !== undefined),
    ];
    const dots = new Map(moving.map((input) => [input, placeholder(input.spec, `d ${placeholderName(input)}`)]));
    const flows = tangentsOf([...dots], body.outputs);
    const carried = loop.carry.filter((_, k) => active[k] === true);
    const constants = loop.constants.filter((input) => dots.has(input));
    const state = [...loop.carry, ...carried.map((input) => dots.get(input)!)];
    const ends = applyWhile(
      {
        graph: new Graph({
          inputs: [
            ...condition.inputs.slice(0, states),
            ...carried.map((input) => placeholder(input.spec, `d ${placeholderName(input)}`)),
            ...condition.inputs.slice(states),
          ],
          inputNames: [
            ...condition.inputNames.slice(0, states),
            ...carried.map((input) => `d ${placeholderName(input)}`),
            ...condition.inputNames.slice(states),
          ],
          outputs: condition.outputs,
        }),
        captured: parts.conditionConstants,
      },
      {
        inputs: [...state, ...loop.constants, ...constants.map((input) => dots.get(input)!)],
        constants: [...parts.bodyConstants, ...constants.map((input) => tangentOf(input)!)],
        outputs: [
          ...loop.next,
          ...loop.next.flatMap((output, k) => (active[k] === true ? [flows[k] ?? uniform(output.spec, 0)] : [])),
        ],
      },
      [...parts.state, ...carried.map((input) => tangentOf(input) ?? uniform(input.spec, 0))],
      maxSteps,
    );
    let at = states;
    return active.map((moves) => (moves ? ends[at++] : undefined));
  },
});

/** Closes the body and applies the op. */
function applyWhile(
  condition: Closed,
  body: { inputs: readonly Tensor[]; constants: readonly Tensor[]; outputs: readonly Tensor[] },
  state: readonly Tensor[],
  maxSteps: number | undefined,
): readonly Tensor[] {
  const { graph, captured } = close({
    inputs: body.inputs,
    inputNames: body.inputs.map(placeholderName),
    outputs: body.outputs,
  });
  const attributes: WhileAttributes = [condition.graph, graph, state.length, maxSteps];
  return whileOp.apply([...state, ...condition.captured, ...body.constants, ...captured], attributes);
}

function partsOf(
  inputs: readonly Tensor[],
  [condition, , states]: WhileAttributes,
): Record<'state' | 'conditionConstants' | 'bodyConstants', readonly Tensor[]> {
  return {
    state: inputs.slice(0, states),
    conditionConstants: inputs.slice(states, condition.inputs.length),
    bodyConstants: inputs.slice(Math.max(states, condition.inputs.length)),
  };
}

function runLoop(inputs: readonly Tensor[], attributes: WhileAttributes): { state: readonly Tensor[]; steps: number } {
  const [condition, body, , maxSteps] = attributes;
  const parts = partsOf(inputs, attributes);
  const [goesOn, step] = [interpreted(condition, 'whileLoop'), interpreted(body, 'whileLoop')];
  let { state } = parts;
  for (let steps = 0; ; steps++) {
    if (goesOn([...state, ...parts.conditionConstants], steps)[0]!.item() === 0) return { state, steps };
    if (steps === maxSteps) refuseMoreSteps(maxSteps);
    state = step([...state, ...parts.bodyConstants], steps);
  }
}

function refuseMoreSteps(maxSteps: number): never {
  throw new ArgumentError({
    code: 'too-many-steps',
    op: 'whileLoop',
    problem: `the condition still holds after ${maxSteps} steps`,
    scope: currentPath(),
    expected: maxSteps,
    remedy: `{ maxSteps: ${10 * Math.max(1, maxSteps)} }, or a condition that ends sooner`,
  });
}

/**
 * The same as a loop of a known length: as many steps as there are where that is known, else `maxSteps` of which those
 * after the end change nothing.
 */
function asScan(inputs: readonly Tensor[], attributes: WhileAttributes): readonly Tensor[] {
  const [condition, body, states, maxSteps] = attributes;
  const { state, conditionConstants, bodyConstants } = partsOf(inputs, attributes);
  if (!inputs.some((input) => input.isSymbolic)) {
    const { steps } = runLoop(inputs, attributes);
    return applyScan(body, { carry: state, slices: [], constants: bodyConstants }, { length: steps, reverse: false });
  }
  const carry = state.map(({ spec }, k) => placeholder(spec, body.inputNames[k] ?? ''));
  const [ofCondition, ofBody] = [conditionConstants, bodyConstants].map((list, part) =>
    list.map(({ spec }, k) => placeholder(spec, (part === 0 ? condition : body).inputNames[states + k] ?? '')),
  );
  const [goesOn] = replay(condition, [...carry, ...ofCondition!]);
  const stays = carry.map(({ spec }, k) => placeholder(spec, body.inputNames[k] ?? ''));
  const values = [...carry, ...ofBody!];
  const still = new Graph({
    inputs: [...stays, ...ofBody!.map(({ spec }) => placeholder(spec, 'unused'))],
    inputNames: body.inputNames,
    outputs: stays,
  });
  const next = applyBranches(
    condOp,
    goesOn!,
    [
      { graph: body, captured: [] },
      { graph: still, captured: [] },
    ],
    values,
  );
  const { carry: last } = applyLoop(
    { carry, slices: [], constants: [...ofCondition!, ...ofBody!], next, results: [] },
    { carry: state, slices: [], constants: [...conditionConstants, ...bodyConstants] },
    { length: maxSteps!, reverse: false },
  );
  const ends = last.map((end) => end!);
  const [goesOnStill] = replay(condition, [...ends, ...conditionConstants]);
  return ends.map((end) => (isFloat(end.dtype) ? ended(end, goesOnStill!, maxSteps!) : end));
}

/**
 * The same value, refused where the condition still holds after the most steps that there may be. What flows back is
 * refused, too: it may be all that is left of a loop in the graph of a derivative.
 */
export const ended: Op<[state: Tensor, goesOn: Tensor], [maxSteps: number]> = defineOp({
  name: 'ended',
  attributeNames: ['maxSteps'],
  infer: ([state]) => state,
  forward: ([state, goesOn], [maxSteps], { data }) => {
    if (goesOn.data.some((holds) => holds !== 0)) refuseMoreSteps(maxSteps);
    data.set(state.data);
  },
  pull: [
    ({ cotangent, inputs: [, goesOn], attributes: [maxSteps] }) => ended(cotangent, goesOn, maxSteps),
    notDifferentiable,
  ],
  push: [
    ({ tangent, inputs: [, goesOn], attributes: [maxSteps] }) => ended(tangent, goesOn, maxSteps),
    notDifferentiable,
  ],
  batch: ({ inputs: [, goesOn], repeated: [states], attributes, apply }) => apply([states, goesOn], attributes),
});

export interface WhileOptions {
  /** The most steps there may be. More are an error; with it the loop can be differentiated in reverse. */
  maxSteps?: number;
}

/**
 * Applies `body` to a state for as long as `condition` holds of it, and gives the last state. One node of the graph; both
 * functions are called once, with placeholders. Forward derivatives always exist. Backward ones need `maxSteps`.
 *
 * The state is a tree that keeps its form, shapes and dtypes. Variables that `body` assigns belong to it.
 *
 * @param condition `(state) => bool []`
 * @throws ArgumentError `needs-max-steps` in reverse mode without `maxSteps`, `too-many-steps`, `endless-loop`; ShapeError
 * `carry-changes`
 * @example
 * // Newton's method for the square root of 2
 * const root = whileLoop(
 *   (x: Tensor) => x.square().sub(2).abs().greater(1e-6),
 *   (x) => x.sub(x.square().sub(2).div(x.mul(2))),
 *   tensor(1, { dtype: 'f64' }),
 * );
 * root.item(); // 1.41421
 */
export function whileLoop<S>(
  condition: (state: S) => TensorLike,
  body: (state: S) => S,
  state: TreeLike<S>,
  options: WhileOptions = {},
): TensorTree<S> {
  checkOptions('whileLoop', options, ['maxSteps']);
  const { maxSteps } = options;
  if (maxSteps !== undefined && (!Number.isInteger(maxSteps) || maxSteps < 0)) {
    throw new ArgumentError({
      code: 'bad-option',
      op: 'whileLoop',
      problem: `maxSteps is ${String(maxSteps)}; expected a whole number of steps`,
      expected: 'a whole number',
      received: maxSteps,
    });
  }
  const start = flatten(state, 'whileLoop', 'state');
  const values = start.leaves.map((leaf) => asTensor(leaf as TensorLike, 'whileLoop'));
  return whileOpen((opened) => {
    const name = parameterNames('whileLoop', body)[0] ?? 'state';
    const fresh = (): Tensor[] =>
      values.map(({ spec }, k) => opened(placeholder(spec, name + start.paths[k]!.slice('state'.length))));
    const inputs = fresh();
    const trial = attempt('whileLoop', () => body(unflatten(start.structure, inputs)), opened);
    const difference = structureDifference(start.structure, trial.form.structure, 'state');
    if (difference !== undefined) {
      throw new ShapeError({
        code: 'carry-changes',
        op: 'whileLoop',
        problem: `the state changes its form: ${difference} (before and after a step)`,
        scope: currentPath(),
      });
    }
    values.forEach(({ spec }, k) => refuseChange('whileLoop', start.paths[k]!, spec, trial.outputs[k]!.spec));
    const assigned = assignedCells('whileLoop', trial).map(([cell, output]) => ({
      cell,
      output,
      input: trial.reads.get(cell) ?? symbolicRead(cell),
    }));

    const tested = fresh();
    const test = attempt('whileLoop', () => condition(unflatten(start.structure, tested)), opened);
    if (test.writes.size > 0) {
      throw new ArgumentError({
        code: 'condition-assigns',
        op: 'whileLoop',
        problem: `the condition assigns ${[...test.writes.keys()].map((cell) => cell.label()).join(', ')}`,
        scope: currentPath(),
        remedy: 'assigning in the body',
      });
    }
    const [goesOn] = test.outputs;
    if (goesOn === undefined || test.outputs.length !== 1) {
      throw new ArgumentError({
        code: 'not-one-truth',
        op: 'whileLoop',
        problem: `the condition gives ${test.outputs.length} tensors; expected one truth`,
        received: test.outputs.length,
      });
    }
    checkChoice('whileLoop', goesOn, 'bool');
    const testedCells = assigned.map(({ cell }) => test.reads.get(cell) ?? symbolicRead(cell));
    const outside = (reads: typeof test.reads): Map<Tensor, Tensor> =>
      new Map([...reads].filter(([cell]) => !trial.writes.has(cell)).map(([cell, input]) => [input, read(cell)!]));
    const closed = (parts: readonly Tensor[], outputs: readonly Tensor[], reads: typeof test.reads): Closed =>
      close({ inputs: parts, inputNames: parts.map(placeholderName), outputs, given: outside(reads) });
    const conditionGraph = closed([...tested, ...testedCells], [goesOn], test.reads);
    const bodyGraph = closed(
      [...inputs, ...assigned.map(({ input }) => input)],
      [...trial.outputs, ...assigned.map(({ output }) => output)],
      trial.reads,
    );
    const count = inputs.length + assigned.length;
    if (!conditionGraph.graph.inputs.slice(0, count).some((input) => usedIn(conditionGraph.graph).has(input))) {
      throw new ArgumentError({
        code: 'endless-loop',
        op: 'whileLoop',
        problem: 'the condition does not depend on the state, so the loop has no steps or no end',
        scope: currentPath(),
        remedy: 'cond(...) for a choice, forLoop(...) for a number of steps',
      });
    }
    const attributes: WhileAttributes = [conditionGraph.graph, bodyGraph.graph, count, maxSteps];
    const outputs = whileOp.apply(
      [...values, ...assigned.map(({ cell }) => read(cell)!), ...conditionGraph.captured, ...bodyGraph.captured],
      attributes,
    );
    assigned.forEach(({ cell }, k) => write(cell, outputs[inputs.length + k]));
    return unflatten<TensorTree<S>>(start.structure, outputs.slice(0, inputs.length));
  });
}
