/** Transformations in one another: drawn at random to depth 3, and the cases on which others have failed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Tensor,
  checkpoint,
  customGradient,
  exp,
  grad,
  hessian,
  hvp,
  implicitMinimum,
  implicitRoot,
  jacobian,
  jvp,
  linearize,
  sin,
  spec,
  stack,
  tensor,
  trace,
  valueAndGrad,
  variable,
  vjp,
  vmap,
  whileLoop,
  run,
  withGradient,
} from '../../src/index.ts';

type Map = (x: Tensor) => Tensor;

const f64 = (values: number | number[] | number[][]): Tensor => tensor(values, { dtype: 'f64' });
const n = 3;
const v = f64([0.4, -0.7, 0.2]);
const w = f64([-0.3, 0.5, 0.9]);
const scales = f64([0.5, 1, -0.8, 1.3]);
const at = (x: Tensor, k: number): number => x.data[k]!;
const basis = (k: number): Tensor => f64(Array.from({ length: n }, (_, j) => (j === k ? 1 : 0)));
const toNumber =
  (g: Map): Map =>
  (x) =>
    g(x).mul(w).sum();

/** The slope of `g` along `v`, by differences of the fourth order. */
function along(g: Map, x: Tensor, direction: Tensor): Tensor {
  const h = 2e-3;
  const moved = (k: number): Tensor => g(x.add(direction.mul(k * h)));
  return moved(-2)
    .sub(moved(2))
    .add(moved(1).sub(moved(-1)).mul(8))
    .div(12 * h);
}
const columns = (g: Map, x: Tensor): Tensor[] => Array.from({ length: n }, (_, k) => along(g, x, basis(k)));

/** What is done to a function of vectors, giving another; and the same by differences or by a loop. */
const steps: Record<string, readonly [done: (g: Map) => Map, slowly: (g: Map) => Map]> = {
  grad: [(g) => grad(toNumber(g)), (g) => (x) => stack(columns(toNumber(g), x))],
  valueAndGrad: [(g) => (x) => valueAndGrad(toNumber(g))(x)[1], (g) => (x) => stack(columns(toNumber(g), x))],
  jvp: [(g) => (x) => jvp(g, x, v)[1], (g) => (x) => along(g, x, v)],
  linearize: [(g) => (x) => linearize(g, x)[1](v), (g) => (x) => along(g, x, v)],
  vjp: [(g) => (x) => vjp(g, x)[1](w), (g) => (x) => stack(columns(toNumber(g), x))],
  hvp: [(g) => (x) => hvp(toNumber(g), x, v), (g) => (x) => along(grad(toNumber(g)), x, v)],
  jacobian: [(g) => (x) => jacobian(g)(x).matmul(v), (g) => (x) => along(g, x, v)],
  reverseJacobian: [(g) => (x) => jacobian(g, { mode: 'reverse' })(x).matmul(v), (g) => (x) => along(g, x, v)],
  colouredJacobian: [
    (g) => (x) => w.matmul(jacobian(g, { mode: 'coloured' })(x)),
    (g) => (x) => stack(columns(toNumber(g), x)),
  ],
  hessian: [(g) => (x) => hessian(toNumber(g))(x).matmul(v), (g) => (x) => along(grad(toNumber(g)), x, v)],
  vmap: [
    (g) => (x) => vmap((s: Tensor) => g(x.mul(s)))(scales).mean({ axis: 0 }),
    (g) => (x) => stack(Array.from(scales.data, (s) => g(x.mul(s)))).mean({ axis: 0 }),
  ],
  vmapOverLast: [
    (g) => (x) => vmap(g, { inAxes: -1, outAxes: 1 })(stack([x, x.mul(0.5)], { axis: 1 })).sum({ axis: 1 }),
    (g) => (x) => g(x).add(g(x.mul(0.5))),
  ],
  traced: [(g) => (x) => run(trace(g, x), x), (g) => g],
  customGradient: [
    (g) =>
      customGradient('same', (x: Tensor) => g(x), { pull: ({ cotangent, inputs: [x] }) => [vjp(g, x!)[1](cotangent)] }),
    (g) => g,
  ],
  implicitRoot: [
    // y with 2 y = g(x), found by dividing.
    (g) => (x) =>
      implicitRoot(
        (y: Tensor, to: Tensor) => y.mul(2).sub(g(to)),
        (_, to) => g(to).div(2),
      )(v, x),
    (g) => (x) => g(x).div(2),
  ],
  implicitRootOfCapture: [
    // What the equation needs comes by closure; the solver is given it as a parameter.
    (g) => (x) =>
      implicitRoot(
        (y: Tensor) => y.mul(2).sub(g(x)),
        (_, to: Tensor) => g(to).div(2),
      )(v, x),
    (g) => (x) => g(x).div(2),
  ],
  implicitMinimum: [
    // y with the least y y - y g(x).
    (g) => (x) =>
      implicitMinimum(
        (y: Tensor, to: Tensor) =>
          y
            .square()
            .sub(y.mul(g(to)))
            .sum(),
        (_, to) => g(to).div(2),
      )(v, x),
    (g) => (x) => g(x).div(2),
  ],
  gradOfSecond: [
    (g) => (x) =>
      valueAndGrad((c: Tensor, at: Tensor) => [g(at).mul(c).sum(), c] as const, { argnums: 1, hasAux: true })(w, x)[1],
    (g) => (x) => stack(columns(toNumber(g), x)),
  ],
  hessianOfSecond: [
    (g) => (x) =>
      hessian((c: Tensor, at: Tensor) => [g(at).mul(c).sum(), c] as const, { argnums: 1, hasAux: true })(
        w,
        x,
      )[0].matmul(v),
    (g) => (x) => along(grad(toNumber(g)), x, v),
  ],
  checkpoint: [(g) => checkpoint(g), (g) => g],
  // Of x and a constant that equals it, only x moves.
  stopGradient: [(g) => (x) => g(x.sub(x.stopGradient()).add(x.stopGradient())), (g) => g],
  withGradient: [
    // The rule that sin and exp have anyway.
    (g) => (x) =>
      withGradient(
        sin,
        ({ cotangent, inputs: [at] }) => [cotangent.mul(at!.cos())],
        () =>
          withGradient(
            exp,
            ({ cotangent, output }) => [cotangent.mul(output)],
            () => g(x),
          ),
      ),
    (g) => g,
  ],
};

