/** What is refused, and in which words: what is wrong, where, and what to do. */
import { describe, expect, test } from 'vitest';
import {
  type Tensor,
  EdgewiseError,
  Graph,
  Module,
  argMax,
  cast,
  checkOptions,
  composite,
  concatenate,
  cotangents,
  flatten,
  grad,
  inference,
  jvp,
  log,
  mapTree,
  matmul,
  mean,
  nearestNames,
  oneHot,
  random,
  record,
  relu,
  scatterAdd,
  scope,
  slice,
  softmax,
  spec,
  split,
  stack,
  stopGradient,
  sum,
  take,
  tensor,
  toDot,
  trace,
  valueAndGrad,
  variable,
  vjp,
  where,
  zeros,
} from '../../src/index.ts';

/** A call as plain JavaScript makes it, where no type stands in the way. */
function untyped(fn: (...args: never[]) => unknown, ...args: unknown[]): unknown {
  return Reflect.apply(fn, undefined, args);
}

/** What a refused call says. */
function refusal(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof EdgewiseError) {
      expect(error.message.split('\n')[0]).toBe(
        `${error.op === undefined ? '' : `${error.op}: `}${error.problem}`.split('\n')[0],
      );
      return `${error.name} ${error.code}\n${error.message}`;
    }
    throw error;
  }
  return 'nothing was refused';
}

const x23 = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);

