/** Another derivative rule for an op, for as long as a function runs. */
import { describe, expect, test } from 'vitest';
import {
  type CustomPullContext,
  type Tensor,
  add,
  glu,
  grad,
  jvp,
  matmul,
  mul,
  relu,
  round,
  split,
  stack,
  sum,
  tensor,
  trace,
  vmap,
  where,
  withGradient,
} from '../../src/index.ts';
import { refusal } from '../refusal.ts';

const f64 = (values: number | number[] | number[][]): Tensor => tensor(values, { dtype: 'f64' });
const through = ({ cotangent }: CustomPullContext): Tensor[] => [cotangent];
/** Guided backpropagation (Springenberg and others 2015): what flows back is cut off where it is negative, too. */
const guided = ({ cotangent, inputs: [x] }: CustomPullContext): Tensor[] => [
  cotangent.relu().mul(x!.greater(0).cast('f64')),
];

describe('withGradient', () => {
  const x = f64([0.5, -1, 2]);
  const net = (at: Tensor): Tensor =>
    at
      .relu()
      .mul(f64([1, 1, -1]))
      .sum();

  test('guided backpropagation: the rule stands in for that of the op, and the op is itself inside of the rule', () => {
    expect(grad(net)(x).toArray()).toEqual([1, 0, -1]);
    expect(grad((at: Tensor) => withGradient(relu, guided, () => net(at)))(x).toArray()).toEqual([1, 0, 0]);
    expect(withGradient(relu, guided, () => grad(net)(x)).toArray()).toEqual([1, 0, 0]);
    expect(grad(net)(x).toArray()).toEqual([1, 0, -1]); // and not any longer
    expect(withGradient(relu, guided, () => net(x)).item()).toBe(net(x).item());
  });

  test('straight through what is flat, at every order and forward', () => {
    const f = (at: Tensor): Tensor =>
      withGradient(round, through, () => at.mul(1.5).round())
        .pow(3)
        .sum();
    const r = 2; // round(1.5 * 1.2)
    expect(grad(f)(f64([1.2])).item()).toBeCloseTo(3 * r * r * 1.5, 12);
    expect(grad((at: Tensor) => grad(f)(at).sum())(f64([1.2])).item()).toBeCloseTo(6 * r * 1.5 * 1.5, 12);
    expect(jvp(f, f64([1.2]), f64([1]))[1].item()).toBeCloseTo(3 * r * r * 1.5, 12);
  });

  test('the rule of an op of two inputs, with attributes, with a condition', () => {
    const swapped = ({ cotangent, inputs }: CustomPullContext): Tensor[] => [
      cotangent.mul(inputs[0]!),
      cotangent.mul(inputs[1]!),
    ];
    const product = (a: Tensor, b: Tensor): Tensor => withGradient(mul, swapped, () => a.mul(b));
    expect(grad(product, { argnums: [0, 1] })(f64(3), f64(5)).map((g) => g.item())).toEqual([3, 5]);
    const axes: unknown[] = [];
    grad((at: Tensor) =>
      withGradient(
        sum,
        ({ cotangent, inputs: [all], attributes }) => {
          axes.push(attributes[0]);
          return [cotangent.broadcastTo(all!.shape)];
        },
        () => at.sum(),
      ),
    )(x);
    expect(axes).toEqual([[0]]);
    const chosen = (at: Tensor): Tensor =>
      withGradient(
        where,
        ({ cotangent }) => [undefined, cotangent, cotangent.mul(2)],
        () => where([true, false, true], at, at.mul(1)).sum(),
      );
    expect(grad(chosen)(x).toArray()).toEqual([3, 3, 3]);
    expect(vmap(grad(chosen))(stack([x, x])).toArray()).toEqual([
      [3, 3, 3],
      [3, 3, 3],
    ]);
  });

  test('of two around each other the inner one counts, and others stay', () => {
    const twice = ({ cotangent }: CustomPullContext): Tensor[] => [cotangent.mul(2)];
    const tripled = ({ cotangent }: CustomPullContext): Tensor[] => [cotangent.mul(3), cotangent.mul(3)];
    const f = (at: Tensor): Tensor =>
      withGradient(add, tripled, () =>
        withGradient(round, twice, () => at.round().add(withGradient(round, through, () => at.round()))),
      ).sum();
    expect(grad(f)(f64([1])).item()).toBe(3 * 2 + 3 * 1);
  });

  test('holds for what was traced inside, and under vmap around and within', () => {
    const f = (at: Tensor): Tensor => withGradient(relu, guided, () => net(at));
    const rows = f64([
      [0.5, -1, 2],
      [-1, 3, -2],
    ]);
    const each = stack([0, 1].map((k) => grad(f)(rows.slice([k]))));
    expect(vmap(grad(f))(rows).toArray()).toEqual(each.toArray());
    expect(grad((at: Tensor) => vmap(f)(at).sum())(rows).toArray()).toEqual(each.toArray());
    expect(withGradient(relu, guided, () => vmap(grad(net))(rows)).toArray()).toEqual(each.toArray());
    const graph = trace((at: Tensor) => f(at), x);
    expect(graph.withBackward().nodes.some(({ op }) => op.name === 'customGradient')).toBe(true);
  });

  test('a throw inside leaves the op as it was', () => {
    expect(() =>
      withGradient(relu, guided, () => {
        throw new Error('inside');
      }),
    ).toThrow('inside');
    expect(grad(net)(x).toArray()).toEqual([1, 0, -1]);
  });

  test('says what it cannot do', () => {
    expect(refusal(() => withGradient(glu as never, through, () => x))).toMatchInlineSnapshot(`
      "ArgumentError composite-op
      withGradient: glu is made of other ops, which have the rules
        try withGradient of the op inside of it, or customGradient around it"
    `);
    expect(refusal(() => withGradient(split, through, () => x.split(3)))).toMatchInlineSnapshot(`
      "ArgumentError several-outputs
      withGradient: split has 3 outputs; a rule from one cotangent takes an op with one"
    `);
    expect(refusal(() => withGradient(matmul, through, () => x.matmul(x)))).toMatchInlineSnapshot(`
      "ArgumentError wrong-shares
      matmul: pull gives 1 shares for 2 inputs
        try pull: ({ cotangent }) => [cotangent, ...], a share an input"
    `);
    expect(
      refusal(() =>
        withGradient(
          relu,
          () => [f64([1])],
          () => x.relu(),
        ),
      ),
    ).toMatchInlineSnapshot(`
      "ShapeError wrong-share
      relu: pull gives f64 [1] for input 0, which is f64 [3]"
    `);
  });
});
