/** Choices in the graph: one branch is computed, and its derivative is that of the branch. */
import { describe, expect, test } from 'vitest';
import {
  type Tensor,
  cond,
  defineOp,
  grad,
  hvp,
  jvp,
  run,
  scan,
  spec,
  switchCase,
  tensor,
  trace,
  variable,
  verify,
} from '../../src/index.ts';
import { refusal } from '../refusal.ts';

const f64 = (values: number | readonly number[]): Tensor => tensor(values, { dtype: 'f64' });

/** x ln x for x > 0, else x^2: the first is NaN where the other is chosen. */
const piecewise = (x: Tensor): Tensor =>
  cond(
    x.sum().greater(0),
    (at: Tensor) => at.mul(at.log()),
    (at: Tensor) => at.square(),
    x,
  );
/** The same, traced: the predicate is not known. */
const traced = (x: Tensor): Tensor => run(trace(piecewise, x.spec), x);

describe('where the predicate is known', () => {
  test('the chosen function is called, and the other is not', () => {
    let calls = 0;
    const count = (x: Tensor): Tensor => (calls++, x);
    expect(cond(true, count, (x: Tensor) => x.add(1), tensor(3)).item()).toBe(3);
    expect(cond(tensor(false), count, (x: Tensor) => x.add(1), tensor(3)).item()).toBe(4);
    expect(calls).toBe(1);
  });

  test('there is no node: derivatives are those of what was done', () => {
    expect(
      trace(
        (x: Tensor) =>
          cond(
            true,
            (a) => a.sin(),
            (a) => a.cos(),
            x,
          ),
        spec([]),
      ).nodes.map((n) => n.op.name),
    ).toEqual(['sin']);
    expect(grad(piecewise)(f64(2)).item()).toBeCloseTo(Math.log(2) + 1, 14);
  });
});