describe('shapes', () => {
  test('that do not broadcast', () => {
    expect(refusal(() => x23.add(tensor([1, 2])))).toMatchInlineSnapshot(`
      "ShapeError shape-mismatch
      add: shapes do not broadcast: [2, 3] and [2]; aligned at the last axis, extents must be equal or 1"
    `);
    expect(refusal(() => where(tensor([true, false]), x23, 0))).toMatchInlineSnapshot(`
      "ShapeError shape-mismatch
      where: shapes do not broadcast: condition [2], [2, 3] and []"
    `);
    expect(refusal(() => x23.broadcastTo([3, 2]))).toMatchInlineSnapshot(`
      "ShapeError shape-mismatch
      broadcastTo: shape [2, 3] does not broadcast to [3, 2]; aligned at the last axis, extents must be equal or 1"
    `);
  });

  test('of matrices, with the transposition that helps, where in the model', () => {
    class Layer extends Module {
      weight = variable(zeros([128, 784]));
      forward(x: Tensor): Tensor {
        return x.matmul(this.weight);
      }
    }
    class Mlp extends Module {
      hidden = [new Layer()];
      forward(x: Tensor): Tensor {
        return this.hidden[0]!.forward(x);
      }
    }
    expect(refusal(() => new Mlp().forward(zeros([32, 784])))).toMatchInlineSnapshot(`
      "ShapeError shape-mismatch
      matmul: inner dimensions differ: [32, 784] x [128, 784]
        at mlp/hidden0/matmul
        try matmul(x, w, { transposeB: true })"
    `);
    expect(refusal(() => matmul(zeros([5, 3]), zeros([4, 2])))).toMatchInlineSnapshot(`
      "ShapeError shape-mismatch
      matmul: inner dimensions differ: [5, 3] x [4, 2]"
    `);
    expect(refusal(() => matmul(zeros([5, 3]), zeros([5, 2])))).toMatchInlineSnapshot(`
      "ShapeError shape-mismatch
      matmul: inner dimensions differ: [5, 3] x [5, 2]
        try matmul(x, w, { transposeA: true })"
    `);
    expect(refusal(() => matmul(zeros([3]), zeros([4])))).toMatchInlineSnapshot(`
      "ShapeError shape-mismatch
      matmul: inner dimensions differ: [3] x [4]"
    `);
    expect(refusal(() => matmul(zeros([2, 5, 3]), zeros([4, 3, 2])))).toMatchInlineSnapshot(`
      "ShapeError shape-mismatch
      matmul: batch shapes do not broadcast: [2, 5, 3] x [4, 3, 2]"
    `);
    expect(refusal(() => matmul(tensor(2), zeros([3])))).toMatchInlineSnapshot(`
      "ShapeError rank-too-low
      matmul: a number is no matrix: [] x [3]
        try x.mul(y)"
    `);
  });

  test('in reshape, transpose, squeeze and permute', () => {
    expect(refusal(() => x23.reshape([4, 2]))).toMatchInlineSnapshot(`
      "ShapeError size-mismatch
      reshape: 6 elements of shape [2, 3] do not fill [4, 2]"
    `);
    expect(refusal(() => x23.reshape([-1, -1]))).toMatchInlineSnapshot(`
      "ShapeError size-mismatch
      reshape: 6 elements of shape [2, 3] do not fill [-1, -1]: only one extent may be -1"
    `);
    expect(refusal(() => x23.reshape([4, -1]))).toMatchInlineSnapshot(`
      "ShapeError size-mismatch
      reshape: 6 elements of shape [2, 3] do not fill [4, -1]"
    `);
    expect(refusal(() => x23.reshape([2.5, -1]))).toMatchInlineSnapshot(`
      "ShapeError size-mismatch
      reshape: 6 elements of shape [2, 3] do not fill [2.5, -1]"
    `);
    expect(refusal(() => x23.reshape([-2, -3]))).toMatchInlineSnapshot(`
      "ShapeError not-a-shape
      reshape: a shape is a list of whole numbers from 0 on; received [-2, -3]"
    `);
    expect(refusal(() => tensor([1, 2]).transpose())).toMatchInlineSnapshot(`
      "ShapeError rank-too-low
      transpose: swaps the last two axes; the tensor has shape [2]
        try x.reshape([-1, 1]) for a column"
    `);
    expect(refusal(() => x23.squeeze({ axis: 0 }))).toMatchInlineSnapshot(`
      "ShapeError not-extent-1
      squeeze: axis 0 has extent 2, expected 1; shape [2, 3]"
    `);
    expect(refusal(() => x23.permute([0, 0]))).toMatchInlineSnapshot(`
      "ArgumentError not-a-permutation
      permute: order [0, 0] does not name each of the 2 axes once"
    `);
    expect(refusal(() => x23.permute([1]))).toMatchInlineSnapshot(`
      "ArgumentError not-a-permutation
      permute: order [1] does not name each of the 2 axes once"
    `);
  });

  test('in concatenate, stack and split', () => {
    expect(refusal(() => concatenate([x23, zeros([2, 2])]))).toMatchInlineSnapshot(`
      "ShapeError shape-mismatch
      concatenate: input 1 has shape [2, 2]; the first has [2, 3], and they may differ on axis 0 only"
    `);
    expect(refusal(() => concatenate([x23, zeros([2])]))).toMatchInlineSnapshot(`
      "ShapeError shape-mismatch
      concatenate: input 1 has shape [2]; the first has [2, 3], and they may differ on axis 0 only"
    `);
    expect(refusal(() => concatenate([]))).toMatchInlineSnapshot(`
      "ArgumentError not-a-list
      concatenate: the first argument is a list of at least one tensor
        try concatenate([x, y], ...)"
    `);
    expect(refusal(() => untyped(concatenate, x23, x23))).toMatchInlineSnapshot(`
      "ArgumentError not-a-list
      concatenate: the first argument is a list of at least one tensor
        try concatenate([x, y], ...)"
    `);
    expect(refusal(() => stack([x23, zeros([2])]))).toMatchInlineSnapshot(`
      "ShapeError shape-mismatch
      stack: input 1 has shape [2]; the first has [2, 3]"
    `);
    expect(refusal(() => stack([]))).toMatchInlineSnapshot(`
      "ArgumentError not-a-list
      stack: the first argument is a list of at least one tensor
        try stack([x, y], ...)"
    `);
    expect(refusal(() => split(x23, 4, { axis: 1 }))).toMatchInlineSnapshot(`
      "ArgumentError parts-do-not-fill
      split: axis 1 has extent 3, which 4 equal parts do not fill"
    `);
    expect(refusal(() => split(x23, [1, 1], { axis: 1 }))).toMatchInlineSnapshot(`
      "ArgumentError parts-do-not-fill
      split: axis 1 has extent 3, which parts [1, 1] do not fill"
    `);
  });

  test('that are none', () => {
    expect(refusal(() => zeros([2, -1]))).toMatchInlineSnapshot(`
      "ShapeError not-a-shape
      zeros: a shape is a list of whole numbers from 0 on; received [2, -1]"
    `);
    expect(refusal(() => zeros([1.5]))).toMatchInlineSnapshot(`
      "ShapeError not-a-shape
      zeros: a shape is a list of whole numbers from 0 on; received [1.5]"
    `);
    expect(refusal(() => untyped(zeros, 3))).toMatchInlineSnapshot(`
      "ShapeError not-a-shape
      zeros: a shape is a list of whole numbers from 0 on; received 3"
    `);
    expect(refusal(() => spec([Number.NaN]))).toMatchInlineSnapshot(`
      "ShapeError not-a-shape
      spec: a shape is a list of whole numbers from 0 on; received [NaN]"
    `);
  });

  test('of nothing to choose from', () => {
    expect(refusal(() => zeros([0]).max())).toMatchInlineSnapshot(`
      "ShapeError no-elements
      max: the max of no elements, shape [0]"
    `);
    expect(refusal(() => zeros([2, 0]).mean({ axis: 1 }))).toMatchInlineSnapshot(`
      "ShapeError no-elements
      mean: the mean of no elements, shape [2, 0]"
    `);
    expect(refusal(() => zeros([0, 2]).argMin({ axis: 0 }))).toMatchInlineSnapshot(`
      "ShapeError no-elements
      argMin: the argMin of no elements, shape [0, 2]"
    `);
    expect(zeros([0]).sum().item()).toBe(0);
  });
});