const starts: Record<string, Map> = {
  smooth: (x) => x.sin().mul(x.sum().tanh()),
  matrices: (x) =>
    x
      .reshape([n, 1])
      .matmul(x.reshape([1, n]))
      .softmax()
      .sum({ axis: 0 }),
  sparse: (x) =>
    x
      .square()
      .add(x.slice([[null, null, -1]]))
      .exp()
      .mul(0.1),
};

describe('transformations nested at random', () => {
  test('the outermost agrees with differences, or with a loop, over what is inside', { timeout: 120_000 }, () => {
    const names = fc.array(fc.constantFrom(...Object.keys(steps)), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(names, fc.constantFrom(...Object.keys(starts)), (nested, start) => {
        const [outer = '', ...inner] = nested;
        const g = inner.reduceRight((f, name) => steps[name]![0](f), starts[start]!);
        const x = f64([0.6, -0.4, 0.3]);
        const [done, slowly] = steps[outer]!.map((step) => step(g)(x));
        for (let k = 0; k < n; k++)
          expect(Math.abs(at(done!, k) - at(slowly!, k))).toBeLessThan(1e-7 * (1 + Math.abs(at(slowly!, k))));
      }),
      { numRuns: 400 },
    );
  });
});

describe('perturbations do not meet', () => {
  test('Siskind and Pearlmutter 2005: d/dx (x d/dy (x + y)) at 1 is 1, in every mixture of directions', () => {
    const slopes: ((f: Map) => Map)[] = [
      (f) => grad(f),
      (f) => (x) => jvp(f, x, f64(1))[1],
      (f) => (x) => jacobian(f)(x),
      (f) => (x) => linearize(f, x)[1](1),
      (f) => (x) => vmap(grad(f))(stack([x])).slice([0]),
    ];
    for (const outer of slopes) {
      for (const inner of slopes) {
        expect(outer((x) => x.mul(inner((y) => x.add(y))(f64(1))))(f64(1)).item()).toBe(1);
        expect(outer((x) => x.mul(inner((y) => x.mul(y))(f64(2))))(f64(1)).item()).toBe(2);
      }
    }
  });

  test('Manzyuk and others 2019: a derivative that gives a function, applied twice', () => {
    // s(u)(f)(x) = f(x + u); d/du of s at 0 is f', and applied to f' it is f''.
    const shifted =
      (f: Map): Map =>
      (x) =>
        jvp((u: Tensor) => f(x.add(u)), f64(0), f64(1))[1];
    expect(shifted(shifted((x) => x.exp()))(f64(1)).item()).toBeCloseTo(Math.E, 12);
    expect(shifted(shifted((x) => x.pow(3)))(f64(2)).item()).toBeCloseTo(12, 12);
  });
});

