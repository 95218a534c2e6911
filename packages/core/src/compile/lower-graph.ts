/**
 * From a graph to statements of the kernel language. What is materialised gets a buffer and a kernel of its own; all
 * else is substituted into whoever uses it. Which kernels become one is decided afterwards (merge-kernels.ts).
 */
import type { Graph } from '../graph/graph.ts';
import type { Node } from '../graph/node.ts';
import {
  type Buffer,
  type ElementType,
  type Expression,
  type Loop,
  type Range,
  allParts,
  constant,
  load,
  loopIndex,
} from '../kernel-ir/expression.ts';
import { kernelLanguage } from '../kernel-ir/language.ts';
import { Position } from '../kernel-ir/position.ts';
import type { Statement } from '../kernel-ir/statement.ts';
import { Definition } from '../op/op.ts';
import type { Dtype } from '../tensor/dtype.ts';
import type { Shape } from '../tensor/shape.ts';
import { type Tensor, denseData } from '../tensor/tensor.ts';

/** What a program is made from: buffers, what fills them from outside, and what it does. */
export interface Lowered {
  /** One for each input of the graph. */
  readonly inputs: readonly Buffer[];
  /** What is known already. */
  readonly constants: ReadonlyMap<Buffer, Tensor>;
  /** One for each output of the graph; inputs and constants may be among them. */
  readonly outputs: readonly Buffer[];
  readonly statements: readonly Statement[];
  /** What lies in a buffer, or would if nobody handed it on: inputs, constants, and what was materialised. */
  readonly buffers: ReadonlyMap<Tensor, Buffer>;
  /** Nodes that the host computes, by the number of their call. */
  readonly hosted: readonly Node<Tensor>[];
}

const elementTypes: Readonly<Record<Dtype, ElementType>> = { f32: 'f32', f64: 'f64', i32: 'i32', bool: 'u8' };

/** No chain of substituted nodes is longer: expressions are walked by recursion. */
const DEEPEST = 48;

/** To be called within `withOwnExpressions`. */
export function lowerGraph(graph: Graph<Tensor>): Lowered {
  return new GraphLowering(graph).result();
}

class GraphLowering {
  private readonly graph: Graph<Tensor>;
  private readonly buffers = new Map<Tensor, Buffer>();
  private readonly constants = new Map<Buffer, Tensor>();
  private readonly elements = new Map<Tensor, Map<string, Expression>>();
  private readonly loops = new Map<string, readonly Loop[]>();
  private readonly hosted: Node<Tensor>[] = [];
  private readonly manners: ReadonlyMap<Node<Tensor>, Manner>;

  constructor(graph: Graph<Tensor>) {
    this.graph = graph;
    this.manners = new Map(graph.nodes.map((node) => [node, mannerOf(node)]));
  }

  result(): Lowered {
    const { graph } = this;
    const inputs = graph.inputs.map((input, k) => this.bufferFor(input, graph.inputNames[k] ?? `input${k}`));
    const materialised = chooseMaterialised(graph, this.manners);
    const statements = graph.nodes.flatMap((node, k) => this.statementsOf(node, k, materialised));
    const outputs = graph.outputs.map((output) => this.buffers.get(output) ?? this.constantBuffer(output));
    return { inputs, constants: this.constants, outputs, statements, buffers: this.buffers, hosted: this.hosted };
  }

  private bufferFor(value: Tensor, name: string, range?: Range): Buffer {
    const plain: Buffer = { name, type: elementTypes[value.dtype], size: value.size };
    const buffer = range === undefined ? plain : { ...plain, range };
    this.buffers.set(value, buffer);
    return buffer;
  }

  private constantBuffer(value: Tensor): Buffer {
    const buffer = this.bufferFor(value, 'constant', rangeIn(value));
    this.constants.set(buffer, value);
    return buffer;
  }

  private statementsOf(node: Node<Tensor>, number: number, materialised: ReadonlySet<Tensor>): Statement[] {
    const { name } = node.op;
    if (this.manners.get(node)!.isHosted) {
      const inputs = node.inputs.map((input) => this.buffers.get(input) ?? this.constantBuffer(input));
      const outputs = node.outputs.map((output, k) => this.bufferFor(output, `${name}.${number}.${k}`));
      this.hosted.push(node);
      return [{ kind: 'host', name, number: this.hosted.length - 1, inputs, outputs }];
    }
    return node.outputs.flatMap((output): Statement[] => {
      if (!materialised.has(output)) return [];
      const loops = this.loopsOf(output.shape);
      const position = Position.of(output.shape, loops.map(loopIndex));
      // Lowered before it has a buffer, from which it would be read
      const value = this.elementOf(output, position);
      const buffer = this.bufferFor(output, `${name}.${number}`);
      return [{ kind: 'kernel', name, loops, stores: [{ buffer, index: position.flat, value }] }];
    });
  }

  /** Values of one shape share their loops, so that their elements are comparable. */
  private loopsOf(shape: Shape): readonly Loop[] {
    const key = shape.join();
    let loops = this.loops.get(key);
    if (loops === undefined) this.loops.set(key, (loops = shape.map((extent) => ({ extent }))));
    return loops;
  }

  private elementOf(value: Tensor, position: Position): Expression {
    const buffer = this.buffers.get(value);
    if (buffer !== undefined) return load(buffer, position.flat);
    if (typeof value.storage === 'number') return uniformElement(value.storage, value.dtype);
    if (value.storage !== undefined) return load(this.constantBuffer(value), position.flat);
    let known = this.elements.get(value);
    if (known === undefined) {
      known = new Map<string, Expression>();
      this.elements.set(value, known);
    }
    const key = position.key;
    let element = known.get(key);
    if (element === undefined) known.set(key, (element = this.lowered(value, position)));
    return element;
  }

