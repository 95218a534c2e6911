/** A law that catches nothing proves nothing: ops with planted faults, each caught by the law that is there for it. */
import { expect, test } from 'vitest';
import {
  type AnyOp,
  type Composite,
  type Op,
  type Tensor,
  type VariadicOp,
  defineElementwise,
  defineOp,
  defineVariadicOp,
  notDifferentiable,
  spec,
  tensor,
  zerosLike,
} from '../../src/index.ts';
import { type Law, laws } from './laws.ts';

function law(part: string): Law {
  const found = laws.filter(({ title }) => title.includes(part));
  expect(found).toHaveLength(1);
  return found[0]!;
}

/** What a law says of an op with a fault. */
function caught(part: string, op: AnyOp | Composite<unknown>): string {
  try {
    law(part).holds(op, 1);
  } catch (error) {
    return String(error);
  }
  return 'not caught';
}

/** The product of two tensors of one shape, with a part of its definition replaced. */
type Overrides = Partial<Parameters<typeof defineOp<[x: Tensor, y: Tensor]>>[0]>;
function product(overrides: Overrides): Op<[x: Tensor, y: Tensor]> {
  return defineOp<[x: Tensor, y: Tensor]>({
    name: 'faulty',
    infer: ([x]) => x,
    forward: ([x, y], _, { data }) => {
      for (let k = 0; k < data.length; k++) data[k] = x.data[k]! * y.data[k]!;
    },
    pull: [({ cotangent, inputs: [, y] }) => cotangent.mul(y), ({ cotangent, inputs: [x] }) => cotangent.mul(x)],
    samples: [
      {
        shapes: [
          [2, 3],
          [2, 3],
        ],
      },
    ],
    ...overrides,
  });
}

test('the op without a fault passes every law', () => {
  for (const { holds } of laws) holds(product({}), 1);
  expect.assertions(0);
});

test('an op without samples is caught', () => {
  expect(caught('samples', product({ samples: [] }))).toMatchInlineSnapshot(`"Error: faulty states no samples"`);
});

test('a sign error in one slot is caught by the first derivative', () => {
  const op = product({
    pull: [({ cotangent, inputs: [, y] }) => cotangent.mul(y), ({ cotangent, inputs: [x] }) => cotangent.mul(x).neg()],
  });
  expect(caught('first derivatives', op)).toMatch(
    /first derivative in input 1 along a random direction is .*; central differences give/,
  );
});

test('a rule that pulls the other slot is caught by the first derivative', () => {
  const op = product({
    pull: [({ cotangent, inputs: [x] }) => cotangent.mul(x), ({ cotangent, inputs: [, y] }) => cotangent.mul(y)],
  });
  expect(caught('first derivatives', op)).toMatch('first derivative in input 0');
});

const broadcastAdd = (pullOfRow: (cotangent: Tensor) => Tensor): Op<[x: Tensor, row: Tensor]> =>
  defineOp<[x: Tensor, row: Tensor]>({
    name: 'addRow',
    infer: ([x]) => x,
    forward: ([x, row], _, { data }) => {
      for (let k = 0; k < data.length; k++) data[k] = x.data[k]! + row.data[k % row.data.length]!;
    },
    pull: [({ cotangent }) => cotangent, ({ cotangent }) => pullOfRow(cotangent)],
    samples: [{ shapes: [[2, 3], [3]] }],
  });

test('the sum over a broadcast axis, missing in a rule, is refused by shape', () => {
  const op = broadcastAdd((cotangent) => cotangent);
  expect(caught('first derivatives', op)).toMatch(
    'addRow: the pull rule of slot 1 gives f64 [2, 3]; the input is f64 [3]',
  );
});

test('a broadcast undone by taking one row in place of the sum is caught by the first derivative', () => {
  expect(
    caught(
      'first derivatives',
      broadcastAdd((cotangent) => cotangent.slice([0])),
    ),
  ).toMatch('first derivative in input 1');
  expect(
    caught(
      'first derivatives',
      broadcastAdd((cotangent) => cotangent.sum({ axis: 0 })),
    ),
  ).toBe('not caught');
});