describe('axes and indices', () => {
  test('out of range', () => {
    expect(refusal(() => sum(x23, { axis: 2 }))).toMatchInlineSnapshot(`
      "ArgumentError axis-out-of-range
      sum: axis 2 does not exist: axes are -2 to 1"
    `);
    expect(refusal(() => sum(x23, { axis: -3 }))).toMatchInlineSnapshot(`
      "ArgumentError axis-out-of-range
      sum: axis -3 does not exist: axes are -2 to 1"
    `);
    expect(refusal(() => sum(tensor(1), { axis: 0 }))).toMatchInlineSnapshot(`
      "ArgumentError axis-out-of-range
      sum: axis 0 does not exist: the tensor has rank 0"
    `);
    expect(refusal(() => sum(x23, { axis: 0.5 }))).toMatchInlineSnapshot(`
      "ArgumentError axis-out-of-range
      sum: axis 0.5 does not exist: axes are -2 to 1"
    `);
    expect(refusal(() => softmax(x23, { axis: 7 }))).toMatchInlineSnapshot(`
      "ArgumentError axis-out-of-range
      softmax: axis 7 does not exist: axes are -2 to 1"
    `);
    expect(refusal(() => mean(x23, { axis: [0, 0] }))).toMatchInlineSnapshot(`
      "ArgumentError axis-twice
      mean: axis 0 is named twice"
    `);
    expect(refusal(() => mean(x23, { axis: [1, -1] }))).toMatchInlineSnapshot(`
      "ArgumentError axis-twice
      mean: axis 1 is named twice"
    `);
    expect(refusal(() => x23.expandDims(4))).toMatchInlineSnapshot(`
      "ArgumentError axis-out-of-range
      expandDims: axis 4 does not exist: axes are -3 to 2"
    `);
  });

  test('of slices', () => {
    expect(refusal(() => slice(x23, [2]))).toMatchInlineSnapshot(`
      "ArgumentError index-out-of-range
      slice: index 2 on axis 0 of shape [2, 3]; it has indices -2 to 1"
    `);
    expect(refusal(() => slice(x23, [null, -4]))).toMatchInlineSnapshot(`
      "ArgumentError index-out-of-range
      slice: index -4 on axis 1 of shape [2, 3]; it has indices -3 to 2"
    `);
    expect(refusal(() => slice(x23, [0, 0, 0]))).toMatchInlineSnapshot(`
      "ArgumentError too-many-ranges
      slice: expected at most 2 ranges for shape [2, 3]; received 3"
    `);
    expect(refusal(() => slice(x23, [[0, 2, 0]]))).toMatchInlineSnapshot(`
      "ArgumentError zero-step
      slice: step 0 on axis 0; expected a whole number other than 0"
    `);
    expect(refusal(() => slice(x23, [[0, 2, 0.5]]))).toMatchInlineSnapshot(`
      "ArgumentError zero-step
      slice: step 0.5 on axis 0; expected a whole number other than 0"
    `);
    expect(refusal(() => untyped(slice, x23, 0))).toMatchInlineSnapshot(`
      "ArgumentError not-ranges
      slice: expected a list of ranges, one for each axis from the first on; received 0
        try [0] for one index, [[0, 2]] for a range, [null, 0] to keep the first axis whole"
    `);
  });

  test('of take and scatterAdd', () => {
    expect(refusal(() => take(tensor([10, 20, 30]), [3]))).toMatchInlineSnapshot(`
      "ArgumentError index-out-of-range
      take: index 3 on an axis of extent 3; it has indices -3 to 2"
    `);
    expect(refusal(() => scope('embedding', () => take(tensor([10, 20]), tensor([0.5]))))).toMatchInlineSnapshot(`
      "DtypeError indices-not-i32
      take: indices are f32; expected i32
        at embedding/take
        try indices.cast('i32')"
    `);
    expect(refusal(() => scatterAdd(zeros([3]), [0, 1], [1, 2, 3]))).toMatchInlineSnapshot(`
      "ShapeError shape-mismatch
      scatterAdd: updates have shape [3]; expected [2] for these indices"
    `);
    expect(refusal(() => scatterAdd(zeros([3]), [0, 4], [1, 2]))).toMatchInlineSnapshot(`
      "ArgumentError index-out-of-range
      scatterAdd: index 4 on an axis of extent 3; it has indices -3 to 2"
    `);
    expect(refusal(() => oneHot([0.5], 2))).toMatchInlineSnapshot(`
      "DtypeError not-this-dtype
      tensor: 0.5 is not a whole number within 32 bits, and i32 was asked for"
    `);
  });
});

