/** Types of ops: a rule for each slot, attributes as stated, outputs as many as there are. */
import { describe, expectTypeOf, test } from 'vitest';
import {
  type BinaryElementwiseOp,
  type ElementwiseOp,
  type Op,
  type Tensor,
  type Variable,
  type VariadicOp,
  Tensor as TensorClass,
  add,
  cast,
  composite,
  concatenate,
  customGradient,
  defineElementwise,
  defineOp,
  defineVariadicOp,
  notDifferentiable,
  permute,
  relu,
  slice,
  softmax,
  split,
  sum,
  take,
  tensor,
  where,
} from '../../src/index.ts';

declare const x: Tensor;
declare const w: Variable;

describe('calls', () => {
  test('take tensors, Variables, numbers, nested and typed arrays', () => {
    expectTypeOf(add(x, w)).toEqualTypeOf<Tensor>();
    add([[1, 2]], 3);
    add(new Float64Array([1]), x);
    where(true, x, [1, 2]);
    // @ts-expect-error -- text is no tensor
    add(x, 'one');
    // @ts-expect-error -- one is missing
    add(x);
    // @ts-expect-error -- one too many
    relu(x, 1);
  });

  test('take attributes of the stated types', () => {
    expectTypeOf(permute(x, [1, 0])).toEqualTypeOf<Tensor>();
    cast(x, 'f64');
    sum(x, { axis: [0, 1], keepDims: true });
    slice(x, [null, 1, [0, 3, 2], [null, null, -1]]);
    take(x, [1, 2], { axis: 1 });
    // @ts-expect-error -- an order is a list
    permute(x, 1);
    // @ts-expect-error -- no such dtype
    cast(x, 'float32');
    // @ts-expect-error -- a misspelt option
    sum(x, { axes: 0 });
    // @ts-expect-error -- softmax goes along one axis
    softmax(x, { axis: [0, 1] });
    // @ts-expect-error -- a list comes first
    concatenate(x, x);
    // @ts-expect-error -- the order is missing
    x.permute();
  });

  test('are methods with the first tensor in front', () => {
    expectTypeOf(x.permute([1, 0])).toEqualTypeOf<Tensor>();
    expectTypeOf(x.sum({ axis: 0 })).toEqualTypeOf<Tensor>();
    expectTypeOf(x.add(w).relu()).toEqualTypeOf<Tensor>();
    // @ts-expect-error -- a list op is no method
    expectTypeOf(x.concatenate);
    // @ts-expect-error -- an order is a list
    x.permute(1);
  });

  test('give as many tensors as the op has outputs', () => {
    expectTypeOf(split(x, 3)).toEqualTypeOf<readonly Tensor[]>();
    expectTypeOf(add(x, x)).toEqualTypeOf<Tensor>();
  });
});

describe('tensors', () => {
  test('are made of numbers and booleans', () => {
    expectTypeOf(tensor([[1, 2]], { dtype: 'f64' })).toEqualTypeOf<Tensor>();
    tensor(new Uint8Array([1]), { shape: [1, 1] });
    // @ts-expect-error -- text is no number
    tensor(['1']);
    // @ts-expect-error -- no such dtype
    tensor([1], { dtype: 'float' });
    // @ts-expect-error -- nor does a bigint fit
    tensor([1n]);
  });

  test('cannot be written to', () => {
    // @ts-expect-error -- a shape is fixed
    x.shape[0] = 3;
    // @ts-expect-error -- a dtype too
    x.dtype = 'f64';
    expectTypeOf(x).toEqualTypeOf<TensorClass>();
  });
});