describe('in a trace', () => {
  test('both functions are traced once, and one is computed', () => {
    const ran: string[] = [];
    const watched = (name: string): ((x: Tensor) => Tensor) =>
      defineOp<[x: Tensor]>({
        name,
        infer: ([x]) => x,
        forward: ([x], _, { data }) => (ran.push(name), data.set(x.data)),
        pull: [({ cotangent }) => cotangent],
      });
    const [left, right] = [watched('left'), watched('right')];
    const graph = trace(
      (x: Tensor) =>
        cond(
          x.sum().greater(0),
          (a: Tensor) => left(a),
          (a: Tensor) => right(a),
          x,
        ),
      spec([2]),
    );
    expect(graph.nodes.map((node) => node.op.name)).toEqual(['sum', 'greater', 'cond']);
    run(graph, tensor([1, 2]));
    run(graph, tensor([-1, -2]));
    run(graph, tensor([-1, -2]));
    expect(ran).toEqual(['left', 'right', 'right']);
  });

  test.each([f64(2), f64(-2)])('values and derivatives of any order are those of the branch that is taken: %s', (x) => {
    const chosen = (at: Tensor): Tensor => (x.item() > 0 ? at.mul(at.log()) : at.square());
    expect(traced(x).item()).toBe(chosen(x).item());
    for (const derive of [
      (f: (at: Tensor) => Tensor) => grad(f)(x),
      (f: (at: Tensor) => Tensor) => grad(grad(f))(x),
      (f: (at: Tensor) => Tensor) => jvp(f, x, f64(3))[1],
      (f: (at: Tensor) => Tensor) => hvp(f, x, f64(3)),
      (f: (at: Tensor) => Tensor) => grad((at: Tensor) => jvp(f, at, f64(3))[1])(x),
    ]) {
      const expected = derive(chosen).item();
      // Derived, then traced: the choice itself is differentiated while it is not known.
      const graph = trace((at: Tensor) => derive((y: Tensor) => piecewise(y.mul(at).div(at))), spec([], 'f64'));
      verify(graph);
      expect(graph.nodes.some((node) => node.op.name === 'cond')).toBe(true);
      expect(run(graph, x).item()).toBeCloseTo(expected, 12);
    }
  });

  test('what a function uses from around it is an input of the node, and is computed inside the branch only where it is made there', () => {
    const f = (x: Tensor, y: Tensor): Tensor =>
      cond(
        x.greater(0),
        () => y.log().mul(x),
        () => y.mul(2),
      );
    const graph = trace(f, spec([], 'f64'), spec([], 'f64'));
    expect(graph.nodes.map((node) => node.op.name)).toEqual(['greater', 'cond']);
    const gradient = trace(
      (x: Tensor, y: Tensor) => grad(f, { argnums: [0, 1] })(x, y),
      spec([], 'f64'),
      spec([], 'f64'),
    );
    // log(-3) is NaN in the branch that is not taken, and its derivative does not come through.
    expect(run(gradient, f64(-1), f64(-3)).map((g) => g.item())).toEqual([0, 2]);
    expect(run(gradient, f64(2), f64(4)).map((g) => g.item())).toEqual([Math.log(4), 0.5]);
  });

  test('trees go in and come out; a plain number takes the dtype of the other branch', () => {
    const graph = trace(
      (x: Tensor) =>
        cond(
          x.greater(0),
          ({ a }: { a: Tensor; k: number }) => ({ y: a.mul(2), n: [tensor(1)] }),
          ({ a, k }) => ({ y: a.mul(k), n: [tensor(2)] }),
          { a: x, k: 5 },
        ),
      spec([], 'f64'),
    );
    expect([run(graph, f64(3)).y.item(), run(graph, f64(-3)).y.item(), run(graph, f64(-3)).n[0]?.item()]).toEqual([
      6, -15, 2,
    ]);
    const zero = trace(
      (x: Tensor) =>
        cond(
          x.greater(0),
          () => x,
          () => 0 as unknown as Tensor,
        ),
      spec([], 'f64'),
    );
    expect(run(zero, f64(-1)).spec.toString()).toBe('f64 []');
  });

  test('inside a loop', () => {
    const step = (c: Tensor, x: Tensor): Tensor =>
      cond(
        x.greater(0),
        (a: Tensor, b: Tensor) => a.mul(b),
        (a: Tensor, b: Tensor) => a.sub(b.square()),
        c,
        x,
      );
    const looped = (xs: Tensor): Tensor => scan((c: Tensor, x: Tensor) => [step(c, x), undefined], f64(1.5), xs)[0];
    const written = (xs: Tensor): Tensor => {
      let c = f64(1.5);
      for (let k = 0; k < 4; k++) c = step(c, xs.slice([k]));
      return c;
    };
    const xs = f64([2, -1, 3, -0.5]);
    expect(looped(xs).item()).toBe(written(xs).item());
    grad(looped)(xs).data.forEach((value, k) => expect(value).toBeCloseTo(grad(written)(xs).data[k]!, 13));
    hvp(looped, xs, xs).data.forEach((value, k) => expect(value).toBeCloseTo(hvp(written, xs, xs).data[k]!, 13));
    jvp(looped, xs, xs)[1].data.forEach((value, k) => expect(value).toBeCloseTo(jvp(written, xs, xs)[1].data[k]!, 13));
  });
});

describe('Variables', () => {
  test('a branch that does not assign keeps the value', () => {
    const state = variable(f64(1), { name: 'state' });
    const graph = trace(
      (x: Tensor) => {
        cond(
          x.greater(0),
          () => state.assign(state.value.mul(x)),
          () => undefined,
        );
        return state.value;
      },
      spec([], 'f64'),
    );
    expect([
      run(graph, f64(3)).item(),
      run(graph, f64(-1)).item(),
      run(graph, f64(2)).item(),
      state.value.item(),
    ]).toEqual([3, 3, 6, 6]);
  });

  test('both may read and assign', () => {
    const [a, b] = [variable(f64(1), { name: 'a' }), variable(f64(10), { name: 'b' })];
    const graph = trace(
      (x: Tensor) => {
        cond(
          x.greater(0),
          () => a.assign(b.value),
          () => b.assign(a.value.add(x)),
        );
      },
      spec([], 'f64'),
    );
    run(graph, f64(-1));
    expect([a.value.item(), b.value.item()]).toEqual([1, 0]);
    run(graph, f64(1));
    expect([a.value.item(), b.value.item()]).toEqual([0, 0]);
  });

  test('a gradient in one branch alone is refused, in both it is added up', () => {
    const w = variable(f64(3), { name: 'w' });
    const inOne = (x: Tensor): void => {
      cond(
        x.greater(0),
        () => w.value.mul(x).backward(),
        () => undefined,
      );
    };
    expect(refusal(() => trace(inOne, spec([], 'f64')))).toMatchInlineSnapshot(`
      "ArgumentError gradient-in-one-branch
      cond: one branch leaves a gradient in w.grad, and another leaves none
        try clearGrad() in the branch, or grad(f) there instead of backward()"
    `);
    const graph = trace(
      (x: Tensor) => {
        cond(
          x.greater(0),
          () => w.value.mul(x).backward(),
          () => w.value.square().backward(),
        );
      },
      spec([], 'f64'),
    );
    run(graph, f64(-1));
    expect(w.grad?.item()).toBe(6);
  });
});

