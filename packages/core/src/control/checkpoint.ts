/**
 * Rematerialisation (Chen et al. 2016, "Training deep nets with sublinear memory cost"): a function whose insides are not
 * kept for the backward walk, but computed again by it.
 */
import { sharesTo } from '../derive/pull-to.ts';
import { tangentsOf } from '../derive/push-to.ts';
import { Graph, replay } from '../graph/graph.ts';
import { elementByElement } from '../op/batch.ts';
import { defineOp } from '../op/define-op.ts';
import type { Definition, Op } from '../op/op.ts';
import { whileOpen } from '../op/trace.ts';
import { parameterNames } from '../op/parameter-names.ts';
import { read, write } from '../tensor/frame.ts';
import { placeholderName } from '../tensor/placeholder.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { TensorTree, TreeOf } from '../tensor/tree.ts';
import { batchedGraph } from './batched-graph.ts';
import { attempt, close } from './body.ts';
import { checkGraph, defineHolder } from './define-holder.ts';
import { interpreted } from './interpret.ts';
import { type Marks, argumentNames, assembled, markedInputs, operands, standIns } from './operands.ts';

/**
 * The identity, marked: what is computed from it is a repetition, and must not be merged with what it repeats. Each
 * repetition has a token of its own.
 */
export const repeated: Op<[x: Tensor], [token: symbol]> = defineOp<[x: Tensor], [token: symbol]>({
  name: 'repeated',
  infer: ([x]) => x,
  forward: ([x], _, { data }) => data.set(x.data),
  lower: ({ at, position }) => at(0, position),
  alias: true,
  pull: [({ cotangent }) => cotangent],
  push: [({ tangent }) => tangent],
  batch: elementByElement,
});

/** Its attribute is the function's graph; its inputs stand for the graph's inputs. */
export const checkpointOp: Definition = defineHolder<readonly [body: Graph<Tensor>]>({
  name: 'checkpoint',
  graphs: ([graph], arity) => [{ name: 'body', graph, slots: Array.from({ length: arity }, (_, slot) => slot) }],
  infer: (inputs, [body]) => {
    checkGraph(
      body,
      inputs.map(({ spec }) => spec),
    );
    return body.outputs.map(({ spec }) => spec);
  },
  run: (inputs, [body]) => interpreted(body)(inputs),
  writeOut: (inputs, [body]) => replay(body, inputs),
  pull: (context) => {
    const {
      inputs,
      cotangents,
      attributes: [body],
    } = context;
    const marks = again(inputs, (slot) => context.wanted(slot));
    const outputs = replay(body, marks.values);
    const seeds = outputs.flatMap((output, k) => {
      const cotangent = cotangents[k];
      return cotangent === undefined ? [] : [[output, cotangent] as const];
    });
    return marks.spread(sharesTo(seeds, marks.leaves));
  },
  batch: (batch, [body]) => {
    const { inputs, outputs } = batchedGraph(body, batch.batched, batch.size);
    const { graph, captured } = close({
      inputs,
      inputNames: inputs.map(placeholderName),
      outputs: outputs.map(({ value }) => value),
    });
    const results = checkpointOp.apply([...batch.inputs, ...captured], [graph]);
    return results.map((value, k) => ({ value, batched: outputs[k]!.batched }));
  },
  push: ({ inputs, tangents, attributes: [body] }) => {
    const marks = again(inputs, (slot) => tangents[slot] !== undefined);
    return tangentsOf(
      marks.slots.map((slot, k) => [marks.leaves[k]!, tangents[slot]!] as const),
      replay(body, marks.values),
    );
  },
});

/** The inputs once more, as a repetition; those that a derivative is taken of as values that nothing else is made from. */
function again(inputs: readonly Tensor[], wanted: (slot: number) => boolean): Marks {
  const token = Symbol('repetition');
  return markedInputs(
    inputs.map((input) => repeated(input, token)),
    wanted,
  );
}

/**
 * The same function, of which a backward walk keeps the arguments and the result alone: the values in between are computed
 * again when they are needed. Memory for time; derivatives of any order are the same.
 *
 * The function is called once; what it does besides (assigning Variables) happens once.
 *
 * @example
 * const layer = checkpoint((x: Tensor) => x.sin().exp().tanh());
 * grad((x: Tensor) => layer(x).sum())(tensor([0.5])).item(); // 0.20748
 */
export function checkpoint<const Args extends readonly unknown[], R>(
  fn: (...args: Args) => R,
): (...args: { [K in keyof Args]: TreeOf<Args[K]> }) => TensorTree<R> {
  return (...args) => {
    const given = operands('checkpoint', args);
    return whileOpen((opened) => {
      const inputs = standIns(given.values, argumentNames(given.paths, parameterNames('checkpoint', fn))).map(opened);
      const trial = attempt('checkpoint', () => fn(...given.rebuild<Args>(inputs)), opened);
      const written = [...trial.writes].flatMap(([cell, output]) =>
        output === undefined ? [] : [[cell, output] as const],
      );
      const { graph, captured } = close({
        inputs,
        inputNames: inputs.map(placeholderName),
        outputs: [...trial.outputs, ...written.map(([, output]) => output)],
        since: trial.since,
        given: new Map([...trial.reads].map(([cell, input]) => [input, read(cell)!])),
      });
      const results = checkpointOp.apply([...given.values, ...captured], [graph]);
      for (const [cell, output] of trial.writes) if (output === undefined) write(cell, undefined);
      written.forEach(([cell], k) => write(cell, results[trial.outputs.length + k]));
      return assembled<TensorTree<R>>(trial.form.structure, results.slice(0, trial.outputs.length));
    });
  };
}
