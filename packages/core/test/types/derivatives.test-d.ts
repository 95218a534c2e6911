/** Types of derivatives: a gradient has the form of what it is a gradient of. */
import { describe, expectTypeOf, test } from 'vitest';
import {
  type Tensor,
  type TracedGraph,
  type Variable,
  composite,
  cotangents,
  customGradient,
  grad,
  hvp,
  jvp,
  run,
  spec,
  tensor,
  trace,
  valueAndGrad,
  vjp,
} from '../../src/index.ts';

/** An interface has no index signature: a gradient is inferred through it all the same. */
interface Layer {
  readonly weight: Tensor;
  readonly bias: Tensor;
}
interface Model {
  readonly layers: readonly [Layer, { scale: Tensor }];
  readonly out: Tensor;
  readonly activation: 'relu' | 'tanh';
  readonly names?: readonly string[];
}
declare const loss: (model: Model, x: Tensor) => Tensor;
declare const model: Model;
declare const x: Tensor;
declare const w: Variable;

describe('grad', () => {
  test('of one tensor is a tensor', () => {
    expectTypeOf(grad((at: Tensor) => at.sum())(x)).toEqualTypeOf<Tensor>();
  });

  test('of an interface has its fields, tensors at the leaves, and what is no tensor as it was', () => {
    const slope = grad(loss)(model, x);
    expectTypeOf(slope.layers[0].weight).toEqualTypeOf<Tensor>();
    expectTypeOf(slope.layers[1].scale).toEqualTypeOf<Tensor>();
    expectTypeOf(slope.activation).toEqualTypeOf<'relu' | 'tanh'>();
    // @ts-expect-error -- the tuple has two layers
    expectTypeOf(slope.layers[2]);
    // @ts-expect-error -- no such field
    expectTypeOf(slope.momentum);
  });

  test('of records, lists and Maps is one of the same keys', () => {
    const slope = grad((p: { w: Tensor; list: Tensor[]; map: Map<string, Tensor> }) => p.w)({
      w: x,
      list: [x],
      map: new Map([['a', x]]),
    });
    expectTypeOf(slope).toEqualTypeOf<{ w: Tensor; list: Tensor[]; map: Map<string, Tensor> }>();
  });

  test('takes the arguments of its function, with Variables and typed arrays for tensors', () => {
    const slope = grad((p: { w: Tensor }, scale: Tensor) => p.w.mul(scale));
    expectTypeOf(slope({ w }, x)).toEqualTypeOf<{ w: Tensor }>();
    slope({ w: 2 }, new Float64Array([1]));
    // @ts-expect-error -- numbers stand for what is differentiated alone: elsewhere the function would be given them
    slope({ w }, 3);
    // @ts-expect-error -- an argument is missing
    slope({ w: x });
    // @ts-expect-error -- the tree has another form
    slope({ v: x }, x);
    // @ts-expect-error -- text is no tensor
    slope({ w: 'one' }, x);
  });

  test('by argnums is the form of that argument, or of several a tuple', () => {
    const f = (a: Tensor, b: { c: Tensor }): Tensor => a.mul(b.c);
    expectTypeOf(grad(f, { argnums: 1 })(x, { c: x })).toEqualTypeOf<{ c: Tensor }>();
    expectTypeOf(grad(f, { argnums: [0, 1] })(x, { c: x })).toEqualTypeOf<[Tensor, { c: Tensor }]>();
    expectTypeOf(grad(f, { argnums: [1, 0] })(x, { c: x })).toEqualTypeOf<[{ c: Tensor }, Tensor]>();
  });

  test('with hasAux is a pair, and the function must give one', () => {
    const f = (a: Tensor): [Tensor, { logits: Tensor; label: string }] => [a.sum(), { logits: a, label: 'a' }];
    expectTypeOf(grad(f, { hasAux: true })(x)).toEqualTypeOf<[Tensor, { logits: Tensor; label: string }]>();
    // @ts-expect-error -- no aux is given
    grad((a: Tensor) => a.sum(), { hasAux: true });
  });

  test('refuses unknown options and functions that give no tensor', () => {
    expectTypeOf(grad((a: Tensor) => a, { argnums: 0 })).toBeFunction();
    // @ts-expect-error -- a misspelt option
    grad((a: Tensor) => a, { argNums: 0 });
    // @ts-expect-error -- a number has no derivative
    grad((a: Tensor) => a.item());
  });

  test('composes: the second derivative of a function of a tensor is one too', () => {
    expectTypeOf(grad(grad((at: Tensor) => at.pow(3)))(x)).toEqualTypeOf<Tensor>();
  });
});

