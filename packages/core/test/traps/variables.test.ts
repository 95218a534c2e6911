/** Variables: reading, assigning, gradients, and whole training steps as graphs. */
import { describe, expect, test } from 'vitest';
import {
  type Tensor,
  type Variable,
  grad,
  inference,
  replay,
  run,
  spec,
  tensor,
  trace,
  variable,
  zeros,
} from '../../src/index.ts';

const f64 = (values: number | number[]): Tensor => tensor(values, { dtype: 'f64' });

describe('reading', () => {
  test('outside of a trace, reads between two assignments are one value', () => {
    const w = variable(2);
    expect(w.value).toBe(w.value);
    const before = w.value;
    w.assign(tensor(3));
    expect([before.item(), w.value.item(), w.value === before]).toEqual([2, 3, false]);
  });

  test('a Variable is accepted wherever a tensor is', () => {
    const w = variable([1, 2]);
    expect(tensor([3, 4]).mul(w).toArray()).toEqual([3, 8]);
    expect(grad((x: Tensor) => x.square().sum())(w).toArray()).toEqual([2, 4]);
  });

  test('whole numbers are never trained', () => {
    expect([variable(tensor(1, { dtype: 'i32' })).trainable, variable(true).trainable, variable(1).trainable]).toEqual([
      false,
      false,
      true,
    ]);
  });
});

describe('assigning cuts', () => {
  test('w = w * w; loss = 3 w; backward gives 3', () => {
    const w = variable(2);
    w.assign(w.value.mul(w));
    w.value.mul(3).backward();
    expect([w.value.item(), w.grad?.item()]).toEqual([4, 3]);
  });

  test('the same in a trace', () => {
    const w = variable(2, { name: 'w' });
    const graph = trace(() => {
      w.assign(w.value.mul(w));
      w.value.mul(3).backward();
      const gradient = w.grad!;
      w.clearGrad();
      return gradient;
    });
    expect([run(graph).item(), w.value.item()]).toEqual([3, 4]);
    expect([run(graph).item(), w.value.item()]).toEqual([3, 16]);
  });

  test('a loss that read the old and the new content reaches both: their derivatives add up', () => {
    const w = variable(f64(2));
    const old = w.value.mul(5);
    w.assign(f64(10));
    old.add(w.value.mul(7)).backward();
    expect(w.grad?.item()).toBe(12);
  });

  test('in a trace the old content and the new one are two values of one Variable as well', () => {
    const w = variable(f64(2));
    const graph = trace(() => {
      const old = w.value.mul(5);
      w.assign(w.value.add(8));
      old.add(w.value.mul(7)).backward();
      const gradient = w.grad!;
      w.clearGrad();
      return gradient;
    });
    expect(run(graph).item()).toBe(12);
  });

  test('what a Variable holds keeps no history alive', () => {
    const w = variable(f64(1));
    for (let k = 0; k < 100; k++) w.assign(w.value.add(1));
    expect(w.value.node?.inputs).toEqual([]);
  });
});

describe('grad', () => {
  test('is undefined before the first backward, which is not zero', () => {
    const w = variable(2);
    expect(w.grad).toBeUndefined();
    w.value.mul(0).backward();
    expect(w.grad?.item()).toBe(0);
    w.clearGrad();
    expect(w.grad).toBeUndefined();
  });

  test('backward twice adds twice', () => {
    const w = variable(2);
    const loss = w.value.square();
    loss.backward();
    loss.backward();
    expect(w.grad?.item()).toBe(8);
  });

  test('is plain numbers without a history, at any order of calls', () => {
    const w = variable(2);
    w.value.square().backward();
    w.value.square().backward();
    expect(w.grad?.node).toBeUndefined();
  });

  test('a cotangent of the shape of the result stands in for a loss of one number', () => {
    const w = variable([1, 2]);
    w.value.square().backward({ cotangent: [1, 10] });
    expect(w.grad?.toArray()).toEqual([2, 40]);
  });

  test('Variables that are not trained get none', () => {
    const [w, frozen] = [variable(2), variable(3, { trainable: false })];
    w.value.mul(frozen).backward();
    expect([w.grad?.item(), frozen.grad]).toEqual([3, undefined]);
  });

  test('inside inference there is nothing to walk', () => {
    const w = variable(2);
    expect(() => inference(() => w.value.square().backward())).toThrow('backward: nothing was recorded');
  });
});

/** Momentum by hand: a step that reads and assigns four Variables. */
function stepOf(w: Variable, velocity: Variable, seen: Variable): (x: Tensor) => Tensor {
  return (x) => {
    const loss = w.value.mul(x).sub(1).square().mean();
    loss.backward();
    velocity.assign(velocity.value.mul(0.9).add(w.grad!));
    w.assign(w.value.sub(velocity.value.mul(0.1)));
    seen.assign(seen.value.add(1));
    w.clearGrad();
    return loss;
  };
}

interface Training {
  readonly losses: number[];
  readonly w: number[];
  readonly seen: number;
}

