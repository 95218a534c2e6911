/** Tracing: what is baked into a graph, what leaks out of one, and what cannot be read inside. */
import { describe, expect, test } from 'vitest';
import {
  type Graph,
  type Tensor,
  Module,
  grad,
  hvp,
  jvp,
  random,
  run,
  spec,
  tensor,
  trace,
  variable,
  vjp,
  zeros,
} from '../../src/index.ts';
import { refusal } from '../refusal.ts';

/** Bytes of arrays that a graph holds on to. */
function bakedBytes(graph: Graph<Tensor>): number {
  return graph.captures.reduce(
    (bytes, value) => bytes + (typeof value.storage === 'object' ? value.data.byteLength : 0),
    0,
  );
}

describe('constants', () => {
  test('a mean over [128, 784] and its derivative bake no array into the graph', () => {
    const graph = trace((x: Tensor) => x.mean(), spec([128, 784]));
    expect(bakedBytes(graph)).toBe(0);
    expect(bakedBytes(graph.withBackward())).toBe(0);
    expect(
      bakedBytes(
        trace(
          grad((x: Tensor) => x.mean()),
          spec([128, 784]),
        ),
      ),
    ).toBe(0);
  });

  test('zeros, ones and what is broadcast from a number bake none either', () => {
    const graph = trace(
      (x: Tensor) => x.add(zeros([64, 64])).mul(tensor(2).broadcastTo([64, 64]).exp()),
      spec([64, 64]),
    );
    expect(bakedBytes(graph)).toBe(0);
  });

  test('the gradient of a whole classifier bakes none', () => {
    const w = variable(zeros([20, 10]), { name: 'w' });
    const graph = trace(
      (x: Tensor) => {
        const loss = x.matmul(w).logSoftmax().mean().neg();
        loss.backward();
        w.assign(w.value.sub(w.grad!.mul(0.1)));
        w.clearGrad();
        return loss;
      },
      spec([32, 20]),
    );
    expect(bakedBytes(graph)).toBe(0);
  });

  test('numbers from a constant key are constants; a key in a Variable is not', () => {
    const baked = trace((x: Tensor) => x.add(random.uniform(random.key(1), [100])), spec([100]));
    expect(bakedBytes(baked)).toBe(400);
    const state = variable(random.key(1), { name: 'key' });
    const live = trace(
      (x: Tensor) => {
        const [next, now] = random.split(state, 2);
        state.assign(next!);
        return x.add(random.uniform(now!, [100]));
      },
      spec([100]),
    );
    expect(bakedBytes(live)).toBe(0);
    const sums = [1, 2, 3].map(() =>
      run(live, zeros([100]))
        .sum()
        .item(),
    );
    expect(new Set(sums).size).toBe(3);
    // The same as eagerly.
    const eager = random.split(random.key(1), 2);
    expect(sums[0]).toBe(random.uniform(eager[1]!, [100]).sum().item());
  });
});

describe('a placeholder that leaks', () => {
  test('into another trace is refused by name', () => {
    let leaked: Tensor | undefined;
    trace((x: Tensor) => (leaked = x.exp()), spec([2]));
    expect(() =>
      trace(
        function second(y: Tensor) {
          return y.add(leaked!);
        },
        spec([2]),
      ),
    ).toThrowErrorMatchingInlineSnapshot(`
      [EdgewiseError: trace: second uses a placeholder (f32 [2]) from another trace, which is over
        try passing the value as an argument, or returning it from the function that made it]
    `);
  });

  test('through a Variable cannot: what is assigned in a trace goes with it', () => {
    const w = variable(1);
    trace((x: Tensor) => w.assign(x), spec([]));
    expect(w.value.item()).toBe(1);
  });

  test('from an inner trace into the outer one is refused too', () => {
    expect(() =>
      trace((x: Tensor) => {
        let leaked: Tensor | undefined;
        trace((y: Tensor) => (leaked = y.mul(2)), spec([]));
        return x.add(leaked!);
      }, spec([])),
    ).toThrow('from another trace');
  });

  test('from the outer trace into the inner one is a capture, and fine', () => {
    const outer = trace(
      (x: Tensor) =>
        run(
          trace((y: Tensor) => y.mul(x), spec([])),
          tensor(3),
        ),
      spec([]),
    );
    expect(run(outer, tensor(5)).item()).toBe(15);
  });

  test('a Variable cannot be made from one', () => {
    expect(() => trace((x: Tensor) => variable(x).value, spec([]))).toThrowErrorMatchingInlineSnapshot(`
      [ArgumentError: variable: a Variable cannot be made from a placeholder while tracing
        try make the Variable outside of the traced function]
    `);
  });
});