test('a rule that keeps numbers in place of tensors is right at first order, and caught at second', () => {
  const op = defineElementwise({
    name: 'savedTanh',
    value: Math.tanh,
    slope: ({ output }) => tensor(output.data, { shape: output.shape }).square().neg().add(1),
    samples: { from: -2, to: 2 },
  });
  expect(caught('first derivatives', op)).toBe('not caught');
  expect(caught('second derivatives', op)).toMatch('second derivative in input 0 along');
});

test('a slope whose own slope holds still is right at first and second order, and caught at third', () => {
  const slope = defineElementwise({
    name: 'cosine',
    value: Math.cos,
    slope: ({ input }) => tensor(input.sin().neg().data, { shape: input.shape }),
    samples: { from: -2, to: 2 },
  });
  const op = defineElementwise({
    name: 'sine',
    value: Math.sin,
    slope: ({ input }) => slope(input),
    samples: { from: -2, to: 2 },
  });
  expect(caught('first derivatives', op)).toBe('not caught');
  expect(caught('second derivatives', op)).toBe('not caught');
  expect(caught('third derivatives', op)).toMatch('third derivative is 0; differences give');
});

test('a rule that is NaN at 0 alone is caught at special points', () => {
  const op = defineElementwise({
    name: 'bump',
    value: (x) => x * x,
    slope: ({ input, output }) => output.mul(2).div(input),
    samples: { from: 0.5, to: 2 },
  });
  expect(caught('first derivatives', op)).toBe('not caught');
  expect(caught('at ties', op)).toMatch('where input 0 is 0, is NaN; the value is finite');
});

test('a rule that forgets one of two mixed derivatives is caught at second order', () => {
  const op = product({
    pull: [
      ({ cotangent, inputs: [, y] }) => cotangent.mul(y.stopGradient()),
      ({ cotangent, inputs: [x] }) => cotangent.mul(x),
    ],
  });
  expect(caught('first derivatives', op)).toBe('not caught');
  expect(caught('second derivatives', op)).toMatch('second derivative in inputs 0 and 1');
});

test('a push that differs from the pull is caught by forward against reverse', () => {
  const op = product({ push: [({ tangent, inputs: [, y] }) => tangent.mul(y), ({ tangent }) => tangent] });
  expect(caught('first derivatives', op)).toMatch('forward derivative in input 1');
});

test('a pull that is not linear in its cotangent is caught', () => {
  const op = product({
    pull: [
      ({ cotangent, inputs: [, y] }) => cotangent.square().mul(y),
      ({ cotangent, inputs: [x] }) => cotangent.mul(x),
    ],
  });
  expect(caught('first derivatives', op)).toMatch('first derivative in input 0');
});

test('a slot without a rule whose value does move is named when its derivative is asked for', () => {
  const op = product({ pull: [({ cotangent, inputs: [, y] }) => cotangent.mul(y), notDifferentiable] });
  expect(caught('slot without a rule', op)).toBe('not caught');
  expect(caught('moves no floating result', op)).toMatch('slot 1 has no rule, and moves element 0 of result 0');
  // A rule that gives zeros in its place is a wrong derivative.
  const silent = product({
    pull: [({ cotangent, inputs: [, y] }) => cotangent.mul(y), ({ inputs: [, y] }) => zerosLike(y)],
  });
  expect(caught('first derivatives', silent)).toMatch('first derivative in input 1');
});

test('a rule for equal elements that gives another value is caught', () => {
  expect(caught('equal elements as one number', product({ uniform: ([x]) => x }))).toMatch('inputs 0, 1 uniform');
});

test('a kernel that writes to its input is caught', () => {
  const op = product({
    forward: ([x, y], _, { data }) => {
      for (let k = 0; k < data.length; k++) data[k] = x.data[k]! *= y.data[k]!;
    },
  });
  expect(caught('never written to', op)).toMatch('faulty');
});

