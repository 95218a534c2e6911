/** A rule of one's own is a graph, not a closure: it holds under every transformation, and what it captures counts. */
import { describe, expect, test } from 'vitest';
import {
  type Tensor,
  customGradient,
  defineElementwise,
  grad,
  hvp,
  inference,
  jvp,
  run,
  spec,
  tensor,
  trace,
  variable,
  vjp,
} from '../../src/index.ts';
import { checkGradients } from '../../src/testing/index.ts';

const f64 = (values: number | number[]): Tensor => tensor(values, { dtype: 'f64' });

/** tanh, with its rule written out by the output. */
const myTanh = customGradient('myTanh', (x: Tensor) => x.tanh(), {
  pull: ({ cotangent, output }) => [cotangent.mul(output.square().neg().add(1))],
});
/** log(1 + e^x), with the stable rule. */
const softLog = customGradient('softLog', (x: Tensor) => x.exp().add(1).log(), {
  pull: ({ cotangent, inputs: [x] }) => [cotangent.mul(x!.sigmoid())],
});
const roundThrough = customGradient('roundThrough', (x: Tensor) => x.add(0.5).cast('i32').cast('f64'), {
  pull: ({ cotangent }) => [cotangent],
});

describe('a rule that is the true derivative', () => {
  test('passes first, second and forward checks', () => {
    checkGradients((x) => myTanh(x), [f64([0.3, -1.2])]);
    checkGradients((x) => softLog(x.mul(2)).mul(x), [f64([0.3, -1.2])]);
    expect.assertions(0);
  });

  test('a rule that uses the output has the second derivative of that rule', () => {
    const expected = grad(grad((x: Tensor) => x.tanh()))(f64(0.7)).item();
    expect(grad(grad((x: Tensor) => myTanh(x)))(f64(0.7)).item()).toBeCloseTo(expected, 14);
    const third = grad(grad(grad((x: Tensor) => x.tanh())))(f64(0.7)).item();
    expect(grad(grad(grad((x: Tensor) => myTanh(x))))(f64(0.7)).item()).toBeCloseTo(third, 13);
  });

  test('Hessian-vector products go forward through it', () => {
    const [x, v] = [f64([0.3, -1.2]), f64([1, 2])];
    const [mine, theirs] = [
      hvp((at: Tensor) => myTanh(at).square().sum(), x, v),
      hvp((at: Tensor) => at.tanh().square().sum(), x, v),
    ];
    mine.data.forEach((value, k) => expect(value).toBeCloseTo(theirs.data[k]!, 13));
  });
});

describe('a rule that is something else', () => {
  test('stands in for the derivative, forward too', () => {
    expect(grad((x: Tensor) => roundThrough(x).square().sum())(f64([1.7, 2.2])).toArray()).toEqual([4, 4]);
    expect(jvp((x: Tensor) => roundThrough(x), f64(1.7), f64(3))[1].item()).toBe(3);
  });

  test('hides the derivative of what it is made of: parts without one do not matter', () => {
    const f = customGradient('hard', (x: Tensor) => x.greater(0).cast('f64'), {
      pull: ({ cotangent, inputs: [x] }) => [cotangent.mul(x!)],
    });
    expect(grad((x: Tensor) => f(x))(f64(5)).item()).toBe(5);
    expect(grad(grad((x: Tensor) => f(x)))(f64(5)).item()).toBe(1);
  });
});

