/** Loops of a known length as one node: against the same loop written out, step by step. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Tensor,
  type Variable,
  grad,
  hvp,
  inference,
  jvp,
  random,
  record,
  run,
  scan,
  spec,
  stack,
  tensor,
  trace,
  variable,
  vjp,
  walkBackward,
  byRules,
} from '../../src/index.ts';
import { checkGradients } from '../../src/testing/index.ts';
import { refusal } from '../refusal.ts';

const f64 = (values: number | readonly number[] | readonly (readonly number[])[]): Tensor =>
  tensor(values, { dtype: 'f64' });

type Step = (carry: Tensor, x: Tensor) => readonly [Tensor, Tensor];

/** The same loop, written out. */
function unrolled(step: Step, carry: Tensor, xs: Tensor, reverse = false): [Tensor, Tensor] {
  const ys: Tensor[] = [];
  const order = [...Array(xs.shape[0]).keys()];
  if (reverse) order.reverse();
  let at = carry;
  for (const k of order) [at, ys[k]] = step(at, xs.slice([k])) as [Tensor, Tensor];
  return [at, stack(ys)];
}

const w = f64([
  [0.3, -0.8],
  [0.5, 0.2],
]);
/** A recurrent cell. */
const cell =
  (weights: Tensor): Step =>
  (h, x) => {
    const next = h.expandDims(0).matmul(weights).squeeze({ axis: 0 }).add(x).tanh();
    return [next, next.square().sum()];
  };
const h0 = f64([0.1, -0.4]);
const xs = f64([
  [0.3, 0.1],
  [-0.7, 0.9],
  [0.2, -0.4],
  [1.1, 0.6],
  [-0.5, 0.8],
]);

/** One number from both results of a loop. */
const lossOf = ([last, ys]: readonly [Tensor, Tensor]): Tensor => last.prod().add(ys.mul(ys).sum());

describe('values', () => {
  test('the last carry, and the results stacked', () => {
    const [last, sums] = scan((total: Tensor, x: Tensor) => [total.add(x), total.mul(x)], 1, tensor([2, 3, 4]));
    expect([last.item(), sums.toArray()]).toEqual([10, [2, 9, 24]]);
  });

  test('carry, entries and results are trees', () => {
    const [{ a, b }, ys] = scan(
      ({ a: p, b: q }: { a: Tensor; b: [Tensor] }, { x }: { x: Tensor }) => [
        { a: p.add(x), b: [q[0].mul(x)] as [Tensor] },
        { both: [p, q[0]] as const },
      ],
      { a: 0, b: [1] },
      { x: tensor([1, 2, 3]) },
    );
    expect([a.item(), b[0].item(), ys.both[0].toArray(), ys.both[1].toArray()]).toEqual([6, 6, [0, 1, 3], [1, 1, 2]]);
  });

  test('in reverse, results stay at the place of their entry', () => {
    const [last, sums] = scan((total: Tensor, x: Tensor) => [total.add(x), total.add(x)], 0, tensor([1, 2, 3]), {
      reverse: true,
    });
    expect([last.item(), sums.toArray()]).toEqual([6, [6, 5, 3]]);
  });

  test('with a length, nothing need be scanned; with no steps, nothing happens', () => {
    const double = (length: number): [Tensor, Tensor] => scan((c: Tensor) => [c.mul(2), c], 1, undefined, { length });
    expect(double(5)[0].item()).toBe(32);
    expect([double(0)[0].item(), double(0)[1].shape]).toEqual([1, [0]]);
  });

  test('the function is called once, and the loop is one node', () => {
    let calls = 0;
    const y = record(() => {
      const [last] = scan((c: Tensor, x: Tensor) => (calls++, [c.add(x).tanh(), undefined]), 0, tensor([1, 2, 3]));
      return last;
    });
    expect([calls, y.node?.op.name]).toEqual([1, 'scan']);
  });

  test('two carries that change places each step', () => {
    const [[a, b]] = scan(
      ([p, q]: [Tensor, Tensor]) => [[q, p.mul(2)] as [Tensor, Tensor], undefined],
      [1, 5],
      undefined,
      {
        length: 3,
      },
    );
    expect([a.item(), b.item()]).toEqual([10, 2 * 2]);
  });

  test('random keys are carried: each step draws other numbers, the same as outside', () => {
    const [, draws] = scan(
      (key: Tensor) => {
        const [next, own] = random.split(key, 2) as unknown as [Tensor, Tensor];
        return [next, random.uniform(own, [2])];
      },
      random.key(7),
      undefined,
      { length: 3 },
    );
    const expected: unknown[] = [];
    let key = random.key(7);
    for (let k = 0; k < 3; k++) {
      const [next, own] = random.split(key, 2) as unknown as [Tensor, Tensor];
      expected.push(random.uniform(own, [2]).toArray());
      key = next;
    }
    expect(draws.toArray()).toEqual(expected);
  });
});

