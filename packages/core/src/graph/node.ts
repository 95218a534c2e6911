/**
 * Nodes and edges. A node is one application of an op; an edge joins a value to one input slot of a node.
 * Knows no op, no shape and no number: a value is whatever has a maker and an id.
 */
import type { Graph } from './graph.ts';
import { recording } from './recording.ts';
import { type Scope, currentScope } from './scope.ts';

/** What the graph asks of a value: its number in order of creation, and the node that made it. */
export interface Value<V extends Value<V>> {
  /** 0 where there is no node; else output j of a node has the node's id + j. */
  readonly id: number;
  /** The op, where this is all that it made. */
  readonly op: Operation<V> | undefined;
  /** May be made for whoever asks: walks over many values ask for the id or the op where they can. */
  readonly node: Node<V> | undefined;
}

/** A node's complete cotangent: one value, or with several outputs a list with holes where nothing flowed. */
export type Total<V> = V | readonly (V | undefined)[];

/** One output of an op that was applied to a batch, and whether it has the batch axis: it need not depend on the examples. */
export interface BatchOutput<V> {
  readonly value: V;
  readonly batched: boolean;
}

/** Inputs of which some hold a batch of examples, side by side along a further, leading axis. */
export interface BatchInputs<V> {
  readonly inputs: readonly V[];
  /** Which of the inputs have the axis; at least one. */
  readonly batched: readonly boolean[];
  /** The extent of the axis. */
  readonly size: number;
}

/** How numbers are rounded: as IEEE 754 has them in 32 bits, or in 64. */
export type Precision = 'single' | 'double';

/**
 * The derivative of a node's output in one of its one or two inputs, where all are numbers: the same everywhere, or from
 * the inputs and the output. In single precision what the function gives is still to be rounded.
 */
export type NumberSlope = number | ((first: number, second: number, third: number) => number);

/** What an op tells the graph of itself. */
export interface OperationParts<V extends Value<V>> {
  readonly name: string;
  /** A graph starts here (placeholder, variable): there is nothing below to walk to. */
  readonly leaf?: boolean | undefined;
  /** Neither printed nor drawn: its output is its input. */
  readonly transparent?: boolean | undefined;
  /** What pictures call the attributes; where there is no name, the value alone is shown. */
  readonly attributeNames?: readonly string[] | undefined;
  /** Whether the slot has a derivative rule. */
  readonly differentiable: (slot: number) => boolean;
  /** Applies the op to other inputs: how graphs are run and transformed. */
  readonly apply: (inputs: readonly V[], attributes: readonly unknown[]) => readonly V[];
  /** The chain rule backward: what each edge into `node` contributes to the sum at its source. */
  readonly shares: (node: Node<V>, total: Total<V>, wanted: (input: V) => boolean) => readonly (V | undefined)[];
  /**
   * What the chain rule backward multiplies with in each slot, for graphs of scalars: only where nobody asks for the history
   * of a share. Asked for once in each precision; none where the rules cannot be had for numbers.
   */
  readonly findNumberSlopes?: ((precision: Precision) => readonly NumberSlope[] | undefined) | undefined;
  /** The chain rule forward: what the edge into `slot` contributes to the tangent of each output of `node`. */
  readonly push: (node: Node<V>, slot: number, tangent: V) => readonly (V | undefined)[];
  /** The same for all slots at once (holes where nothing flows), where slots share work; only where nobody watches edges. */
  readonly pushTogether?:
    | ((node: Node<V>, tangents: readonly (V | undefined)[]) => readonly (V | undefined)[])
    | undefined;
  /** Applies the op to a batch at once. Where there is no rule, or it gives nothing, the op is applied once an example. */
  readonly batch?: BatchRule<V> | undefined;
  /** What sparsity patterns are found by; where it is not said, every element of the output may use every one of the inputs. */
  readonly reads?: Reads | undefined;
  /** The graphs that a node holds, from its attributes and the number of its inputs. */
  readonly graphs?: ((attributes: readonly unknown[], arity: number) => readonly HeldGraph<V>[]) | undefined;
}

/** A graph that a node holds: the body of a loop, a branch. */
export interface HeldGraph<V extends Value<V>> {
  readonly name: string;
  readonly graph: Graph<V>;
  /** For each input of the graph, the slot of the node whose value stands there (at the start, where it is a loop). */
  readonly slots: readonly number[];
  /** In a loop, how many of its first inputs are, from the second step on, what its first outputs were. */
  readonly carries?: number;
  /** A condition: the node's outputs are made by other graphs, for as long as this one says. */
  readonly decides?: boolean;
}

/**
 * Which elements of the inputs an element of an output is made from, whatever the values. `'elements'`: those at its own
 * place, inputs broadcast. `'copies'`: it is one of them, or a constant. `'sums'`: each of theirs goes into one of the
 * outputs', and the chain rule backward copies along the same way.
 */
export type Reads = 'elements' | 'copies' | 'sums';

export type BatchRule<V> = (
  batch: BatchInputs<V>,
  attributes: readonly unknown[],
) => readonly BatchOutput<V>[] | undefined;

