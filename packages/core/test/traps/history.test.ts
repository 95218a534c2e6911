/** What is remembered, for whom, and what is cut: where derivatives go silently wrong in other systems. */
import { describe, expect, test } from 'vitest';
import {
  type Tensor,
  abs,
  cotangents,
  grad,
  hvp,
  inference,
  jvp,
  leakyRelu,
  record,
  relu,
  stopGradient,
  tensor,
  valueAndGrad,
  variable,
  vjp,
  where,
} from '../../src/index.ts';

const f64 = (values: number | number[]): Tensor => tensor(values, { dtype: 'f64' });
const cube = (x: Tensor): Tensor => x.mul(x).mul(x).sum();

describe('a node is kept only where somebody can ask', () => {
  test('of plain tensors nothing is remembered', () => {
    expect(tensor(2).mul(3).node).toBeUndefined();
  });

  test('of a Variable, and of what is made from it, the history is kept', () => {
    const w = variable(2);
    expect(w.value.mul(3).node?.op.name).toBe('mul');
    expect(w.value.mul(3).greater(1).node).toBeUndefined(); // no derivative passes through a comparison
  });

  test('of a Variable that nobody trains it is not', () => {
    const mean = variable([1, 2], { trainable: false });
    expect(mean.value.mul(3).node).toBeUndefined();
  });

  test('inside record everything is', () => {
    const y = record(() => tensor(2).greater(1).cast('f32'));
    expect(y.node?.inputs[0]?.node?.op.name).toBe('greater');
  });

  test('inside inference nothing older counts, and afterwards it does again', () => {
    const w = variable(2);
    expect(inference(() => w.value.mul(3)).node).toBeUndefined();
    expect(w.value.mul(3).node).toBeDefined();
    expect(() =>
      inference(() => {
        throw new Error('on purpose');
      }),
    ).toThrow('on purpose');
    expect(w.value.mul(3).node).toBeDefined();
  });

  test('the result of a derivative that nobody watches holds no history', () => {
    const [value, gradient] = valueAndGrad(cube)(f64([1, 2]));
    expect([value.node, gradient.node]).toEqual([undefined, undefined]);
    expect(jvp(cube, f64([1, 2]), f64([1, 0]))[1].node).toBeUndefined();
  });
});

describe('derivatives inside inference', () => {
  test('first, second and third derivatives are what they are outside', () => {
    const [first, second, third] = inference(() => [
      grad(cube)(f64(2)).item(),
      grad(grad(cube))(f64(2)).item(),
      grad(grad(grad(cube)))(f64(2)).item(),
    ]);
    expect([first, second, third]).toEqual([12, 12, 6]);
  });

  test('a Jacobian of a step that uses a Variable is right', () => {
    const w = variable(f64(3));
    expect(inference(() => grad((x: Tensor) => x.square().mul(w).sum())(f64(2)).item())).toBe(12);
    expect(inference(() => hvp((x: Tensor) => x.pow(3).mul(w).sum(), f64(2), f64(1)).item())).toBe(36);
  });

  test('forward mode inside inference is right too', () => {
    expect(inference(() => jvp(cube, f64(2), f64(1))[1].item())).toBe(12);
  });

  test('an outer gradient does not look into inference', () => {
    expect(grad((x: Tensor) => x.mul(inference(() => x.mul(x))))(f64(3)).item()).toBe(9);
  });
});

describe('the history of a seed', () => {
  test('a pullback can be differentiated with respect to its cotangent', () => {
    const x = f64([1, 2]);
    const through = (c: Tensor): Tensor =>
      vjp((at: Tensor) => at.square(), x)[1](c)
        .square()
        .sum();
    // sum (2 x c)^2: slope 8 x^2 c
    expect(grad(through)(f64([1, 10])).toArray()).toEqual([8, 320]);
  });

  test('and with respect to its point', () => {
    const c = f64([1, 10]);
    const through = (x: Tensor): Tensor => vjp((at: Tensor) => at.pow(3), x)[1](c).sum();
    expect(grad(through)(f64([1, 2])).toArray()).toEqual([6, 120]);
  });

  test('a tangent too', () => {
    const through = (v: Tensor): Tensor =>
      jvp((at: Tensor) => at.square(), f64([1, 2]), v)[1]
        .square()
        .sum();
    expect(grad(through)(f64([1, 10])).toArray()).toEqual([8, 320]);
  });

  test('a pullback may be called often, with and without history', () => {
    const [, pullback] = vjp((x: Tensor) => x.square(), f64(3));
    expect([pullback(1).item(), pullback(2).item()]).toEqual([6, 12]);
    expect(grad((c: Tensor) => pullback(c).square())(f64(1)).item()).toBe(72);
    expect(pullback(1).item()).toBe(6);
  });
});

