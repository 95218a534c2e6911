/** What `checkGradients` finds at special points, beside the points it is given. */
import { describe, expect, test } from 'vitest';
import {
  type Tensor,
  type ElementwiseOp,
  type Op,
  type OpDefinition,
  checkpoint,
  cond,
  customGradient,
  defineElementwise,
  defineOp,
  forLoop,
  hypot,
  maximum,
  median,
  norm,
  pow,
  record,
  relu,
  scan,
  scope,
  sign,
  spec,
  sqrt,
  tensor,
  unique,
  variable,
  vmap,
  where,
  whileLoop,
} from '../src/index.ts';
import { checkGradients } from '../src/testing/index.ts';

const f64 = (values: number[]): Tensor => tensor(values, { dtype: 'f64' });
const ordinary = f64([0.5, -2, 3]);

function said(check: () => unknown): string {
  try {
    check();
  } catch (error) {
    return String(error);
  }
  return 'nothing';
}

/** Right at first order everywhere, and at second order everywhere but at 0. */
const firstSinc = defineElementwise({
  name: 'sinc',
  value: (x) => (x === 0 ? 1 : Math.sin(x) / x),
  slope: ({ input, output }) => {
    const nonzero = where(input.equal(0), 1, input);
    return where(input.equal(0), 0, input.cos().sub(output).div(nonzero));
  },
});

describe('at special points checkGradients finds', () => {
  test('a second derivative that is wrong where the slope is a constant', () => {
    expect(said(() => checkGradients(firstSinc, [ordinary], { probe: false }))).toBe('nothing');
    expect(said(() => checkGradients(firstSinc, [ordinary], { orders: [1] }))).toBe('nothing');
    expect(said(() => checkGradients(firstSinc, [ordinary]))).toMatch(
      'second derivative in input 0 along a random direction, where input 0 is 0, is 0; differences on both sides give',
    );
  });

  test('a slope that is NaN where the value is finite', () => {
    const trap = (x: Tensor): Tensor => where(x.greater(0), x.sqrt(), 0);
    expect(said(() => checkGradients((x) => trap(x.add(1)), [f64([0.5])]))).toMatchInlineSnapshot(
      `
      "EdgewiseError: checkGradients: first derivative in input 0, where input 0 is -1, is NaN; the value is finite
        try a form that divides neither Infinity by Infinity nor 0 by 0; where() gives both branches a share, so let it choose the input too: where(ok, where(ok, x, 1).sqrt(), 0)"
    `,
    );
  });

  test('a slope that overflows to NaN at large numbers', () => {
    const naive = defineElementwise({
      name: 'softplus',
      value: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
      slope: ({ input }) => input.exp().div(input.exp().add(1)),
    });
    expect(said(() => checkGradients(naive, [ordinary]))).toMatch('where input 0 is 1000, is NaN; the value is finite');
  });

  test('a slope at ties that no side has', () => {
    const both = customGradient('both', (x: Tensor, y: Tensor) => maximum(x, y).add(x.add(y).sub(maximum(x, y))), {
      pull: ({ cotangent, inputs: [x, y] }) => {
        const tie = x!.equal(y!);
        return [where(tie, cotangent.mul(2), cotangent), cotangent];
      },
    });
    const at = [f64([0.5, -2]), f64([7, 3])];
    expect(said(() => checkGradients(both, at, { probe: false }))).toBe('nothing');
    expect(said(() => checkGradients(both, at))).toMatch(
      'first derivative in input 0 along a random direction, where every input is 0,',
    );
  });

  const bySinc: [title: string, fn: (x: Tensor) => Tensor][] = [
    ['in a longer function', (x) => firstSinc(x).square().mul(3)],
    ['beside an op that has no kink at this point', (x) => firstSinc(x).add(x.sub(1).abs().square())],
    ['made of ops', (x) => where(x.equal(0), 1, x.sin().div(where(x.equal(0), 1, x)))],
    ['in a checkpoint', (x) => checkpoint((y: Tensor) => firstSinc(y))(x)],
    [
      'in a checkpoint, beside an op that has no kink at this point',
      (x) => checkpoint((y: Tensor) => firstSinc(y).add(y.sub(1).abs().square()))(x),
    ],
    [
      'in a step of a loop',
      (x) => scan((h: Tensor, y: Tensor) => [h.add(firstSinc(y)), undefined], tensor(0, { dtype: 'f64' }), x)[0],
    ],
    ['in a loop in a checkpoint', (x) => checkpoint((y: Tensor) => forLoop(1, (_, z: Tensor) => firstSinc(z), y))(x)],
    [
      'in a branch',
      (x) =>
        checkpoint((y: Tensor) =>
          cond(
            y.sum().less(9),
            () => firstSinc(y),
            () => y,
          ),
        )(x),
    ],
  ];
  test.each(bySinc)('a second derivative that is wrong %s', (_, fn) => {
    expect(said(() => checkGradients((x) => fn(x!), [ordinary]))).toMatch('where input 0 is 0, is');
  });

  test('a wrong rule of an op at a kink, where forward mode has another', () => {
    const bent: Op<[x: Tensor]> = defineOp({
      name: 'bent',
      infer: ([x]) => x,
      forward: ([x], _, { data }) => data.set(x.data.map(Math.abs)),
      pull: [({ cotangent, inputs: [x] }) => cotangent.mul(x.sign())],
      push: [({ tangent, inputs: [x] }) => tangent.mul(where(x.greaterEqual(0), 1, -1))],
    });
    expect(said(() => checkGradients((x) => bent(x!), [ordinary]))).toMatch(/where input 0 is 0, is 0; forward mode/);
    expect(said(() => checkGradients((x) => bent(x!).mul(x!), [ordinary]))).toMatch(
      /second derivative .* where input 0 is 0, is 0; forward mode/,
    );
  });

  test('a rule that is wrong at 1 alone', () => {
    const op = defineElementwise({
      name: 'wrongAtOne',
      value: (x) => x ** 3,
      slope: ({ input }) => where(input.equal(1), 4, input.square().mul(3)),
    });
    expect(said(() => checkGradients(op, [ordinary]))).toMatch('where input 0 is 1, is');
  });
});

