/** Graphs that the tests of pictures and pages share. */
import {
  Graph,
  Module,
  type Tensor,
  type Variable,
  composite,
  record,
  scan,
  scope,
  spec,
  tensor,
  trace,
  variable,
} from '@edgewise/core';

/** A layer as models have them, in f64. */
export class Layer extends Module {
  readonly weight: Variable;
  readonly bias: Variable;

  constructor(inputs: number, outputs: number, seed: number) {
    super();
    const numbers = Array.from({ length: inputs * outputs }, (_, k) => Math.sin(k + seed));
    this.weight = variable(tensor(numbers, { dtype: 'f64', shape: [inputs, outputs] }));
    this.bias = variable(
      tensor(
        Array.from({ length: outputs }, () => 0.1),
        { dtype: 'f64' },
      ),
    );
  }

  forward(x: Tensor): Tensor {
    return x.matmul(this.weight).add(this.bias);
  }
}

/** Layers `hidden0`, `hidden1`, ... with tanh between them, and a last one `output`. */
export class Perceptron extends Module {
  readonly hidden: Layer[];
  readonly output: Layer;

  constructor(sizes: readonly number[]) {
    super();
    const layers = sizes.slice(1).map((size, k) => new Layer(sizes[k] ?? 1, size, k));
    this.hidden = layers.slice(0, -1);
    this.output = layers.at(-1) ?? new Layer(1, 1, 0);
  }

  forward(x: Tensor): Tensor {
    let signal = x;
    for (const layer of this.hidden) signal = layer.forward(signal).tanh();
    return this.output.forward(signal);
  }
}

/** The loss of a small perceptron on three examples, with numbers. */
export function perceptronLoss(sizes: readonly number[] = [2, 4, 4, 1]): Tensor {
  const model = new Perceptron(sizes);
  const x = tensor(
    [
      [0.5, -1],
      [1, 2],
      [-0.3, 0.7],
    ],
    { dtype: 'f64' },
  );
  return scope('loss', () => model.forward(x).square().mean());
}

/** A deep one with placeholders: twelve equal layers in a row. */
export function deepGraph(layers = 12): Graph<Tensor> {
  const model = new Perceptron([3, ...Array.from({ length: layers + 1 }, () => 8), 2]);
  return trace((x: Tensor) => model.forward(x), spec([5, 3], 'f64'));
}

/** (3w - 12)^2 at w = 2: Nielsen's style of first example; its derivative is 2 (3w - 12) 3 = -36. */
export function parabola(): Tensor {
  const w = variable(tensor(2, { dtype: 'f64' }), { name: 'w' });
  return w.value.mul(3).sub(12).square();
}

/** c = a + b, d = b + 1, f = c d at a = 2, b = 1: Olah, "Calculus on Computational Graphs" (2015); df/da = 2, df/db = 5. */
export function olah(): Tensor {
  const a = variable(tensor(2, { dtype: 'f64' }), { name: 'a' });
  const b = variable(tensor(1, { dtype: 'f64' }), { name: 'b' });
  return a.value.add(b.value).mul(b.value.add(1));
}

/** A chain of n ops of two kinds, outside of all modules. */
export function chain(n: number): Graph<Tensor> {
  return trace(
    (x: Tensor) => {
      let y = x;
      for (let k = 0; k < n; k++) y = k % 2 === 0 ? y.tanh() : y.mul(2);
      return y;
    },
    spec([2]),
  );
}

/** A graph in which no stretch repeats: powers of rising exponent. */
export function unlike(n: number): Graph<Tensor> {
  return trace(
    (x: Tensor) => {
      let y = x;
      for (let k = 0; k < n; k++) y = y.add(k + 0.5);
      return y;
    },
    spec([2]),
  );
}

/** A function of ops with a name of its own. */
export const swish: (x: Tensor) => Tensor = composite('swish', (x: Tensor) => x.mul(x.sigmoid()));

/** An op, a scope, an input and a Variable that are called as somebody hostile would. */
export function hostile(label: string): Graph<Tensor> {
  const w = variable(tensor([1, 2]), { name: label });
  const named = composite(label === '' ? 'x' : label, (x: Tensor) => x.mul(w.value));
  const output = record(() => scope(label, () => named(tensor([1, 2])).sum()));
  return new Graph({ inputs: [], outputs: [output], outputNames: [label] });
}

/** A loop over three numbers inside a module, squared: l becomes 0.9 l + tanh(v), three times from 0. */
export function loop(): Tensor {
  const rate = variable(tensor(0.9, { dtype: 'f64' }), { name: 'rate' });
  const step = (level: Tensor, v: Tensor): [Tensor, undefined] => [level.mul(rate).add(v.tanh()), undefined];
  const xs = tensor([1, 2, 3], { dtype: 'f64' });
  return record(() => scope('filter', () => scan(step, tensor(0, { dtype: 'f64' }), xs)[0]).square());
}
