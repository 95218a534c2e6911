/** Derivatives of roots and minima, against closed forms and differences. */
import { describe, expect, test } from 'vitest';
import {
  type Tensor,
  cbrt,
  grad,
  hessian,
  implicitMinimum,
  implicitRoot,
  jacobian,
  jvp,
  stack,
  tensor,
  variable,
  vmap,
} from '../../src/index.ts';
import { refusal } from '../refusal.ts';

const f64 = (values: number | number[] | number[][]): Tensor => tensor(values, { dtype: 'f64' });

/** Newton's method on plain numbers: nothing that could be differentiated or traced. */
function newton(f: (x: number) => number, slope: (x: number) => number, start: number): number {
  let x = start;
  for (let k = 0; k < 60; k++) x -= f(x) / slope(x);
  return x;
}
let searches = 0;
/** x with x e^x = a: Lambert's function W. */
const lambert = implicitRoot(
  (x: Tensor, a: Tensor) => x.mul(x.exp()).sub(a),
  (start, a) => {
    searches++;
    const target = a.item();
    return f64(
      newton(
        (x) => x * Math.exp(x) - target,
        (x) => (1 + x) * Math.exp(x),
        start.item(),
      ),
    );
  },
);
const w = (a: Tensor): Tensor => lambert(f64(1), a);

describe('implicitRoot', () => {
  test('of one equation: derivatives up to the fourth are those of the closed form', () => {
    const a = f64(2);
    const x = w(a).item();
    const e = Math.exp(-x);
    // W' = e^-W / (1 + W), and so on (Corless and others 1996, section 3).
    const closed = [
      x,
      e / (1 + x),
      (e * e * (-2 - x)) / (1 + x) ** 3,
      (e ** 3 * (9 + 8 * x + 2 * x * x)) / (1 + x) ** 5,
      (e ** 4 * (-64 - 79 * x - 36 * x * x - 6 * x ** 3)) / (1 + x) ** 7,
    ];
    let f = w;
    for (const expected of closed) {
      expect(f(a).item()).toBeCloseTo(expected, 11);
      f = grad(f) as (at: Tensor) => Tensor;
    }
  });

  test('forward mode and mixed second derivatives agree with reverse mode', () => {
    const a = f64(2);
    expect(jvp(w, a, f64(1))[1].item()).toBeCloseTo(grad(w)(a).item(), 13);
    expect(jvp(grad(w), a, f64(1))[1].item()).toBeCloseTo(grad(grad(w))(a).item(), 13);
    expect(grad((at: Tensor) => jvp(w, at, f64(1))[1])(a).item()).toBeCloseTo(grad(grad(w))(a).item(), 13);
  });

  test('searches once a call, and once an example under vmap', () => {
    searches = 0;
    grad(w)(f64(2));
    expect(searches).toBe(1);
    const all = f64([1, 2, 3]);
    searches = 0;
    const got = vmap(w)(all);
    expect(searches).toBe(3);
    const each = (f: (a: Tensor) => Tensor): Tensor => stack([1, 2, 3].map((a) => f(f64(a))));
    expect(got.toArray()).toEqual(each(w).toArray());
    for (const f of [grad(w), grad(grad(w)), (a: Tensor) => jvp(w, a, f64(1))[1]])
      vmap(f)(all).data.forEach((value, k) => expect(value).toBeCloseTo(each(f).data[k]!, 12));
    const outer = grad((at: Tensor) => vmap(w)(at).square().sum())(all);
    outer.data.forEach((value, k) =>
      expect(value).toBeCloseTo(grad((a: Tensor) => w(a).square())(f64(k + 1)).item(), 12),
    );
  });

  test('of a tree of unknowns and parameters: intersection of a circle and a line', () => {
    // x^2 + y^2 = r^2 and y = m x: x = r / sqrt(1 + m^2), y = m x.
    const meet = implicitRoot(
      ({ x, y }: { x: Tensor; y: Tensor }, { r, m }: { r: Tensor; m: Tensor }) => ({
        x: x.square().add(y.square()).sub(r.square()),
        y: y.sub(m.mul(x)),
      }),
      (_, { r, m }) => {
        const x = r.item() / Math.sqrt(1 + m.item() ** 2);
        return { x: f64(x), y: f64(m.item() * x) };
      },
    );
    const start = { x: f64(1), y: f64(1) };
    const closed = ({ r, m }: { r: Tensor; m: Tensor }): Tensor => r.div(m.square().add(1).sqrt()).mul(m.add(2));
    const mine = (params: { r: Tensor; m: Tensor }): Tensor => {
      const { x, y } = meet(start, params);
      return x.mul(2).add(y);
    };
    const params = { r: f64(2), m: f64(0.5) };
    expect(mine(params).item()).toBeCloseTo(closed(params).item(), 13);
    const [g, expected] = [grad(mine)(params), grad(closed)(params)];
    expect(g.r.item()).toBeCloseTo(expected.r.item(), 12);
    expect(g.m.item()).toBeCloseTo(expected.m.item(), 12);
    const [h, second] = [hessian(mine)(params), hessian(closed)(params)];
    expect(h.m.m.item()).toBeCloseTo(second.m.m.item(), 11);
    expect(h.r.m.item()).toBeCloseTo(second.r.m.item(), 11);
  });

  test('a fixed point of many unknowns has the Jacobian of its linear system', () => {
    // x = M x + b: x = (I - M)^-1 b, so dx/db = (I - M)^-1.
    const m = f64([
      [0.2, 0.1],
      [-0.3, 0.4],
    ]);
    const fixed = implicitRoot(
      (x: Tensor, b: Tensor) => x.sub(m.matmul(x)).sub(b),
      (start, b) => {
        let x = start;
        for (let k = 0; k < 200; k++) x = m.matmul(x).add(b);
        return x;
      },
    );
    const j = jacobian((b: Tensor) => fixed(f64([0, 0]), b))(f64([1, 2]));
    const determinant = 0.8 * 0.6 + 0.1 * 0.3;
    const inverse = [0.6, 0.1, -0.3, 0.8].map((value) => value / determinant);
    j.data.forEach((value, k) => expect(value).toBeCloseTo(inverse[k]!, 12));
  });
});

