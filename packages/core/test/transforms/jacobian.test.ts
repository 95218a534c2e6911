/** Jacobians, Hessians, what they are made from (linearize), and how sparse ones are found with few products. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type JacobianMode,
  type Op,
  type Sparsity,
  type Tensor,
  colouring,
  concatenate,
  defineOp,
  grad,
  hessian,
  hvp,
  jacobian,
  jvp,
  linearize,
  pad,
  random,
  sparsity,
  tensor,
  vmap,
  zeros,
} from '../../src/index.ts';
import { watchNodes } from '../../src/graph/recording.ts';
import { refusal } from '../refusal.ts';

const f64 = (values: number | number[] | number[][]): Tensor => tensor(values, { dtype: 'f64' });
const drawn = (shape: number[], seed = 1): Tensor => random.normal(random.key(seed), shape, { dtype: 'f64' });

function expectClose(got: Tensor, expected: Tensor, digits = 11): void {
  expect(got.shape).toEqual(expected.shape);
  got.data.forEach((value, k) => expect(value).toBeCloseTo(expected.data[k]!, digits));
}

/** Central differences, column by column. */
function byDifferences(f: (x: Tensor) => Tensor, x: Tensor): number[][] {
  const h = 1e-6;
  const columns = Array.from(x.data, (_, j) => {
    const moved = (by: number): Float64Array | ArrayLike<number> =>
      f(
        tensor(
          Float64Array.from(x.data, (value, k) => value + (k === j ? by : 0)),
          { shape: x.shape },
        ),
      ).data;
    const [after, before] = [moved(h), moved(-h)];
    return Array.from(after, (value, i) => (value - before[i]!) / (2 * h));
  });
  return Array.from(columns[0]!, (_, i) => columns.map((column) => column[i]!));
}

const rosenbrock = (x: Tensor): Tensor => {
  const n = x.size;
  const [head, tail] = [x.slice([[0, n - 1]]), x.slice([[1, n]])];
  return tail.sub(head.square()).square().mul(100).add(head.neg().add(1).square()).sum();
};

/** How often each op is applied in the outermost call of `fn`. */
function counted(fn: () => unknown): Map<string, number> {
  const counts = new Map<string, number>();
  const stop = watchNodes(({ op }) => counts.set(op.name, (counts.get(op.name) ?? 0) + 1));
  try {
    fn();
  } finally {
    stop();
  }
  return counts;
}