test('valueAndGrad gives both, with aux beside the value', () => {
  const [value, slope] = valueAndGrad(loss)(model, x);
  expectTypeOf(value).toEqualTypeOf<Tensor>();
  expectTypeOf(slope.out).toEqualTypeOf<Tensor>();
  const f = (a: Tensor): readonly [Tensor, Tensor] => [a.sum(), a];
  expectTypeOf(valueAndGrad(f, { hasAux: true })(x)).toEqualTypeOf<[[Tensor, Tensor], Tensor]>();
});

test('vjp gives a pullback from the form of the value to that of the arguments', () => {
  const [value, pull] = vjp((a: Tensor) => ({ twice: a.mul(2) }), x);
  expectTypeOf(value).toEqualTypeOf<{ twice: Tensor }>();
  expectTypeOf(pull({ twice: 1 })).toEqualTypeOf<Tensor>();
  // @ts-expect-error -- the cotangent has another form
  pull(x);
  const [, both] = vjp((a: Tensor, b: { c: Tensor }) => a.mul(b.c), x, { c: x });
  expectTypeOf(both(x)).toEqualTypeOf<[Tensor, { c: Tensor }]>();
});

test('jvp and hvp take a direction of the form of the point', () => {
  const [value, tangent] = jvp((p: { a: Tensor }) => p.a.sum(), { a: x }, { a: 1 });
  expectTypeOf(value).toEqualTypeOf<Tensor>();
  expectTypeOf(tangent).toEqualTypeOf<Tensor>();
  expectTypeOf(hvp((p: { a: Tensor }) => p.a.sum(), { a: x }, { a: x })).toEqualTypeOf<{ a: Tensor }>();
  // @ts-expect-error -- the direction has another form
  jvp((p: { a: Tensor }) => p.a.sum(), { a: x }, { b: x });
});

test('cotangents come one a value', () => {
  expectTypeOf(cotangents(x, [x, x])).toEqualTypeOf<[Tensor, Tensor]>();
});

test('a traced graph runs as the function does: by the same arguments, with the same result', () => {
  const graph = trace((p: { w: Tensor }, at: Tensor) => ({ y: p.w.mul(at) }), { w: spec([2]) }, spec([2]));
  expectTypeOf(graph).toExtend<TracedGraph<readonly unknown[], { y: Tensor }>>();
  expectTypeOf(run(graph, { w: x }, x)).toEqualTypeOf<{ y: Tensor }>();
  // @ts-expect-error -- an argument is missing
  run(graph, { w: x });
  // @ts-expect-error -- the form of the specs is that of the arguments
  trace((p: { w: Tensor }) => p.w, { v: spec([2]) });
});

test('a gradient of what Variables hold is for backward, not a field to set', () => {
  expectTypeOf(w.grad).toEqualTypeOf<Tensor | undefined>();
  // @ts-expect-error -- a Variable is assigned by assign
  w.value = tensor(1);
});

test('a rule of one’s own and a composite are differentiated like any function, twice', () => {
  const through = customGradient('through', (x: Tensor) => x.sign(), { pull: ({ cotangent }) => [cotangent] });
  const swish = composite('swish', (x: Tensor) => x.mul(x.sigmoid()));
  expectTypeOf(grad(grad(through))).returns.toEqualTypeOf<Tensor>();
  expectTypeOf(grad(grad(swish))).returns.toEqualTypeOf<Tensor>();
});