describe('what the residual uses from around it', () => {
  /** x^3 = a c, by the closed form: the solver is given a alone, and knows c as a number. */
  const through = (c: Tensor, a: Tensor): Tensor =>
    implicitRoot(
      (x: Tensor, at: Tensor) => x.pow(3).sub(at.mul(c)),
      (_, at) => Math.cbrt(at.item() * c.item()),
    )(f64(1), a);
  const closed = (c: Tensor, a: Tensor): Tensor => cbrt(a.mul(c));
  const [c, a] = [f64(3), f64(2)];

  test('is differentiated as a parameter is, in both directions and twice', () => {
    const close = (got: Tensor, expected: Tensor): void => expect(got.item()).toBeCloseTo(expected.item(), 12);
    for (const argnums of [0, 1] as const) {
      close(grad(through, { argnums })(c, a), grad(closed, { argnums })(c, a));
      close(hessian(through, { argnums })(c, a), hessian(closed, { argnums })(c, a));
    }
    const mixed = hessian(through, { argnums: [0, 1] })(c, a);
    close(mixed[0][1], hessian(closed, { argnums: [0, 1] })(c, a)[0][1]);
    close(mixed[1][0], mixed[0][1]);
    close(jvp((at: Tensor) => through(at, a), c, 1)[1], jvp((at: Tensor) => closed(at, a), c, 1)[1]);
  });

  test('also where it reaches the residual only as what was made of it, and where params are not used', () => {
    const f = (at: Tensor): Tensor => {
      const rate = at.square();
      return implicitRoot(
        (x: Tensor) => x.mul(rate.exp()).sub(1),
        () => f64(Math.exp(-rate.item())),
      )(f64(1), f64(0));
    };
    expect(grad(f)(f64(0.5)).item()).toBeCloseTo(-Math.exp(-0.25), 12); // d/dt exp(-t^2) = -2 t exp(-t^2)
    expect(grad(grad(f))(f64(0.5)).item()).toBeCloseTo((4 * 0.25 - 2) * Math.exp(-0.25), 12);
  });

  test('as a Variable it gets its gradient', () => {
    const w = variable(f64(3));
    implicitRoot(
      (x: Tensor, at: Tensor) => x.mul(w.value).sub(at),
      (_, at) => at.div(w.value),
    )(f64(1), f64(6)).backward();
    expect(w.grad!.item()).toBeCloseTo(-6 / 9, 12);
  });

  test('of a minimum too', () => {
    const ridge = (strength: Tensor): Tensor =>
      implicitMinimum(
        (w: Tensor, target: Tensor) => w.sub(target).square().add(w.square().mul(strength)),
        (_, target) => target.div(strength.add(1)),
      )(f64(0), f64(6));
    expect(grad(ridge)(f64(1)).item()).toBeCloseTo(-1.5, 12); // -6 / (1 + s)^2
  });
});

