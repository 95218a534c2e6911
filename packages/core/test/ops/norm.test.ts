import { describe, expect, test } from 'vitest';
import { type Tensor, grad, hvp, jvp, norm, run, spec, tensor, trace, vjp, zeros } from '../../src/index.ts';
import { checkGradients } from '../../src/testing/index.ts';
import { refusal } from '../refusal.ts';

const f64 = { dtype: 'f64' } as const;

describe('norm', () => {
  test('of order 2, 1 and Infinity', () => {
    const x = tensor(
      [
        [3, -4],
        [0, 2],
      ],
      f64,
    );
    expect(norm(x, { axis: 1 }).toArray()).toEqual([5, 2]);
    expect(norm(x, { axis: 1, order: 1, keepDims: true }).toArray()).toEqual([[7], [2]]);
    expect(norm(x, { order: Infinity }).item()).toBe(4);
    expect(norm(x).item()).toBeCloseTo(Math.sqrt(29), 14);
    expect(norm(tensor([3, 4], { dtype: 'i32' })).toString()).toBe('tensor(5, f32 [])');
    expect(norm(zeros([2, 0]), { axis: 1 }).toArray()).toEqual([0, 0]);
  });

  test('neither overflows nor vanishes', () => {
    expect(norm(tensor([3e200, 4e200], f64)).item() / 5e200).toBeCloseTo(1, 14);
    expect(norm(tensor([3e-200, 4e-200], f64)).item() / 5e-200).toBeCloseTo(1, 14);
    expect(norm(tensor([5e-324, 0], f64)).item()).toBe(5e-324);
    expect(norm([Infinity, 1]).item()).toBe(Infinity);
    expect(norm([Number.NaN, Infinity]).item()).toBeNaN();
  });

  test.each([1, 2, Infinity])('of order %d has derivative 0 at 0', (order) => {
    const f = (x: Tensor): Tensor => norm(x, { order });
    expect(grad(f)(zeros([3])).toArray()).toEqual([0, 0, 0]);
    expect(jvp(f, zeros([3]), tensor([1, 2, 3]))[1].item()).toBe(0);
    expect(grad((x: Tensor) => grad(f)(x).sum())(zeros([3])).toArray()).toEqual([0, 0, 0]);
  });

  test.each([1, 2, 3, 4, 5])(
    'derivatives of order %d of its square are those of the sum of squares, at 0 too',
    (order) => {
      const rows = tensor(
        [
          [0, 0],
          [3, 4],
        ],
        f64,
      );
      const direction = tensor(
        [
          [1, 2],
          [3, 4],
        ],
        f64,
      );
      const derivative = (f: (x: Tensor) => Tensor): ((x: Tensor) => Tensor) => {
        let g = f;
        for (let k = 1; k < order; k++) {
          const before = g;
          g = (x) => grad(before)(x).mul(direction).sum();
        }
        return grad(g);
      };
      const square = derivative((x) => norm(x, { axis: 1 }).square().sum())(rows);
      const expected = derivative((x) => x.square().sum())(rows);
      expect(square.sub(expected).abs().max().item()).toBeLessThan(1e-12);
    },
  );

  test('of its square also by Hessian-vector products, in traces, and where it stands in a larger function', () => {
    // e^(n + 3 n^2) = 1 + n + 3.5 n^2 + ...
    const f = (x: Tensor): Tensor => norm(x).square().mul(3).add(norm(x)).exp();
    const v = tensor([1, 2], f64);
    expect(hvp(f, zeros([2], 'f64'), v).toArray()).toEqual([7, 14]);
    expect(grad((x: Tensor) => grad(f)(x).mul(v).sum())(zeros([2], 'f64')).toArray()).toEqual([7, 14]);
    const traced = trace((x: Tensor) => grad((y: Tensor) => grad(f)(y).mul(v).sum())(x), spec([2], 'f64'));
    expect(run(traced, zeros([2], 'f64')).toArray()).toEqual([7, 14]);
    const [, pullback] = vjp((x: Tensor) => grad(f)(x), zeros([2], 'f64'));
    expect(pullback(v).toArray()).toEqual([7, 14]);
  });

  test('away from 0 derivatives agree with differences', () => {
    const x = tensor(
      [
        [1, -2, 0],
        [0.5, 0, 3],
      ],
      f64,
    );
    checkGradients((y) => norm(y, { axis: 1 }), [x]);
    checkGradients((y) => norm(y, { axis: 0 }).pow(3).exp().log(), [x], { tolerance: 1e-6 });
    checkGradients((y) => grad((z: Tensor) => norm(z).mul(norm(z, { order: 1 })))(y), [x.add(0.1)], {
      tolerance: 1e-6,
    });
  });

  test('refusals', () => {
    expect(refusal(() => norm([1, 2], { order: 3 }))).toMatchInlineSnapshot(`
      "ArgumentError unknown-order
      norm: no norm of order 3; the orders are 1, 2 and Infinity
        try x.abs().pow(p).sum().pow(1 / p)"
    `);
    expect(refusal(() => norm(zeros([0]), { order: Infinity }))).toMatchInlineSnapshot(`
      "ShapeError no-elements
      max: the max of no elements, shape [0]
        at norm/max"
    `);
    expect(refusal(() => norm([true]))).toMatchInlineSnapshot(`
      "DtypeError dtype-refused
      norm: the input is bool; expected i32, f32 or f64
        try x.cast('i32')"
    `);
  });
});