describe('jacobian', () => {
  const f = (x: Tensor): Tensor => x.matmul(x.transpose()).tanh().sum({ axis: 1 });
  const x = drawn([2, 3]);
  const modes: JacobianMode[] = ['forward', 'reverse', 'coloured'];

  test.each(modes)(
    '%s: agrees with differences, has the shapes of value and argument, and can be differentiated again',
    (mode) => {
      const j = jacobian(f, { mode })(x);
      expect(j.shape).toEqual([2, 2, 3]);
      const expected = byDifferences(f, x);
      j.reshape([2, 6]).data.forEach((value, k) => expect(value).toBeCloseTo(expected.flat()[k]!, 8));
      const energy = (jacobianOf: (at: Tensor) => Tensor): Tensor =>
        grad((at: Tensor) => jacobianOf(at).square().sum())(x);
      expectClose(energy(jacobian(f, { mode })), energy(jacobian(f)));
    },
  );

  test('takes as many products as the argument has elements, or as the value has, whichever are fewer', () => {
    const wide = (at: Tensor): Tensor => at.tanh().reshape([5, 2]).sum({ axis: 1 }).cumsum();
    const tall = (at: Tensor): Tensor => concatenate([at, at.tanh(), at.exp()]).cumsum();
    /** Extents of the axis along which products are taken together: that of every result with an axis more than x has. */
    const together = (fn: () => unknown): Set<number> => {
      const found = new Set<number>();
      const stop = watchNodes(({ op, output }) => {
        if (op.name === 'tanh' || op.name === 'mul') found.add((output as unknown as Tensor).shape[0]!);
      });
      fn();
      stop();
      return found;
    };
    expect(together(() => jacobian(wide)(drawn([10])))).toContain(5);
    expect(together(() => jacobian(tall)(drawn([4])))).toContain(4);
    expectClose(jacobian(wide)(drawn([10])), jacobian(wide, { mode: 'forward' })(drawn([10])));
    expectClose(jacobian(tall)(drawn([4])), jacobian(tall, { mode: 'reverse' })(drawn([4])));
  });

  test('of a tree, by a tree: a block for each two leaves', () => {
    const layer = ({ w, b }: { w: Tensor; b: Tensor }): { y: Tensor; n: Tensor } => ({
      y: w.matmul(f64([1, 2, 3])).add(b),
      n: w.square().sum(),
    });
    const params = { w: drawn([2, 3]), b: drawn([2]) };
    for (const mode of modes) {
      const j = jacobian(layer, { mode })(params);
      expect(j.y.w.shape).toEqual([2, 2, 3]);
      expect(j.y.b.toArray()).toEqual([
        [1, 0],
        [0, 1],
      ]);
      expect(j.y.w.slice([0]).toArray()).toEqual([
        [1, 2, 3],
        [0, 0, 0],
      ]);
      expectClose(j.n.w, params.w.mul(2));
      expect(j.n.b.toArray()).toEqual([0, 0]);
    }
  });

  test('stands in other transformations', () => {
    const g = (at: Tensor): Tensor => at.sin().mul(at.slice([0]));
    const rows = drawn([4, 3]);
    const each = (h: (at: Tensor) => Tensor): Tensor[] => [0, 1, 2, 3].map((k) => h(rows.slice([k])));
    const batch = vmap(jacobian(g))(rows);
    each(jacobian(g)).forEach((expected, k) => expectClose(batch.slice([k]), expected));
    expectClose(
      jvp(jacobian(g), rows.slice([0]), f64([1, 2, 3]))[1],
      jacobian((at: Tensor) => jvp(g, at, f64([1, 2, 3]))[1])(rows.slice([0])),
    );
  });

  test('of nothing is empty', () => {
    expect(jacobian((at: Tensor) => at.mul(2))(zeros([0])).shape).toEqual([0, 0]);
  });
});

describe('linearize', () => {
  test('calls the function once, and gives what jvp gives in every direction', () => {
    let calls = 0;
    const f = (x: Tensor): Tensor => {
      calls++;
      return x.sin().mul(x.slice([0]));
    };
    const x = f64([0.3, -2]);
    const [value, push] = linearize(f, x);
    expect(value.toArray()).toEqual(f(x).toArray());
    calls = 0;
    for (const v of [f64([1, 0]), f64([-1, 4])])
      expect(push(v).toArray()).toEqual(jvp((at: Tensor) => at.sin().mul(at.slice([0])), x, v)[1].toArray());
    expect(calls).toBe(0);
    expectClose(
      vmap(push)(
        f64([
          [1, 0],
          [0, 1],
        ]),
      ).transpose(),
      jacobian(f)(x),
    );
  });
});

