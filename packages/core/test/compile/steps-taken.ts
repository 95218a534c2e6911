/** Training steps taken op by op and as a program, for wherever they are asked for: what comes back is plain data. */
import { type Tensor, compile, random, tensor, variable } from '../../src/index.ts';

export interface Taken {
  readonly hasDocument: boolean;
  /** Losses, step by step. */
  readonly eager: readonly number[];
  readonly compiled: readonly number[];
  /** The loss after a hundred more steps inside WebAssembly. */
  readonly afterRun: number;
  readonly kernels: number;
  readonly hostCalls: number;
}

export function stepsTaken(): Taken {
  const x = tensor([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]);
  const truth = tensor([[0], [1], [1], [0]]);
  const interpreted = descent();
  const program = compile(descent());
  const eager = Array.from({ length: 60 }, () => interpreted(x, truth).item());
  const compiled = Array.from({ length: 60 }, () => program(x, truth).item());
  return {
    hasDocument: typeof document === 'object',
    eager,
    compiled,
    afterRun: program.run(100, x, truth).item(),
    kernels: program.kernels.length,
    hostCalls: program.kernels.filter(({ kind }) => kind === 'host').length,
  };
}

/** Gradient descent with momentum on two layers, the same every time. */
function descent(): (x: Tensor, truth: Tensor) => Tensor {
  const weights = [variable(random.normal(random.key(1), [2, 8])), variable(random.normal(random.key(2), [8, 1]))];
  const momenta = weights.map((weight) => variable(weight.value.mul(0), { trainable: false }));
  return (x, truth) => {
    const loss = x.matmul(weights[0]!.value).tanh().matmul(weights[1]!.value).sub(truth).square().mean();
    loss.backward();
    weights.forEach((weight, k) => {
      const momentum = momenta[k]!;
      momentum.assign(momentum.value.mul(0.8).add(weight.grad!));
      weight.assign(weight.value.sub(momentum.value.mul(0.05)));
      weight.clearGrad();
    });
    return loss;
  };
}
