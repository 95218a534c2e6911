/** An op that holds graphs: how a loop or a branch is computed, and what the walks ask of it. */
import { EdgewiseError } from '../errors/edgewise-error.ts';
import { Graph } from '../graph/graph.ts';
import type { BatchInputs, BatchOutput, HeldGraph } from '../graph/node.ts';
import { isRemembered, located, remember } from '../op/apply.ts';
import { sharesByRules } from '../op/define-op.ts';
import { Definition, type PullContext, type Tensors } from '../op/op.ts';
import { asTensors } from '../tensor/create.ts';
import { type Spec, sameSpec } from '../tensor/spec.ts';
import { Tensor } from '../tensor/tensor.ts';
import { bodies, withoutHistory } from './interpret.ts';

export interface HolderPush<Attributes extends readonly unknown[]> {
  /** The tangent of each input, with holes where nothing flows. */
  readonly tangents: readonly (Tensor | undefined)[];
  readonly inputs: Tensors;
  readonly outputs: Tensors;
  readonly attributes: Attributes;
}

export interface HolderDefinition<Attributes extends readonly unknown[]> {
  readonly name: string;
  readonly attributeNames?: readonly string[];
  readonly graphs: (attributes: Attributes, arity: number) => readonly HeldGraph<Tensor>[];
  readonly infer: (inputs: Tensors, attributes: Attributes) => readonly Spec[];
  /** The outputs from known inputs, as tensors that nothing else knows. Nothing inside is remembered. */
  readonly run?: (inputs: Tensors, attributes: Attributes) => Tensors;
  /** The same from known inputs, with the nodes of the bodies in the graph; none where a derivative would be refused. */
  readonly writeOut?: (inputs: Tensors, attributes: Attributes) => Tensors | undefined;
  /** What is to be done instead, where that needs no node: a branch whose condition is known. Needed where there is no `run`. */
  readonly expand?: (inputs: Tensors, attributes: Attributes) => Tensors | undefined;
  /** A share for each wanted slot, with holes where nothing flows. */
  readonly pull: (context: PullContext<Tensors, Attributes, Tensors>) => readonly (Tensor | undefined)[];
  /** The op applied to a batch of examples at once. */
  readonly batch: (batch: BatchInputs<Tensor>, attributes: Attributes) => readonly BatchOutput<Tensor>[];
  /** A tangent for each output, with holes where nothing flows. */
  readonly push: (context: HolderPush<Attributes>) => readonly (Tensor | undefined)[];
}

/** Its rules see all slots at once: they share the work. */
/* @__NO_SIDE_EFFECTS__ */
export function defineHolder<Attributes extends readonly unknown[]>(
  definition: HolderDefinition<Attributes>,
): Definition {
  const { name, attributeNames, graphs, infer, run, writeOut, expand, pull, push, batch } = definition;
  // Attributes come back from nodes, which do not know their types.
  const typed = (attributes: readonly unknown[]): Attributes => attributes as Attributes;

  function apply(inputs: Tensors, attributes: readonly unknown[]): Tensors {
    const expanded = expand?.(inputs, typed(attributes));
    if (expanded !== undefined) return expanded;
    if (bodies.areWrittenOut && writeOut !== undefined && !inputs.some((input) => input.isSymbolic)) {
      const written = located(op, inputs, () => writeOut(inputs, typed(attributes)));
      if (written !== undefined) return written;
    }
    const outputs = located(op, inputs, () =>
      run === undefined || inputs.some((input) => input.isSymbolic)
        ? infer(inputs, typed(attributes)).map((spec) => new Tensor(spec, undefined))
        : withoutHistory(() => run(inputs, typed(attributes))),
    );
    if (outputs.length > 0 && isRemembered(op, inputs)) remember(op, attributes, inputs, outputs);
    return outputs;
  }

  const rules = { together: (context: PullContext<Tensors, readonly unknown[], Tensors>) => pull(context as never) };
  const op: Definition = new Definition({
    name,
    attributeNames,
    samples: undefined,
    arity: undefined,
    differentiable: () => true,
    call: (likes, attributes) => apply(asTensors(likes, name), attributes),
    apply,
    shares: (node, total, wanted) => sharesByRules(node, total, wanted, rules),
    push: (node, slot, tangent) =>
      push({
        tangents: node.inputs.map((_, k) => (k === slot ? tangent : undefined)),
        inputs: node.inputs,
        outputs: node.outputs,
        attributes: typed(node.attributes),
      }),
    pushTogether: ({ inputs, outputs, attributes }, tangents) =>
      push({ tangents, inputs, outputs, attributes: typed(attributes) }),
    batch: (given, attributes) => batch(given, typed(attributes)),
    graphs: (attributes, arity) => graphs(typed(attributes), arity),
  });
  return op;
}

/** Refuses a held graph that is not one of these inputs and, where they are stated, outputs: graphs come from files too. */
export function checkGraph(graph: unknown, inputs: readonly Spec[], outputs?: readonly Spec[]): void {
  if (!(graph instanceof Graph)) invalid('it holds no graph where one belongs');
  const held = graph as Graph<Tensor>;
  const differs = (values: readonly Tensor[], specs: readonly Spec[]): boolean =>
    values.length !== specs.length || values.some(({ spec }, k) => !sameSpec(spec, specs[k]!));
  if (differs(held.inputs, inputs)) invalid('its graph takes other inputs than it is applied to');
  if (outputs !== undefined && differs(held.outputs, outputs))
    invalid('its graph gives other values than it takes over');
}

export function checkCount(count: unknown, most: number): void {
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 0 || count > most)
    invalid(`it counts ${String(count)} of at most ${most}`);
}

function invalid(problem: string): never {
  throw new EdgewiseError({ code: 'invalid-graph', problem });
}
