/** Programs in a page and in a worker: the numbers of the interpreter, of forward, backward and optimizer. */
import { describe, expect, test } from 'vitest';
import { compile, grad, tensor } from '../../src/index.ts';
import { type Taken, stepsTaken } from './steps-taken.ts';

/** The same in a worker, which has no document. */
async function inWorker(): Promise<Taken> {
  const worker = new Worker(new URL('./steps-worker.ts', import.meta.url), { type: 'module' });
  try {
    return await new Promise<Taken>((resolve, reject) => {
      worker.addEventListener('message', ({ data }: MessageEvent<Taken>) => resolve(data));
      worker.addEventListener('error', ({ message }) => reject(new Error(message)));
      worker.postMessage('take the steps');
    });
  } finally {
    worker.terminate();
  }
}

describe.each([
  ['a page', async () => stepsTaken()],
  ['a worker', inWorker],
] as const)('in %s', (where, take) => {
  test('a compiled training step takes the steps that it takes op by op, and the loss falls', async () => {
    const { hasDocument, eager, compiled, afterRun, kernels, hostCalls } = await take();
    expect(hasDocument).toBe(where === 'a page');
    expect(compiled).toHaveLength(eager.length);
    compiled.forEach((loss, k) => expect(loss).toBeCloseTo(eager[k]!, 5));
    expect(compiled.at(-1)).toBeLessThan(0.5 * compiled[0]!);
    expect(afterRun).toBeLessThan(compiled.at(-1)!);
    expect(kernels).toBeGreaterThan(0);
    expect(hostCalls).toBe(0);
  });
});

test('in a page a compiled derivative is that of the interpreter, also of second order', () => {
  const f = (x: ReturnType<typeof tensor>) => x.tanh().mul(x.square().neg().exp()).sum();
  const x = tensor([-1, 0, 0.5, 2], { dtype: 'f64' });
  const curvature = grad((y: typeof x) => grad(f)(y).square().sum());
  compile(curvature)(x).data.forEach((value, k) => expect(value).toBeCloseTo(curvature(x).data[k]!, 12));
});

test('in a page a program is measured kernel by kernel', () => {
  const program = compile((x: ReturnType<typeof tensor>) => x.matmul(x.transpose()).relu().sum());
  const times = program
    .profile(
      3,
      tensor([
        [1, 2],
        [3, 4],
      ]),
    )
    .map(({ milliseconds }) => milliseconds);
  expect(times.length).toBeGreaterThan(0);
  expect(times.every((time) => time !== undefined && time >= 0)).toBe(true);
});
