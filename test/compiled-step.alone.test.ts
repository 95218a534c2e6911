/** A compiled training step runs without the interpreter: while it does, every eager kernel and every op's door throw. */
import { describe, expect, test, vi } from 'vitest';
import { type Tensor, type Variable, compile, random, tensor, variable } from '@edgewise/core';
import * as core from '@edgewise/core';
import { MLP, crossEntropy } from '@edgewise/nn';
import { adam, optimizer, sgd } from '@edgewise/optim';

const forbidden = vi.hoisted(() => ({ now: false }));

/** The same functions, which throw while nobody may call them. */
const guarded = vi.hoisted(() => async (original: () => Promise<object>): Promise<object> => {
  const guard = (name: string, fn: unknown): unknown =>
    typeof fn !== 'function' || /^class\b/.test(Function.prototype.toString.call(fn))
      ? fn
      : (...args: unknown[]): unknown => {
          if (forbidden.now) throw new Error(`the kernel ${name} was called`);
          return Reflect.apply(fn, undefined, args);
        };
  return Object.fromEntries(Object.entries(await original()).map(([name, fn]) => [name, guard(name, fn)]));
});

vi.mock('../packages/core/src/kernels/elementwise.ts', guarded);
vi.mock('../packages/core/src/kernels/fold.ts', guarded);
vi.mock('../packages/core/src/kernels/matmul.ts', guarded);
vi.mock('../packages/core/src/kernels/movement.ts', guarded);
vi.mock('../packages/core/src/kernels/reduce-loop.ts', guarded);
vi.mock('../packages/core/src/random/threefry.ts', guarded);

/** Calls `fn` while kernels throw, and the doors of all ops too. */
function withoutEager<T>(fn: () => T): T {
  const definitions = Object.values(core).flatMap((exported) =>
    typeof exported === 'function' && 'definition' in exported && exported.definition instanceof Object
      ? [exported.definition as { apply?: unknown }]
      : [],
  );
  const before = definitions.map(({ apply }) => apply);
  for (const definition of definitions) {
    if (definition.apply !== undefined) {
      definition.apply = () => {
        throw new Error('an op was applied');
      };
    }
  }
  forbidden.now = true;
  try {
    return fn();
  } finally {
    forbidden.now = false;
    definitions.forEach((definition, k) => {
      if (before[k] !== undefined) definition.apply = before[k];
    });
  }
}

/** A step with noise on its inputs, whose random state is a Variable. */
function trainingStep(rule: Parameters<typeof optimizer>[0]): {
  step: (x: Tensor, y: Tensor) => Tensor;
  key: Variable;
} {
  const model = new MLP([3, 8, 4], { activation: 'relu', seed: 1 });
  const descent = optimizer(rule, model);
  const key = variable(random.key(5), { name: 'key' });
  const step = (x: Tensor, labels: Tensor): Tensor => {
    const [next, now] = random.split(key.value, 2);
    key.assign(next!);
    const noise = random.uniform(now!, [6, 3], { min: -0.01, max: 0.01 });
    const loss = crossEntropy(model.forward(x.add(noise)), labels);
    loss.backward();
    descent.step();
    return loss;
  };
  return { step, key };
}

const x = random.uniform(random.key(1), [6, 3], { min: -1, max: 1 });
const labels = tensor([0, 1, 2, 3, 0, 1], { dtype: 'i32' });

describe.each([
  ['adam', () => adam({ learningRate: 0.02 })],
  ['sgd', () => sgd({ learningRate: 0.2 })],
  ['sgd with momentum', () => sgd({ learningRate: 0.05, momentum: 0.9 })],
] as const)('a whole step with %s', (_, rule) => {
  test('runs as one program without any eager kernel, and with no call of the host', () => {
    const { step } = trainingStep(rule());
    const program = compile(step);
    program(x, labels);
    const loss = withoutEager(() => {
      let last = program(x, labels);
      for (let k = 0; k < 20; k++) last = program(x, labels);
      return last;
    });
    expect(Number.isFinite(loss.item())).toBe(true);
    expect(program.explain()).toContain('hostCalls 0');
    expect(() => withoutEager(() => step(x, labels))).toThrow(/was called|was applied/);
  });

  test('takes 200 steps as the interpreter does, noise and all, and the loss falls', () => {
    const [eager, compiled] = [trainingStep(rule()), trainingStep(rule())];
    const program = compile(compiled.step);
    const losses = Array.from(
      { length: 200 },
      () => [eager.step(x, labels).item(), program(x, labels).item()] as const,
    );
    expect(losses.at(-1)![1]).toBeLessThan(0.5 * losses[0]![1]);
    for (const [expected, computed] of losses)
      expect(Math.abs(expected - computed)).toBeLessThan(2e-3 * (1 + expected));
    expect(compiled.key.value.toArray()).toEqual(eager.key.value.toArray());
  });
});