describe('hessian', () => {
  test('agrees with differences of the gradient, and with products', () => {
    const f = (x: Tensor): Tensor => x.sin().mul(x.cumsum()).sum().tanh();
    const x = drawn([4]);
    const h = hessian(f)(x);
    h.data.forEach((value, k) => expect(value).toBeCloseTo(byDifferences(grad(f), x).flat()[k]!, 7));
    expectClose(h.matmul(f64([1, 2, 3, 4])), hvp(f, x, f64([1, 2, 3, 4])));
  });

  test('of a tree is a tree of trees', () => {
    const f = ({ w, b }: { w: Tensor; b: Tensor }): Tensor => w.sum().mul(b).sum().add(w.square().sum());
    const h = hessian(f)({ w: drawn([2, 2]), b: f64([1, 2, 3]) });
    expect(h.w.w.shape).toEqual([2, 2, 2, 2]);
    expect(h.w.b.shape).toEqual([2, 2, 3]);
    expect(h.w.w.reshape([4, 4]).toArray()).toEqual(
      [0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => (i === j ? 2 : 0))),
    );
    expect([...new Set(h.b.w.data)]).toEqual([1]);
    expect([...new Set(h.b.b.data)]).toEqual([0]);
  });

  test('of the Rosenbrock function in 100 dimensions takes 3 products, and its closed form', () => {
    const x = drawn([100]);
    const pattern = sparsity(grad(rosenbrock), x);
    expect(colouring(pattern).count).toBe(3);
    expect(pattern.columnsOfRow[0]).toEqual([0, 1]);
    expect(pattern.columnsOfRow[50]).toEqual([49, 50, 51]);
    for (const h of [hessian(rosenbrock)(x), hessian(rosenbrock, { sparsity: pattern })(x)]) {
      const at = x.data;
      const rows = h.toArray() as number[][];
      for (let i = 0; i < 100; i++) {
        for (let j = 0; j < 100; j++) {
          const expected =
            i === j
              ? (i < 99 ? 1200 * at[i]! ** 2 - 400 * at[i + 1]! + 2 : 0) + (i > 0 ? 200 : 0)
              : Math.abs(i - j) === 1
                ? -400 * at[Math.min(i, j)]!
                : 0;
          expect(Math.abs(rows[i]![j]! - expected)).toBeLessThan(1e-9);
        }
      }
    }
    const products = (fn: () => unknown): number => counted(fn).get('mul')!;
    const [, push] = linearize(grad(rosenbrock), x);
    const [gradient, each] = [products(() => linearize(grad(rosenbrock), x)), products(() => push(x))];
    expect(products(() => hessian(rosenbrock, { sparsity: pattern })(x))).toBe(gradient + 3 * each);
    expect(counted(() => hessian(rosenbrock)(x)).get('take')).toBe(1);
  });

  test('uses that an arrow is symmetric: 2 products instead of as many as columns', () => {
    const f = (x: Tensor): Tensor => x.slice([0]).mul(x).sin().sum();
    const x = drawn([8]);
    const pattern = sparsity(grad(f), x);
    expect(colouring(pattern).count).toBe(8);
    expect(colouring(pattern, { symmetric: true }).count).toBe(2);
    expectClose(hessian(f)(x), hessian(f, { mode: 'forward' })(x));
    expectClose(hessian(f, { mode: 'coloured' })(x), hessian(f, { mode: 'reverse' })(x));
  });
});

describe('sparsity', () => {
  test('follows elements through ops that move, join, pick and sum them', () => {
    const x = drawn([6]);
    const rows = (f: (at: Tensor) => Tensor): readonly (readonly number[])[] => sparsity(f, x).columnsOfRow;
    expect(rows((at) => at.sin().mul(2))).toEqual([[0], [1], [2], [3], [4], [5]]);
    expect(rows((at) => at.reshape([2, 3]).transpose().square())).toEqual([[0], [3], [1], [4], [2], [5]]);
    expect(rows((at) => at.reshape([2, 3]).sum({ axis: 0 }))).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
    ]);
    expect(rows((at) => concatenate([at.slice([[4, 6]]), at.slice([0]).reshape([1])]))).toEqual([[4], [5], [0]]);
    expect(rows((at) => at.take([5, 0, 5]))).toEqual([[5], [0], [5]]);
    expect(rows((at) => pad(at.slice([[0, 1]]), 1))).toEqual([[], [0], []]);
    expect(
      rows((at) =>
        at
          .reshape([2, 3])
          .add(at.slice([[0, 3]]))
          .slice([1]),
      ),
    ).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
    ]);
    expect(rows((at) => at.split(2)[1]!.exp())).toEqual([[3], [4], [5]]);
    expect(rows((at) => at.slice([[0, 2]]).softmax())).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect(rows((at) => at.stopGradient().add(1))).toEqual([[], [], [], [], [], []]);
    expect(rows((at) => at.slice([[0, 2]]).cumsum())).toEqual([
      [0, 1],
      [0, 1],
    ]); // more than there is: no rule is stated
  });

  test('never misses an element, and coloured Jacobians equal dense ones, for programs drawn at random', () => {
    const step = fc.constantFrom<(x: Tensor) => Tensor>(
      (x) => x.sin(),
      (x) => x.mul(x.slice([[null, null, -1]])),
      (x) => x.add(x.take([0]).broadcastTo(x.shape)),
      (x) => concatenate([x.slice([[2, 6]]), x.slice([[0, 2]]).square()]),
      (x) => x.reshape([2, 3]).transpose().reshape([6]),
      (x) => concatenate([x.reshape([2, 3]).sum({ axis: 0 }), x.slice([[0, 3]])]),
      (x) => pad(x.slice([[1, 5]]), 1),
      (x) => x.cumsum(),
      (x) => x.maximum(0.1),
      (x) => x.at([[1, 3]]).set(x.slice([[3, 5]]).exp()),
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 1000 }), (steps, seed) => {
        const f = (x: Tensor): Tensor => steps.reduce((at, next) => next(at), x);
        const x = drawn([6], seed);
        const dense = jacobian(f, { mode: 'forward' })(x);
        const pattern = sparsity(f, x);
        (dense.toArray() as number[][]).forEach((row, i) =>
          row.forEach((value, j) => expect(value === 0 || pattern.columnsOfRow[i]!.includes(j)).toBe(true)),
        );
        expectClose(jacobian(f, { mode: 'coloured' })(x), dense, 9);
        const energy = (at: Tensor): Tensor => f(at).square().sum();
        const h = hessian(energy, { mode: 'forward' })(x);
        hessian(energy, { mode: 'coloured' })(x).data.forEach((value, k) =>
          expect(Math.abs(value - h.data[k]!)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(h.data[k]!))),
        );
      }),
      { numRuns: 150 },
    );
  });
});

