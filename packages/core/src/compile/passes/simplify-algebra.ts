/**
 * Rules of algebra that hold for every IEEE number, NaN, infinities and signed zeros included; a few more where `fastMath`
 * allows what holds for real numbers only. Rules are data: a pattern of ops, and what may stand in its place.
 */
import type { Graph } from '../../graph/graph.ts';
import type { Node } from '../../graph/node.ts';
import { cast } from '../../op/cast.ts';
import { type Pattern, type RewriteRule, rewrite } from '../../op/rewrite.ts';
import { add, div, mul, neg, sub } from '../../ops/arithmetic.ts';
import { broadcastTo, permute, reshape } from '../../ops/movement.ts';
import { sum } from '../../ops/reduction.ts';
import { uniform } from '../../tensor/create.ts';
import { isFloat } from '../../tensor/dtype.ts';
import { sameSpec } from '../../tensor/spec.ts';
import type { Tensor } from '../../tensor/tensor.ts';

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
  return rewrite(graph, fastMath ? [...exactRules, ...realRules] : exactRules);
}

/** A constant whose elements are all this number, with its sign. */
function number(value: number): Pattern {
  return { name: 'number', where: ({ storage }: Tensor) => typeof storage === 'number' && Object.is(storage, value) };
}

const anyNumber: Pattern = { name: 'number', where: ({ storage }: Tensor) => typeof storage === 'number' };

function inSpecOf(x: Tensor, { outputs: [output] }: Node<Tensor>): Tensor | undefined {
  return output !== undefined && sameSpec(x.spec, output.spec) ? x : undefined;
}

/** The value itself, where broadcasting does not change its shape. */
const itself: RewriteRule['replacement'] = ({ x }, node) => inSpecOf(x!, node);

const ifFloat =
  (of: RewriteRule['replacement']): RewriteRule['replacement'] =>
  (bound, node) =>
    isFloat(node.outputs[0]!.dtype) ? of(bound, node) : undefined;

const exactRules: readonly RewriteRule[] = [
  // x + -0 is x; x + 0 is not, where x is -0
  { pattern: { op: add, inputs: ['x', number(-0)], anyOrder: true }, replacement: itself },
  {
    pattern: { op: add, inputs: ['x', number(0)], anyOrder: true },
    replacement: (bound, node) => (isFloat(node.outputs[0]!.dtype) ? undefined : itself(bound, node)),
  },
  {
    pattern: { op: add, inputs: ['x', { op: neg, inputs: ['y'] }], anyOrder: true },
    replacement: ifFloat(({ x, y }) => x!.sub(y!)),
  },
  { pattern: { op: sub, inputs: ['x', number(0)] }, replacement: itself },
  { pattern: { op: mul, inputs: ['x', number(1)], anyOrder: true }, replacement: itself },
  {
    pattern: { op: mul, inputs: ['x', number(-1)], anyOrder: true },
    replacement: ifFloat(({ x }, node) => inSpecOf(x!, node)?.neg()),
  },
  { pattern: { op: div, inputs: ['x', number(1)] }, replacement: itself },
  // A product is cheaper, and of powers of two as exact
  { pattern: { op: div, inputs: ['x', anyNumber] }, replacement: ({ x, number: by }) => timesReciprocal(x!, by!) },
  { pattern: { op: neg, inputs: [{ op: neg, inputs: ['x'] }] }, replacement: itself },
  { pattern: { op: cast, inputs: ['x'] }, replacement: itself },
  // A sum over axes of extent 1
  {
    pattern: { op: sum, inputs: ['x'] },
    replacement: ({ x }, { outputs: [output] }) => (x!.size === output!.size ? x!.reshape(output!.shape) : undefined),
  },
  // Movements of movements are one
  { pattern: { op: reshape, inputs: ['x'] }, replacement: itself },
  {
    pattern: { op: reshape, inputs: [{ op: reshape, inputs: ['x'] }] },
    replacement: ({ x }, { outputs: [output] }) => x!.reshape(output!.shape),
  },
  { pattern: { op: broadcastTo, inputs: ['x'] }, replacement: itself },
  {
    pattern: { op: broadcastTo, inputs: [{ op: broadcastTo, inputs: ['x'] }] },
    replacement: ({ x }, { outputs: [output] }) => x!.broadcastTo(output!.shape),
  },
  { pattern: { op: permute, inputs: ['x'], where: ([order]) => isInOrder(order) }, replacement: itself },
  {
    pattern: { op: permute, inputs: [{ op: permute, inputs: ['x'], name: 'inner' }] },
    replacement: ({ x, inner }, { attributes: [order] }) => {
      const first = inner!.node!.attributes[0] as readonly number[];
      return x!.permute((order as readonly number[]).map((axis) => first[axis]!));
    },
  },
];

const zero: RewriteRule['replacement'] = (_, { outputs: [output] }) => uniform(output!.spec, 0);

const realRules: readonly RewriteRule[] = [
  { pattern: { op: add, inputs: ['x', number(0)], anyOrder: true }, replacement: itself },
  { pattern: { op: mul, inputs: ['x', number(0)], anyOrder: true }, replacement: zero },
  { pattern: { op: sub, inputs: ['x', 'x'] }, replacement: zero },
  { pattern: { op: div, inputs: ['x', 'x'] }, replacement: (_, { outputs: [output] }) => uniform(output!.spec, 1) },
];

function timesReciprocal(x: Tensor, by: Tensor): Tensor | undefined {
  const power = Math.log2(Math.abs(Number(by.storage)));
  if (!isFloat(x.dtype) || by.rank > x.rank || !Number.isInteger(power) || Math.abs(power) > 100) return undefined;
  return x.mul(1 / Number(by.storage));
}

function isInOrder(order: unknown): boolean {
  return Array.isArray(order) && order.every((axis, k) => axis === k);
}