describe('dtypes', () => {
  test('that an op has no meaning for', () => {
    expect(refusal(() => tensor([1, 2], { dtype: 'i32' }).exp())).toMatchInlineSnapshot(`
      "DtypeError dtype-refused
      exp: the input is i32; expected f32 or f64
        try x.cast('f32')"
    `);
    expect(refusal(() => tensor([true]).sum())).toMatchInlineSnapshot(`
      "DtypeError dtype-refused
      sum: the input is bool; expected i32, f32 or f64
        try x.cast('i32')"
    `);
    expect(refusal(() => tensor([true]).neg())).toMatchInlineSnapshot(`
      "DtypeError dtype-refused
      neg: the input is bool; expected i32, f32 or f64
        try x.cast('i32')"
    `);
    expect(refusal(() => tensor([true]).add(tensor([true])))).toMatchInlineSnapshot(`
      "DtypeError dtype-refused
      add: the input is bool; expected i32, f32 or f64
        try x.cast('i32')"
    `);
    expect(refusal(() => matmul(tensor([[true]]), tensor([[true]])))).toMatchInlineSnapshot(`
      "DtypeError dtype-refused
      matmul: the input is bool; expected i32, f32 or f64
        try x.cast('i32')"
    `);
    expect(refusal(() => random.uniform(random.key(1), [2], { dtype: 'i32' }))).toMatchInlineSnapshot(`
      "DtypeError dtype-refused
      random.uniform: numbers are f32 or f64; received i32"
    `);
  });

  test('of numbers that they do not hold', () => {
    expect(refusal(() => tensor([1, 2], { dtype: 'i32' }).add(0.5))).toMatchInlineSnapshot(`
      "DtypeError not-this-dtype
      add: 0.5 is not a whole number within 32 bits, and the tensor beside it is i32
        try x.cast('f32') first"
    `);
    expect(refusal(() => tensor([1.5], { dtype: 'i32' }))).toMatchInlineSnapshot(`
      "DtypeError not-this-dtype
      tensor: 1.5 is not a whole number within 32 bits, and i32 was asked for"
    `);
    expect(refusal(() => tensor(2 ** 31, { dtype: 'i32' }))).toMatchInlineSnapshot(`
      "DtypeError not-this-dtype
      tensor: 2147483648 is not a whole number within 32 bits, and i32 was asked for"
    `);
    expect(refusal(() => tensor([2], { dtype: 'bool' }))).toMatchInlineSnapshot(`
      "DtypeError not-this-dtype
      tensor: 2 is not true or false, 1 or 0, and bool was asked for"
    `);
  });

  test('that do not exist, and the nearest one', () => {
    expect(refusal(() => untyped(tensor, [1], { dtype: 'float32' }))).toMatchInlineSnapshot(`
      "DtypeError not-a-dtype
      tensor: no dtype named "float32"; the dtypes are "bool", "i32", "f32", "f64""
    `);
    expect(refusal(() => untyped(cast, tensor([1]), 'f63'))).toMatchInlineSnapshot(`
      "DtypeError not-a-dtype
      cast: no dtype named "f63"; the dtypes are "bool", "i32", "f32", "f64"
        try 'f64'"
    `);
    expect(refusal(() => untyped(zeros, [1], 'int32'))).toMatchInlineSnapshot(`
      "DtypeError not-a-dtype
      zeros: no dtype named "int32"; the dtypes are "bool", "i32", "f32", "f64"
        try 'i32'"
    `);
  });

  test('that differ where they must not', () => {
    expect(refusal(() => concatenate([tensor([1]), tensor([1], { dtype: 'i32' })]))).toMatchInlineSnapshot(`
      "DtypeError dtype-mismatch
      concatenate: input 1 is i32; the first is f32
        try x.cast('f32')"
    `);
    expect(refusal(() => scatterAdd(zeros([3]), [0], tensor([1], { dtype: 'f64' })))).toMatchInlineSnapshot(`
      "DtypeError dtype-mismatch
      scatterAdd: updates are f64; x is f32
        try updates.cast('f32')"
    `);
  });
});

describe('a Variable keeps what it is', () => {
  const w = variable(x23, { name: 'w' });
  test('its shape, its dtype, and that it holds a tensor', () => {
    expect(refusal(() => w.assign(zeros([2])))).toMatchInlineSnapshot(`
      "ShapeError shape-mismatch
      assign: "w" has shape [2, 3]; received [2]"
    `);
    expect(refusal(() => w.assign(zeros([2, 3], 'f64')))).toMatchInlineSnapshot(`
      "DtypeError dtype-mismatch
      assign: "w" is f32; received f64
        try assign(x.cast('f32'))"
    `);
    expect(
      refusal(() =>
        untyped(
          (v: never) => w.assign(v),
          [
            [1, 2, 3],
            [4, 5, 6],
          ],
        ),
      ),
    ).toMatchInlineSnapshot(`
      "ArgumentError not-a-tensor
      assign: "w" takes a tensor
        try assign(tensor(value))"
    `);
    expect(w.value.toArray()).toEqual(x23.toArray());
  });
});