describe('at special points checkGradients allows', () => {
  const halfSquare = defineElementwise({
    name: 'halfSquare',
    value: (x) => (x > 0 ? x * x : 0),
    slope: ({ input }) => relu(input).mul(2),
  });
  const allowed: [title: string, fn: (...at: Tensor[]) => Tensor | readonly Tensor[], at: Tensor[]][] = [
    ['kinks', (x) => relu(x!), [ordinary]],
    ['kinks at ties', (x, y) => maximum(x!, y!), [f64([0.5, -2]), f64([1, 3])]],
    ['kinks that look smooth along one line', (x) => median(x!), [ordinary]],
    ['infinite slopes', (x) => sqrt(x!), [f64([0.5, 2])]],
    ['the end of a domain, and isolated points beyond', (x, y) => pow(x!, y!), [f64([0.5, 2]), f64([1.5, 0.3])]],
    ['no slope at the origin', (x, y) => hypot(x!, y!), [f64([0.5, 2]), f64([1.5, 0.3])]],
    ['another number of elements', (x) => unique(x!), [ordinary]],
    ['a smooth function of a kink', (x) => x!.abs().square(), [ordinary]],
    ['the square of a norm', (x) => norm(x!).square(), [ordinary]],
    ['two kinks that make a smooth function', (x) => relu(x!).sub(relu(x!.neg())), [ordinary]],
    ['two kinks of a slope', (x) => halfSquare(x!).add(halfSquare(x!.neg())), [ordinary]],
    ['jumps', (x) => sign(x!).mul(sign(x!)).mul(x!), [ordinary]],
    [
      'ties that make a smooth function',
      (x, y) => maximum(x!, y!).add(maximum(x!.neg(), y!.neg())).square(),
      [ordinary, f64([1, 4, 2])],
    ],
    ['a kink that one of two inputs has', (x, y) => x!.abs().square().mul(y!), [ordinary, f64([1, 4, 2])]],
  ];
  const smooth = (x: Tensor): Tensor => x.abs().square();
  const inBodies: typeof allowed = [
    ['in a checkpoint', (x) => checkpoint(smooth)(x!), [ordinary]],
    ['in a checkpoint in a checkpoint', (x) => checkpoint((y: Tensor) => checkpoint(smooth)(y).mul(2))(x!), [ordinary]],
    [
      'in a step of a loop',
      (x) => scan((h: Tensor, y: Tensor) => [h.add(smooth(y)), undefined], tensor(0, { dtype: 'f64' }), x!)[0],
      [ordinary],
    ],
    ['at each step of a loop', (x) => forLoop(2, (_, h: Tensor) => h.add(smooth(h)), x!), [ordinary]],
    [
      'in a loop that ends by a condition',
      (x) =>
        whileLoop(
          ([k]: [Tensor, Tensor]) => k.less(2),
          ([k, h]) => [k.add(1), h.add(smooth(h))] as [Tensor, Tensor],
          [tensor(0), x!],
          { maxSteps: 3 },
        )[1],
      [ordinary],
    ],
    [
      'in a branch in a checkpoint',
      (x) =>
        checkpoint((y: Tensor) =>
          cond(
            y.sum().less(1e9),
            () => smooth(y),
            () => y,
          ),
        )(x!),
      [ordinary],
    ],
    ['in a checkpoint of each example', (x) => vmap((y: Tensor) => checkpoint(smooth)(y))(x!), [ordinary]],
  ];
  test.each(inBodies)('a smooth function of a kink %s', (_, fn, at) => {
    expect(said(() => checkGradients(fn, at))).toBe('nothing');
  });

  test.each(allowed)('%s', (_, fn, at) => {
    expect(said(() => checkGradients(fn, at))).toBe('nothing');
  });

  test('a function that refuses them', () => {
    const positive = (x: Tensor): Tensor => {
      if (x.data.some((value) => value <= 0 || value > 100)) throw new RangeError('outside');
      return x.log();
    };
    expect(said(() => checkGradients(positive, [f64([0.5, 2])]))).toBe('nothing');
  });
});

