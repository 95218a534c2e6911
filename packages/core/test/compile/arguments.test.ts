/** What programs make of arguments that are no tensors: numbers are as weak as beside the inputs of an op. */
import { describe, expect, test } from 'vitest';
import { type Dtype, type Tensor, compile, grad, mul, tensor, trace, spec, variable } from '../../src/index.ts';

describe('a plain number', () => {
  const scaled = (x: Tensor, by: Tensor): Tensor => mul(x, by);

  test.each(['f64', 'f32', 'i32', 'bool'] as const)('beside %s gives what the op gives of it', (dtype: Dtype) => {
    const x = tensor([1, 0], { dtype });
    for (const by of dtype === 'i32' ? [3] : [3, 0.1]) {
      const [given, expected] = [compile(scaled)(x, by), mul(x, by)];
      expect(given.dtype).toBe(expected.dtype);
      expect(given.toArray()).toEqual(expected.toArray());
    }
  });

  test('that is no whole number may stand beside whole numbers that it does not meet', () => {
    const labels = tensor([1, 2], { dtype: 'i32' });
    const program = compile((at: Tensor, rate: Tensor) => [at.add(1), rate.mul(2)] as const);
    expect(program(labels, 0.25).map(({ dtype }) => dtype)).toEqual(['i32', 'f32']);
  });

  test('follows all other arguments, wherever in their trees it stands, Variables and typed arrays too', () => {
    const dtypes = compile((state: { rate: Tensor; w: Tensor }, x: Tensor) => [state.rate, state.w, x] as const);
    const w = variable(tensor([1], { dtype: 'f64' }));
    const of = (...args: Parameters<typeof dtypes>): Dtype[] => dtypes(...args).map(({ dtype }) => dtype);
    expect(of({ rate: 0.1, w }, 2)).toEqual(['f64', 'f64', 'f64']);
    expect(of({ rate: 0.1, w: tensor([1]) }, Float64Array.of(1))).toEqual(['f64', 'f32', 'f64']);
    expect(of({ rate: 0.1, w: tensor([1]) }, 2)).toEqual(['f32', 'f32', 'f32']);
  });

  test('is a tensor for the function, also where it runs op by op', () => {
    const program = compile((x: Tensor, by: Tensor) => by.mul(x).sum());
    const x = tensor([1, 2], { dtype: 'f64' });
    expect(grad((at: Tensor) => program(at, 0.1))(x).toArray()).toEqual([0.1, 0.1]);
    expect(trace((at: Tensor) => program(at, 0.1), spec([2], 'f64')).outputs[0]!.dtype).toBe('f64');
  });
});