describe('derivatives equal those of the loop written out, to rounding', () => {
  const expectClose = (actual: Tensor, expected: Tensor): void => {
    expect(actual.shape).toEqual(expected.shape);
    const [a, e] = [actual.data, expected.data];
    a.forEach((value, k) => expect(Math.abs(value - e[k]!)).toBeLessThan(1e-13 * Math.max(1, Math.abs(e[k]!))));
  };
  const looped =
    (reverse: boolean, checkpoint?: number) =>
    (weights: Tensor, h: Tensor, x: Tensor): Tensor =>
      lossOf(scan(cell(weights), h, x, { reverse, ...(checkpoint === undefined ? {} : { checkpoint }) }));
  const written =
    (reverse: boolean) =>
    (weights: Tensor, h: Tensor, x: Tensor): Tensor =>
      lossOf(unrolled(cell(weights), h, x, reverse));
  const argnums = [0, 1, 2] as const;

  test.each([false, true])('first, with respect to constants, carry and entries (reverse: %s)', (reverse) => {
    const [mine, theirs] = [grad(looped(reverse), { argnums }), grad(written(reverse), { argnums })];
    mine(w, h0, xs).forEach((gradient, k) => expectClose(gradient, theirs(w, h0, xs)[k]!));
  });

  test.each([2, 3, 5, 7])('with the carry of every %ith step kept alone', (checkpoint) => {
    for (const reverse of [false, true]) {
      const [mine, theirs] = [grad(looped(reverse, checkpoint), { argnums }), grad(written(reverse), { argnums })];
      mine(w, h0, xs).forEach((gradient, k) => expectClose(gradient, theirs(w, h0, xs)[k]!));
    }
  });

  test.each([false, true])('forward, and Hessian-vector products (reverse: %s)', (reverse) => {
    const f = (all: [Tensor, Tensor, Tensor]): Tensor => looped(reverse)(...all);
    const g = (all: [Tensor, Tensor, Tensor]): Tensor => written(reverse)(...all);
    const [at, v]: [Tensor, Tensor, Tensor][] = [
      [w, h0, xs],
      [w.sin(), h0.cos(), xs.square()],
    ];
    expectClose(jvp(f, at!, v!)[1], jvp(g, at!, v!)[1]);
    const [mine, theirs] = [hvp(f, at!, v!), hvp(g, at!, v!)];
    mine.forEach((part, k) => expectClose(part, theirs[k]!));
  });

  test('second and third, reverse over reverse, against differences', () => {
    checkGradients((a, b, c) => looped(false)(a!, b!, c!), [w, h0, xs], { orders: [1, 2] });
    const along = (t: Tensor): Tensor => looped(false)(w.mul(t), h0, xs);
    const alongWritten = (t: Tensor): Tensor => written(false)(w.mul(t), h0, xs);
    expectClose(grad(grad(grad(along)))(f64(0.7)), grad(grad(grad(alongWritten)))(f64(0.7)));
    expectClose(jvp(grad(grad(along)), f64(0.7), f64(1))[1], grad(grad(grad(alongWritten)))(f64(0.7)));
    expectClose(grad((t: Tensor) => jvp(along, t, f64(1))[1])(f64(0.7)), grad(grad(alongWritten))(f64(0.7)));
    expect.hasAssertions();
  });

  test('nested loops', () => {
    const nested = (x: Tensor): Tensor =>
      scan(
        (c: Tensor, row: Tensor) => {
          const [inner] = scan((d: Tensor, e: Tensor) => [d.mul(e).sin().add(c), undefined], c, row);
          return [inner, undefined];
        },
        f64(0.5),
        x,
      )[0];
    const nestedWritten = (x: Tensor): Tensor => {
      let c = f64(0.5);
      for (let i = 0; i < 5; i++) {
        let d = c;
        for (let j = 0; j < 2; j++)
          d = d
            .mul(x.slice([i, j]))
            .sin()
            .add(c);
        c = d;
      }
      return c;
    };
    expectClose(grad(nested)(xs), grad(nestedWritten)(xs));
    expectClose(hvp(nested, xs, xs.cos()), hvp(nestedWritten, xs, xs.cos()));
    expectClose(jvp(nested, xs, xs.cos())[1], jvp(nestedWritten, xs, xs.cos())[1]);
  });

  test('of random polynomial loops with several carries', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(2), fc.nat(2), fc.nat(3)), { minLength: 3, maxLength: 3 }),
        fc.integer({ min: 0, max: 4 }),
        fc.boolean(),
        (wiring, length, reverse) => {
          const step = (c: readonly Tensor[], x: Tensor): Tensor[] =>
            wiring.map(([i, j, kind]) =>
              kind === 0 ? c[i]! : kind === 1 ? c[i]!.mul(c[j]!) : kind === 2 ? c[i]!.mul(x).sin() : x,
            );
          const start = (x: Tensor): Tensor[] => [f64(0.3), x.sum(), f64(0.9)];
          const mine = (x: Tensor): Tensor => {
            const [last, ys] = scan(
              (c: Tensor[], e: Tensor) => [step(c, e), { y: c[0]!.mul(e) }] as const,
              start(x),
              x,
              { reverse },
            );
            return last[0]!.add(last[2]!.mul(2)).add(ys.y.sum());
          };
          const theirs = (x: Tensor): Tensor => {
            let c = start(x);
            let total = f64(0);
            for (let k = 0; k < length; k++) {
              const e = x.slice([reverse ? length - 1 - k : k]);
              total = total.add(c[0]!.mul(e));
              c = step(c, e);
            }
            return c[0]!.add(c[2]!.mul(2)).add(total);
          };
          const x = f64([0.7, -0.4, 1.2, 0.5].slice(0, length));
          const v = f64([1, 0.5, -1, 2].slice(0, length));
          expectClose(grad(mine)(x), grad(theirs)(x));
          expectClose(jvp(mine, x, v)[1], jvp(theirs, x, v)[1]);
          expectClose(hvp(mine, x, v), hvp(theirs, x, v));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a gradient of a pullback with respect to its cotangent', () => {
    const last = (x: Tensor): Tensor => scan((c: Tensor, e: Tensor) => [c.mul(e), undefined], f64(2), x)[0];
    const x = f64([1.5, -2, 3]);
    // d/dc of sum(c * dlast/dx) = sum of dlast/dx = 2 * (bc + ac + ab)
    expect(grad((c: Tensor) => vjp(last, x)[1](c).sum())(f64(1)).item()).toBeCloseTo(2 * (-6 + 4.5 - 3), 12);
  });

  test('with integer carries beside floating ones', () => {
    const f = (x: Tensor): Tensor =>
      scan(
        ([k, c]: [Tensor, Tensor], e: Tensor) => [
          [k.add(1), c.mul(e).add(k.cast('f64'))] as [Tensor, Tensor],
          undefined,
        ],
        [tensor(0, { dtype: 'i32' }), f64(1)],
        x,
      )[0][1];
    // ((1*a + 0)*b + 1)*c + 2
    expect(grad(f)(f64([2, 3, 4])).toArray()).toEqual([12, 8, 7]);
  });

  test('what nothing depends on has derivative 0, and costs no sum', () => {
    const f = (x: Tensor): Tensor => scan((c: Tensor) => [c.mul(2), undefined], f64(1), x)[0];
    expect(grad(f)(f64([2, 3])).toArray()).toEqual([0, 0]);
  });
});