/** An op as the graph sees it. One class, so that the walks, which meet every op, find every field in one place. */
export class Operation<V extends Value<V>> implements OperationParts<V> {
  readonly name: string;
  readonly leaf: boolean;
  readonly transparent: boolean;
  readonly attributeNames: readonly string[];
  readonly differentiable: OperationParts<V>['differentiable'];
  readonly apply: OperationParts<V>['apply'];
  readonly shares: OperationParts<V>['shares'];
  readonly push: OperationParts<V>['push'];
  readonly pushTogether: OperationParts<V>['pushTogether'];
  readonly graphs: OperationParts<V>['graphs'];
  readonly batch: OperationParts<V>['batch'];
  readonly reads: OperationParts<V>['reads'];
  readonly findNumberSlopes: OperationParts<V>['findNumberSlopes'];
  private single: readonly NumberSlope[] | false | undefined = undefined;
  private double: readonly NumberSlope[] | false | undefined = undefined;

  constructor(parts: OperationParts<V>) {
    this.name = parts.name;
    this.leaf = parts.leaf ?? false;
    this.transparent = parts.transparent ?? false;
    this.attributeNames = parts.attributeNames ?? [];
    this.differentiable = parts.differentiable;
    this.apply = parts.apply;
    this.shares = parts.shares;
    this.findNumberSlopes = parts.findNumberSlopes;
    this.push = parts.push;
    this.pushTogether = parts.pushTogether;
    this.graphs = parts.graphs;
    this.batch = parts.batch;
    this.reads = parts.reads;
  }

  /** What the chain rule backward multiplies a number with in each slot; none where it needs tensors. */
  numberSlopes(precision: Precision): readonly NumberSlope[] | false {
    return (precision === 'double' ? this.double : this.single) ?? this.askForSlopes(precision);
  }

  private askForSlopes(precision: Precision): readonly NumberSlope[] | false {
    const slopes = this.findNumberSlopes?.(precision) ?? false;
    this[precision] = slopes;
    return slopes;
  }
}

/** One application of an op. Nodes are numbered as they are made, so the numbers are a topological order. */
export class Node<V extends Value<V>> {
  /** Set once, by whoever made the node: the value, or the list of values where the op has several outputs. */
  output!: V | readonly V[];

  readonly id: number;
  readonly op: Operation<V>;
  readonly attributes: readonly unknown[];
  readonly scope: Scope<V> | undefined;
  // Up to two inputs stand in the node itself: a list of them would be two more objects for the garbage collector to
  // move, and in graphs of scalars it moves little else.
  private readonly first: V | undefined;
  private readonly second: V | undefined;
  private readonly list: readonly V[] | undefined;

  constructor(
    id: number,
    op: Operation<V>,
    attributes: readonly unknown[],
    scope: Scope<V> | undefined,
    first?: V,
    second?: V,
    list?: readonly V[],
  ) {
    this.id = id;
    this.op = op;
    this.attributes = attributes;
    this.scope = scope;
    this.first = first;
    this.second = second;
    this.list = list;
  }

  /** How many inputs there are. */
  get arity(): number {
    if (this.list !== undefined) return this.list.length;
    return this.second !== undefined ? 2 : this.first === undefined ? 0 : 1;
  }

  /** The value in one slot. */
  input(slot: number): V {
    const input = slot === 0 ? this.first : slot === 1 ? this.second : this.list?.[slot];
    if (input === undefined) throw new RangeError(`${this.op.name} (node ${this.id}) has no slot ${slot}`);
    return input;
  }

  get inputs(): readonly V[] {
    if (this.list !== undefined) return this.list;
    if (this.first === undefined) return [];
    return this.second === undefined ? [this.first] : [this.first, this.second];
  }

  get outputs(): readonly V[] {
    return isList(this.output) ? this.output : [this.output];
  }

  /** The graphs that this node holds. */
  get graphs(): readonly HeldGraph<V>[] {
    return this.op.graphs?.(this.attributes, this.arity) ?? [];
  }

  /** Views, made for whoever looks: inputs are stored once. */
  get edges(): Edge<V>[] {
    return this.inputs.map((_, slot) => new Edge(this, slot));
  }
}

/** Joins a value to one input slot of a node. */
export class Edge<V extends Value<V>> {
  readonly target: Node<V>;
  readonly slot: number;

  constructor(target: Node<V>, slot: number) {
    this.target = target;
    this.slot = slot;
  }

  /** The value that flows along the edge. */
  get value(): V {
    return this.target.input(this.slot);
  }

  /** The node the value comes from; none where it is a constant. */
  get source(): Node<V> | undefined {
    return this.value.node;
  }
}

/** Makes a node whose outputs take the next `outputs` ids. */
export function newNode<V extends Value<V>>(
  op: Operation<V>,
  attributes: readonly unknown[],
  inputs: readonly V[],
  outputs: number,
): Node<V> {
  const list = inputs.length > 2 ? inputs : undefined;
  return new Node(takeIds(outputs), op, attributes, openScope(), inputs[0], inputs[1], list);
}

/** The first of so many ids in a row that nothing has. */
export function takeIds(count: number): number {
  const id = recording.nextId;
  recording.nextId = id + count;
  return id;
}

/** The scope of a node that is made now. The state of recording is shared by graphs of all value types; a graph only ever reads its own nodes' scopes. */
export function openScope<V extends Value<V>>(): Scope<V> | undefined {
  return currentScope() as Scope<V> | undefined;
}

/** Whether something stands for each of several outputs, in a list. */
export function isList<T>(one: T | readonly T[]): one is readonly T[] {
  return Array.isArray(one);
}
