/** Types of vmap, Jacobians and their kin: results have the form of what they are of. */
import { describe, expectTypeOf, test } from 'vitest';
import {
  type CustomPullContext,
  type Tensor,
  grad,
  hessian,
  hvp,
  implicitRoot,
  jacobian,
  jvp,
  linearize,
  relu,
  vmap,
  withGradient,
} from '../../src/index.ts';

/** An interface has no index signature: results are inferred through it all the same. */
interface Layer {
  readonly weight: Tensor;
  readonly bias: Tensor;
}
declare const x: Tensor;
declare const layer: Layer;
declare const f: (layer: Layer, x: Tensor) => { y: Tensor; size: number };
declare const loss: (layer: Layer) => Tensor;

describe('vmap', () => {
  test('keeps arguments and result; numbers of a result become tensors', () => {
    expectTypeOf(vmap(f)(layer, x)).toEqualTypeOf<{ y: Tensor; size: Tensor }>();
    expectTypeOf(vmap((a: Tensor, power: number) => a.pow(power), { inAxes: [0, null] })(x, 2)).toEqualTypeOf<Tensor>();
    expectTypeOf(vmap(grad(loss))(layer).weight).toEqualTypeOf<Tensor>();
    expectTypeOf(vmap(vmap((a: Tensor) => [a, a] as const))(x)).toEqualTypeOf<readonly [Tensor, Tensor]>();
  });

  test('refuses other arguments and axes that are none', () => {
    // @ts-expect-error one argument is missing
    vmap(f)(layer);
    // @ts-expect-error a layer is no tensor
    vmap(f)(x, x);
    // @ts-expect-error an axis is a number
    vmap(f, { inAxes: 'first' });
    expectTypeOf(vmap(f)).returns.toEqualTypeOf<{ y: Tensor; size: Tensor }>();
  });
});

/** A class with fields, a method and something beside the tensors. */
declare class Dense {
  readonly weight: Tensor;
  readonly taps: Map<string, Tensor>;
  readonly activation: 'tanh' | 'relu';
  forward(x: Tensor): Tensor;
}
declare const dense: Dense;

describe('instances of classes', () => {
  test('are trees of their fields, and results have them too', () => {
    const of = (layer: Dense, at: Tensor): Tensor => layer.forward(at).sum();
    const g = grad(of)(dense, x);
    expectTypeOf(g.weight).toEqualTypeOf<Tensor>();
    expectTypeOf(g.taps).toEqualTypeOf<Map<string, Tensor>>();
    expectTypeOf(g.activation).toEqualTypeOf<'tanh' | 'relu'>();
    expectTypeOf(hessian((layer: Dense) => of(layer, x))(dense).weight.taps).toEqualTypeOf<Map<string, Tensor>>();
    expectTypeOf(vmap(grad(of), { inAxes: [null, 0] })(dense, x).weight).toEqualTypeOf<Tensor>();
    // @ts-expect-error a layer is no instance of the class
    grad(of)(layer, x);
  });
});

describe('jacobian and hessian', () => {
  test('have a tree of the argument for each leaf of the value', () => {
    expectTypeOf(jacobian((a: Tensor) => a.square())(x)).toEqualTypeOf<Tensor>();
    expectTypeOf(jacobian(loss)(layer).weight).toEqualTypeOf<Tensor>();
    const j = jacobian((at: Layer) => ({ y: at.weight, pair: [at.bias, at.bias] as const }))(layer);
    expectTypeOf(j.y.bias).toEqualTypeOf<Tensor>();
    expectTypeOf(j.pair[1].weight).toEqualTypeOf<Tensor>();
    expectTypeOf(hessian((a: Tensor) => a.sum())(x)).toEqualTypeOf<Tensor>();
    expectTypeOf(hessian(loss)(layer).weight.bias).toEqualTypeOf<Tensor>();
    expectTypeOf(jacobian(f, { argnums: 1 })(layer, x).y).toEqualTypeOf<Tensor>();
    expectTypeOf(jacobian(f, { argnums: [1, 0] })(layer, x).y[1].weight).toEqualTypeOf<Tensor>();
    const ride = (at: Layer, by: Tensor): readonly [Tensor, { logits: Tensor; note: string }] => [
      at.weight.mul(by).sum(),
      { logits: by, note: 'seen' },
    ];
    const [j1, aux] = jacobian(ride, { argnums: 1, hasAux: true })(layer, x);
    expectTypeOf(j1).toEqualTypeOf<Tensor>();
    expectTypeOf(aux).toEqualTypeOf<{ logits: Tensor; note: string }>();
    const h = hessian((at: Layer, by: Tensor) => at.weight.mul(by).sum(), { argnums: [0, 1] })(layer, x);
    expectTypeOf(h[0].weight[0].bias).toEqualTypeOf<Tensor>();
    expectTypeOf(h[0].weight[1]).toEqualTypeOf<Tensor>();
    expectTypeOf(h[1][0].bias).toEqualTypeOf<Tensor>();
    expectTypeOf(h[1][1]).toEqualTypeOf<Tensor>();
    const [hw] = hessian(ride, { hasAux: true })(layer, x);
    expectTypeOf(hw.weight.weight).toEqualTypeOf<Tensor>();
    // @ts-expect-error one argument is missing
    jacobian(f)(layer);
    // @ts-expect-error no such mode
    jacobian(loss, { mode: 'both' });
    // @ts-expect-error the function gives one tensor
    hessian((at: Layer) => at);
  });
});

describe('linearize, implicitRoot, withGradient', () => {
  test('are typed by what they are given', () => {
    const [value, push] = linearize((at: Layer) => ({ sum: at.weight.add(at.bias) }), layer);
    expectTypeOf(value).toEqualTypeOf<{ sum: Tensor }>();
    expectTypeOf(push(layer)).toEqualTypeOf<{ sum: Tensor }>();
    const [, pushed, note] = linearize((at: Layer) => [at.weight, 'seen'] as const, layer, { hasAux: true });
    expectTypeOf(pushed(layer)).toEqualTypeOf<Tensor>();
    expectTypeOf(note).toEqualTypeOf<'seen'>();
    const [product, size] = hvp((at: Layer) => [at.weight.sum(), 3] as const, layer, layer, { hasAux: true });
    expectTypeOf(product.bias).toEqualTypeOf<Tensor>();
    expectTypeOf(size).toEqualTypeOf<3>();
    const riding = (at: Layer): [{ y: Tensor }, string] => [{ y: at.bias }, 'seen'];
    const [, tangent, text] = jvp(riding, layer, layer, { hasAux: true });
    expectTypeOf(tangent).toEqualTypeOf<{ y: Tensor }>();
    expectTypeOf(text).toEqualTypeOf<string>();
    const root = implicitRoot(
      (at: Layer, by: Tensor) => ({ weight: at.weight.sub(by), bias: at.bias }),
      (start) => start,
    );
    expectTypeOf(root(layer, x).weight).toEqualTypeOf<Tensor>();
    expectTypeOf(
      withGradient(
        relu,
        ({ cotangent }: CustomPullContext) => [cotangent],
        () => 3,
      ),
    ).toEqualTypeOf<number>();
  });
});
