/** Inputs for an op from what its definition says of itself. */
import {
  type AnyOp,
  type Composite,
  type Dtype,
  type Sample,
  type Shape,
  type Tensor,
  random,
  tensor,
} from '../index.ts';

export interface SampleInput {
  readonly inputs: readonly Tensor[];
  /** Attributes as a caller writes them. */
  readonly written: readonly unknown[];
  /** What was stated, of which this is one drawing. */
  readonly sample: Sample;
}

/** Shapes an elementwise op is tried on besides random ones: rank 0, equal, broadcast, empty. */
const unaryShapes: readonly (readonly Shape[])[] = [[[]], [[2, 3]], [[0]]];
const binaryShapes: readonly (readonly Shape[])[] = [
  [[], []],
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 1], [3]],
  [[], [4]],
  [[0, 3], [3]],
];

/**
 * Inputs in the ranges and shapes that an op's `samples` state; none where it states none. An elementwise op states no
 * shapes: it is tried on fixed ones and on random ones that broadcast.
 *
 * @param options.dtype of floating inputs
 * @param options.seed other numbers, and other random shapes, for another seed
 */
export function samplesOf(
  op: AnyOp | Composite<unknown>,
  { dtype = 'f64', seed = 0 }: { dtype?: 'f32' | 'f64'; seed?: number } = {},
): SampleInput[] {
  const { definition } = op;
  const arity = 'arity' in definition ? definition.arity : undefined;
  return (definition.samples ?? []).flatMap((sample, k) => {
    const lists =
      sample.shapes === undefined
        ? [...(arity === 2 ? binaryShapes : unaryShapes), broadcastable(arity ?? 1, seed)]
        : [sample.shapes];
    return lists.map((shapes, j) => ({
      inputs: draw(sample, shapes, dtype, seed * 1000 + k * 100 + j * 10),
      written: sample.arguments ?? [],
      sample,
    }));
  });
}

/** Random shapes of up to three axes that broadcast against each other. */
function broadcastable(count: number, seed: number): Shape[] {
  const draws = random.uniform(random.key(seed), [3 + 4 * count], { dtype: 'f64' }).data;
  const upTo = (k: number, limit: number): number => 1 + Math.floor(draws[k]! * limit);
  const full = [0, 1, 2].map((k) => upTo(k, 4));
  return Array.from({ length: count }, (_, k) => {
    const own = 3 + 4 * k;
    const rank = upTo(own, 4) - 1;
    // An extent of 1 is repeated; leading axes that are missing are too.
    return full.slice(3 - rank).map((extent, axis) => (draws[own + 1 + axis]! < 0.3 ? 1 : extent));
  });
}

function draw(sample: Sample, shapes: readonly Shape[], float: 'f32' | 'f64', seed: number): Tensor[] {
  const drawn: number[] = [];
  return shapes.map((shape, k) => {
    const named = sample.dtypes?.[k] ?? 'float';
    const dtype: Dtype = named === 'float' ? float : named;
    const [from, to] = [
      bound(sample.from, k) ?? (dtype === 'bool' ? 0 : -2),
      bound(sample.to, k) ?? (dtype === 'bool' ? 1 : 2),
    ];
    const unit = random.uniform(random.key(seed + k), shape, { dtype: 'f64' }).data;
    const values = Array.from(unit, (u) => {
      if (dtype === 'i32' || dtype === 'bool') return Math.floor(from + u * (to - from + 1));
      return awayFrom(from + u * (to - from), sample, drawn, to - from);
    });
    return tensor(values, { shape, dtype });
  });
}

/** Moves a number off kinks, and off those drawn before where ties matter. */
function awayFrom(value: number, { kinks = [], distinct = 0 }: Sample, drawn: number[], width: number): number {
  const margin = 0.02 * width;
  let moved = value;
  for (let tries = 0; tries < 100; tries++) {
    const near =
      kinks.some((kink) => Math.abs(moved - kink) < margin) ||
      (distinct > 0 && drawn.some((other) => Math.abs(moved - other) < 2 * distinct));
    if (!near) break;
    moved += margin;
  }
  drawn.push(moved);
  return moved;
}

function bound(range: number | readonly number[] | undefined, k: number): number | undefined {
  return typeof range === 'number' || range === undefined ? range : range[k];
}
