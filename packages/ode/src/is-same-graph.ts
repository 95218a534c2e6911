/** Whether a function is still what it was when it was traced. */
import type { Graph, Tensor } from '@edgewise/core';

/**
 * Whether two graphs apply the same ops to the same inputs and constants, number by number. Graphs that nodes hold, and
 * other attributes that are not plain data, count as the same only where they are the same object.
 */
export function isSameGraph(one: Graph<Tensor>, other: Graph<Tensor>): boolean {
  const standsFor = new Map<Tensor, Tensor>();
  const isPaired = (a: readonly Tensor[], b: readonly Tensor[]): boolean => {
    a.forEach((value, k) => standsFor.set(value, b[k]!));
    return a.length === b.length && a.every((value, k) => isSameSpec(value, b[k]!));
  };
  const isSame = (a: Tensor, b: Tensor): boolean => (standsFor.has(a) ? standsFor.get(a) === b : isSameConstant(a, b));
  const areSame = (a: readonly Tensor[], b: readonly Tensor[]): boolean =>
    a.length === b.length && a.every((value, k) => isSame(value, b[k]!));

  return (
    isPaired(one.inputs, other.inputs) &&
    one.nodes.length === other.nodes.length &&
    one.nodes.every((node, k) => {
      const counterpart = other.nodes[k]!;
      return (
        node.op === counterpart.op &&
        areSame(node.inputs, counterpart.inputs) &&
        isSameData(node.attributes, counterpart.attributes) &&
        isPaired(node.outputs, counterpart.outputs)
      );
    }) &&
    areSame(one.outputs, other.outputs)
  );
}

function isSameSpec(a: Tensor, b: Tensor): boolean {
  return a.dtype === b.dtype && a.rank === b.rank && a.shape.every((extent, axis) => extent === b.shape[axis]);
}

/** The numbers of a tensor never change. */
function isSameConstant(a: Tensor, b: Tensor): boolean {
  if (a === b) return true;
  if (a.isSymbolic || b.isSymbolic || !isSameSpec(a, b)) return false;
  const data = b.data;
  return a.data.every((value, i) => Object.is(value, data[i]));
}

function isSameData(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  return (
    Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((value, i) => isSameData(value, b[i]))
  );
}