test('an op that loses fractions of whole numbers silently is caught', () => {
  const silent = defineOp<[x: Tensor]>({
    name: 'halved',
    infer: ([x]) => x,
    forward: ([x], _, { data }) => data.set(x.data.map((value) => value / 2)),
    pull: [({ cotangent }) => cotangent.mul(0.5)],
    samples: [{ shapes: [[3]], from: 3, to: 4 }],
  });
  expect(caught('no fraction is lost', silent)).toMatch('1 for i32, 1.5 for f64');
});

test('a slope at numbers that differs from the slope by tensors is caught', () => {
  const op = defineElementwise({
    name: 'cube',
    value: (x) => x ** 3,
    slope: ({ input }) => input.square().mul(3),
    slopeAt: (x) => x ** 2 * 3 * (1 + 2e-16),
    samples: { from: 1, to: 2 },
  });
  expect(caught('derivative on plain numbers', op)).toMatch('slot 0: element 0 is');
});

test('an op computed in lower precision than its dtype is caught', () => {
  const op = defineElementwise({
    name: 'coarse',
    value: (x) => Math.round(Math.exp(x) * 1e4) / 1e4 + (x === Math.fround(x) ? 1e-3 : 0),
    slope: ({ output }) => output,
    samples: { from: 0, to: 1 },
  });
  expect(caught('first derivatives', op)).toMatch('first derivative');
});

test('a slope that is wrong in f32 alone is caught', () => {
  const op = defineElementwise({
    name: 'sine',
    value: Math.sin,
    slope: ({ input }) => input.cos().mul(input.dtype === 'f32' ? 1.05 : 1),
    samples: { from: -2, to: 2 },
  });
  expect(caught('first derivatives', op)).toBe('not caught');
  expect(caught('in f32 the derivatives', op)).toMatch('pulled to slot 0');
  const pushed = product({
    push: [
      ({ tangent, inputs: [, y] }) => tangent.mul(y).mul(tangent.dtype === 'f32' ? 1.05 : 1),
      ({ tangent, inputs: [x] }) => tangent.mul(x),
    ],
  });
  expect(caught('in f32 the derivatives', pushed)).toMatch('pushed from slot 0');
});

test('an op that has no derivative at all though its result moves is caught', () => {
  const op = defineOp<[x: Tensor]>({
    name: 'doubled',
    infer: ([x]) => x,
    forward: ([x], _, { data }) => data.set(x.data.map((value) => value * 2)),
    pull: [notDifferentiable],
    samples: [{ shapes: [[3]] }],
  });
  expect(caught('moves no floating result', op)).toMatch('moves element 0 of result 0');
  const floored = defineOp<[x: Tensor]>({
    name: 'floored',
    infer: ([x]) => x,
    forward: ([x], _, { data }) => data.set(x.data.map(Math.floor)),
    pull: [notDifferentiable],
    samples: [{ shapes: [[3]] }],
  });
  expect(caught('moves no floating result', floored)).toBe('not caught');
});

test('an op that breaks where there is nothing is caught', () => {
  const first = defineOp<[x: Tensor]>({
    name: 'first',
    infer: () => spec([], 'f64'),
    forward: ([x], _, { data }) => {
      if (x.data.length === 0) throw new RangeError('there is no first element');
      data[0] = x.data[0]!;
    },
    pull: [({ cotangent, inputs: [x] }) => x.mul(0).add(cotangent)],
    samples: [{ shapes: [[3]] }],
  });
  expect(caught('of empty axes', first)).toMatch('f64 [0]: refused by something else');
});

test('a list op whose rule ignores its slot is caught', () => {
  const op: VariadicOp = defineVariadicOp({
    name: 'weighted',
    infer: ([first]) => first!,
    forward: (inputs, _, { data }) =>
      inputs.forEach((input, slot) => input.data.forEach((value, k) => (data[k]! += (slot + 1) * value))),
    pull: ({ cotangent }) => cotangent,
    samples: [{ shapes: [[2], [2]] }],
  });
  expect(caught('first derivatives', op)).toMatch('first derivative in input 1');
});
