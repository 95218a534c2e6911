/**
 * The door through which every op goes: check, run if everything is known, keep a node if anybody may ask.
 * (Elementwise ops have doors of their own, of fixed arity, that do the same with fewer objects.)
 */
import { EdgewiseError } from '../errors/edgewise-error.ts';
import { Graph } from '../graph/graph.ts';
import { type Node, newNode } from '../graph/node.ts';
import { recording } from '../graph/recording.ts';
import { currentPath } from '../graph/scope.ts';
import { gatherStrided } from '../kernels/movement.ts';
import { type TypedArray, isFloat, newArray, rounded } from '../tensor/dtype.ts';
import { sameShape, sizeOf, stridesOf } from '../tensor/shape.ts';
import type { Spec } from '../tensor/spec.ts';
import { type Storage, Tensor, denseData } from '../tensor/tensor.ts';
import { type Strided, View } from '../tensor/view.ts';
import type { Definition, Dense } from './op.ts';
import { overrides } from './overrides.ts';

/** How an op computes, without its types: what `defineOp` makes of a definition. */
export interface Computation {
  /** From specs, not the tensors that have them: an op that gives its input's spec must not hold the input. */
  infer(inputs: readonly Spec[], attributes: readonly unknown[]): readonly Spec[];
  forward(inputs: readonly Dense[], attributes: readonly unknown[], outputs: readonly Dense[]): void;
  readonly alias: boolean;
  strided?: ((input: Strided, spec: Spec, attributes: readonly unknown[]) => Strided) | undefined;
  uniform?:
    | ((values: readonly number[], attributes: readonly unknown[], inputs: readonly Spec[]) => number | undefined)
    | undefined;
}

// What every call goes through makes no list that it can do without, and those of their length, which `push` does not know:
// small ops cost little else.

export function apply(
  op: Definition,
  computation: Computation,
  inputs: readonly Tensor[],
  attributes: readonly unknown[],
): readonly Tensor[] {
  const override = overrides.current?.get(op);
  if (override !== undefined) return override(inputs, attributes);
  let outputs: readonly Tensor[];
  try {
    outputs = computed(computation, inputs, attributes);
  } catch (error) {
    throw placed(error, op, inputs);
  }
  if (isRemembered(op, inputs)) remember(op, attributes, inputs, outputs);
  return outputs;
}

export function specsOf(inputs: readonly Tensor[]): readonly Spec[] {
  return inputs.map(({ spec }) => spec);
}

function computed(
  computation: Computation,
  inputs: readonly Tensor[],
  attributes: readonly unknown[],
): readonly Tensor[] {
  const ofInputs = specsOf(inputs);
  const specs = computation.infer(ofInputs, attributes);
  for (const { storage } of inputs) {
    if (storage === undefined) return specs.map((spec) => new Tensor(spec, undefined));
  }
  const storage = withoutKernel(computation, inputs, attributes, ofInputs, specs[0]!);
  if (storage !== undefined) return [new Tensor(specs[0]!, storage)];
  const results = specs.map(({ shape, dtype }) => ({ shape, dtype, data: newArray(dtype, sizeOf(shape)) }));
  computation.forward(inputs.map(denseInput), attributes, results);
  // One element needs no array: scalar graphs hold plain numbers.
  return results.map(({ data }, k) => new Tensor(specs[k]!, data.length === 1 ? data[0] : data));
}

/** The only output, where the input's elements are its own, or all are equal. */
function withoutKernel(
  { alias, uniform, strided }: Computation,
  inputs: readonly Tensor[],
  attributes: readonly unknown[],
  specs: readonly Spec[],
  result: Spec,
): Storage {
  if (alias) return aliasOf(inputs[0]!, result);
  if (uniform !== undefined) {
    const values = uniformValues(inputs);
    const value = values === undefined ? undefined : uniform(values, attributes, specs);
    if (value !== undefined) return rounded(value, result.dtype);
  }
  return strided === undefined ? undefined : moved(strided, inputs[0]!, attributes, result);
}

/** The number that each input is full of; none where one is not. */
function uniformValues(inputs: readonly Tensor[]): readonly number[] | undefined {
  for (const { storage } of inputs) if (typeof storage !== 'number') return undefined;
  return inputs.map(({ storage }) => Number(storage));
}

function denseInput(input: Tensor): Dense {
  return { shape: input.shape, dtype: input.dtype, data: denseData(input) };
}

/** The same storage. A view knows where elements lie along the axes of one shape; under another they lie side by side. */
function aliasOf(input: Tensor, { shape }: Spec): Storage {
  return input.storage instanceof View && !sameShape(input.shape, shape) ? denseData(input) : input.storage;
}

/** Below this many elements copying at once is cheaper than remembering how. */
const SMALL = 256;

/** A view of the input's elements; a copy of them where that is cheaper, or where a view would keep alive much more. */
function moved(
  rule: NonNullable<Computation['strided']>,
  input: Tensor,
  attributes: readonly unknown[],
  { shape, dtype }: Spec,
): Storage {
  const source = input.storage instanceof View ? input.storage : undefined;
  const array = source?.array ?? denseData(input);
  const place = rule(source ?? { offset: 0, strides: stridesOf(input.shape) }, input.spec, attributes);
  const size = sizeOf(shape);
  const copy = (): TypedArray => {
    const data = newArray(dtype, size);
    gatherStrided(data, shape, array, place.offset, place.strides);
    return data;
  };
  if (size >= SMALL && 2 * size >= array.length) return new View(array, place, copy);
  const data = copy();
  return size === 1 ? data[0]! : data;
}

/**
 * A node is kept if an input is symbolic, if an input whose slot has a rule has a history that still counts, or inside
 * `record`. No derivative passes through whole numbers: theirs counts only while somebody may ask what cut a path.
 */
export function isRemembered(op: Definition, inputs: readonly Tensor[]): boolean {
  if (recording.everything > 0) return true;
  for (let slot = 0; slot < inputs.length; slot++) {
    const input = inputs[slot]!;
    if (input.storage === undefined) return true;
    const passes = isFloat(input.dtype) && op.differentiable(slot);
    if (input.id >= (passes ? recording.since : recording.cutsSince)) return true;
  }
  return false;
}

export function remember(
  op: Definition,
  attributes: readonly unknown[],
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
): void {
  const node = newNode(op, attributes, inputs, outputs.length);
  node.output = outputs.length === 1 ? outputs[0]! : outputs;
  for (let k = 0; k < outputs.length; k++) outputs[k]!.madeBy(node, k, outputs.length);
  for (const watcher of recording.watchers) watcher(node as unknown as Node<never>);
}

/** Runs a check and, where it refuses, says at which op, in which scope, and how far the graph had come. */
export function located<T>(op: Definition, inputs: readonly Tensor[], check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw placed(error, op, inputs);
  }
}

/** An error of ours with the op, the scope and how far the graph had come. */
export function placed(error: unknown, op: Definition, inputs: readonly Tensor[]): unknown {
  if (error instanceof EdgewiseError) {
    error.at({ op: op.name, scope: currentPath(), graph: new Graph({ inputs: [], outputs: inputs }) });
  }
  return error;
}