describe('gradients', () => {
  test('of something that is not one number', () => {
    expect(refusal(() => grad((x: Tensor) => x.square())(tensor([1, 2])))).toMatchInlineSnapshot(`
      "ArgumentError needs-cotangent
      grad: the result has shape [2]; a gradient needs one number, or a cotangent of that shape
        try a function that ends in .sum() or .mean(), or vjp(f, x)[1](cotangent)"
    `);
    expect(refusal(() => valueAndGrad((x: Tensor) => x.square())(tensor([1, 2])))).toMatchInlineSnapshot(`
      "ArgumentError needs-cotangent
      valueAndGrad: the result has shape [2]; a gradient needs one number, or a cotangent of that shape
        try a function that ends in .sum() or .mean(), or vjp(f, x)[1](cotangent)"
    `);
    expect(refusal(() => scope('trainer', () => variable([1, 2]).value.square().backward()))).toMatchInlineSnapshot(`
      "ArgumentError needs-cotangent
      backward: the result has shape [2]; a gradient needs one number, or a cotangent of that shape
        at trainer
        try loss.mean().backward(), or loss.backward({ cotangent })"
    `);
    expect(refusal(() => vjp((x: Tensor) => x.square(), tensor([1, 2]))[1](tensor([1])))).toMatchInlineSnapshot(`
      "ShapeError shape-mismatch
      vjp: the cotangent is f32 [1]; the result is f32 [2]"
    `);
    expect(
      refusal(() =>
        variable([1, 2])
          .value.square()
          .backward({ cotangent: [1, 2, 3] }),
      ),
    ).toMatchInlineSnapshot(`
      "ShapeError shape-mismatch
      backward: the cotangent is f32 [3]; the result is f32 [2]"
    `);
  });

  test('of something that is not floating', () => {
    expect(refusal(() => grad((x: Tensor) => x.greater(0).sum())(tensor([1, 2])))).toMatchInlineSnapshot(`
      "DtypeError dtype-refused
      sum: the input is bool; expected i32, f32 or f64
        try x.cast('i32')"
    `);
    expect(refusal(() => grad((x: Tensor) => x.argMax())(tensor([1, 2])))).toMatchInlineSnapshot(`
      "DtypeError not-differentiable
      grad: the result is i32; only f32 and f64 have derivatives
        try the loss itself, before comparisons and casts"
    `);
    expect(refusal(() => grad((x: Tensor) => x.cast('f32').sum())(tensor([1, 2], { dtype: 'i32' }))))
      .toMatchInlineSnapshot(`
      "DtypeError not-differentiable
      grad: x is i32; derivatives are taken with respect to f32 and f64
        try x.cast('f32'), or { argnums } to name another argument"
    `);
    expect(refusal(() => grad((p: { w: Tensor; flags: Tensor }) => p.w.sum())({ w: tensor(1), flags: tensor([true]) })))
      .toMatchInlineSnapshot(`
      "DtypeError not-differentiable
      grad: p.flags is bool; derivatives are taken with respect to f32 and f64
        try x.cast('f32'), or { argnums } to name another argument"
    `);
  });

  test('where every path is cut, naming the op, its place and the argument', () => {
    const classifier = composite('classifier', (scores: Tensor) => argMax(scores).cast('f32'));
    expect(refusal(() => grad((scores: Tensor) => classifier(scores))(tensor([1, 2])))).toMatchInlineSnapshot(`
      "ArgumentError no-derivative
      grad: argMax has no derivative, and the result depends on "scores" only through it
        at classifier/argMax
        try softmax, or stopGradient if no gradient is wanted here"
    `);
    expect(
      refusal(() =>
        grad((p: { w: Tensor; b: Tensor }) => p.w.sum().add(p.b.greater(0).cast('f32').sum()))({
          w: tensor(1),
          b: tensor(2),
        }),
      ),
    ).toMatchInlineSnapshot(`
      "ArgumentError no-derivative
      grad: greater has no derivative, and the result depends on "p.b" only through it
        at greater
        try stopGradient if no gradient is wanted here"
    `);
    expect(
      refusal(() =>
        grad((x: Tensor, labels: Tensor) => x.sum().add(labels.less(1).cast('f32')), { argnums: [0, 1] })(
          tensor(1),
          tensor(2),
        ),
      ),
    ).toMatchInlineSnapshot(`
      "ArgumentError no-derivative
      grad: less has no derivative, and the result depends on "labels" only through it
        at less
        try stopGradient if no gradient is wanted here"
    `);
  });

  test('where some path is left, or where it is cut on purpose, nothing is refused', () => {
    expect(grad((x: Tensor) => x.greater(0).cast('f32').mul(x))(tensor(3)).item()).toBe(1);
    expect(grad((x: Tensor) => stopGradient(x).square())(tensor(3)).item()).toBe(0);
    expect(grad((x: Tensor) => stopGradient(x).argMax().cast('f32'))(tensor([3, 1])).toArray()).toEqual([0, 0]);
    expect(grad((_x: Tensor, y: Tensor) => y)(tensor([1, 2]), tensor(3)).toArray()).toEqual([0, 0]);
  });

  test('backward() where nothing was recorded, or no Variable lies below', () => {
    expect(refusal(() => tensor(1).backward())).toMatchInlineSnapshot(`
      "ArgumentError not-recorded
      backward: nothing was recorded below this tensor: it depends on no trainable Variable, or was made inside inference()
        try variable(...) for what is to be trained; grad(f) for derivatives with respect to arguments"
    `);
    expect(refusal(() => variable(1, { trainable: false }).value.backward())).toMatchInlineSnapshot(`
      "ArgumentError not-recorded
      backward: nothing was recorded below this tensor: it depends on no trainable Variable, or was made inside inference()
        try variable(...) for what is to be trained; grad(f) for derivatives with respect to arguments"
    `);
    expect(refusal(() => record(() => tensor(1).exp()).backward())).toMatchInlineSnapshot(`
      "ArgumentError no-variable
      backward: no derivative reaches a trainable Variable from this tensor
        try grad(f)(x) for derivatives with respect to arguments"
    `);
    expect(refusal(() => variable(1).value.stopGradient().square().backward())).toMatchInlineSnapshot(`
      "ArgumentError not-recorded
      backward: nothing was recorded below this tensor: it depends on no trainable Variable, or was made inside inference()
        try variable(...) for what is to be trained; grad(f) for derivatives with respect to arguments"
    `);
    expect(refusal(() => inference(() => variable(1).value.exp()).backward())).toMatchInlineSnapshot(`
      "ArgumentError not-recorded
      backward: nothing was recorded below this tensor: it depends on no trainable Variable, or was made inside inference()
        try variable(...) for what is to be trained; grad(f) for derivatives with respect to arguments"
    `);
  });

  test('of functions that give something else', () => {
    expect(
      refusal(() =>
        untyped(
          grad((x: Tensor) => x.sum().item() as never),
          tensor(1),
        ),
      ),
    ).toMatchInlineSnapshot(`
      "ArgumentError not-a-tensor
      grad: the function gives a number; expected a tensor
        try x.sum() instead of x.item() inside"
    `);
    expect(
      refusal(() =>
        untyped(
          grad((x: Tensor) => void x.sum() as never),
          tensor(1),
        ),
      ),
    ).toMatchInlineSnapshot(`
      "ArgumentError not-a-tensor
      grad: the function gives nothing; expected a tensor
        try return in the function"
    `);
    expect(
      refusal(() =>
        untyped(
          grad((x: Tensor) => x as never, { hasAux: true }),
          tensor(1),
        ),
      ),
    ).toMatchInlineSnapshot(`
      "ArgumentError no-aux
      grad: with hasAux the function gives [value, aux]"
    `);
  });

  test('of arguments that are not there', () => {
    expect(refusal(() => untyped(grad((x: Tensor) => x)))).toMatchInlineSnapshot(`
      "ArgumentError no-such-argument
      grad: argument 0 is to be differentiated; the call has 0"
    `);
    expect(
      refusal(() =>
        untyped(
          grad((x: Tensor) => x, { argnums: 1 as 0 }),
          tensor(1),
        ),
      ),
    ).toMatchInlineSnapshot(`
      "ArgumentError no-such-argument
      grad: argument 1 is to be differentiated; the call has 1"
    `);
    expect(refusal(() => grad((x: Tensor) => x)(spec([]) as never))).toMatchInlineSnapshot(`
      "DtypeError not-a-tensor
      grad: x is a spec; expected a tensor
        try trace(f, spec(...)) for a graph without numbers"
    `);
  });

  test('along directions, and of cotangents, of another form', () => {
    expect(refusal(() => jvp((x: Tensor) => x, tensor([1, 2]), tensor([1])))).toMatchInlineSnapshot(`
      "ShapeError shape-mismatch
      jvp: the direction at x is f32 [1]; the point is f32 [2]"
    `);
    expect(
      refusal(() =>
        jvp((p: { a: Tensor; b: Tensor }) => p.a.mul(p.b), { a: tensor(1), b: tensor(1) }, { a: tensor(1) } as never),
      ),
    ).toMatchInlineSnapshot(`
      "ArgumentError structure-mismatch
      jvp: the direction has another form than the point: the tree has entries a, b in one and a in the other"
    `);
    expect(refusal(() => vjp((x: Tensor) => [x, x], tensor(1))[1]([tensor(1)] as never))).toMatchInlineSnapshot(`
      "ArgumentError structure-mismatch
      vjp: the cotangent has another form than the value: the tree has entries 0, 1 in one and 0 in the other"
    `);
    expect(refusal(() => cotangents(variable(1).value, [tensor(1)]))).toMatchInlineSnapshot(`
      "ArgumentError not-recorded
      cotangents: value 0 (f32 []) was not recorded, so the loss does not know it
        try record(() => ...) around what makes it, or a Variable below it"
    `);
  });

  test('a throw in the middle leaves nothing switched on', () => {
    expect(() =>
      grad((x: Tensor) => {
        x.exp();
        throw new Error('on purpose');
      })(tensor(1)),
    ).toThrow('on purpose');
    expect(variable(1).value.greater(0).node).toBeUndefined();
    expect(tensor(1).exp().node).toBeUndefined();
  });
});

