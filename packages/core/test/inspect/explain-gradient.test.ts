import { describe, expect, test } from 'vitest';
import { type Tensor, explainGradient, scope, tensor, variable, where } from '../../src/index.ts';

const w = variable([1, -2, 3, -4], { name: 'w' });
const other = variable([1, 1, 1, 1], { name: 'other' });
const because = (loss: () => Tensor): string => String(explainGradient(loss, w));

describe('why a gradient is zero', () => {
  test('the loss does not depend on the value', () => {
    expect(because(() => other.value.sum())).toMatchInlineSnapshot(
      `"the loss does not depend on w: there is no path between them"`,
    );
    expect(explainGradient(() => other.value.sum(), w)).toMatchObject({ connected: false, ends: [], largest: 0 });
  });

  test('stopGradient stands on the only path', () => {
    expect(
      because(() =>
        scope('target', () => w.value.stopGradient())
          .mul(other)
          .sum(),
      ),
    ).toMatchInlineSnapshot(`
      "the gradient of w is zero; on the way
        stopGradient, at target/stopGradient: nothing passes, as asked"
    `);
  });

  test('an op without a derivative does', () => {
    expect(because(() => scope('head', () => w.value.argMax()).cast('f32'))).toMatchInlineSnapshot(`
      "the gradient of w is zero; on the way
        argMax has no derivative, at head/argMax: this path ends there"
    `);
    expect(because(() => w.value.greater(0).cast('f32').sum())).toMatchInlineSnapshot(`
      "the gradient of w is zero; on the way
        greater has no derivative, at greater: this path ends there"
    `);
  });

  test('every unit is closed', () => {
    expect(because(() => scope('mlp', () => w.value.abs().neg().relu()).sum())).toMatchInlineSnapshot(`
      "the gradient of w is zero; on the way
        relu has slope 0 for 100 % of the elements, at mlp/relu"
    `);
  });

  test('a branch of where is masked, wholly or for a share of the elements', () => {
    const masked = (mask: boolean[]): string => because(() => scope('gate', () => where(mask, w.value, 0)).sum());
    expect(masked([false, false, false, false])).toMatchInlineSnapshot(`
      "the gradient of w is zero; on the way
        where has slope 0 for 100 % of the elements, at gate/where"
    `);
    expect(masked([true, false, true, true])).toMatchInlineSnapshot(`
      "the gradient of w reaches 1.00; on the way
        where has slope 0 for 25.0 % of the elements, at gate/where"
    `);
  });

  test('it underflows on the way', () => {
    const tiny = variable(tensor([1e-20], { dtype: 'f32' }), { name: 'tiny' });
    const text = String(explainGradient(() => tiny.value.mul(1e-30).mul(1e-30).sum(), tiny));
    expect(text).toMatchInlineSnapshot(`
      "the gradient of tiny is zero; on the way
        underflow at mul: 100 % of the elements are too small to pass"
    `);
  });
});

describe('why a gradient is what it is', () => {
  test('some units are closed, by their share', () => {
    const explained = explainGradient(() => w.value.relu().sum(), w);
    expect(explained).toMatchObject({
      connected: true,
      largest: 1,
      ends: [{ reason: 'zero slope', op: 'relu', scope: '', closed: 0.5 }],
    });
    expect(String(explained)).toMatchInlineSnapshot(`
      "the gradient of w reaches 1.00; on the way
        relu has slope 0 for 50.0 % of the elements, at relu"
    `);
  });

  test('one of several paths is cut, and the others are not', () => {
    expect(because(() => w.value.stopGradient().mul(w).sum())).toMatchInlineSnapshot(`
      "the gradient of w reaches 4.00; on the way
        stopGradient, at stopGradient: nothing passes, as asked"
    `);
  });

  test('nothing is in the way', () => {
    expect(because(() => w.value.square().sum())).toMatchInlineSnapshot(`"the gradient of w reaches 8.00"`);
  });

  test('of a tensor that is no Variable, on the way', () => {
    const x = tensor([1, -1]);
    expect(explainGradient(() => x.relu().sum(), x)).toMatchObject({ connected: true, largest: 1 });
  });
});

test('asking changes nothing: no gradient is left, and nothing is remembered afterwards', () => {
  explainGradient(() => w.value.square().sum(), w);
  expect(w.grad).toBeUndefined();
  expect(tensor(1).exp().node).toBeUndefined();
});

test('asking about something that is no loss is refused', () => {
  expect(() => explainGradient(() => w.value, w)).toThrowErrorMatchingInlineSnapshot(`
    [ArgumentError: explainGradient: the result has shape [4]; a gradient needs one number, or a cotangent of that shape
      try a function that ends in .sum() or .mean(), or vjp(f, x)[1](cotangent)]
  `);
  expect(() => explainGradient(w.value.sum() as never, w)).toThrowErrorMatchingInlineSnapshot(`
    [ArgumentError: explainGradient: expected a function that gives the loss
      try explainGradient(() => lossOf(model), w)]
  `);
});