describe('what is known comes out known', () => {
  const f = (x: Tensor): Tensor => lossOf(scan(cell(w), h0, x));

  test('the forward derivative of a loop of known values', () => {
    expect(jvp(f, xs, xs.cos())[1].isSymbolic).toBe(false);
    expect(jvp(grad(f), xs, xs.cos())[1].isSymbolic).toBe(false);
    expect(grad((x: Tensor) => jvp(f, x, xs.cos())[1])(xs).isSymbolic).toBe(false);
  });

  test('a pull of the pull, for a known tangent', () => {
    const y = record(() => scan(cell(w), h0, xs)[0]);
    const shares = y.node!.op.push(y.node!, 0, h0.cos());
    expect(shares[0]?.isSymbolic).toBe(false);
  });
});

describe('Variables', () => {
  test('what is only read is a constant, and gets its gradient', () => {
    const [a, b] = [variable(f64(0.5), { name: 'a' }), variable(f64(0.5), { name: 'b' })];
    scan((c: Tensor, x: Tensor) => [c.mul(a).add(x).tanh(), undefined], f64(0.1), f64([1, 2, 3]))[0].backward();
    let c = f64(0.1);
    for (const x of [1, 2, 3]) c = c.mul(b).add(x).tanh();
    c.backward();
    expect(a.grad!.item()).toBeCloseTo(b.grad!.item(), 14);
  });

  test('work that depends on them alone is done once, before the loop', () => {
    const weights = variable(w, { name: 'weights' });
    const graph = trace(
      (x: Tensor) => scan((c: Tensor, e: Tensor) => [c.mul(weights.value.exp().sum()).add(e), undefined], f64(0), x)[0],
      spec([3], 'f64'),
    );
    expect(graph.nodes.map((node) => node.op.name)).toEqual(['exp', 'sum', 'scan']);
    expect(run(graph, f64([1, 2, 3])).isSymbolic).toBe(false);
  });

  test('what is assigned goes from step to step, and an assignment cuts', () => {
    const loss = (state: Variable): Tensor => {
      const [, ys] = scan(
        (_: undefined, x: Tensor) => {
          state.assign(state.value.mul(x));
          return [undefined, state.value];
        },
        undefined,
        f64([2, 3, 4]),
      );
      return ys.sum();
    };
    const state = variable(f64(1), { name: 'state' });
    const total = loss(state);
    expect([total.item(), state.value.item()]).toEqual([2 + 6 + 24, 24]);
    expect(() => total.backward()).toThrow(/no derivative reaches|nothing was recorded/);
  });

  test('a read before an assignment has the derivative of the first step only', () => {
    const written = variable(f64(2));
    const looping = variable(f64(2));
    let total = f64(0);
    for (const x of [1, 2, 3]) {
      total = total.add(written.value.mul(x));
      written.assign(written.value.mul(2));
    }
    const first = written;
    const [, ys] = scan(
      (_: undefined, x: Tensor) => {
        const y = looping.value.mul(x);
        looping.assign(looping.value.mul(2));
        return [undefined, y];
      },
      undefined,
      f64([1, 2, 3]),
    );
    expect(ys.sum().item()).toBe(total.item());
    const trained = record(() => ys.sum());
    expect(trained.item()).toBe(34);
    expect(first.value.item()).toBe(looping.value.item());
  });

  test('whole training steps in one loop equal the same steps outside', () => {
    const step = (weight: Variable, x: Tensor): Tensor => {
      const loss = weight.value.mul(x).sub(1).square();
      loss.backward();
      weight.assign(weight.value.sub(weight.grad!.mul(0.05)));
      weight.clearGrad();
      return loss;
    };
    const [a, b] = [variable(f64(3), { name: 'a' }), variable(f64(3), { name: 'b' })];
    const data = [0.5, 1, 1.5, 2, 1, 0.5];
    const [, losses] = scan((_: undefined, x: Tensor) => [undefined, step(a, x)], undefined, f64(data));
    const expected = data.map((x) => step(b, f64(x)).item());
    losses.data.forEach((loss, k) => expect(loss).toBeCloseTo(expected[k]!, 14));
    expect(a.value.item()).toBeCloseTo(b.value.item(), 14);
    expect(expected[5]).toBeLessThan(expected[0]!);
  });

  test('a gradient that is left in a step is refused; nothing has changed', () => {
    const weight = variable(f64(3), { name: 'weight' });
    expect(
      refusal(() =>
        scan(
          (_: undefined, x: Tensor) => {
            weight.assign(weight.value.mul(2));
            weight.value.mul(x).backward();
            return [undefined, undefined];
          },
          undefined,
          f64([1, 2]),
        ),
      ),
    ).toMatchInlineSnapshot(`
      "ArgumentError gradient-left
      scan: a step leaves a gradient in weight.grad
        try optimizer.step() or clearGrad() in the step, or grad(f) there instead of backward()"
    `);
    weight.value.square().backward();
    expect(
      refusal(() =>
        scan(
          (_: undefined, x: Tensor) => {
            weight.value.mul(x).backward();
            weight.clearGrad();
            return [undefined, undefined];
          },
          undefined,
          f64([1, 2]),
        ),
      ),
    ).toMatchInlineSnapshot(`
      "ArgumentError gradient-left
      scan: weight.grad is there before the loop and gone after its first step
        try clearGrad() before the loop"
    `);
    expect([weight.value.item(), weight.grad!.item()]).toEqual([3, 6]);
  });
});

