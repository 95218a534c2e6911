/**
 * Which elements of some outputs can depend on which elements of some inputs: sets of input elements, carried from node to
 * node of the graph. What it finds holds for all values, so it may name more than a derivative that happens to be 0.
 */
import type { Node } from '../graph/node.ts';
import { broadcastStrides } from '../tensor/shape.ts';
import { uniform } from '../tensor/create.ts';
import { type Dtype, isFloat, newArray } from '../tensor/dtype.ts';
import { specOf } from '../tensor/spec.ts';
import { Tensor, denseData } from '../tensor/tensor.ts';
import { forEachRun } from '../kernels/strided-runs.ts';
import type { Region } from './pull-to.ts';

/** Numbers of input elements, rising. Sets are shared, never changed. */
type Elements = readonly number[];
/** For each element of a value, the input elements it is made from. */
type Dependence = readonly Elements[];

const none: Elements = [];

/** For each element of the outputs, in order, the elements of the inputs (numbered through) that it can depend on. */
export function dependenceOf(region: Region, inputs: readonly Tensor[], outputs: readonly Tensor[]): Elements[] {
  const known = new Map<number, Dependence>();
  let first = 0;
  for (const input of inputs) {
    const offset = first;
    known.set(
      input.id,
      Array.from({ length: input.size }, (_, k) => [offset + k]),
    );
    first += input.size;
  }
  for (const node of region.nodes) {
    if (!region.inner.has(node.id) || region.roots.has(node)) continue;
    const made = dependenceOfNode(
      node,
      node.inputs.map((input, slot) => (carries(node, slot) ? known.get(input.id) : undefined)),
    );
    node.outputs.forEach((output, k) => known.set(output.id, made[k]!));
  }
  return outputs.flatMap((output) => known.get(output.id) ?? emptyFor(output));
}

/**
 * What the dependence is found from, as text: regions that say the same have the same one. Nothing where it is found from
 * numbers too (indices, conditions), which may be others the next time.
 */
export function signatureOf(
  { nodes, inner, roots }: Region,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
): string | undefined {
  const names = new Map(inputs.map((input, k) => [input.id, `x${k}`]));
  const lines: string[] = inputs.map(({ spec }) => spec.toString());
  for (const node of nodes) {
    if (!inner.has(node.id) || roots.has(node)) continue;
    const given = node.inputs.map((input) => names.get(input.id) ?? `${input.spec}`);
    const isFoundFromNumbers = [...node.inputs, ...node.outputs].some(
      ({ dtype, storage }) => !isFloat(dtype) && typeof storage !== 'number',
    );
    const attributes = attributeText(node.attributes);
    if (isFoundFromNumbers || attributes === undefined) return undefined;
    node.outputs.forEach((output, k) => names.set(output.id, `%${lines.length}.${k}`));
    lines.push(`${node.op.name} ${node.op.reads ?? ''} ${given.join()} ${attributes}`);
  }
  return [...lines, ...outputs.map((output) => names.get(output.id) ?? '')].join('\n');
}

/** Plain data as text; nothing for what has no text of its own, such as a graph. */
function attributeText(attributes: readonly unknown[]): string | undefined {
  let isPlain = true;
  const text = JSON.stringify(attributes, (_, value: unknown) => {
    const isData = typeof value !== 'object' || value === null || Array.isArray(value);
    if ((!isData && Object.getPrototypeOf(value) !== Object.prototype) || typeof value === 'function') isPlain = false;
    return isPlain ? value : undefined;
  });
  return isPlain ? text : undefined;
}

function carries(node: Node<Tensor>, slot: number): boolean {
  return node.input(slot).id > 0 && isFloat(node.input(slot).dtype) && node.op.differentiable(slot);
}

function emptyFor({ size }: Tensor): Dependence {
  return Array.from({ length: size }, () => none);
}