describe('implicitMinimum', () => {
  test('ridge regression: the weights move with the strength as the closed form has it', () => {
    const x = f64([
      [1, 0.5],
      [0.2, -1],
      [0.7, 0.3],
    ]);
    const y = f64([1, -1, 0.5]);
    const objective = (weights: Tensor, strength: Tensor): Tensor =>
      x.matmul(weights).sub(y).square().sum().add(weights.square().sum().mul(strength));
    const fit = implicitMinimum(objective, (start, strength) => {
      let at = start;
      for (let k = 0; k < 250; k++) at = at.sub(grad((v: Tensor) => objective(v, strength))(at).mul(0.1));
      return at;
    });
    const at = (strength: number): Tensor => fit(f64([0, 0]), f64(strength));
    const h = 1e-5;
    const slope = at(0.3 + h)
      .sub(at(0.3 - h))
      .div(2 * h);
    jacobian((strength: Tensor) => fit(f64([0, 0]), strength))(f64(0.3)).data.forEach((value, k) =>
      expect(value).toBeCloseTo(slope.data[k]!, 8),
    );
    const second = grad((strength: Tensor) => grad((s: Tensor) => fit(f64([0, 0]), s).sum())(strength))(
      f64(0.3),
    ).item();
    const along = (strength: number): number => grad((s: Tensor) => fit(f64([0, 0]), s).sum())(f64(strength)).item();
    expect(second).toBeCloseTo((along(0.3 + h) - along(0.3 - h)) / (2 * h), 7);
  });
});

describe('wrong uses', () => {
  test('say what is wrong', () => {
    const double = implicitRoot(
      (x: Tensor, a: Tensor) => x.sub(a).square(),
      (_, a) => a,
    );
    expect(double(f64(0), f64(3)).item()).toBe(3);
    expect(refusal(() => grad((a: Tensor) => double(f64(0), a))(f64(3)))).toMatchInlineSnapshot(`
      "ArgumentError singular-matrix
      implicitRoot: the Jacobian of the residual at the root, 1 x 1, is singular
        try a residual whose root is simple, such as x - a instead of (x - a)^2; or start the solver nearer to one that is"
    `);
    const flat = implicitMinimum(
      (x: Tensor, a: Tensor) => x.sum().sub(a).square(),
      (start, a) => start.mul(0).add(a.div(2)),
    );
    expect(refusal(() => grad((a: Tensor) => flat(f64([0, 0]), a).sum())(f64(3)))).toMatchInlineSnapshot(`
      "ArgumentError singular-matrix
      implicitMinimum: the Hessian of the objective at the minimum, 2 x 2, is singular
        try an objective that curves in every direction, such as objective + 1e-6 * |x|^2"
    `);
    expect(refusal(() => vmap(grad((a: Tensor) => double(f64(0), a)))(f64([3, 4])))).toMatchInlineSnapshot(`
      "ArgumentError singular-matrix
      implicitRoot: the Jacobian of the residual at the root, 1 x 1, is singular for example 0 of 2
        try a residual whose root is simple, such as x - a instead of (x - a)^2; or start the solver nearer to one that is"
    `);
    expect(
      refusal(() =>
        vmap((c: Tensor) =>
          implicitRoot(
            (x: Tensor, a: Tensor) => x.sub(a.mul(c)),
            (_, a) => a.mul(c),
          )(f64(0), f64(2)),
        )(f64([1, 2])),
      ),
    ).toMatchInlineSnapshot(`
      "ArgumentError traced-solver
      implicitRoot: the solver uses a value from around it that is traced, so its solution has no numbers
        try params: { a, b } with all that the solver uses, so that it is given their numbers"
    `);
    expect(
      refusal(() =>
        implicitRoot(
          (x: Tensor) => x,
          () => f64([1, 2]),
        )(f64(0), 1),
      ),
    ).toMatchInlineSnapshot(`
      "ShapeError wrong-solution
      implicitRoot: solution is f64 [2]; the start is f64 []"
    `);
    const listed = implicitRoot(
      (x: Tensor) => x,
      () => [1, 2],
    );
    expect(() => listed(f64(0), 1)).toThrow('implicitRoot: the solver gives another form than the start: ');
    const short = implicitRoot(
      (x: { u: Tensor; v: Tensor }, a: Tensor) => x.u.sub(a),
      (start) => start,
    );
    expect(refusal(() => grad((a: Tensor) => short({ u: f64(0), v: f64(0) }, a).u)(f64(1)))).toMatchInlineSnapshot(`
      "ShapeError wrong-residual
      implicitRoot: tensors in the residual: 1, in the unknown: 2; expected as many"
    `);
    expect(refusal(() => double(tensor([1], { dtype: 'i32' }), f64(3)))).toMatchInlineSnapshot(`
      "ArgumentError not-floating
      implicitRoot: start is i32; unknowns are f32 or f64"
    `);
  });
});
