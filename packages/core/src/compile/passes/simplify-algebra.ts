/**
 * Rules of algebra that hold for every IEEE number, NaN, infinities and signed zeros included; a few more where `fastMath`
 * allows what holds for real numbers only. Rules are data: an op, and what its node may be instead.
 */
import { type Graph, replay, withOutputs } from '../../graph/graph.ts';
import type { Node, Operation } from '../../graph/node.ts';
import { inScope } from '../../graph/scope.ts';
import { cast } from '../../op/cast.ts';
import { add, div, mul, neg, sub } from '../../ops/arithmetic.ts';
import { sum } from '../../ops/reduction.ts';
import { broadcastTo, permute, reshape } from '../../ops/movement.ts';
import { uniform } from '../../tensor/create.ts';
import { isFloat } from '../../tensor/dtype.ts';
import { sameShape } from '../../tensor/shape.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** What a node may be instead, or nothing. */
type Rule = (node: Node<Tensor>, inputs: readonly Tensor[]) => Tensor | undefined;

export interface SimplifyOptions {
  /** Also what holds for real numbers only: `x * 0 = 0`, `x - x = 0`. */
  readonly fastMath: boolean;
}

/**
 *     graph(x: f32 [2])                       graph(x: f32 [2])
 *       %1 = mul(x, 1): f32 [2]          ->     %1 = neg(x): f32 [2]
 *       %2 = neg(%1): f32 [2]                   return %1
 *       return %2
 */
export function simplifyAlgebra(graph: Graph<Tensor>, { fastMath }: SimplifyOptions): Graph<Tensor> {
  const rules = new Map<Operation<Tensor>, Rule[]>();
  for (const [op, rule] of fastMath ? [...exactRules, ...realRules] : exactRules) {
    rules.set(op, [...(rules.get(op) ?? []), rule]);
  }
  const outputs = replay(graph, graph.inputs, (node, inputs) =>
    inScope(node.scope, () => {
      for (const rule of rules.get(node.op) ?? []) {
        const better = rule(node, inputs);
        if (better !== undefined) return [better];
      }
      return node.op.apply(inputs, node.attributes);
    }),
  );
  return withOutputs(graph, outputs);
}

/** The number that all elements are, where the value is known to be one. */
function numberIn(x: Tensor): number | undefined {
  return typeof x.storage === 'number' ? x.storage : undefined;
}

/** The value with its shape, where broadcasting does not change it. */
function inShape(x: Tensor, node: Node<Tensor>): Tensor | undefined {
  const [output] = node.outputs;
  return output !== undefined && sameShape(x.shape, output.shape) && x.dtype === output.dtype ? x : undefined;
}

function madeBy(op: { readonly definition: Operation<Tensor> }, x: Tensor): Node<Tensor> | undefined {
  return x.node?.op === op.definition && x.isSymbolic ? x.node : undefined;
}