describe("JavaScript's own traps", () => {
  const t: unknown = tensor([1, 2]);
  const w: unknown = variable(3, { name: 'w' });

  test('a tensor in arithmetic or in a comparison', () => {
    expect(refusal(() => (t as number) + 1)).toMatchInlineSnapshot(`
      "ArgumentError tensor-as-number
      a tensor stands in arithmetic or in a comparison (+, -, *, <, ==, ...), which JavaScript cannot do
        try x.add(y), x.neg(), x.mul(y), x.greater(y); x.item() for the number in a condition"
    `);
    expect(refusal(() => -(t as number))).toMatch('a tensor stands in arithmetic');
    expect(refusal(() => (t as number) > 0)).toMatch('a tensor stands in arithmetic');
    expect(refusal(() => (t as number) * 2)).toMatch('a tensor stands in arithmetic');
    expect(refusal(() => Math.exp(t as number))).toMatch('a tensor stands in arithmetic');
    // oxlint-disable-next-line eqeqeq -- what is tested is that it throws
    expect(refusal(() => (t as number) == 0)).toMatch('a tensor stands in arithmetic');
    expect(refusal(() => (w as number) + 1)).toMatch('a Variable stands in arithmetic');
  });

  test('text is fine: templates, String, JSON keys', () => {
    expect(`${tensor([1, 2])}`).toBe('tensor([1, 2], f32 [2])');
    expect(`${variable(3, { name: 'w' })}`).toBe('variable("w", f32 [])');
  });

  test('an op handed to map as it stands', () => {
    const list = [tensor(-1), tensor(2)];
    expect(refusal(() => untyped((f: (x: never) => unknown) => list.map(f as never), relu))).toMatchInlineSnapshot(`
      "ArgumentError called-by-map
      relu: called with (element, index, list): relu was passed to an array method as it stands
        try list.map((x) => relu(x))"
    `);
    expect(refusal(() => untyped((f: never) => list.map(f), sum))).toMatchInlineSnapshot(`
      "ArgumentError called-by-map
      sum: called with (element, index, list): sum was passed to an array method as it stands
        try list.map((x) => sum(x))"
    `);
    expect(refusal(() => untyped((f: never) => list.map(f), softmax))).toMatchInlineSnapshot(`
      "ArgumentError called-by-map
      softmax: called with (element, index, list): softmax was passed to an array method as it stands
        try list.map((x) => softmax(x))"
    `);
    expect(list.map((x) => relu(x).item())).toEqual([0, 2]);
  });

  test('too many arguments', () => {
    expect(refusal(() => untyped(log, 2, 10))).toMatchInlineSnapshot(`
      "ArgumentError too-many-arguments
      log: takes one argument; received 2
        try log(x)"
    `);
    expect(refusal(() => untyped((...args: never[]) => Reflect.apply(x23.add, x23, args), 1, 2)))
      .toMatchInlineSnapshot(`
      "ArgumentError too-many-arguments
      add: takes two arguments; received 3
        try add(x, y)"
    `);
  });

  test('something that is no tensor', () => {
    expect(refusal(() => untyped(relu, undefined))).toMatchInlineSnapshot(`
      "ArgumentError not-a-tensor
      relu: expected a tensor, a Variable, a number, nested arrays or a typed array; received undefined"
    `);
    expect(refusal(() => untyped(relu, null))).toMatchInlineSnapshot(`
      "ArgumentError not-a-tensor
      relu: expected a tensor, a Variable, a number, nested arrays or a typed array; received null"
    `);
    expect(refusal(() => untyped(relu, 'one'))).toMatchInlineSnapshot(`
      "ArgumentError not-a-tensor
      relu: expected a tensor, a Variable, a number, nested arrays or a typed array; received the string one"
    `);
    expect(refusal(() => untyped(relu, { value: 1 }))).toMatchInlineSnapshot(`
      "ArgumentError not-a-tensor
      relu: expected a tensor, a Variable, a number, nested arrays or a typed array; received an object of class Object"
    `);
    expect(refusal(() => untyped(relu, Math.exp))).toMatchInlineSnapshot(`
      "ArgumentError not-a-tensor
      relu: expected a tensor, a Variable, a number, nested arrays or a typed array; received the function exp"
    `);
    expect(refusal(() => untyped(tensor, new BigInt64Array(2)))).toMatchInlineSnapshot(`
      "DtypeError not-a-number-array
      tensor: cannot read an array of class BigInt64Array
        try Float64Array.from(values, Number)"
    `);
    expect(refusal(() => untyped(tensor, ['1', '2']))).toMatchInlineSnapshot(`
      "ArgumentError not-a-number
      tensor: values[0] is the string 1, expected a number"
    `);
  });

  test('item() of more than one element', () => {
    expect(refusal(() => x23.item())).toMatchInlineSnapshot(`
      "ArgumentError not-one-element
      item: the tensor has 6 elements, shape [2, 3]; item() reads exactly one
        try x.toArray(), or x.sum().item()"
    `);
    expect(refusal(() => zeros([0]).item())).toMatchInlineSnapshot(`
      "ArgumentError not-one-element
      item: the tensor has 0 elements, shape [0]; item() reads exactly one
        try x.toArray(), or x.sum().item()"
    `);
  });

  test('ragged arrays, by path', () => {
    expect(refusal(() => tensor([[1, 2], [3]]))).toMatchInlineSnapshot(`
      "ShapeError ragged-array
      tensor: nested arrays are ragged: values[1] holds 1 entries, expected 2 entries"
    `);
    expect(refusal(() => tensor([[1, 2], 3]))).toMatchInlineSnapshot(`
      "ShapeError ragged-array
      tensor: nested arrays are ragged: values[1] holds a value, expected 2 entries"
    `);
    expect(
      refusal(() =>
        tensor([
          [1, 2],
          [3, [4]],
        ]),
      ),
    ).toMatchInlineSnapshot(`
      "ShapeError ragged-array
      tensor: values[1][1] is an array; nested arrays are ragged, expected a number"
    `);
    expect(refusal(() => tensor([1, 2, 3], { shape: [2, 2] }))).toMatchInlineSnapshot(`
      "ShapeError size-mismatch
      tensor: 3 values do not fill shape [2, 2], which has 4"
    `);
  });
});

