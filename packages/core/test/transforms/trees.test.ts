/** Trees of every kind through the transformations: class instances, Maps, tuples, and readable paths. */
import { expect, test } from 'vitest';
import { type Tensor, hessian, jacobian, linearize, stack, tensor, vmap } from '../../src/index.ts';
import { refusal } from '../refusal.ts';

const f64 = (values: number | number[] | number[][]): Tensor => tensor(values, { dtype: 'f64' });

class Line {
  readonly slope: Tensor;
  readonly offset: Tensor;
  readonly name: string = 'line';

  constructor(slope: Tensor, offset: Tensor) {
    this.slope = slope;
    this.offset = offset;
  }

  at(x: Tensor): Tensor {
    return x.mul(this.slope).add(this.offset);
  }
}

test('a class instance keeps its methods inside, and the results are instances too', () => {
  const lines = new Line(f64([1, 2, 3]), f64([0, 10, 20]));
  const f = (line: Line): Line => new Line(line.at(f64(2)), line.offset);
  const got = vmap(f)(lines);
  expect(got).toBeInstanceOf(Line);
  expect(got.slope.toArray()).toEqual([2, 14, 26]);
  const j = jacobian((line: Line) => line.at(f64(5)))(new Line(f64(1), f64(2)));
  expect(j).toBeInstanceOf(Line);
  expect([j.slope.item(), j.offset.item(), j.name]).toEqual([5, 1, 'line']);
  const h = hessian((line: Line) => line.at(line.offset).square())(new Line(f64(3), f64(2)));
  // (o s + o)^2, s = 3, o = 2
  expect([h.slope.slope, h.slope.offset, h.offset.slope, h.offset.offset].map((x) => x.item())).toEqual([
    8, 32, 32, 32,
  ]);
});

test('Maps, tuples and what stands beside tensors', () => {
  const params = new Map([
    ['a', f64([1, 2])],
    ['b', f64([3, 4])],
  ]);
  const f = (p: Map<string, Tensor>, [x, kind]: readonly [Tensor, string]): Map<string, Tensor> =>
    new Map([[kind, p.get('a')!.mul(p.get('b')!).add(x)]]);
  const got = vmap(f, {
    inAxes: [
      new Map([
        ['a', 0 as number | null],
        ['b', null],
      ]),
      0,
    ],
  })(new Map([...params, ['b', f64(10)]]), [f64([100, 200]), 'sum']);
  expect(got.get('sum')!.toArray()).toEqual([110, 220]);
  const j = jacobian((p: Map<string, Tensor>) => [p.get('a')!.mul(p.get('b')!)] as const)(params);
  expect(j[0].get('a')!.toArray()).toEqual([
    [3, 0],
    [0, 4],
  ]);
  const h = hessian((p: Map<string, Tensor>) => p.get('a')!.mul(p.get('b')!).sum())(params);
  expect(h.get('a')!.get('b')!.toArray()).toEqual([
    [1, 0],
    [0, 1],
  ]);
});

test('errors carry the path from the argument on', () => {
  const params = { layers: [{ w: f64([1, 2]) }, { w: f64([1, 2, 3]) }] };
  const f = (p: typeof params): Tensor => p.layers[0]!.w.add(p.layers[1]!.w);
  expect(refusal(() => vmap(f)(params))).toMatchInlineSnapshot(`
    "ShapeError different-extents
    vmap: different numbers of examples: p.layers[0].w has 2 along axis 0, p.layers[1].w has 3 along axis 0
      try inAxes: null for what is the same for all examples"
  `);
  expect(refusal(() => vmap(f, { inAxes: 1 })(params))).toMatchInlineSnapshot(`
    "ArgumentError axis-out-of-range
    vmap: p.layers[0].w has shape [2], and no axis 1 for the examples"
  `);
  const integers = { layers: [{ w: f64([1, 2]) }, { w: tensor([1], { dtype: 'i32' }) }] };
  expect(refusal(() => jacobian(f)(integers))).toMatchInlineSnapshot(`
    "DtypeError not-differentiable
    jacobian: p.layers[1].w is i32; derivatives are taken with respect to f32 and f64
      try x.cast('f32'), or { argnums } to name another argument"
  `);
  expect(refusal(() => hessian((p: typeof params) => f(p).sum())(integers))).toMatchInlineSnapshot(`
    "DtypeError not-differentiable
    hessian: p.layers[1].w is i32; derivatives are taken with respect to f32 and f64
      try x.cast('f32'), or { argnums } to name another argument"
  `);
  const [, push] = linearize((p: { u: Tensor; v: Tensor }) => p.u, { u: f64(1), v: f64(1) });
  expect(refusal(() => push({ u: f64(1) } as never))).toMatchInlineSnapshot(`
    "ArgumentError structure-mismatch
    linearize: the direction has another form than the point: the tree has entries u, v in one and u in the other"
  `);
});

test('a batch of trees is what a loop over them gives', () => {
  const f = ({ x, rest: [y] }: { x: Tensor; rest: [Tensor] }): { out: [Tensor, Tensor] } => ({ out: [x.add(y), y] });
  const got = vmap(f)({ x: f64([1, 2]), rest: [f64([10, 20])] });
  const loop = [0, 1].map((k) => f({ x: f64([1, 2][k]!), rest: [f64([10, 20][k]!)] }));
  expect(got.out[0].toArray()).toEqual(stack(loop.map(({ out }) => out[0])).toArray());
});
