/** Large permuted, sliced and broadcast tensors are views until somebody needs their elements side by side. */
import { describe, expect, test } from 'vitest';
import { type Tensor, add, arange, grad, permute, random, slice, tensor } from '../../src/index.ts';
import { View } from '../../src/tensor/view.ts';

const isView = (x: Tensor): boolean => x.storage instanceof View;
/** A copy that is certainly no view. */
const settled = (x: Tensor): Tensor => tensor(x.data, { shape: x.shape });

describe('a view of a large tensor', () => {
  const x = random.uniform(random.key(1), [20, 30, 4], { dtype: 'f64' });
  const chains: [string, (x: Tensor) => Tensor][] = [
    ['permuted', (y) => y.permute([2, 0, 1])],
    ['permuted twice', (y) => y.permute([2, 0, 1]).transpose()],
    ['sliced backward', (y) => y.slice([[null, null, -1], null, [null, null, -1]])],
    [
      'sliced after a permutation',
      (y) =>
        y.transpose().slice([
          [1, 19],
          [1, 4],
        ]),
    ],
    ['broadcast', (y) => y.slice([0]).broadcastTo([5, 30, 4])],
    [
      'broadcast, then permuted, then sliced',
      (y) =>
        y
          .expandDims(0)
          .broadcastTo([2, 20, 30, 4])
          .permute([3, 2, 0, 1])
          .slice([[null, null, 2]]),
    ],
  ];

  test.each(chains)('%s copies nothing, and holds what a copy would hold', (_, chain) => {
    const y = chain(x);
    expect(isView(y)).toBe(true);
    expect(y.add(0).toArray()).toEqual(chain(settled(x)).toArray());
    expect(isView(y)).toBe(true); // sums read it where it lies
    expect(y.exp().toArray()).toEqual(settled(y).exp().toArray());
    expect(isView(y)).toBe(false); // copied once, when it was needed
  });

  test.each(chains)('%s reshapes, multiplies and reduces like a copy', (_, chain) => {
    const flat = (y: Tensor): Tensor => y.reshape([-1]);
    expect(flat(chain(x)).toArray()).toEqual(flat(settled(chain(x))).toArray());
    expect(chain(x).sum({ axis: 0 }).toArray()).toEqual(settled(chain(x)).sum({ axis: 0 }).toArray());
    expect(add(chain(x), chain(x).mul(2)).toArray()).toEqual(
      add(settled(chain(x)), settled(chain(x)).mul(2)).toArray(),
    );
  });

  test.each(chains)('%s has the gradient of a copy', (_, chain) => {
    const gradient = grad((y: Tensor) => chain(y).square().sum())(x);
    const mask = grad((y: Tensor) => chain(y).sum())(x);
    expect(gradient.toArray()).toEqual(x.mul(2).mul(mask).toArray());
  });
});

test('small results are copied, and so is a small part of something large', () => {
  expect(
    isView(
      permute(
        [
          [1, 2],
          [3, 4],
        ],
        [1, 0],
      ),
    ),
  ).toBe(false);
  expect(isView(slice(arange(100_000), [[0, 300]]))).toBe(false);
  expect(isView(slice(arange(100_000), [[0, 60_000]]))).toBe(true);
});

test('reading a view does not write to what it is a view of', () => {
  const x = arange(600).reshape([20, 30]);
  const y = x.transpose();
  y.data.fill(0);
  expect(x.transpose().toArray()).toEqual(y.toArray());
});