describe('colouring', () => {
  const matrix: fc.Arbitrary<Sparsity> = fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
    .chain(([rows, columns]) =>
      fc
        .array(fc.uniqueArray(fc.nat({ max: columns - 1 }), { maxLength: 4 }), { minLength: rows, maxLength: rows })
        .map((lists) => ({ rows, columns, columnsOfRow: lists.map((list) => list.sort((a, b) => a - b)) })),
    );

  test('gives columns that share a row different colours', () => {
    fc.assert(
      fc.property(matrix, (pattern) => {
        const { colours, count } = colouring(pattern);
        for (const row of pattern.columnsOfRow)
          expect(new Set(row.map((column) => colours[column])).size).toBe(row.length);
        expect(Math.max(...colours) + 1).toBe(count);
      }),
    );
  });

  test('banded matrices take as many colours as the band is wide', () => {
    const band = (n: number, half: number): Sparsity => ({
      rows: n,
      columns: n,
      columnsOfRow: Array.from({ length: n }, (_, i) =>
        Array.from({ length: n }, (__, j) => j).filter((j) => Math.abs(i - j) <= half),
      ),
    });
    expect(colouring(band(50, 1)).count).toBe(3);
    expect(colouring(band(50, 0)).count).toBe(1);
    expect(colouring(band(5, 9)).count).toBe(5);
  });
});

