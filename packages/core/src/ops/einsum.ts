/** Sums of products with named axes, made of permutations, reshapes, products of matrices and sums. */
import { ShapeError } from '../errors/edgewise-error.ts';
import { checkAccepts, inDtype } from '../op/cast.ts';
import { type Composite, composite } from '../op/composite.ts';
import { type TensorLike, asTensors } from '../tensor/create.ts';
import { promote } from '../tensor/dtype.ts';
import { type Shape, sameShape, shapeText, sizeOf } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Contraction, contractionOrder, keptLabels } from './contraction-order.ts';
import { checkIsText, readExpression } from './einsum-expression.ts';

/** A tensor, and a label for each axis, none twice. */
interface Labelled {
  readonly x: Tensor;
  readonly labels: readonly string[];
}

/**
 * The sum of products that an expression names (NumPy's einsum): a letter for each axis of each operand, and after the
 * arrow those of the result; over all others is summed. A letter twice in one operand reads its diagonal; `...` stands
 * for further axes; without an arrow the result has the letters that occur once, in alphabetical order. Axes of one letter
 * in several operands broadcast, as those of `...` do: one of extent 1 is repeated. Several operands are multiplied two at
 * a time, in the order that takes the fewest multiplications.
 *
 * @throws ArgumentError `not-an-expression`, `operand-count`; ShapeError `rank-mismatch`, `shape-mismatch`; DtypeError
 * `dtype-refused` for bool
 * @example
 * einsum('ij,jk->ik', [[1, 2]], [[3], [4]]).toArray(); // [[11]]
 * einsum('ii->', [[1, 2], [3, 4]]).item(); // 5, the trace
 * einsum('...i,i', [[1, 2], [3, 4]], [1, 10]).toArray(); // [21, 43]
 */
export const einsum: Composite<(expression: string, ...operands: readonly TensorLike[]) => Tensor> = composite(
  'einsum',
  (expression: string, ...likes: readonly TensorLike[]) => {
    checkIsText(expression);
    const given = asTensors(likes, 'einsum');
    const { operands, result } = readExpression(
      expression,
      given.map(({ shape }) => shape),
    );
    const dtype = given.map((x) => x.dtype).reduce(promote);
    checkAccepts('einsum', 'number', dtype);
    const extents = extentsOf(expression, given, operands);
    const labelled = given.map((x, k) => diagonals(matched(inDtype(x, dtype), operands[k]!, extents)));
    const parts = labelled.map((part, k) => {
      const others = labelled.filter((_, other) => other !== k);
      return summed(
        part,
        result,
        others.map(({ labels }) => labels),
      );
    });
    const { tree } = contractionOrder(
      parts.map(({ labels }) => labels),
      result,
      extents,
    );
    const { x, labels } = contracted(tree, parts, result);
    return arranged(x, labels, result);
  },
  {
    call: (inputs, [expression]) => einsum(String(expression), ...inputs),
    samples: [
      {
        shapes: [
          [2, 3],
          [3, 4],
        ],
        arguments: ['ij,jk->ik'],
      },
      { shapes: [[3, 3, 2]], arguments: ['iij->ji'] },
      { shapes: [[2, 3], [3], [3, 2]], arguments: ['ij,j,jk'] },
      {
        shapes: [
          [2, 1, 3],
          [4, 3],
        ],
        arguments: ['...i,...i->...'],
      },
      { shapes: [[2], [3]], arguments: ['i,j->ji'] },
      {
        shapes: [
          [2, 3],
          [2, 3],
        ],
        arguments: ['ab,ab->'],
      },
      { shapes: [[], [2]], arguments: [',i->i'] },
      {
        shapes: [
          [2, 1],
          [3, 2],
          [1, 2],
        ],
        arguments: ['ij,jk,ik->ki'],
      },
      { shapes: [[0, 2], [2]], arguments: ['ij,j->i'] },
    ],
  },
);

/** The extent of each label. Axes of several operands broadcast: 1 gives way. */
function extentsOf(
  expression: string,
  given: readonly Tensor[],
  operands: readonly (readonly string[])[],
): Map<string, number> {
  const extents = new Map<string, number>();
  operands.forEach((labels, k) => {
    labels.forEach((label, axis) => {
      const extent = given[k]!.shape[axis]!;
      const first = labels.indexOf(label);
      const known = first < axis ? given[k]!.shape[first] : extents.get(label);
      const broadcasts = first === axis && (extent === 1 || known === 1);
      if (known !== undefined && known !== extent && !broadcasts) {
        throw new ShapeError({
          code: 'shape-mismatch',
          problem: `${label.startsWith('.') ? 'an axis of the ellipsis' : `"${label}"`} in "${expression}" has extent ${known}, and ${extent} in operand ${k}, shape ${shapeText(given[k]!.shape)}`,
          expected: known,
          received: extent,
        });
      }
      if (first === axis) extents.set(label, extent === 1 ? (known ?? 1) : extent);
    });
  });
  return extents;
}