function dependenceOfNode(node: Node<Tensor>, given: readonly (Dependence | undefined)[]): readonly Dependence[] {
  switch (node.op.reads) {
    case 'elements':
      return node.outputs.map((output) => atOwnPlaces(node, output, given));
    case 'copies':
      return copied(node, given) ?? everywhere(node, given);
    case 'sums':
      return summed(node, given) ?? everywhere(node, given);
    case undefined:
      return everywhere(node, given);
  }
}

function everywhere(node: Node<Tensor>, given: readonly (Dependence | undefined)[]): readonly Dependence[] {
  const all = given.flatMap((dependence) => dependence ?? []).reduce(union, none);
  return node.outputs.map(({ size }) => Array.from({ length: size }, () => all));
}

function atOwnPlaces(
  node: Node<Tensor>,
  { shape, size }: Tensor,
  given: readonly (Dependence | undefined)[],
): Dependence {
  const made = Array.from({ length: size }, () => none);
  given.forEach((dependence, slot) => {
    if (dependence === undefined) return;
    forEachRun(shape, [broadcastStrides(node.input(slot).shape, shape)], (count, at, [from], [step]) => {
      for (let k = 0; k < count; k++) made[at + k] = union(made[at + k]!, dependence[from! + k * step!]!);
    });
  });
  return made;
}

/** The op, applied to the numbers of its input elements (from 1 on), says which each output element is; 0 is none. */
function copied(node: Node<Tensor>, given: readonly (Dependence | undefined)[]): readonly Dependence[] | undefined {
  const sources: Elements[] = [none];
  const labels = node.inputs.map((input, slot) => {
    const dependence = given[slot];
    if (!isFloat(input.dtype)) return input;
    const first = sources.length;
    if (dependence !== undefined) for (const elements of dependence) sources.push(elements);
    return numbered(input, dependence === undefined ? undefined : first);
  });
  const outputs = node.op.apply(labels, node.attributes);
  if (outputs.some(({ isSymbolic }) => isSymbolic)) return undefined; // which element depends on indices not known yet
  return outputs.map((output) => Array.from(denseData(output), (label) => sources[label]!));
}

/** The chain rule backward, applied to the numbers of output elements, says into which each input element goes. */
function summed(node: Node<Tensor>, given: readonly (Dependence | undefined)[]): readonly Dependence[] | undefined {
  const output = node.outputs[0]!;
  if (output.size >= largestWhole[output.dtype]) return undefined;
  const shares = node.op.shares(node, numbered(output, 1, output.dtype), () => true);
  const made: Elements[] = Array.from({ length: output.size }, () => none);
  for (const [slot, dependence] of given.entries()) {
    if (dependence === undefined) continue;
    const share = shares[slot];
    if (share === undefined || share.isSymbolic) return undefined;
    denseData(share).forEach((label, k) => {
      if (label > 0) made[label - 1] = union(made[label - 1]!, dependence[k]!);
    });
  }
  return [made];
}

/** Up to here every whole number has a float of its own. */
const largestWhole: Readonly<Record<Dtype, number>> = { f32: 2 ** 24, f64: 2 ** 53, i32: 2 ** 31, bool: 1 };

/** In place of the elements their numbers, from `first` on; or all 0. */
function numbered({ shape, size }: Tensor, first: number | undefined, dtype: Dtype = 'f64'): Tensor {
  if (first === undefined) return uniform(specOf(shape, dtype), 0);
  const labels = newArray(dtype, size);
  for (let k = 0; k < size; k++) labels[k] = first + k;
  return new Tensor(specOf(shape, dtype), size === 1 ? first : labels);
}

/** Elements of either, rising. Neither is copied where it holds the other. */
function union(a: Elements, b: Elements): Elements {
  if (a === b || b.length === 0) return a;
  if (a.length === 0) return b;
  const both: number[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    const [p, q] = [a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY];
    both.push(Math.min(p, q));
    if (p <= q) i++;
    if (q <= p) j++;
  }
  if (both.length === a.length) return a;
  return both.length === b.length ? b : both;
}