describe('argnums and hasAux', () => {
  const f = (x: Tensor, c: number, y: Tensor): Tensor => x.mul(y).mul(c).sin().sum();
  const [x, y] = [drawn([3], 1), drawn([3], 2)];

  test('name the argument of a Jacobian; a tuple of them stands for the argument', () => {
    const rows = (a: Tensor, c: number, b: Tensor): Tensor => a.mul(b).mul(c).sin();
    const [byX, byY] = [jacobian((a: Tensor) => rows(a, 2, y))(x), jacobian((b: Tensor) => rows(x, 2, b))(y)];
    expectClose(jacobian(rows)(x, 2, y), byX);
    expectClose(jacobian(rows, { argnums: 2 })(x, 2, y), byY);
    const both = jacobian(rows, { argnums: [2, 0] })(x, 2, y);
    expect(both.length).toBe(2);
    expectClose(both[0], byY);
    expectClose(both[1], byX);
    for (const mode of ['forward', 'reverse', 'coloured'] as const)
      expectClose(jacobian(rows, { argnums: [2, 0], mode })(x, 2, y)[1], byX);
  });

  test('name the argument of a Hessian; of several, every pair is a block', () => {
    expectClose(hessian(f, { argnums: 2 })(x, 2, y), hessian((b: Tensor) => f(x, 2, b))(y));
    const blocks = hessian(f, { argnums: [0, 2] })(x, 2, y);
    const whole = hessian((at: { x: Tensor; y: Tensor }) => f(at.x, 2, at.y))({ x, y });
    expectClose(blocks[0][0], whole.x.x);
    expectClose(blocks[0][1], whole.x.y);
    expectClose(blocks[1][0], whole.y.x);
    expectClose(blocks[1][1], whole.y.y);
    expectClose(blocks[1][0], blocks[0][1].transpose());
  });

  test('hand on what rides along, and call the function once', () => {
    let calls = 0;
    const loss = (at: Tensor): [Tensor, { logits: Tensor; note: string }] => {
      calls++;
      const logits = at.sin();
      return [logits.square().sum(), { logits, note: 'seen' }];
    };
    const plain = (at: Tensor): Tensor => at.sin().square().sum();
    const v = drawn([3], 5);
    const [j, ofJacobian] = jacobian(loss, { hasAux: true })(x);
    expectClose(j, jacobian(plain)(x));
    const [h, ofHessian] = hessian(loss, { hasAux: true })(x);
    expectClose(h, hessian(plain)(x));
    const [product, ofProduct] = hvp(loss, x, v, { hasAux: true });
    expectClose(product, hvp(plain, x, v));
    const [value, tangent, ofTangent] = jvp(loss, x, v, { hasAux: true });
    expect([value.item(), tangent.item()]).toEqual(jvp(plain, x, v).map((part) => part.item()));
    const [, push, ofPush] = linearize(loss, x, { hasAux: true });
    expect(push(v).item()).toBe(tangent.item());
    for (const { logits, note } of [ofJacobian, ofHessian, ofProduct, ofTangent, ofPush]) {
      expect(logits.toArray()).toEqual(x.sin().toArray());
      expect(note).toBe('seen');
    }
    expect(calls).toBe(5);
    // What rode along is part of the outer derivative.
    const outer = grad((at: Tensor) => hessian(loss, { hasAux: true })(at)[1].logits.sum())(x);
    expectClose(outer, x.cos());
  });

  test('are refused where they make no sense', () => {
    expect(refusal(() => jacobian(f, { argnums: 3 as 2 })(x, 2, y))).toMatchInlineSnapshot(`
      "ArgumentError no-such-argument
      jacobian: argument 3 is to be differentiated; the call has 3"
    `);
    expect(refusal(() => jacobian(plainSum as never, { hasAux: true })(x))).toMatchInlineSnapshot(`
      "ArgumentError no-aux
      jacobian: with hasAux the function gives [value, aux]"
    `);
    expect(refusal(() => hessian((params: { w: Tensor }) => params.w.sum())({ w: zeros([2], 'i32') })))
      .toMatchInlineSnapshot(`
      "DtypeError not-differentiable
      hessian: params.w is i32; derivatives are taken with respect to f32 and f64
        try x.cast('f32'), or { argnums } to name another argument"
    `);
    expect(refusal(() => hvp(plainSum, zeros([2], 'i32'), x))).toMatchInlineSnapshot(`
      "DtypeError not-differentiable
      hvp: at is i32; derivatives are taken with respect to f32 and f64
        try x.cast('f32'), or a function of the rest alone: (x) => f(x, indices)"
    `);
    expect(refusal(() => hvp(plainSum as never, x, y, { argnums: 1 } as never))).toMatchInlineSnapshot(`
      "ArgumentError unknown-option
      hvp: no option named "argnums"; the options are "hasAux""
    `);
  });
});

const plainSum = (at: Tensor): Tensor => at.square().sum();