describe('options', () => {
  test('that nobody knows, with the nearest', () => {
    expect(refusal(() => untyped(sum, x23, { axes: 0 }))).toMatchInlineSnapshot(`
      "ArgumentError unknown-option
      sum: no option named "axes"
        near: "axis"; the options are "axis", "keepDims""
    `);
    expect(refusal(() => untyped(matmul, x23, x23, { transposeb: true }))).toMatchInlineSnapshot(`
      "ArgumentError unknown-option
      matmul: no option named "transposeb"
        near: "transposeB", "transposeA"; the options are "transposeA", "transposeB""
    `);
    expect(refusal(() => untyped(grad((x: Tensor) => x, { argNums: 0 } as never)))).toMatchInlineSnapshot(`
      "ArgumentError unknown-option
      grad: no option named "argNums"
        near: "argnums"; the options are "argnums", "hasAux""
    `);
    expect(refusal(() => untyped(toDot, variable(1).value.exp(), { gradient: true }))).toMatchInlineSnapshot(`
      "ArgumentError unknown-option
      toDot: no option named "gradient"
        near: "gradients"; the options are "values", "gradients", "fold", "direction""
    `);
    expect(refusal(() => untyped(tensor, [1], { type: 'f64' }))).toMatchInlineSnapshot(`
      "ArgumentError unknown-option
      tensor: no option named "type"
        near: "dtype"; the options are "dtype", "shape""
    `);
  });

  test('that are no object', () => {
    expect(refusal(() => untyped(sum, x23, 0))).toMatchInlineSnapshot(`
      "ArgumentError not-options
      sum: expected an object of options, received 0
        try sum(..., { axis: ... })"
    `);
    expect(refusal(() => untyped(concatenate, [x23, x23], [1]))).toMatchInlineSnapshot(`
      "ArgumentError not-options
      concatenate: expected an object of options, received an array
        try concatenate(..., { axis: ... })"
    `);
    expect(refusal(() => untyped(sum, x23, null))).toMatchInlineSnapshot(`
      "ArgumentError not-options
      sum: expected an object of options, received null
        try sum(..., { axis: ... })"
    `);
  });

  test("can be held to names in code of one's own", () => {
    expect(refusal(() => checkOptions('fit', { epoch: 3 }, ['epochs', 'batchSize']))).toMatchInlineSnapshot(`
      "ArgumentError unknown-option
      fit: no option named "epoch"
        near: "epochs"; the options are "epochs", "batchSize""
    `);
    expect(nearestNames('sofmax', ['softmax', 'softplus', 'sum'])).toEqual(['softmax']);
    expect(nearestNames('xyz', ['softmax', 'softplus', 'sum'])).toEqual([]);
  });
});