function train(use: (step: (x: Tensor) => Tensor) => (x: Tensor) => Tensor): Training {
  const w = variable([0.5, -0.5]);
  const velocity = variable(zeros([2]), { trainable: false });
  const seen = variable(tensor(0, { dtype: 'i32' }));
  const step = use(stepOf(w, velocity, seen));
  const losses = [1, 2, 3, 4, 5].map((k) => step(tensor([k / 5, 1])).item());
  return { losses, w: Array.from(w.value.data), seen: seen.value.item() };
}

describe('a traced step', () => {
  test('that reads and assigns Variables does, run, what it does eagerly: to the bit, and the loss falls', () => {
    const eager = train((step) => step);
    const traced = train((step) => {
      const graph = trace(step, spec([2]));
      return (x) => run(graph, x);
    });
    expect(traced).toEqual(eager);
    expect(eager.losses.at(-1)).toBeLessThan(eager.losses[0]!);
    expect(eager.seen).toBe(5);
  });

  test('does nothing while it is traced', () => {
    const w = variable(1);
    trace(() => {
      w.assign(w.value.add(1));
      w.value.square().backward();
    });
    expect([w.value.item(), w.grad]).toEqual([1, undefined]);
  });

  test('that leaves gradients in place accumulates them, and is another graph from the second call on', () => {
    const w = variable(2, { name: 'w' });
    const accumulate = (): Tensor => {
      const loss = w.value.square();
      loss.backward();
      return loss;
    };
    const first = trace(accumulate);
    run(first);
    const later = trace(accumulate);
    run(later);
    run(later);
    expect(w.grad?.item()).toBe(12);
    expect([first.inputNames, later.inputNames]).toEqual([['w'], ['w', 'w.grad']]);
    w.clearGrad();
    expect(() => run(later)).toThrowErrorMatchingInlineSnapshot(`
      [ArgumentError: run: w.grad held a tensor when the graph was traced, and is empty now
        try tracing again: whether a gradient is there is part of the graph]
    `);
  });

  test('that throws in the middle leaves Variables as they were', () => {
    const w = variable(1);
    const failing = (): Tensor => {
      w.assign(tensor(100));
      w.value.square().backward();
      throw new Error('on purpose');
    };
    expect(() => trace(failing)).toThrow('on purpose');
    expect([w.value.item(), w.grad]).toEqual([1, undefined]);
    w.assign(tensor(2)); // and nothing catches what comes after
    expect(w.value.item()).toBe(2);
  });

  test('whose run throws leaves Variables as they were', () => {
    const w = variable([1, 2, 3]);
    const graph = trace(
      (at: Tensor) => {
        w.assign(w.value.mul(10));
        return w.value.take(at);
      },
      spec([1], 'i32'),
    );
    expect(() => run(graph, tensor([7], { dtype: 'i32' }))).toThrow('index 7 on an axis of extent 3');
    expect(w.value.toArray()).toEqual([1, 2, 3]);
  });

  test('reads Variables as they are when it runs, not when it was traced', () => {
    const w = variable(1);
    const graph = trace((x: Tensor) => x.mul(w), spec([]));
    w.assign(tensor(5));
    expect(run(graph, tensor(3)).item()).toBe(15);
  });
});

describe('traces nest', () => {
  test('what an inner trace reads and assigns, its run reads and assigns in the outer one', () => {
    const count = variable(0, { name: 'count' });
    const outer = trace((x: Tensor) => {
      const inner = trace((y: Tensor) => {
        count.assign(count.value.add(1));
        return y.mul(count);
      }, spec([]));
      expect(count.value.isSymbolic).toBe(true);
      const once = run(inner, x);
      return run(inner, once);
    }, spec([]));
    expect(count.value.item()).toBe(0);
    // x * 1 * 2, and the count rises by 2
    expect([run(outer, tensor(10)).item(), count.value.item()]).toEqual([20, 2]);
    expect([run(outer, tensor(10)).item(), count.value.item()]).toEqual([120, 4]);
  });

  test('a traced graph can be differentiated where it runs', () => {
    const graph = trace((x: Tensor) => x.pow(3), spec([], 'f64'));
    expect(grad((x: Tensor) => run(graph, x))(f64(2)).item()).toBe(12);
    expect(grad(grad((x: Tensor) => run(graph, x)))(f64(2)).item()).toBe(12);
  });

  test('a derivative inside a trace is more graph, of the same meaning', () => {
    const graph = trace(grad(grad((x: Tensor) => x.pow(4))), spec([], 'f64'));
    expect(run(graph, f64(2)).item()).toBe(48);
    expect(replay(graph, [f64(3)])[0]!.item()).toBe(108);
  });

  test('a derivative around a trace of a closure reaches what the closure captured', () => {
    const f = (x: Tensor): Tensor =>
      run(
        trace((y: Tensor) => x.mul(y).mul(y), spec([], 'f64')),
        f64(3),
      );
    expect(grad(f)(f64(2)).item()).toBe(9);
  });
});