describe('compiled', () => {
  type Lower = NonNullable<OpDefinition<[x: Tensor]>['lower']>;
  /** Sums of squares along the last axis, of which a program makes something else. */
  const sumsWith = (lower: Lower): Op<[x: Tensor]> =>
    defineOp<[x: Tensor]>({
      name: 'squaredLength',
      infer: ([x]) => spec(x.shape.slice(0, -1), x.dtype),
      forward: ([x], _, { data }) => {
        const width = x.shape.at(-1)!;
        x.data.forEach((value, k) => (data[Math.floor(k / width)]! += value * value));
      },
      lower,
      pull: [({ cotangent, inputs: [x] }) => cotangent.expandDims(-1).mul(x).mul(2)],
    });
  const right = sumsWith(({ at, position, inputs: [x] }, kernel) => {
    const along = { extent: x!.shape.at(-1)! };
    const element = at(0, kernel.Position.of(x!.shape, [...position.axes, kernel.loopIndex(along)]));
    return kernel.reduce('add', along, kernel.mul(element, element));
  });
  const wrong = sumsWith(({ at, position, inputs: [x] }, kernel) => {
    const along = { extent: x!.shape.at(-1)! };
    const element = at(0, kernel.Position.of(x!.shape, [...position.axes, kernel.loopIndex(along)]));
    return kernel.reduce('add', along, kernel.abs(element));
  });
  const rows = tensor(
    [
      [1, 2],
      [3, -4],
    ],
    { dtype: 'f64' },
  );

  test('a `lower` that says what `forward` does passes, and the comparisons are counted', () => {
    const [off, on] = [false, true].map((compiled) => checkGradients(right, [rows], { compiled }));
    expect(on!.comparisons - off!.comparisons).toBe(3);
    expect(checkGradients(right, [rows.cast('f32')], { compiled: true }).worst).toBeLessThan(1e-4);
  });

  test('a `lower` that does not is found, and named', () => {
    expect(said(() => checkGradients(wrong, [rows]))).toBe('nothing');
    expect(said(() => checkGradients((x) => wrong(x).mul(3), [rows], { compiled: true }))).toMatchInlineSnapshot(`
      "EdgewiseError: checkGradients: the compiled program differs: element 0 of result 0 is 9; without compile it is 15 (error 7.9e-2, allowed 4.5e-13)
        the program and the interpreter differ first at squaredLength (f64 [2])
        try a \`lower\` that says what \`forward\` does; an op without one is called back, and right"
    `);
  });

  /** x^3, with a derivative that only a program has wrong. */
  const tripledSquare = (lower: Lower): Op<[x: Tensor]> =>
    defineOp({
      name: 'tripledSquare',
      infer: ([x]) => x,
      forward: ([x], _, { data }) => data.set(x.data.map((value) => 3 * value * value)),
      lower,
      pull: [({ cotangent, inputs: [x] }) => cotangent.mul(x).mul(6)],
    });
  const cubeBy = (slope: Op<[x: Tensor]>): ElementwiseOp =>
    defineElementwise({ name: 'cube', value: (x) => x ** 3, slope: ({ input }) => slope(input) });

  test('a derivative that is wrong only as a program is found at its order', () => {
    const well = tripledSquare(({ at, position }, kernel) => {
      const element = at(0, position);
      return kernel.mul(kernel.constant(3, element.type), kernel.mul(element, element));
    });
    const badly = tripledSquare(({ at, position }, kernel) => kernel.abs(at(0, position)));
    const power = (slope: Op<[x: Tensor]>): ElementwiseOp =>
      defineElementwise({ name: 'power', value: (x) => x ** 4 / 4, slope: ({ input }) => cubeBy(slope)(input) });
    expect(said(() => checkGradients(cubeBy(well), [rows], { compiled: true }))).toBe('nothing');
    expect(said(() => checkGradients(cubeBy(badly), [rows], { compiled: true }))).toMatch(
      /the compiled program differs: element 0 of the first derivative in input 0 is .*; without compile it is .*tripledSquare/s,
    );
    expect(said(() => checkGradients(power(badly), [rows], { compiled: true, orders: [1] }))).toBe('nothing');
    expect(said(() => checkGradients(power(badly), [rows], { compiled: true, orders: [2] }))).toMatch(
      /the compiled program differs: element 0 of the second derivative in input 0 is .*; without compile it is .*tripledSquare/s,
    );
  });

  test('the `lower` of an elementwise op runs without `compile` too, so that differences find it', () => {
    const cube = defineElementwise({
      name: 'cube',
      value: (x) => x ** 3,
      lower: (x, kernel) => kernel.mul(x, x),
      slope: ({ input }) => input.square().mul(3),
    });
    expect(said(() => checkGradients(cube, [rows]))).toMatch(
      /first derivative in input 0 along .* central differences/,
    );
  });

  describe('an op whose `lower` and `value` differ, where differences cannot see it', () => {
    /** x^2, of which whatever runs as a program is off by a constant: its slope is right. */
    const shiftedBy = (shift: number): ElementwiseOp =>
      defineElementwise({
        name: 'shifted',
        value: (x) => x * x,
        lower: (x, kernel) => kernel.add(kernel.mul(x, x), kernel.constant(shift, x.type)),
        slope: ({ input }) => input.mul(2),
      });
    const shifted = shiftedBy(0.25);
    const refusal = 'the `lower` of shifted gives 1.25 at 1; its `value` gives 1 (error 1.3e-1, allowed 4.5e-13)';

    test('is found, with its place, its input and both numbers', () => {
      expect(said(() => checkGradients(shifted, [rows]))).toBe('nothing');
      expect(said(() => checkGradients((x) => scope('head', () => shifted(x)), [rows], { compiled: true })))
        .toMatchInlineSnapshot(`
        "EdgewiseError: checkGradients: the \`lower\` of shifted gives 1.25 at 1; its \`value\` gives 1 (error 1.3e-1, allowed 4.5e-13)
          at head
          try a \`lower\` that says what \`value\` does; an op without one is called back, and right"
      `);
      expect(said(() => checkGradients(shiftedBy(0), [rows], { compiled: true }))).toBe('nothing');
    });

    test('of two inputs, both are said', () => {
      const product = defineElementwise({
        name: 'product',
        value: (x: number, y: number) => x * y,
        lower: (x, y, kernel) => kernel.add(kernel.mul(x, y), kernel.constant(1, x.type)),
        slope: [({ inputs: [, y] }) => y, ({ inputs: [x] }) => x],
      });
      expect(said(() => checkGradients((x) => product(x, f64([3, 5])), [rows], { compiled: true }))).toMatch(
        'the `lower` of product gives 4 at (1, 3); its `value` gives 3 ',
      );
    });

    test('is found in f64 where rounding to f32 would hide it', () => {
      expect(said(() => checkGradients(shiftedBy(1e-9), [rows.cast('f32')], { compiled: true }))).toMatch(
        'the `lower` of shifted gives 1.000000001 at 1; its `value` gives 1 ',
      );
    });

    test('is found in a rule, at the order at which it runs', () => {
      const cube = defineElementwise({
        name: 'cube',
        value: (x) => x ** 3,
        slope: ({ input }) => shiftedBy(1e-9)(input).mul(3),
      });
      const fourth = defineElementwise({
        name: 'fourth',
        value: (x) => x ** 4,
        slope: ({ input }) => cube(input).mul(4),
      });
      expect(said(() => checkGradients(cube, [rows], { compiled: true, orders: [1] }))).toMatch('shifted gives');
      expect(said(() => checkGradients(fourth, [rows], { compiled: true, orders: [1] }))).toBe('nothing');
      expect(said(() => checkGradients(fourth, [rows], { compiled: true, orders: [2] }))).toMatch('shifted gives');
    });

    test.each<[string, (x: Tensor) => Tensor]>([
      ['a checkpoint', (x) => checkpoint((y: Tensor) => shifted(y))(x)],
      ['a loop', (x) => forLoop(2, (_, y: Tensor) => shifted(y).mul(0.5), x)],
      [
        'a function with a rule of its own',
        customGradient('own', (x) => shifted(x), { pull: ({ cotangent, inputs: [x] }) => [cotangent.mul(x!).mul(2)] }),
      ],
    ])('is found inside of %s', (_, fn) => {
      expect(said(() => checkGradients(fn, [rows], { compiled: true }))).toMatch(refusal);
    });

    test('is found though it makes no difference to what the function gives, of any op', () => {
      const hidden = (x: Tensor): Tensor => x.square().add(shifted(x).mul(0));
      expect(said(() => checkGradients(hidden, [rows], { compiled: true }))).toMatch(refusal);
      const hiddenSums = (x: Tensor): Tensor => right(x).add(wrong(x).mul(0));
      expect(said(() => checkGradients(hiddenSums, [rows], { compiled: true }))).toMatchInlineSnapshot(`
        "EdgewiseError: checkGradients: the \`lower\` of squaredLength gives 3 for element 0 of the result, from f64 [2, 2]; its \`forward\` gives 5 (error 7.7e-2, allowed 4.5e-13)
          try a \`lower\` that says what \`forward\` does; an op without one is called back, and right"
      `);
    });
  });

  test('inputs with a history are compiled too', () => {
    const x = variable(rows);
    expect(said(() => checkGradients(wrong, [x.value], { compiled: true }))).toMatch('the compiled program differs');
  });

  test('results that are whole numbers or truths are compared to the bit', () => {
    const fn = (x: Tensor): Tensor[] => [x.exp(), x.greater(0), x.argMax({ axis: 1 })];
    expect(said(() => checkGradients(fn, [rows], { compiled: true }))).toBe('nothing');
  });

  test('where there are no programs it says so', () => {
    expect(said(() => record(() => checkGradients(right, [rows], { compiled: true })))).toMatch(
      'nothing runs as a program where somebody traces, records or differentiates',
    );
  });
});