describe('what a rule captures', () => {
  test('is reached by second-order derivatives', () => {
    // value a x, rule c a^2: d/da of that is 2 a c
    const through = (a: Tensor): Tensor => {
      const f = customGradient('scaled', (x: Tensor) => x.mul(2), {
        pull: ({ cotangent }) => [cotangent.mul(a.square())],
      });
      return grad((x: Tensor) => f(x))(f64(1));
    };
    expect(through(f64(3)).item()).toBe(9);
    expect(grad(through)(f64(3)).item()).toBe(6);
    expect(jvp(through, f64(3), f64(1))[1].item()).toBe(6);
  });

  test('is reached where the capture is a Variable, by backward()', () => {
    const a = variable(f64(3));
    const f = customGradient('scaled', (x: Tensor) => x.mul(2), {
      pull: ({ cotangent }) => [cotangent.mul(a.value.square())],
    });
    grad((x: Tensor) => f(x))(f64(1)).backward();
    expect(a.grad?.item()).toBe(6);
  });

  test('belongs to the right trace', () => {
    const graph = trace(
      (x: Tensor, a: Tensor) => {
        const f = customGradient('scaled', (y: Tensor) => y.mul(2), {
          pull: ({ cotangent }) => [cotangent.mul(a.square())],
        });
        return grad((y: Tensor) => f(y))(x);
      },
      spec([], 'f64'),
      spec([], 'f64'),
    );
    expect([run(graph, f64(1), f64(3)).item(), run(graph, f64(1), f64(4)).item()]).toEqual([9, 16]);
  });
});

describe('inside a trace', () => {
  test('the value and the rule run as eagerly', () => {
    const graph = trace((x: Tensor) => [myTanh(x), grad((y: Tensor) => myTanh(y))(x)], spec([], 'f64'));
    const [value, slope] = run(graph, f64(0.7));
    expect(value!.item()).toBeCloseTo(Math.tanh(0.7), 15);
    expect(slope!.item()).toBeCloseTo(1 - Math.tanh(0.7) ** 2, 15);
  });

  test('a graph made without it in mind can be differentiated afterwards', () => {
    const graph = trace((x: Tensor) => roundThrough(x).mul(x), spec([], 'f64'));
    expect(grad((x: Tensor) => run(graph, x))(f64(2.2)).item()).toBeCloseTo(4.2, 14);
    expect(graph.withBackward().outputs).toHaveLength(2);
  });

  test('inside inference its derivative is there too', () => {
    expect(inference(() => grad(grad((x: Tensor) => myTanh(x)))(f64(0.7)).item())).toBeCloseTo(
      grad(grad((x: Tensor) => x.tanh()))(f64(0.7)).item(),
      14,
    );
  });
});

describe('several inputs', () => {
  const product = customGradient('product', (x: Tensor, y: Tensor) => x.mul(y), {
    pull: ({ cotangent, inputs: [x, y] }) => [cotangent.mul(y!), cotangent.mul(x!).mul(10)],
  });

  test('each gets its own share', () => {
    const [, pullback] = vjp((x: Tensor, y: Tensor) => product(x, y), f64(3), f64(5));
    expect(pullback(1).map((share) => share.item())).toEqual([5, 30]);
  });

  test('the same value in two slots gets the sum', () => {
    expect(grad((x: Tensor) => product(x, x))(f64(3)).item()).toBe(33);
  });

  test('shares of another number or shape are refused when the rule is made', () => {
    const none = customGradient('none', (x: Tensor) => x, { pull: () => [] });
    expect(() => none(f64(1))).toThrowErrorMatchingInlineSnapshot(`
      [ArgumentError: none: pull gives 0 shares for 1 inputs
        try pull: ({ cotangent }) => [cotangent, ...], a share an input]
    `);
    const wide = customGradient('wide', (x: Tensor) => x.sum(), { pull: ({ cotangent }) => [cotangent] });
    expect(() => wide(f64([1, 2]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: wide: pull gives f64 [] for input 0, which is f64 [2]]`,
    );
  });
});

describe('an op whose rule uses ops that are differentiable themselves', () => {
  test('has derivatives of every order', () => {
    const cube = defineElementwise({
      name: 'cube',
      value: (x) => x ** 3,
      slope: ({ input }) => input.square().mul(3),
    });
    expect(grad(grad(grad((x: Tensor) => cube(x))))(f64(5)).item()).toBe(6);
    expect(grad(grad(grad(grad((x: Tensor) => cube(x)))))(f64(5)).item()).toBe(0);
  });
});