describe('switchCase', () => {
  const pick = (k: Tensor, x: Tensor): Tensor =>
    switchCase(k, [(a: Tensor) => a.sin(), (a: Tensor) => a.exp(), (a: Tensor) => a.square()], x);
  const k = (value: number): Tensor => tensor(value, { dtype: 'i32' });

  test('chooses by number, known or not', () => {
    const graph = trace(pick, spec([], 'i32'), spec([], 'f64'));
    for (const [at, expected] of [Math.sin(0.5), Math.exp(0.5), 0.25].entries()) {
      expect([pick(k(at), f64(0.5)).item(), run(graph, k(at), f64(0.5)).item()]).toEqual([expected, expected]);
    }
    const gradient = trace(
      (i: Tensor, x: Tensor) => grad((y: Tensor) => pick(i, y))(x),
      spec([], 'i32'),
      spec([], 'f64'),
    );
    expect(run(gradient, k(2), f64(0.5)).item()).toBe(1);
  });

  test('a number that no branch has is refused', () => {
    expect(refusal(() => pick(k(3), f64(1)))).toMatchInlineSnapshot(`
      "ArgumentError no-such-branch
      switchCase: the index is 3; there are 3 branches, 0 to 2"
    `);
    const graph = trace(pick, spec([], 'i32'), spec([], 'f64'));
    expect(refusal(() => run(graph, k(-1), f64(1)))).toMatchInlineSnapshot(`
      "ArgumentError no-such-branch
      switchCase: the index is -1; there are 3 branches, 0 to 2
        try index.clip({ min: 0, max: 2 })"
    `);
    expect(refusal(() => switchCase(0, []))).toMatchInlineSnapshot(`
      "ArgumentError no-branches
      switchCase: there is no branch to choose"
    `);
  });
});

describe('refusals', () => {
  const x = spec([2], 'f64');
  test('branches that differ', () => {
    const differ = (then: (a: Tensor) => unknown, otherwise: (a: Tensor) => unknown): string =>
      refusal(() => trace((a: Tensor) => cond(a.sum().greater(0), then, otherwise, a) as Tensor, x));
    expect(
      differ(
        (a) => ({ h: a, b: [a] }),
        (a) => ({ h: a, b: [a.sum()] }),
      ),
    ).toMatchInlineSnapshot(`
      "ShapeError branches-differ
      cond: b[0] is f64 [2] in then and f64 [] in else"
    `);
    expect(
      differ(
        (a) => ({ h: a }),
        (a) => ({ g: a }),
      ),
    ).toMatchInlineSnapshot(`
      "ShapeError branches-differ
      cond: the branches give different forms: the result has entries h in then and g in else"
    `);
    expect(
      differ(
        (a) => a,
        (a) => a.cast('f32'),
      ),
    ).toMatchInlineSnapshot(`
      "ShapeError branches-differ
      cond: the result is f64 [2] in then and f32 [2] in else
        try x.cast('f64') in else"
    `);
    expect(
      differ(
        (a) => a,
        () => undefined,
      ),
    ).toMatchInlineSnapshot(`
      "ShapeError branches-differ
      cond: the branches give different forms: the result is a tensor in then and undefined in else"
    `);
  });

  test('what is no truth', () => {
    expect(
      refusal(() =>
        cond(
          tensor([true, false]),
          () => 1,
          () => 2,
        ),
      ),
    ).toMatchInlineSnapshot(`
      "ShapeError not-one-truth
      cond: the condition is bool [2]; one value chooses for all, so it has rank 0
        try where(condition, a, b) to choose element by element; all(condition) or any(condition) for one truth"
    `);
    expect(
      refusal(() =>
        cond(
          tensor(1),
          () => 1,
          () => 2,
        ),
      ),
    ).toMatchInlineSnapshot(`
      "DtypeError dtype-refused
      cond: the condition is f32 []; expected bool []
        try x.notEqual(0), or a comparison"
    `);
  });
});
