/** What TypeScript would have refused, written by somebody who has only JavaScript: told like any other mistake. */
import { describe, expect, test } from 'vitest';
import {
  type ElementwiseOp,
  type Op,
  type Tensor,
  cumsum,
  defineElementwise,
  defineOp,
  grad,
  logSumExp,
  onBackward,
  onForward,
  softmax,
  sum,
  tensor,
  trace,
  variable,
  vmap,
  zeros,
} from '../../src/index.ts';
import { checkGradients } from '../../src/testing/index.ts';
import { refusal } from '../refusal.ts';

const matrix = tensor([
  [1, 2],
  [3, 4],
]);

describe('arguments as NumPy has them', () => {
  test('an axis that is null is refused, whatever stands for none', () => {
    for (const call of [sum, softmax, cumsum] as ((x: Tensor, options: object) => Tensor)[]) {
      expect(() => call(matrix, { axis: null })).toThrow('axis is null\n  try no axis at all, for what is usual');
    }
  });

  test('a shape or an order without brackets', () => {
    expect(refusal(() => matrix.reshape(4 as never))).toMatchInlineSnapshot(`
      "ShapeError not-a-shape
      reshape: a shape is a list of whole numbers from 0 on; received 4
        try [4]"
    `);
    expect(refusal(() => matrix.permute(1 as never))).toMatchInlineSnapshot(`
      "ArgumentError not-a-permutation
      permute: order 1 does not name each of the 2 axes once
        try a list, such as [1, 0]"
    `);
  });

  test('a dtype in options', () => {
    expect(refusal(() => zeros([2], { dtype: 'f64' } as never))).toMatchInlineSnapshot(`
      "DtypeError not-a-dtype
      zeros: the dtype stands by itself here, and not in options; the dtypes are "bool", "i32", "f32", "f64"
        try 'f64'"
    `);
  });

  test('a dtype that an op of several parts does not take is refused in its own name', () => {
    expect(refusal(() => logSumExp(tensor([1, 2], { dtype: 'i32' })))).toMatchInlineSnapshot(`
      "DtypeError dtype-refused
      logSumExp: the input is i32; expected f32 or f64
        try x.cast('f32')"
    `);
    expect(refusal(() => logSumExp([true]))).toMatchInlineSnapshot(`
      "DtypeError dtype-refused
      logSumExp: the input is bool; expected f32 or f64
        try x.cast('f32')"
    `);
  });
});

test('what is no function is refused by whatever calls functions', () => {
  expect(refusal(() => grad(3 as never)(tensor(1)))).toMatchInlineSnapshot(`
    "ArgumentError not-a-function
    grad: expected a function of tensors; received number"
  `);
  expect(refusal(() => vmap(null as never)(matrix))).toMatchInlineSnapshot(`
    "ArgumentError not-a-function
    vmap: expected a function of tensors; received null"
  `);
  expect(refusal(() => trace(undefined as never))).toMatchInlineSnapshot(`
    "ArgumentError not-a-function
    trace: expected a function of tensors; received undefined"
  `);
});

describe('ops of one’s own', () => {
  const copy = (forward: (x: Tensor['data'], out: Tensor['data']) => unknown, share: unknown = 1): Op<[x: Tensor]> =>
    defineOp({
      name: 'copy',
      infer: ([x]) => x,
      forward: ([x], _, output) => forward(x.data, output.data) as undefined,
      pull: [() => share as Tensor],
    });

  test('a kernel that gives its numbers instead of writing them', () => {
    expect(refusal(() => copy((x) => x.map((value) => 2 * value))(matrix))).toMatchInlineSnapshot(`
      "ArgumentError not-written
      copy: forward gives numbers; it is to write them where the output lies
        try forward: ([x], [], output) => output.data.set(...)"
    `);
    expect(() => copy((x) => [...x])(matrix)).toThrow('forward gives numbers');
    expect(copy((x, out) => out.fill(x[0]!))(matrix).toArray()).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(copy((_, out) => (out[0] = 5))(matrix).data[0]).toBe(5);
  });

  test('a share that is no tensor', () => {
    const op = copy((x, out) => out.set(x));
    expect(refusal(() => grad((x: Tensor) => op(x).sum())(matrix))).toMatchInlineSnapshot(`
      "ShapeError wrong-share
      copy: the pull rule of slot 0 gives a number; the input is f32 [2, 2]
        try a rule that returns the shape and dtype of its input"
    `);
  });

  test('a slope of another dtype', () => {
    const twice: ElementwiseOp = defineElementwise({
      name: 'twice',
      value: (x) => 2 * x,
      slope: () => tensor(2, { dtype: 'f64' }),
    });
    expect(refusal(() => grad((x: Tensor) => twice(x).sum())(matrix))).toMatchInlineSnapshot(`
      "DtypeError wrong-slope
      twice: the slope is f64; the input is f32
        try a slope made from the input, or a number"
    `);
  });

  test('a tree where derivatives are checked', () => {
    const f = ({ w }: { w: Tensor }): Tensor => w.sum();
    expect(refusal(() => checkGradients(f as never, { w: matrix } as never))).toMatchInlineSnapshot(`
      "ArgumentError not-tensors
      checkGradients: the inputs are a list of tensors, one for each argument of fn
        try [tensor(values)], and for a tree its leaves: (w, b) => f({ w, b })"
    `);
  });
});

test('a hook may run ops and take derivatives: for these no hook is called', () => {
  const seen: string[] = [];
  const w = variable([3, -4]);
  const removals = [
    onForward('', ({ op, output }) => seen.push(`${op.name} ${(output as Tensor).abs().max().item()}`)),
    onBackward('', ({ op }, cotangent) => {
      const slope = grad((x: Tensor) => x.square().sum())(cotangent as Tensor);
      seen.push(`${op.name} back ${slope.sum().item()}`);
    }),
  ];
  w.value.mul(2).sum().backward();
  for (const remove of removals) remove();
  expect(seen).toEqual(['mul 8', 'sum 2', 'sum back 2', 'mul back 4']);
});