  private lowered(value: Tensor, position: Position): Expression {
    const element = elementBy(value, position, (input, place) => this.elementOf(input, place));
    if (element === undefined) throw new RangeError(`${value.node!.op.name} has no lowering`);
    return element;
  }
}

/** An element of a value as the op that made it has it, in terms of elements of the op's inputs. */
function elementBy(
  value: Tensor,
  position: Position,
  at: (input: Tensor, position: Position) => Expression,
): Expression | undefined {
  const node = value.node!;
  if (!(node.op instanceof Definition)) return undefined;
  return node.op.lower?.(
    {
      at: (slot, place) => at(node.input(slot), place),
      position,
      inputs: node.inputs.map(({ spec }) => spec),
      output: value.spec,
      result: value.id - node.id,
      attributes: node.attributes,
    },
    kernelLanguage,
  );
}

/** Indices that are known need not be checked at every call. */
function rangeIn(value: Tensor): Range | undefined {
  if (value.dtype !== 'i32' || value.size === 0) return undefined;
  let [low, high] = [Infinity, -Infinity];
  for (const element of denseData(value)) {
    low = Math.min(low, element);
    high = Math.max(high, element);
  }
  return [low, high];
}

function uniformElement(value: number, dtype: Dtype): Expression {
  if (dtype !== 'bool') return constant(value, dtype);
  return constant(value === 0 ? 0 : 1, 'bool');
}

/** What the lowering of a node does with its inputs, found by lowering it once on inputs that are only loaded. */
interface Manner {
  /** Nobody has said what an element is: the host computes it. */
  readonly isHosted: boolean;
  /** Elements are those of inputs, some or all, in another order. */
  readonly moves: boolean;
  readonly reduces: boolean;
  /** Reads elements of inputs more often than there are elements, or wherever an index says. */
  readonly rereads: boolean;
  readonly gathers: boolean;
}

function mannerOf(node: Node<Tensor>): Manner {
  const { op, attributes } = node;
  if (!(op instanceof Definition) || op.reads !== 'elements' || attributes.length > 0) return probed(node);
  // What happens to an element does not depend on shapes: it is looked at once for each combination of dtypes
  let known = elementwiseManners.get(op);
  if (known === undefined) elementwiseManners.set(op, (known = new Map<string, Manner>()));
  const key = node.inputs.map(({ dtype }) => dtype).join(' ');
  let manner = known.get(key);
  if (manner === undefined) known.set(key, (manner = probed(node)));
  const { size } = node.outputs[0]!;
  return { ...manner, rereads: manner.isHosted || node.inputs.some((input) => input.size > 1 && size > input.size) };
}

const elementwiseManners: WeakMap<Definition, Map<string, Manner>> = new WeakMap();

function probed(node: Node<Tensor>): Manner {
  const buffers = new Map(
    node.inputs.map((input): [Tensor, Buffer] => [
      input,
      { name: '', type: elementTypes[input.dtype], size: input.size },
    ]),
  );
  const [output] = node.outputs;
  const loops = output!.shape.map((extent): Loop => ({ extent }));
  const position = Position.of(output!.shape, loops.map(loopIndex));
  const element = elementBy(output!, position, (input, { flat }) => load(buffers.get(input)!, flat));
  if (element === undefined) return { isHosted: true, moves: false, reduces: false, rereads: true, gathers: false };
  const parts = allParts([element]);
  let evaluations = output!.size;
  for (const part of parts) if (part.kind === 'reduce') evaluations *= part.loop.extent;
  const gathers = parts.some((x) => x.kind === 'load' && allParts([x.index]).some(({ kind }) => kind === 'load'));
  return {
    isHosted: false,
    moves: (element.kind === 'load' && !gathers) || (element.kind === 'constant' && node.arity > 0),
    reduces: parts.some(({ kind }) => kind === 'reduce'),
    rereads: node.inputs.some(({ size }) => size > 1 && evaluations > size),
    gathers,
  };
}

function chooseMaterialised(graph: Graph<Tensor>, manners: ReadonlyMap<Node<Tensor>, Manner>): Set<Tensor> {
  const made = new Set(graph.nodes.flatMap(({ outputs }) => outputs));
  const chosen = new Set<Tensor>();
  const choose = (value: Tensor): void => {
    if (made.has(value)) chosen.add(value);
  };
  /** What movements lead to. */
  const sourceOf = (value: Tensor): Tensor => {
    let at = value;
    while (at.node !== undefined && made.has(at) && manners.get(at.node)!.moves) at = at.node.input(0);
    return at;
  };
  graph.outputs.forEach(choose);
  const uses = new Map<Tensor, number>();
  for (const node of graph.nodes) {
    const { isHosted, moves, reduces, rereads, gathers } = manners.get(node)!;
    if (isHosted) node.inputs.forEach(choose);
    if (isHosted || reduces) node.outputs.forEach(choose);
    if (moves) continue;
    for (const input of new Set(node.inputs)) {
      const source = sourceOf(input);
      uses.set(source, (uses.get(source) ?? 0) + 1);
      if ((reduces && rereads) || gathers) choose(source);
    }
  }
  const depth = new Map<Tensor, number>();
  for (const node of graph.nodes) {
    const below = 1 + Math.max(0, ...node.inputs.map((input) => depth.get(input) ?? 0));
    for (const output of node.outputs) {
      const isShared = (uses.get(output) ?? 0) > 1 && !manners.get(node)!.moves;
      if (isShared || below > DEEPEST) chosen.add(output);
      depth.set(output, chosen.has(output) ? 0 : below);
    }
  }
  return chosen;
}
