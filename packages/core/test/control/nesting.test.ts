/** Loops, choices and checkpoints among transformations that are nested at random: against differences, or written out. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Tensor,
  checkpoint,
  cond,
  forLoop,
  grad,
  hessian,
  hvp,
  jacobian,
  jvp,
  linearize,
  map,
  run,
  scan,
  stack,
  tensor,
  trace,
  vjp,
  vmap,
  whileLoop,
} from '../../src/index.ts';

type Fn = (x: Tensor) => Tensor;

const f64 = (values: number | number[]): Tensor => tensor(values, { dtype: 'f64' });
const n = 3;
const v = f64([0.4, -0.7, 0.2]);
const w = f64([-0.3, 0.5, 0.9]);
const scales = f64([0.5, 1, -0.8, 1.3]);
const basis = (k: number): Tensor => f64(Array.from({ length: n }, (_, j) => (j === k ? 1 : 0)));
const toNumber =
  (g: Fn): Fn =>
  (x) =>
    g(x).mul(w).sum();

/** The slope of `g` along a direction, by differences of the fourth order. */
function along(g: Fn, x: Tensor, direction: Tensor): Tensor {
  const h = 2e-3;
  const moved = (k: number): Tensor => g(x.add(direction.mul(k * h)));
  return moved(-2)
    .sub(moved(2))
    .add(moved(1).sub(moved(-1)).mul(8))
    .div(12 * h);
}
const gradient = (g: Fn, x: Tensor): Tensor =>
  stack(Array.from({ length: n }, (_, k) => along(toNumber(g), x, basis(k))));

/** What is done to a function of vectors, giving another; and the same slowly. */
const steps: Record<string, readonly [done: (g: Fn) => Fn, slowly: (g: Fn) => Fn]> = {
  grad: [(g) => grad(toNumber(g)), (g) => (x) => gradient(g, x)],
  vjp: [(g) => (x) => vjp(g, x)[1](w), (g) => (x) => gradient(g, x)],
  jvp: [(g) => (x) => jvp(g, x, v)[1], (g) => (x) => along(g, x, v)],
  linearize: [(g) => (x) => linearize(g, x)[1](v), (g) => (x) => along(g, x, v)],
  hvp: [(g) => (x) => hvp(toNumber(g), x, v), (g) => (x) => along(grad(toNumber(g)), x, v)],
  jacobian: [(g) => (x) => jacobian(g)(x).matmul(v), (g) => (x) => along(g, x, v)],
  hessian: [(g) => (x) => hessian(toNumber(g))(x).matmul(v), (g) => (x) => along(grad(toNumber(g)), x, v)],
  vmap: [
    (g) => (x) => vmap((s: Tensor) => g(x.mul(s)))(scales).mean({ axis: 0 }),
    (g) => (x) => stack(Array.from(scales.data, (s) => g(x.mul(s)))).mean({ axis: 0 }),
  ],
  traced: [(g) => (x) => run(trace(g, x), x), (g) => g],
  checkpoint: [(g) => checkpoint(g), (g) => g],
  scan: [
    (g) => (x) => scan((c: Tensor, s: Tensor) => [g(c.mul(s)), undefined], x, f64([0.7, 1.1]))[0],
    (g) => (x) => g(g(x.mul(0.7)).mul(1.1)),
  ],
  map: [
    (g) => (x) => map((s: Tensor) => g(x.mul(s)), scales).mean({ axis: 0 }),
    (g) => (x) => stack(Array.from(scales.data, (s) => g(x.mul(s)))).mean({ axis: 0 }),
  ],
  cond: [
    (g) => (x) => cond(x.slice([0]).greater(0), g, (y: Tensor) => g(y.neg()), x),
    (g) => (x) => g(x.data[0]! > 0 ? x : x.neg()),
  ],
};

const starts: Record<string, Fn> = {
  scanned: (x) => scan((c: Tensor, e: Tensor) => [c.mul(e).sin().add(e), c.mul(e)], x.sum(), x)[1],
  reversed: (x) =>
    scan((c: Tensor, e: Tensor) => [c.add(e.exp()).tanh(), c.mul(e)], x.mul(w).sum(), x, { reverse: true })[1],
  choosing: (x) =>
    scan(
      (c: Tensor, e: Tensor) => [
        cond(
          e.greater(0),
          () => c.mul(e),
          () => c.sub(e.square()),
        ),
        c.sin(),
      ],
      f64(0.9),
      x,
    )[1],
  ending: (x) =>
    whileLoop(
      ({ k }: { k: Tensor; y: Tensor }) => k.less(1),
      ({ k, y }) => ({ k: k.add(0.3), y: y.mul(x).cos() }),
      { k: x.square().sum().mul(0), y: x },
      { maxSteps: 8 },
    ).y,
  counting: (x) => forLoop(3, (k, y: Tensor) => y.mul(w).add(k).sin(), x, { checkpoint: 2 }),
};

test('the outermost agrees with what is slow, over whatever is inside', { timeout: 120_000 }, () => {
  const names = fc.array(fc.constantFrom(...Object.keys(steps)), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(names, fc.constantFrom(...Object.keys(starts)), (nested, start) => {
      const [outer = '', ...inner] = nested;
      const g = inner.reduceRight((f, name) => steps[name]![0](f), starts[start]!);
      const x = f64([0.6, -0.4, 0.3]);
      const [done, slowly] = steps[outer]!.map((step) => step(g)(x).data);
      done!.forEach((value, k) =>
        expect(Math.abs(value - slowly![k]!)).toBeLessThan(1e-7 * (1 + Math.abs(slowly![k]!))),
      );
    }),
    { numRuns: 80 },
  );
});