describe('closures over an outer argument', () => {
  test('d/dx of x times d/dy (x y) is 2 x', () => {
    const f = (x: Tensor): Tensor => x.mul(grad((y: Tensor) => x.mul(y))(f64(5)));
    expect(grad(f)(f64(3)).item()).toBe(6);
  });

  test('an inner derivative at an outer argument keeps the outer one constant', () => {
    // d/dx [ x * d/dy (x + y) at y = 1 ] = d/dx x = 1
    const f = (x: Tensor): Tensor => x.mul(grad((y: Tensor) => x.add(y))(f64(1)));
    expect(grad(f)(f64(7)).item()).toBe(1);
    // The same with forward mode inside, outside, and both.
    const forward = (x: Tensor): Tensor => x.mul(jvp((y: Tensor) => x.add(y), f64(1), f64(1))[1]);
    expect(grad(forward)(f64(7)).item()).toBe(1);
    expect(jvp(f, f64(7), f64(1))[1].item()).toBe(1);
    expect(jvp(forward, f64(7), f64(1))[1].item()).toBe(1);
  });

  test('d/dx d/dy x^2 y^3, nested in every way, is 6 x y^2', () => {
    const inner = (x: Tensor, y: Tensor): Tensor => x.square().mul(y.pow(3));
    const [x, y] = [f64(2), f64(3)];
    const expected = 108;
    expect(grad((a: Tensor) => grad((b: Tensor) => inner(a, b))(y))(x).item()).toBeCloseTo(expected, 9);
    expect(jvp((a: Tensor) => grad((b: Tensor) => inner(a, b))(y), x, f64(1))[1].item()).toBeCloseTo(expected, 9);
    expect(grad((a: Tensor) => jvp((b: Tensor) => inner(a, b), y, f64(1))[1])(x).item()).toBeCloseTo(expected, 9);
    expect(jvp((a: Tensor) => jvp((b: Tensor) => inner(a, b), y, f64(1))[1], x, f64(1))[1].item()).toBeCloseTo(
      expected,
      9,
    );
  });

  test('the inner argument may be the outer one', () => {
    // f(x) = d/dy (y^3) at y = x is 3 x^2; its slope 6 x
    expect(grad((x: Tensor) => grad((y: Tensor) => y.pow(3))(x))(f64(2)).item()).toBe(12);
    expect(grad((x: Tensor) => jvp((y: Tensor) => y.pow(3), x, f64(1))[1])(f64(2)).item()).toBe(12);
    expect(jvp((x: Tensor) => jvp((y: Tensor) => y.pow(3), x, f64(1))[1], f64(2), f64(1))[1].item()).toBe(12);
  });

  test('a tangent that depends on an outer argument is differentiated', () => {
    // d/dx of [ 2 y v at y = 3, v = x^2 ] = 12 x
    expect(grad((x: Tensor) => jvp((y: Tensor) => y.square(), f64(3), x.square())[1])(f64(2)).item()).toBe(24);
  });

  test('derivatives of order six by nesting are exact', () => {
    let f = (x: Tensor): Tensor => x.pow(6);
    for (let order = 0; order < 6; order++) f = grad(f);
    expect(f(f64(1.7)).item()).toBeCloseTo(720, 8);
  });
});