describe('wrong uses', () => {
  test('say what is wrong', () => {
    const x = zeros([3]);
    expect(refusal(() => jacobian((at: Tensor) => at, { mode: 'both' as JacobianMode })(x))).toMatchInlineSnapshot(`
      "ArgumentError unknown-mode
      jacobian: no mode "both"; the modes are 'forward', 'reverse' and 'coloured'"
    `);
    expect(refusal(() => jacobian((at: Tensor) => ({ order: at.argSort() }))(x))).toMatchInlineSnapshot(`
      "DtypeError not-differentiable
      jacobian: result.order is i32; only f32 and f64 have derivatives"
    `);
    expect(refusal(() => hessian((at: Tensor) => at.square())(x))).toMatchInlineSnapshot(`
      "ArgumentError needs-cotangent
      grad: the result has shape [3]; a gradient needs one number, or a cotangent of that shape
        try a function that ends in .sum() or .mean(), or vjp(f, x)[1](cotangent)"
    `);
    expect(
      refusal(() =>
        hessian((at: Tensor) => at.square().sum(), { sparsity: { rows: 2, columns: 2, columnsOfRow: [[], []] } })(x),
      ),
    ).toMatchInlineSnapshot(`
      "ShapeError wrong-sparsity
      hessian: the sparsity is that of 2 x 2; the Jacobian has 3 x 3 elements
        try sparsity(grad(f), x)"
    `);
    expect(refusal(() => colouring({ rows: 1, columns: 2, columnsOfRow: [[0]] }, { symmetric: true })))
      .toMatchInlineSnapshot(`
      "ShapeError not-square
      colouring: a symmetric matrix has as many rows as columns; this one has 1 and 2
        try colouring(sparsity)"
    `);
    expect(refusal(() => linearize((at: { w: Tensor }) => at.w, { w: x })[1]({ w: zeros([2]) })))
      .toMatchInlineSnapshot(`
      "ShapeError shape-mismatch
      linearize: the direction at at.w is f32 [2]; the point is f32 [3]"
    `);
  });
});

describe('a pattern that is kept from the call before', () => {
  const n = 12;
  const neighbours = (x: Tensor): Tensor => x.slice([[1, null]]).mul(x.slice([[0, -1]]));

  test('is found anew where the function takes another way', () => {
    const f = (x: Tensor): Tensor => (x.slice([0]).item() > 0 ? neighbours(x) : neighbours(x.flip()).mul(x.sum()));
    const whole = jacobian(f);
    for (const sign of [1, 1, -1, 1]) {
      const x = drawn([n], 3).abs().mul(sign);
      expectClose(whole(x), jacobian(f, { mode: 'reverse' })(x), 10);
    }
  });

  test('is found once for functions that take the same way, though each is made anew', () => {
    let runs = 0;
    /** Counts how often it is applied: to the values, and to the numbers of elements when the pattern is sought. */
    const turned: Op<[x: Tensor]> = defineOp<[x: Tensor]>({
      name: 'turned',
      infer: ([x]) => x,
      forward: ([x], _, { data }) => {
        runs++;
        x.data.forEach((value, k) => (data[data.length - 1 - k] = value));
      },
      pull: [({ cotangent }) => cotangent.flip()],
      reads: 'copies',
    });
    const x = drawn([n], 7);
    const runsOf = (scale: number): number => {
      runs = 0;
      const got = jacobian((at: Tensor) => neighbours(turned(at)).mul(scale))(x);
      const took = runs;
      expectClose(got, jacobian((at: Tensor) => neighbours(at.flip()).mul(scale), { mode: 'forward' })(x));
      return took;
    };
    const [first, ...later] = [2, 3, 4].map(runsOf);
    expect(later).toEqual([first! - 1, first! - 1]);
  });

  test('is not kept where numbers say which elements are read', () => {
    const f = (x: Tensor): Tensor => neighbours(x.take(x.argSort()));
    const whole = jacobian(f);
    for (const seed of [1, 2, 3]) {
      const x = drawn([n], seed);
      expectClose(whole(x), jacobian(f, { mode: 'reverse' })(x), 10);
    }
  });

  test('is not that of another argument of the same op', () => {
    const ranges: [number, number][] = [
      [0, 6],
      [6, 12],
    ];
    let call = 0;
    const whole = jacobian((x: Tensor) => x.slice([ranges[call++ % 2]!]).square());
    expect(
      whole(drawn([n]))
        .slice([null, [6, 12]])
        .abs()
        .sum()
        .item(),
    ).toBe(0);
    expect(
      whole(drawn([n]))
        .slice([null, [0, 6]])
        .abs()
        .sum()
        .item(),
    ).toBe(0);
  });
});