const exactRules: readonly (readonly [Operation<Tensor>, Rule])[] = [
  // x + -0 is x; x + 0 is not, where x is -0
  [add.definition, (node, [x, y]) => (Object.is(numberIn(y!), -0) ? inShape(x!, node) : undefined)],
  [add.definition, (node, [x, y]) => (Object.is(numberIn(x!), -0) ? inShape(y!, node) : undefined)],
  [add.definition, (node, [x, y]) => (!isFloat(x!.dtype) && numberIn(y!) === 0 ? inShape(x!, node) : undefined)],
  [add.definition, (node, [x, y]) => withNegated(node, x!, y!)],
  [sub.definition, (node, [x, y]) => (Object.is(numberIn(y!), 0) ? inShape(x!, node) : undefined)],
  [mul.definition, (node, [x, y]) => (numberIn(y!) === 1 ? inShape(x!, node) : undefined)],
  [mul.definition, (node, [x, y]) => (numberIn(x!) === 1 ? inShape(y!, node) : undefined)],
  [
    mul.definition,
    (node, [x, y]) =>
      numberIn(y!) === -1 && isFloat(x!.dtype) && inShape(x!, node) !== undefined ? x!.neg() : undefined,
  ],
  [
    mul.definition,
    (node, [x, y]) =>
      numberIn(x!) === -1 && isFloat(y!.dtype) && inShape(y!, node) !== undefined ? y!.neg() : undefined,
  ],
  [div.definition, (node, [x, y]) => (numberIn(y!) === 1 ? inShape(x!, node) : undefined)],
  // Division by a power of two is exact either way, and a product is cheaper
  [div.definition, (node, [x, y]) => timesReciprocal(node, x!, y!)],
  [neg.definition, (_, [x]) => madeBy(neg, x!)?.input(0)],
  [cast.definition, (node, [x]) => inShape(x!, node)],
  [sum.definition, (node, [x]) => (x!.size === node.outputs[0]!.size ? x!.reshape(node.outputs[0]!.shape) : undefined)],
  // Movements of movements are one
  [reshape.definition, (node, [x]) => inShape(x!, node)],
  [reshape.definition, (node, [x]) => madeBy(reshape, x!)?.input(0).reshape(node.outputs[0]!.shape)],
  [broadcastTo.definition, (node, [x]) => inShape(x!, node)],
  [broadcastTo.definition, (node, [x]) => madeBy(broadcastTo, x!)?.input(0).broadcastTo(node.outputs[0]!.shape)],
  [permute.definition, (node, [x]) => (isInOrder(node.attributes[0]) ? x : undefined)],
  [permute.definition, (node, [x]) => permutedOnce(node, x!)],
];

const realRules: readonly (readonly [Operation<Tensor>, Rule])[] = [
  [add.definition, (node, [x, y]) => (numberIn(y!) === 0 ? inShape(x!, node) : undefined)],
  [add.definition, (node, [x, y]) => (numberIn(x!) === 0 ? inShape(y!, node) : undefined)],
  [mul.definition, (node, [x, y]) => (numberIn(y!) === 0 || numberIn(x!) === 0 ? zeroLike(node) : undefined)],
  [sub.definition, (node, [x, y]) => (x === y ? zeroLike(node) : undefined)],
  [div.definition, (node, [x, y]) => (x === y ? zeroLike(node).add(1) : undefined)],
];

function zeroLike(node: Node<Tensor>): Tensor {
  const { spec } = node.outputs[0]!;
  return uniform(spec, 0);
}

/** `x + -y` is `x - y`, to the bit. */
function withNegated(node: Node<Tensor>, x: Tensor, y: Tensor): Tensor | undefined {
  if (!isFloat(node.outputs[0]!.dtype)) return undefined;
  const right = madeBy(neg, y)?.input(0);
  if (right !== undefined) return x.sub(right);
  const left = madeBy(neg, x)?.input(0);
  return left === undefined ? undefined : y.sub(left);
}

function timesReciprocal(node: Node<Tensor>, x: Tensor, y: Tensor): Tensor | undefined {
  const by = numberIn(y);
  if (by === undefined || !isFloat(x.dtype) || inShape(x, node) === undefined) return undefined;
  const inverse = 1 / by;
  const isExact =
    Number.isFinite(inverse) && Math.log2(Math.abs(by)) % 1 === 0 && Math.abs(Math.log2(Math.abs(by))) < 100;
  return isExact ? x.mul(inverse) : undefined;
}

function isInOrder(order: unknown): boolean {
  return Array.isArray(order) && order.every((axis, k) => axis === k);
}

function permutedOnce(node: Node<Tensor>, x: Tensor): Tensor | undefined {
  const inner = madeBy(permute, x);
  if (inner === undefined) return undefined;
  const first = inner.attributes[0] as readonly number[];
  return inner.input(0).permute((node.attributes[0] as readonly number[]).map((axis) => first[axis]!));
}
