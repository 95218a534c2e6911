/** The picture of a compiled function as DOT: what one loop nest computes stands in one box. */
import { expect, test } from 'vitest';
import { type Tensor, compile, tensor, toDot } from '../../src/index.ts';

test('nodes stand in the kernels that compute them', () => {
  const layer = compile((x: Tensor, w: Tensor) => x.matmul(w).relu().softmax());
  layer(
    tensor([[1, 2]]),
    tensor([
      [1, -1],
      [2, 0.5],
    ]),
  );
  const dot = toDot(layer);
  expect(layer.kernels.length).toBeGreaterThan(1);
  layer.kernels.forEach(({ name, operations, bytes }, k) =>
    expect(dot).toContain(`kernel ${k + 1}: ${name}\\n${operations} operations, ${bytes} bytes`),
  );
  expect(dot).toContain('matmul');
});

test('a function that was not called has no picture yet', () => {
  expect(() => toDot(compile((x: Tensor) => x.exp()))).toThrow(
    'toDot: a compiled function has no program before it is called',
  );
});
