import { describe, expect, test } from 'vitest';
import {
  type Tensor,
  Graph,
  Module,
  composite,
  random,
  record,
  scope,
  spec,
  tensor,
  trace,
  variable,
  zeros,
} from '../../src/index.ts';

class Layer extends Module {
  weight;
  bias;
  constructor(inputs: number, outputs: number) {
    super();
    this.weight = variable(random.normal(random.key(1), [inputs, outputs]));
    this.bias = variable(zeros([outputs]));
  }
  forward(x: Tensor): Tensor {
    return x.matmul(this.weight).add(this.bias);
  }
}

class Classifier extends Module {
  hidden = [new Layer(4, 3)];
  out = new Layer(3, 2);
  forward(x: Tensor): Tensor {
    return this.out.forward(this.hidden[0]!.forward(x).relu());
  }
}

describe('a graph prints as typed text, one line a node', () => {
  test('with the scope each was built under', () => {
    const model = new Classifier();
    const graph = trace((x: Tensor) => model.forward(x).logSoftmax().mean(), spec([8, 4]));
    expect(String(graph)).toMatchInlineSnapshot(`
      "graph(x: f32 [8, 4], classifier/hidden0/weight: f32 [4, 3], classifier/hidden0/bias: f32 [3], classifier/out/weight: f32 [3, 2], classifier/out/bias: f32 [2])
        %1 = matmul(x, classifier/hidden0/weight): f32 [8, 3]  classifier/hidden0
        %2 = add(%1, classifier/hidden0/bias): f32 [8, 3]      classifier/hidden0
        %3 = relu(%2): f32 [8, 3]                              classifier
        %4 = matmul(%3, classifier/out/weight): f32 [8, 2]     classifier/out
        %5 = add(%4, classifier/out/bias): f32 [8, 2]          classifier/out
        %6 = max(%5, axis [1], keepDims): f32 [8, 1]           logSoftmax
        %7 = stopGradient(%6): f32 [8, 1]                      logSoftmax
        %8 = sub(%5, %7): f32 [8, 2]                           logSoftmax
        %9 = exp(%8): f32 [8, 2]                               logSoftmax
        %10 = sum(%9, axis [1], keepDims): f32 [8, 1]          logSoftmax
        %11 = log(%10): f32 [8, 1]                             logSoftmax
        %12 = sub(%8, %11): f32 [8, 2]                         logSoftmax
        %13 = sum(%12, axis [0, 1]): f32 []                    mean
        %14 = div(%13, 16): f32 []                             mean
        return %14"
    `);
  });

  test('with its backward pass', () => {
    const graph = trace((w: Tensor, x: Tensor) => x.matmul(w).tanh().sum(), spec([3]), spec([2, 3]));
    expect(String(graph.withBackward())).toMatchInlineSnapshot(`
      "graph(w: f32 [3], x: f32 [2, 3])
        %1 = reshape(w, [3, 1]): f32 [3, 1]
        %2 = matmul(x, %1): f32 [2, 1]
        %3 = reshape(%2, [2]): f32 [2]
        %4 = tanh(%3): f32 [2]
        %5 = sum(%4, axis [0]): f32 []
        %6 = square(%4): f32 [2]
        %7 = neg(%6): f32 [2]
        %8 = add(%7, 1): f32 [2]
        %9 = mul(1 f32 [2], %8): f32 [2]
        %10 = reshape(%9, [2, 1]): f32 [2, 1]
        %11 = matmul(%10, %1, transposeB): f32 [2, 3]
        %12 = matmul(x, %10, transposeA): f32 [3, 1]
        %13 = reshape(%12, [3]): f32 [3]
        return %5, d / d w = %13, d / d x = %11"
    `);
  });

  test('with several outputs, of a node and of the graph', () => {
    const graph = trace(
      (x: Tensor) => {
        const [low, high] = x.split(2);
        return { low: low!.mul(2), high: high! };
      },
      spec([4], 'f64'),
    );
    expect(String(graph)).toMatchInlineSnapshot(`
      "graph(x: f64 [4])
        %1, %2 = split(x, [2, 2], 0): f64 [2], f64 [2]
        %3 = mul(%1, 2): f64 [2]
        return low = %3, high = %2"
    `);
  });

  test('with Variables that it reads and assigns, attributes and constants', () => {
    const count = variable(tensor(0, { dtype: 'i32' }), { name: 'count' });
    const mean = variable([0, 0], { name: 'mean', trainable: false });
    const graph = trace(
      (x: Tensor) => {
        count.assign(count.value.add(1));
        mean.assign(mean.value.mul(0.9).add(x.mean({ axis: 0 }).mul(0.1)));
        return x
          .sub(mean)
          .slice([[null, null, 2]])
          .mul(tensor([1, 2]));
      },
      spec([6, 2]),
    );
    expect(String(graph)).toMatchInlineSnapshot(`
      "graph(x: f32 [6, 2], count: i32 [], mean: f32 [2])
        %1 = add(count, 1): i32 []
        %2 = mul(mean, 0.9): f32 [2]
        %3 = sum(x, axis [0]): f32 [2]                                                  mean
        %4 = div(%3, 6): f32 [2]                                                        mean
        %5 = mul(%4, 0.1): f32 [2]
        %6 = add(%2, %5): f32 [2]
        %7 = variable(%6, mean): f32 [2]
        %8 = sub(x, %7): f32 [6, 2]
        %9 = slice(%8, { starts: [0, 0], counts: [3, 2], steps: [2, 1], dropped: [] }): f32 [3, 2]
        %10 = mul(%9, constant f32 [2]): f32 [3, 2]
        return %10, count = %1, mean = %6"
    `);
  });

  test('from a recorded history, where nothing is an input', () => {
    const y = record(() => scope('norm', () => tensor([3, 4]).square().sum().sqrt()));
    expect(String(new Graph({ inputs: [], outputs: [y] }))).toMatchInlineSnapshot(`
      "graph()
        %1 = square(constant f32 [2]): f32 [2]  norm
        %2 = sum(%1, axis [0]): f32 []          norm
        %3 = sqrt(%2): f32 []                   norm
        return %3"
    `);
  });
});

test('the text is stable: it does not depend on what was made before', () => {
  const swish = composite('swish', (x: Tensor) => x.mul(x.sigmoid()));
  const text = (): string => String(trace((x: Tensor) => swish(x).sum(), spec([2])).withBackward());
  const first = text();
  for (let k = 0; k < 100; k++) record(() => tensor(k).exp());
  expect(text()).toBe(first);
});

test('inputs carry the names of parameters and of the paths in their trees', () => {
  const names = (graph: Graph<Tensor>): readonly string[] => graph.inputNames;
  expect(names(trace((weight: Tensor, x: Tensor) => x.mul(weight), spec([]), spec([])))).toEqual(['weight', 'x']);
  const loss = (p: { w: Tensor; layers: Tensor[] }, scale: Tensor): Tensor => p.w.add(p.layers[1]!).mul(scale);
  expect(names(trace(loss, { w: spec([]), layers: [spec([]), spec([])] }, spec([])))).toEqual([
    'p.w',
    'p.layers[0]',
    'p.layers[1]',
    'scale',
  ]);
  expect(names(trace(({ w }: { w: Tensor }) => w.exp(), { w: spec([]) }))).toEqual(['w']);
});