describe('defineOp', () => {
  const parts = {
    name: 'shifted',
    infer: ([at]: readonly [{ shape: readonly number[]; dtype: 'f32' | 'f64' | 'i32' | 'bool' }]) => at as never,
    forward: () => undefined,
  };

  test('states a signature', () => {
    const shifted: Op<[x: Tensor], [by: number]> = defineOp({ ...parts, pull: [({ cotangent }) => cotangent] });
    expectTypeOf(shifted(x, 1)).toEqualTypeOf<Tensor>();
    // @ts-expect-error -- the attribute is a number
    shifted(x, '1');
    // @ts-expect-error -- it is missing
    shifted(x);
  });

  test('needs a rule for each slot', () => {
    const two = { name: 'two', infer: () => undefined as never, forward: () => undefined };
    defineOp<[x: Tensor, y: Tensor]>({ ...two, pull: [({ cotangent }) => cotangent, notDifferentiable] });
    expectTypeOf(defineOp<[x: Tensor]>({ ...two, pull: [notDifferentiable] })).toEqualTypeOf<Op<[x: Tensor]>>();
    defineOp<[x: Tensor, y: Tensor]>({ ...two, pull: { together: ({ cotangent }) => [cotangent, undefined] } });
    // @ts-expect-error -- the second slot has no rule
    defineOp<[x: Tensor, y: Tensor]>({ ...two, pull: [({ cotangent }) => cotangent] });
    // @ts-expect-error -- one rule too many
    defineOp<[x: Tensor]>({ ...two, pull: [({ cotangent }) => cotangent, notDifferentiable] });
    // @ts-expect-error -- a rule gives a tensor
    defineOp<[x: Tensor]>({ ...two, pull: [() => 1] });
    // @ts-expect-error -- no rules at all
    defineOp<[x: Tensor]>({ ...two });
  });

  test('with several outputs gives a tuple, and its cotangents may be missing', () => {
    const two: Op<[x: Tensor], [], [low: Tensor, high: Tensor]> = defineOp({
      name: 'halves',
      infer: ([at]) => [at, at],
      forward: () => undefined,
      pull: [
        ({ cotangents: [low, high], outputs }) => {
          expectTypeOf(low).toEqualTypeOf<Tensor | undefined>();
          expectTypeOf(outputs).toEqualTypeOf<[low: Tensor, high: Tensor]>();
          return low ?? high ?? outputs[0];
        },
      ],
    });
    expectTypeOf(two(x)).toEqualTypeOf<[low: Tensor, high: Tensor]>();
    defineOp<[x: Tensor], [], [low: Tensor, high: Tensor]>({
      name: 'halves',
      infer: ([at]) => [at, at],
      forward: () => undefined,
      // @ts-expect-error -- a cotangent may be missing
      pull: [({ cotangents: [low] }) => low],
    });
    defineOp<[x: Tensor], [], [low: Tensor, high: Tensor]>({
      name: 'halves',
      // @ts-expect-error -- a spec an output
      infer: ([at]) => at,
      forward: () => undefined,
      pull: [({ output }) => output],
    });
  });

  test('knows its inputs and attributes in its rules', () => {
    defineOp<[x: Tensor, y: Tensor], [by: number]>({
      name: 'known',
      infer: ([at]) => at,
      forward: ([a, b], [by], output) => {
        expectTypeOf(by).toBeNumber();
        output.data[0] = a.data[0]! + b.data[0]! + by;
      },
      pull: [
        ({ inputs, attributes: [by], cotangent }) => {
          expectTypeOf(inputs).toEqualTypeOf<[x: Tensor, y: Tensor]>();
          expectTypeOf(by).toBeNumber();
          return cotangent;
        },
        ({ cotangent }) => cotangent,
      ],
    });
  });
});

describe('the other ways', () => {
  test('defineElementwise tells one argument from two', () => {
    const cube: ElementwiseOp = defineElementwise({
      name: 'cube',
      value: (at) => at ** 3,
      slope: ({ input }) => input.square().mul(3),
    });
    const product: BinaryElementwiseOp = defineElementwise({
      name: 'product',
      value: (a: number, b: number) => a * b,
      slope: [({ inputs: [, b] }) => b, ({ inputs: [a] }) => a],
    });
    expectTypeOf(cube(x)).toEqualTypeOf<Tensor>();
    expectTypeOf(product(x, 1)).toEqualTypeOf<Tensor>();
    // @ts-expect-error -- a second slope is missing
    defineElementwise({ name: 'half', value: (a: number, b: number) => a * b, slope: [() => 1] });
    // @ts-expect-error -- a slope is stated, or that there is none
    defineElementwise({ name: 'none', value: (at: number) => at });
  });

  test('defineVariadicOp takes a list', () => {
    const total: VariadicOp<[scale: number]> = defineVariadicOp({
      name: 'total',
      infer: ([first]) => first!,
      forward: () => undefined,
      pull: ({ cotangent, slot, attributes: [scale] }) => cotangent.mul(scale + slot),
    });
    expectTypeOf(total([x, w, 1], 2)).toEqualTypeOf<Tensor>();
    // @ts-expect-error -- a list comes first
    total(x, 2);
  });

  test('composite keeps the type of its function', () => {
    const swish = composite('swish', (at: Tensor, beta: number) => at.mul(at.mul(beta).sigmoid()));
    expectTypeOf(swish).parameters.toEqualTypeOf<[at: Tensor, beta: number]>();
    // @ts-expect-error -- beta is a number
    swish(x, x);
  });

  test('customGradient takes as many tensors as its function', () => {
    const f = customGradient('f', (a: Tensor, b: Tensor) => a.mul(b), {
      pull: ({ cotangent }) => [cotangent, cotangent],
    });
    expectTypeOf(f(x, 1)).toEqualTypeOf<Tensor>();
    // @ts-expect-error -- one is missing
    f(x);
    // @ts-expect-error -- pull gives a list of shares
    customGradient('g', (a: Tensor) => a, { pull: ({ cotangent }) => cotangent });
  });
});