describe('f32 inputs', () => {
  const f32 = (values: number[]): Tensor => tensor(values);

  test('are checked, and with f64 ones beside them', () => {
    const [alone, none] = [[f32([0.5, -2])], [f64([0.5, -2])]].map((at) => checkGradients((x) => x.sin().exp(), at));
    expect(alone!.comparisons).toBe(none!.comparisons + 3);
    expect(alone!.worst).toBeLessThan(1e-4);
    const beside = checkGradients((x, y) => x.mul(y).sin(), [f32([0.5, -2]), f64([1, 3])]);
    expect(beside.comparisons).toBe(
      checkGradients((x, y) => x.mul(y).sin(), [f64([0.5, -2]), f64([1, 3])]).comparisons + 8,
    );
  });

  const wrongSine = (when: (x: Tensor) => boolean): ElementwiseOp =>
    defineElementwise({
      name: 'wrongSine',
      value: Math.sin,
      slope: ({ input }) => (when(input) ? input.cos().mul(1.01) : input.cos()),
    });

  test('a wrong rule is found', () => {
    const op = wrongSine(() => true);
    expect(said(() => checkGradients(op, [f32([0.5, 1])]))).toMatch(/first derivative in input 0 along .* central/);
    expect(said(() => checkGradients((x, y) => op(x).mul(y), [f32([0.5, 1]), f64([1, 2])]))).toMatch(
      /first derivative in input 0 along .* central/,
    );
  });

  test('a rule that is wrong in f32 alone is found', () => {
    const op = wrongSine(({ dtype }) => dtype === 'f32');
    expect(said(() => checkGradients(op, [f64([0.5, 1])]))).toBe('nothing');
    expect(said(() => checkGradients(op, [f32([0.5, 1])]))).toMatchInlineSnapshot(`
      "EdgewiseError: checkGradients: in f32, element 0 of the first derivative in input 0 is -0.8549875617027283; in f64 it is -0.8465223415656268 (error 4.6e-3, allowed 0.0001)
        try a form that neither subtracts nearly equal numbers nor overflows in f32; or tolerance: 1e-3, where so little is enough"
    `);
    expect(said(() => checkGradients(op, [f32([0.5, 1])], { orders: [2] }))).toMatch(
      'in f32, element 1 of the second derivative in input 0 is',
    );
    expect(said(() => checkGradients(op, [f32([0.5, 1])], { tolerance: 0.1 }))).toBe('nothing');
  });

  test('a forward rule that is wrong in f32 alone is found', () => {
    const op: Op<[x: Tensor]> = defineOp({
      name: 'double',
      infer: ([x]) => x,
      forward: ([x], _, { data }) => data.set(x.data.map((value) => 2 * value)),
      pull: [({ cotangent }) => cotangent.mul(2)],
      push: [({ tangent }) => tangent.mul(tangent.dtype === 'f32' ? 3 : 2)],
    });
    expect(said(() => checkGradients(op, [f32([0.5, 1])]))).toMatch('in f32, forward derivative in input 0 along');
  });

  test('a function that refuses f64 is told so', () => {
    const picky = (x: Tensor): Tensor => {
      if (x.dtype !== 'f32') throw new TypeError('f32 only');
      return x.sin();
    };
    expect(said(() => checkGradients(picky, [f32([0.5])]))).toMatchInlineSnapshot(`
      "EdgewiseError: checkGradients: differences need f64, and fn refuses f64 copies of its f32 inputs: f32 only
        try fn in the dtype of its inputs: what it creates or casts inside takes x.dtype"
    `);
  });

  test('of a function that rounds to f32 it is said why differences are far off', () => {
    expect(said(() => checkGradients((x) => x.cast('f32').sin().cast('f64'), [f32([0.5])]))).toMatch(
      'of what is rounded to f32 differences carry 3 digits; or tolerance: 1e-3',
    );
    expect(said(() => checkGradients((x) => x.cast('f32').sin(), [f32([0.5])], { tolerance: 1e-3, orders: [1] }))).toBe(
      'nothing',
    );
  });
});