/** Without the axes of extent 1 that stand for a larger extent: they say nothing. */
function matched(x: Tensor, labels: readonly string[], extents: ReadonlyMap<string, number>): Labelled {
  const stays = labels.map((label, axis) => x.shape[axis] === extents.get(label));
  if (stays.every(Boolean)) return { x, labels };
  return {
    x: x.reshape(x.shape.filter((_, axis) => stays[axis] === true)),
    labels: labels.filter((_, axis) => stays[axis] === true),
  };
}

/** Two axes of one label become one: of `[..., n, n]` flat every (n + 1)th element. */
function diagonals({ x, labels }: Labelled): Labelled {
  const second = labels.findIndex((label, axis) => labels.indexOf(label) < axis);
  if (second < 0) return { x, labels };
  const first = labels.indexOf(labels[second]!);
  const others = [...labels.keys()].filter((axis) => axis !== first && axis !== second);
  const extent = x.shape[first]!;
  const flat = x
    .permute([...others, first, second])
    .reshape([...others.map((axis) => x.shape[axis]!), extent * extent]);
  const diagonal = flat.slice([...others.map(() => null), [null, null, extent + 1]]);
  return diagonals({ x: diagonal, labels: [...others.map((axis) => labels[axis]!), labels[first]!] });
}

/** Summed over what only this operand has. */
function summed({ x, labels }: Labelled, result: readonly string[], others: readonly (readonly string[])[]): Labelled {
  const kept = keptLabels(labels, result, others);
  if (kept.length === labels.length) return { x, labels };
  const axis = [...labels.keys()].filter((k) => !kept.includes(labels[k]!));
  return { x: x.sum({ axis }), labels: kept };
}

function contracted(tree: Contraction, parts: readonly Labelled[], result: readonly string[]): Labelled {
  if (typeof tree === 'number') return parts[tree]!;
  const inside = new Set(operandsIn(tree));
  const others = parts.filter((_, k) => !inside.has(k)).map(({ labels }) => labels);
  const [a, b] = [contracted(tree[0], parts, result), contracted(tree[1], parts, result)];
  return product(a, b, keptLabels([...a.labels, ...b.labels], result, others));
}

function operandsIn(tree: Contraction): number[] {
  return typeof tree === 'number' ? [tree] : tree.flatMap(operandsIn);
}

/** The product of two: batches over labels that both have and keep, sums over those that both have and lose. */
function product(a: Labelled, b: Labelled, kept: readonly string[]): Labelled {
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const batch = shared.filter((label) => kept.includes(label));
  const inner = shared.filter((label) => !kept.includes(label));
  const rows = a.labels.filter((label) => !shared.includes(label));
  const columns = b.labels.filter((label) => !shared.includes(label));
  const labels = [...batch, ...rows, ...columns];
  const extentIn = ({ x, labels: own }: Labelled, label: string): number => x.shape[own.indexOf(label)]!;
  const shape = labels.map((label) => extentIn(a.labels.includes(label) ? a : b, label));
  if (inner.length === 0) {
    const left = arranged(a.x, a.labels, [...batch, ...rows]);
    const right = arranged(b.x, b.labels, [...batch, ...columns]);
    const between = [...right.shape.slice(0, batch.length), ...rows.map(() => 1), ...right.shape.slice(batch.length)];
    return { x: shaped(left, [...left.shape, ...columns.map(() => 1)]).mul(shaped(right, between)), labels };
  }
  const left = matrices(a, batch, rows, inner);
  const right = matrices(b, batch, inner, columns);
  const multiplied = left.x.matmul(right.x, { transposeA: left.transposed, transposeB: right.transposed });
  return { x: shaped(multiplied, shape), labels };
}

/** As matrices `[rows, columns]`, or the other way round where the elements lie that way already. */
function matrices(
  { x, labels }: Labelled,
  batch: readonly string[],
  rows: readonly string[],
  columns: readonly string[],
): { x: Tensor; transposed: boolean } {
  const extent = (label: string): number => x.shape[labels.indexOf(label)]!;
  const size = (of: readonly string[]): number => sizeOf(of.map(extent));
  const transposed = [...batch, ...columns, ...rows].every((label, axis) => label === labels[axis]);
  const [first, second] = transposed ? [columns, rows] : [rows, columns];
  const shape = [...(batch.length === 0 ? [] : [size(batch)]), size(first), size(second)];
  return { x: shaped(arranged(x, labels, [...batch, ...first, ...second]), shape), transposed };
}

/** With the axes in the order of `wanted`. */
function arranged(x: Tensor, labels: readonly string[], wanted: readonly string[]): Tensor {
  if (wanted.every((label, axis) => label === labels[axis])) return x;
  return x.permute(wanted.map((label) => labels.indexOf(label)));
}

function shaped(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : x.reshape(shape);
}
