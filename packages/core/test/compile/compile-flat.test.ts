/** Programs on flat numbers: the numbers of the function itself, whatever the form, the dtypes and the sizes. */
import { describe, expect, test } from 'vitest';
import { type Tensor, compile, compileFlat, spec, tensor, trace, variable, zeros } from '../../src/index.ts';

type State = { x: Tensor; w: Tensor };

const moved = (t: Tensor, { x, w }: State): State => ({ x: x.mul(t).add(w.sum()), w: w.sub(t) });

describe('a program on flat numbers', () => {
  test('takes the leaves of each argument one behind the other, and writes those of the result', () => {
    const f = compileFlat(moved, spec([], 'f64'), { x: spec([2], 'f64'), w: spec([3], 'f64') });
    const result = new Float64Array(5);
    f([Float64Array.of(2), Float64Array.of(1, 2, 10, 20, 30)], result);
    expect([...result]).toEqual([62, 64, 8, 18, 28]);
  });

  test.each(['f64', 'f32'] as const)('moves many numbers as it moves few, in %s', (dtype) => {
    const n = 1000;
    const f = compileFlat(moved, spec([], dtype), { x: spec([n], dtype), w: spec([3], dtype) });
    const result = new Float64Array(n + 3);
    f([Float64Array.of(0.1), Float64Array.from({ length: n + 3 }, (_, i) => i / 8)], result);
    const state = {
      x: tensor(
        Float64Array.from({ length: n }, (_, i) => i / 8),
        { dtype },
      ),
      w: tensor([n / 8, (n + 1) / 8, (n + 2) / 8], { dtype }),
    };
    const expected = moved(tensor(0.1, { dtype }), state);
    expect([...result]).toEqual([...expected.x.data, ...expected.w.data]);
  });

  test('rounds to the dtype of each leaf inside', () => {
    const f = compileFlat((x: Tensor) => x.mul(1), spec([1], 'f32'));
    const result = new Float64Array(1);
    f([Float64Array.of(0.1)], result);
    expect(result[0]).toBe(Math.fround(0.1));
  });

  test('reads Variables as they are at each call, also inside of a trace', () => {
    const w = variable(tensor([2], { dtype: 'f64' }), { name: 'w' });
    const f = compileFlat((x: Tensor) => x.mul(w.value), spec([1], 'f64'));
    const call = (): number => {
      const result = new Float64Array(1);
      f([Float64Array.of(3)], result);
      return result[0]!;
    };
    expect(call()).toBe(6);
    w.assign(tensor([5], { dtype: 'f64' }));
    expect(call()).toBe(15);
    let inside = 0;
    trace(() => {
      w.assign(tensor([7], { dtype: 'f64' }));
      inside = call();
      return w.value;
    });
    expect([inside, call()]).toEqual([21, 15]);
  });

  test('finds its places again after the memory of programs has grown', () => {
    const f = compileFlat((x: Tensor) => x.mul(3), spec([2], 'f64'));
    const result = new Float64Array(2);
    const large = compile((x: Tensor) => x.add(1));
    for (let k = 1; k <= 4; k++) {
      large(zeros([k * 2 ** 18]));
      f([Float64Array.of(k, -k)], result);
      expect([...result]).toEqual([3 * k, -3 * k]);
    }
  });

  test('refuses arrays of other sizes, which would be read and written beside the program', () => {
    const f = compileFlat(moved, spec([], 'f64'), { x: spec([2], 'f64'), w: spec([3], 'f64') });
    expect(() => f([new Float64Array(1), new Float64Array(4)], new Float64Array(5))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: compileFlat: called with 1, 4 numbers and 5 for the result; the program takes 1, 5 and gives 5]`,
    );
    expect(() => f([new Float64Array(1), new Float64Array(5)], new Float64Array(6))).toThrow('gives 5');
    expect(() => f([new Float64Array(1)], new Float64Array(5))).toThrow('takes 1, 5');
  });

  test('refuses a function that looks at numbers when it is made', () => {
    expect(() => compileFlat((x: Tensor) => x.mul(x.item()), spec([], 'f64'))).toThrow('made from a placeholder');
  });
});