describe('inside inference and unwatched walks', () => {
  test('derivatives inside inference are right, second ones too', () => {
    const f = (x: Tensor): Tensor => scan((c: Tensor, e: Tensor) => [c.mul(e).sin(), undefined], x, f64([1, 2, 3]))[0];
    const outside = grad(grad(f))(f64(0.4)).item();
    expect(inference(() => grad(grad(f))(f64(0.4)).item())).toBe(outside);
  });

  test('an edge of the loop is walked once, however long the loop', () => {
    const y = record(() => scan(cell(w), h0, xs)[0].sum());
    let visits = 0;
    walkBackward({
      seeds: [[y, f64(1)]],
      pull: byRules(() => true),
      sum: (a, b) => a.add(b),
      observer: { onEdge: () => visits++ },
    });
    expect(visits).toBe(1 + 3); // sum, then carry, entries and the weights
  });
});

describe('refusals', () => {
  test('a carry that changes', () => {
    expect(
      refusal(() =>
        scan((c: { h: Tensor }) => [{ h: c.h.expandDims(0) }, undefined], { h: h0 }, undefined, { length: 2 }),
      ),
    ).toMatchInlineSnapshot(`
      "ShapeError carry-changes
      scan: carry.h is f64 [2] before a step and f64 [1, 2] after it"
    `);
    expect(refusal(() => scan((c: Tensor, x: Tensor) => [c.add(x), undefined], 0, xs.sum({ axis: 1 }))))
      .toMatchInlineSnapshot(`
      "ShapeError carry-changes
      scan: carry is f32 [] before a step and f64 [] after it
        try x.cast('f64') for carry at the start, or x.cast('f32') in the function"
    `);
    expect(
      refusal(() => scan((c: { h: Tensor }) => [{ h: c.h, g: c.h }, undefined], { h: h0 }, undefined, { length: 2 })),
    ).toMatchInlineSnapshot(`
      "ShapeError carry-changes
      scan: the carry changes its form: carry has entries h in one and h, g in the other (before and after a step)"
    `);
  });

  test('what cannot be scanned', () => {
    expect(refusal(() => scan((c: Tensor) => [c, undefined], 0, tensor(1)))).toMatchInlineSnapshot(`
      "ShapeError no-axis
      scan: xs is f32 [], which has no axis to go along
        try using the value in the function: what every step needs is not scanned"
    `);
    expect(refusal(() => scan((c: Tensor) => [c, undefined], 0, { a: xs, b: h0 }))).toMatchInlineSnapshot(`
      "ShapeError different-lengths
      scan: xs.b has 2 entries along its first axis, and xs.a has 5"
    `);
    expect(refusal(() => scan((c: Tensor) => [c, undefined], 0, undefined))).toMatchInlineSnapshot(`
      "ArgumentError no-length
      scan: nothing is scanned, so the number of steps is not known
        try scan(fn, carry, undefined, { length: 10 })"
    `);
    expect(refusal(() => scan((c: Tensor) => [c, undefined], 0, xs, { length: 4 }))).toMatchInlineSnapshot(`
      "ShapeError different-lengths
      scan: xs has 5 entries along its first axis, and length is 4"
    `);
  });

  test('what is no step', () => {
    expect(refusal(() => scan((c: Tensor) => c as never, 0, xs))).toMatchInlineSnapshot(`
      "ArgumentError not-a-pair
      scan: a step gives the next carry and a result, in a list of two
        try return [carry, y] in the function; [carry, undefined] where there is no result"
    `);
    expect(refusal(() => scan((c: Tensor) => [c, undefined], 0, xs, { checkpoint: 0 }))).toMatchInlineSnapshot(`
      "ArgumentError bad-option
      scan: checkpoint is 0; expected a whole number of steps, at least 1"
    `);
    expect(refusal(() => scan((c: Tensor) => [c, undefined], 0, xs, { revers: true } as never))).toMatchInlineSnapshot(`
      "ArgumentError unknown-option
      scan: no option named "revers"
        near: "reverse"; the options are "reverse", "length", "checkpoint""
    `);
  });
});