describe('numbers that do not exist yet', () => {
  test('item, data and toArray say where they stand and what to do', () => {
    class Gate extends Module {
      forward(x: Tensor): Tensor {
        return x.item() > 0 ? x : x.neg();
      }
    }
    const gated = (): unknown => trace((x: Tensor) => new Gate().forward(x), spec([]));
    expect(gated).toThrow(/read at .*tracing\.test\.ts:\d+:\d+/); // the line of the user's own code
    expect(refusal(gated)).toMatchInlineSnapshot(`
      "ArgumentError symbolic-value
      item: the tensor (f32 []) is made from a placeholder while tracing: it has a shape and no numbers yet
        read at tracing.test.ts
        at gate
        try cond(condition, then, otherwise, ...) or whileLoop for control by value; where(condition, a, b) for a choice element by element; else read numbers outside of the traced function"
    `);
    expect(() => trace((x: Tensor) => tensor(x.data), spec([2]))).toThrow('data: the tensor (f32 [2])');
    expect(() => trace((x: Tensor) => tensor(x.toArray()), spec([2]))).toThrow('toArray: the tensor (f32 [2])');
  });

  test('a symbolic tensor prints its shape', () => {
    let text = '';
    trace((x: Tensor) => ((text = `${x.exp()}`), x), spec([2, 3], 'f64'));
    expect(text).toBe('tensor(symbolic, f64 [2, 3])');
  });
});

describe('known stays known', () => {
  test('the forward derivative of a known function comes out known', () => {
    const f = (x: Tensor): Tensor => x.matmul(x.transpose()).softmax().log().sum({ axis: 1 });
    const x = random.normal(random.key(1), [3, 2], { dtype: 'f64' });
    expect(jvp(f, x, x)[1].isSymbolic).toBe(false);
    expect(hvp((at: Tensor) => f(at).sum(), x, x).isSymbolic).toBe(false);
  });

  test('a traced Hessian-vector product captures nothing symbolic', () => {
    const f = (x: Tensor): Tensor => x.tanh().square().sum();
    const graph = trace((x: Tensor, v: Tensor) => hvp(f, x, v), spec([3], 'f64'), spec([3], 'f64'));
    expect(graph.captures.filter((value) => value.isSymbolic)).toEqual([]);
    const [x, v] = [tensor([0.1, -0.4, 2], { dtype: 'f64' }), tensor([1, 2, 3], { dtype: 'f64' })];
    expect(run(graph, x, v).toArray()).toEqual(hvp(f, x, v).toArray());
  });

  test('a branch on a known value inside a trace is taken once', () => {
    const scale = tensor(-2);
    const graph = trace((x: Tensor) => (scale.item() > 0 ? x : x.mul(scale)), spec([]));
    expect(run(graph, tensor(3)).item()).toBe(-6);
  });
});

describe('run', () => {
  const graph = trace(
    (p: { w: Tensor; b: Tensor }, x: Tensor) => p.w.mul(x).add(p.b),
    { w: spec([2]), b: spec([]) },
    spec([2]),
  );

  test('takes and gives trees of the form that was traced', () => {
    expect(run(graph, { w: tensor([1, 2]), b: tensor(10) }, tensor([3, 4])).toArray()).toEqual([13, 18]);
    const split = trace((x: Tensor) => ({ twice: x.mul(2), parts: x.split(2) }), spec([2]));
    const { twice, parts } = run(split, tensor([1, 2]));
    expect([twice.toArray(), parts.map((part) => part.toArray())]).toEqual([
      [2, 4],
      [[1], [2]],
    ]);
  });

  test('refuses another form, and another shape, by path', () => {
    expect(() =>
      Reflect.apply(run, undefined, [graph, { w: tensor([1, 2]) }, tensor([3, 4])]),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: run: arguments of another form than the graph was traced with: arguments[0] has entries w, b in one and w in the other]`,
    );
    expect(() => run(graph, { w: tensor([1, 2, 3]), b: tensor(1) }, tensor([3, 4]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: run: p.w is f32 [3]; the graph was traced with f32 [2]]`,
    );
    expect(() =>
      run(graph, { w: tensor([1, 2], { dtype: 'f64' }), b: tensor(1) }, tensor([3, 4])),
    ).toThrowErrorMatchingInlineSnapshot(`[ShapeError: run: p.w is f64 [2]; the graph was traced with f32 [2]]`);
  });

  test('can be differentiated on both sides: a graph is a function like any other', () => {
    const [value, pullback] = vjp((x: Tensor) => run(graph, { w: tensor([1, 2]), b: tensor(10) }, x), tensor([3, 4]));
    expect(value.toArray()).toEqual([13, 18]);
    expect(pullback(tensor([1, 1])).toArray()).toEqual([1, 2]);
  });
});