test('an input at a kink is said to be there', () => {
  expect(said(() => checkGradients((x) => x.abs().mul(2), [f64([1, 0])]))).toMatch(
    'inputs away from the kink of abs: at it the slope is a choice',
  );
});

test('where nothing can be checked it says what there is', () => {
  expect(said(() => checkGradients((x) => x, [tensor([1], { dtype: 'i32' })]))).toMatchInlineSnapshot(`
    "EdgewiseError: checkGradients: no input is f64 or f32, and others have no derivative; they are i32
      try tensor(values, { dtype: 'f64' })"
  `);
  expect(said(() => checkGradients((x) => x.greater(0), [f64([1])]))).toMatchInlineSnapshot(`
    "EdgewiseError: checkGradients: no result is f64 or f32, and others have no derivative; they are bool
      try a floating result of fn, such as y.cast('f64')"
  `);
});

test('probing counts what it compares', () => {
  const compared = (probe: boolean): number => checkGradients((x) => x.sin(), [ordinary], { probe }).comparisons;
  expect(compared(false)).toBe(3);
  expect(compared(true)).toBeGreaterThan(20);
});

test('orders that are not checked are refused', () => {
  const x = tensor([0.5], { dtype: 'f64' });
  for (const orders of [[], [3], [1, 3], 1]) {
    expect(() => checkGradients((at) => at.square(), [x], { orders: orders as never })).toThrow(
      /expected a list with 1, 2 or both/,
    );
  }
});