describe('trees', () => {
  test('that reach into objects that are not their own', () => {
    const evil: unknown = JSON.parse('{"w": 1, "__proto__": {"w": 2}}');
    expect(
      refusal(() =>
        untyped(
          grad((p: { w: Tensor }) => p.w),
          evil,
        ),
      ),
    ).toMatchInlineSnapshot(`
      "ArgumentError refused-key
      grad: the key "__proto__" is refused in trees (p)
        try another name for the key"
    `);
    expect(refusal(() => flatten({ a: { constructor: tensor(1) } }, 'load'))).toMatchInlineSnapshot(`
      "ArgumentError refused-key
      load: the key "constructor" is refused in trees (a)
        try another name for the key"
    `);
    expect(
      refusal(() => trace((p: Record<string, Tensor>) => Object.values(p), JSON.parse('{"prototype": 1}') as never)),
    ).toMatchInlineSnapshot(`
      "ArgumentError refused-key
      trace: the key "prototype" is refused in trees ([0])
        try another name for the key"
    `);
    expect(({} as { w?: number }).w).toBeUndefined();
  });

  test('that contain themselves', () => {
    const cyclic: { w: Tensor; self?: unknown } = { w: tensor(1) };
    cyclic.self = { again: cyclic };
    expect(
      refusal(() =>
        untyped(
          grad((p: { w: Tensor }) => p.w),
          cyclic,
        ),
      ),
    ).toMatchInlineSnapshot(`
      "ArgumentError cyclic-tree
      grad: p.self.again contains itself"
    `);
    const twice = tensor(2);
    expect(grad((p: { a: Tensor; b: Tensor }) => p.a.mul(p.b))({ a: twice, b: twice }).a.item()).toBe(2);
  });

  test('of different forms', () => {
    expect(refusal(() => mapTree((a, b) => a.add(b!), { w: tensor(1) }, { b: tensor(1) } as never)))
      .toMatchInlineSnapshot(`
        "ArgumentError structure-mismatch
        mapTree: trees of different form: the tree has entries w in one and b in the other"
      `);
    expect(refusal(() => mapTree((a, b) => a.add(b!), [tensor(1)], [tensor(1), tensor(2)]))).toMatchInlineSnapshot(`
      "ArgumentError structure-mismatch
      mapTree: trees of different form: the tree has entries 0 in one and 0, 1 in the other"
    `);
  });
});

describe('an error', () => {
  test('is data too: code, op, scope, what was expected, what came, and the graph so far', () => {
    const w = variable([1, 2], { name: 'w' });
    try {
      scope('model', () => w.value.exp().add(tensor([1, 2, 3])));
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({
        name: 'ShapeError',
        code: 'shape-mismatch',
        op: 'add',
        scope: 'model/add',
        expected: [2],
        received: [3],
      });
      if (!(error instanceof EdgewiseError) || !(error.graph instanceof Graph)) throw error;
      expect(error.graph.nodes.map(({ op }: { op: { name: string } }) => op.name)).toEqual(['variable', 'exp']);
      expect(error.stack).toContain('ShapeError: add: shapes do not broadcast');
    }
  });

  test('says in its stack what it says in its message, once', () => {
    try {
      scope('model', () => slice(x23, [2]));
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof EdgewiseError)) throw error;
      expect(error.stack?.split('\n    at ')[0]).toBe(`ArgumentError: ${error.message}`);
    }
  });

  test('keeps the scope of the mistake, not of those who pass it on', () => {
    expect(refusal(() => scope('outer', () => scope('inner', () => x23.add(tensor([1, 2])))))).toMatch(
      '  at outer/inner/add',
    );
  });

  test('seeds', () => {
    expect(refusal(() => random.key(-1))).toMatchInlineSnapshot(`
      "ArgumentError not-a-seed
      random.key: a seed is a whole number from 0 to 2^53 - 1; received -1"
    `);
    expect(refusal(() => random.key(0.5))).toMatchInlineSnapshot(`
      "ArgumentError not-a-seed
      random.key: a seed is a whole number from 0 to 2^53 - 1; received 0.5"
    `);
    expect(refusal(() => random.uniform(tensor([1, 2]), [2]))).toMatchInlineSnapshot(`
      "ShapeError not-a-key
      random.uniform: a key is i32 [2]; received f32 [2]
        try random.key(seed)"
    `);
  });
});