describe('second derivatives through Variables', () => {
  test('a gradient penalty by backward() is differentiated: w^2 x^2 summed over its gradient squared', () => {
    // g(x) = d/dx (w x^2) = 2 w x; penalty (2 w x)^2 = 4 w^2 x^2; d/dw = 8 w x^2 = 8 * 2 * 9
    const w = variable(f64(2));
    const gradient = grad((x: Tensor) => w.value.mul(x.square()))(f64(3));
    gradient.square().backward();
    expect(w.grad?.item()).toBe(144);
  });

  test('a gradient with respect to what was made from a Variable goes on to the Variable', () => {
    const w = variable(f64(2));
    // x = 3 w; d/dx x^2 = 2 x = 6 w; slope 6
    grad((x: Tensor) => x.square())(w.value.mul(3)).backward();
    expect(w.grad?.item()).toBe(6);
  });

  test('6 w = 12: a gradient taken at a Variable, times the Variable', () => {
    const w = variable(f64(2));
    // w * d/dx (3 x^2 / 2) at x = w is 3 w^2; slope 6 w
    w.value.mul(grad((x: Tensor) => x.square().mul(1.5))(w)).backward();
    expect(w.grad?.item()).toBe(12);
  });

  test('cotangents of an intermediate tensor can be differentiated in turn', () => {
    const w = variable(f64(2));
    const h = w.value.mul(3);
    const [dh] = cotangents(h.pow(3), [h]);
    expect(dh.item()).toBe(108);
    dh.backward(); // 3 h^2, h = 3 w: 18 h = 108
    expect(w.grad?.item()).toBe(108);
  });

  test('an inner gradient does not fill the grad of Variables', () => {
    const w = variable(f64(2));
    grad((x: Tensor) => x.mul(w))(f64(3));
    expect(w.grad).toBeUndefined();
  });
});

describe('cuts', () => {
  test('a mask is no mistake where only derivative rules use it: the second derivative of what is linear is 0', () => {
    const x = f64([1, -2, 3]);
    const v = f64([1, 1, 1]);
    for (const bent of [
      relu,
      (at: Tensor) => leakyRelu(at),
      abs,
      (at: Tensor) => where(at.greater(0), at, at.mul(3)),
    ]) {
      const f = (at: Tensor): Tensor => bent(at).sum();
      expect(
        grad((at: Tensor) => grad(f)(at).sum())(x)
          .abs()
          .sum()
          .item(),
      ).toBe(0);
      expect(
        grad((at: Tensor) => jvp(f, at, v)[1])(x)
          .abs()
          .sum()
          .item(),
      ).toBe(0);
      expect(jvp(grad(f), x, v)[1].abs().sum().item()).toBe(0);
      expect(grad((at: Tensor) => hvp((b: Tensor) => f(b).square(), at, v).sum())(x).shape).toEqual([3]);
    }
  });

  test('where a function of a derivative is cut, it is refused as ever', () => {
    expect(() =>
      grad((x: Tensor) =>
        grad((y: Tensor) => y.pow(3))(x)
          .greater(1)
          .cast('f64'),
      )(f64(2)),
    ).toThrow('greater has no derivative');
  });

  test('stopGradient cuts at every order and in both directions', () => {
    const f = (x: Tensor): Tensor => x.mul(stopGradient(x).square());
    expect(grad(f)(f64(3)).item()).toBe(9);
    expect(grad(grad(f))(f64(3)).item()).toBe(0);
    expect(jvp(f, f64(3), f64(1))[1].item()).toBe(9);
  });

  test('a derivative is zero where the result does not depend on the argument', () => {
    expect(grad((_x: Tensor, y: Tensor) => y)(f64([1, 2]), f64(3))).toMatchObject({ shape: [2], dtype: 'f64' });
    expect(grad((x: Tensor, y: Tensor) => y.mul(2).sum().add(x.mul(0).sum()))(f64([1, 2]), f64(1)).toArray()).toEqual([
      0, 0,
    ]);
    expect(grad((p: { a: Tensor; b: Tensor }) => p.a.square())({ a: f64(3), b: f64(4) }).b.item()).toBe(0);
    expect(jvp(() => f64(3), f64(1), f64(1))[1].item()).toBe(0);
  });
});