test('a derivative asks nothing of what its argument was made from, with numbers, while tracing, and beside a Variable', () => {
  const power = (start: Tensor): Tensor =>
    whileLoop(
      (x: Tensor) => x.less(5),
      (x) => x.square(),
      start,
    );
  // Reverse mode cannot go back through this loop, and need not
  const slope = (start: Tensor): Tensor => grad((x: Tensor) => x.mul(x))(power(start));
  expect(slope(tensor(2)).item()).toBe(32);
  expect(run(trace(slope, spec([])), tensor(2)).item()).toBe(32);
  expect(slope(variable(2).value).item()).toBe(32);
});

describe('high orders', () => {
  /** Derivatives of sin(x) e^(-x^2), from the recurrence of the coefficients of sin and cos times e^(-x^2). */
  const closed = (order: number, x: number): number => {
    let [p, q] = [[1], [0]] as [number[], number[]]; // p sin + q cos
    const slope = (a: number[]): number[] => a.slice(1).map((value, k) => value * (k + 1));
    const plus = (a: number[], b: number[]): number[] =>
      Array.from({ length: Math.max(a.length, b.length) }, (_, k) => (a[k] ?? 0) + (b[k] ?? 0));
    const less2x = (a: number[]): number[] => [0, ...a.map((value) => -2 * value)];
    for (let k = 0; k < order; k++) {
      [p, q] = [
        plus(
          plus(slope(p), less2x(p)),
          q.map((value) => -value),
        ),
        plus(plus(slope(q), less2x(q)), p),
      ];
    }
    const at = (a: number[]): number => a.reduceRight((sum, value) => sum * x + value, 0);
    return (at(p) * Math.sin(x) + at(q) * Math.cos(x)) * Math.exp(-x * x);
  };
  const f: Map = (x) => x.sin().mul(x.square().neg().exp());

  test('the sixth derivative of sin(x) e^(-x^2), backward, forward and in turn', () => {
    const forward =
      (g: Map): Map =>
      (x) =>
        jvp(g, x, f64(1))[1];
    const apply = (order: number, step: (k: number) => (g: Map) => Map): Map => {
      let g = f;
      for (let k = 0; k < order; k++) g = step(k)(g);
      return g;
    };
    for (const x of [0.7, -1.1, 0]) {
      const expected = closed(6, x);
      const close = (got: number): void =>
        expect(Math.abs(got - expected)).toBeLessThan(1e-9 * (1 + Math.abs(expected)));
      close(apply(6, () => (g) => grad(g))(f64(x)).item());
      close(apply(6, () => forward)(f64(x)).item());
      close(apply(6, (k) => (k % 2 === 0 ? forward : (g) => grad(g)))(f64(x)).item());
      close(vmap(apply(6, () => (g) => grad(g)))(f64([x, 2]) as never).data[0]!);
    }
  });

  test('each order up to the sixth', () => {
    let g = f;
    for (let order = 0; order <= 6; order++) {
      expect(g(f64(0.4)).item()).toBeCloseTo(closed(order, 0.4), 9);
      g = grad(g);
    }
  });
});
