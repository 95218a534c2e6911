/** Types of control flow: results have the form of what the functions give. */
import { expectTypeOf, test } from 'vitest';
import { type Tensor, checkpoint, cond, forLoop, map, scan, switchCase, tensor, whileLoop } from '../../src/index.ts';

/** An interface has no index signature: forms are inferred through it all the same. */
interface State {
  readonly h: Tensor;
  readonly layers: readonly [Tensor, { c: Tensor }];
}
declare const state: State;
declare const x: Tensor;

test('scan gives the carry and the results', () => {
  const [last, ys] = scan((s: State, e: { a: Tensor }) => [s, { y: e.a }] as const, state, { a: x });
  expectTypeOf(last.layers[1].c).toEqualTypeOf<Tensor>();
  expectTypeOf(ys).toEqualTypeOf<{ readonly y: Tensor }>();
  // @ts-expect-error -- the entries have no b
  scan((s: State, e: { a: Tensor }) => [s, e], state, { b: x });
  // @ts-expect-error -- a step gives the carry and a result
  scan((s: State) => s, state, undefined, { length: 2 });
});

test('choices give what their functions give', () => {
  expectTypeOf(
    cond(
      true,
      (a: Tensor) => ({ a }),
      (a: Tensor) => ({ a }),
      x,
    ),
  ).toEqualTypeOf<{ a: Tensor }>();
  expectTypeOf(switchCase(0, [() => x, () => x])).toEqualTypeOf<Tensor>();
  cond(
    true,
    (a: Tensor) => ({ a }),
    // @ts-expect-error -- the branches give different things
    (a: Tensor) => ({ b: a }),
    x,
  );
});

test('loops give their state, and checkpoint the same function', () => {
  expectTypeOf(forLoop(2, (_, s: State) => s, state)).toExtend<State>();
  expectTypeOf(
    whileLoop(
      (s: State) => s.h.less(1),
      (s) => s,
      state,
    ),
  ).toExtend<State>();
  expectTypeOf(map((e: Tensor) => [e, e] as const, x)).toEqualTypeOf<readonly [Tensor, Tensor]>();
  const f = checkpoint((s: State, k: number) => s.h.mul(k));
  expectTypeOf(f(state, 2)).toEqualTypeOf<Tensor>();
  expectTypeOf(f(state, 2)).toEqualTypeOf(tensor(1));
});
