import {
  type Graph,
  type Tensor,
  type TracedGraph,
  grad,
  hessian,
  hvp,
  sparsity,
  spec,
  tensor,
  trace,
  valueAndGrad,
} from '@edgewise/core';
import { numbers } from '../data.ts';
import { race } from '../harness.ts';
import { type Case, type Row, raceRow } from '../report.ts';

const n = 100;

/** Rosenbrock's function: sum of 100 (x[k + 1] - x[k]^2)^2 + (1 - x[k])^2. */
function rosenbrock(x: Tensor): Tensor {
  const [head, tail] = [x.slice([[0, -1]]), x.slice([[1]])];
  return tail.sub(head.square()).square().mul(100).add(head.neg().add(1).square()).sum();
}

function perceptron(p: { w: Tensor; v: Tensor }, x: Tensor): Tensor {
  return x.matmul(p.w).tanh().matmul(p.v).square().mean();
}

function logistic(w: Tensor, x: Tensor): Tensor {
  return x.matmul(w).softplus().mean();
}

function attention(x: Tensor): Tensor {
  return x.matmul(x, { transposeB: true }).softmax().matmul(x).square().sum();
}

/** Ops that move elements and compute none. */
const moves = new Set('reshape permute slice unslice broadcastTo concatenate split stopGradient cast'.split(' '));

/** Operations on floats: two for each product in a sum of products, one for each element that is computed or summed. */
function flopsOf(graph: Graph<Tensor>): number {
  let flops = 0;
  for (const node of graph.nodes) {
    if (moves.has(node.op.name)) continue;
    const [first] = node.inputs;
    const size = node.outputs.reduce((sum, output) => sum + output.size, 0);
    if (node.op.name === 'matmul') flops += 2 * size * first!.shape.at(node.attributes[0] === true ? -2 : -1)!;
    else flops += Math.max(size, first?.size ?? 0);
  }
  return flops;
}

/** What a gradient costs for each operation of the function: at most 4 (Baur, Strassen 1983; Griewank, Walther, section 4.4). */
function ratios(): { what: string; ratio: number }[] {
  const vector = spec([n], 'f64');
  const layers = { w: spec([64, 128]), v: spec([128, 10]) };
  const pairs: [what: string, value: TracedGraph, both: TracedGraph][] = [
    ['Rosenbrock, 100 dimensions', trace(rosenbrock, vector), trace(valueAndGrad(rosenbrock), vector)],
    [
      'perceptron 64-128-10, 32 examples',
      trace(perceptron, layers, spec([32, 64])),
      trace((p: { w: Tensor; v: Tensor }, x: Tensor) => valueAndGrad(perceptron)(p, x), layers, spec([32, 64])),
    ],
    [
      'logistic regression, 32 examples of 50',
      trace(logistic, spec([50, 1]), spec([32, 50])),
      trace((w: Tensor, x: Tensor) => valueAndGrad(logistic)(w, x), spec([50, 1]), spec([32, 50])),
    ],
    ['attention, 16 vectors of 32', trace(attention, spec([16, 32])), trace(valueAndGrad(attention), spec([16, 32]))],
  ];
  return pairs.map(([what, value, both]) => ({ what, ratio: flopsOf(both) / flopsOf(value) }));
}

export const secondOrder: Case = {
  question: 'What do second derivatives cost, in calls of the gradient? (By hand stands for one call of the gradient.)',

  run(effort) {
    const x = tensor(Float64Array.from(numbers(1, n)));
    const v = tensor(Float64Array.from(numbers(2, n)));
    const gradient = grad(rosenbrock);
    const pattern = sparsity(gradient, x);
    const coloured = hessian(rosenbrock, { sparsity: pattern });
    const kept = hessian(rosenbrock);
    const product = hvp(rosenbrock, x, v).data;
    coloured(x)
      .matmul(v)
      .data.forEach((value, k) => {
        if (!(Math.abs(value - product[k]!) <= 1e-9 * (1 + Math.abs(value))))
          throw new Error(`${value}, ${product[k]}`);
      });
    const contests: [what: string, ours: () => unknown, atMost: number | undefined][] = [
      ['Hessian-vector product', () => hvp(rosenbrock, x, v), 5],
      ['coloured Hessian, 3 products, sparsity given', () => coloured(x), 12],
      ['coloured Hessian, sparsity kept from the call before', () => kept(x), 12],
      ['coloured Hessian, of a function made anew each time', () => hessian((at: Tensor) => rosenbrock(at))(x), 12],
      ['dense Hessian, 100 products', () => hessian(rosenbrock, { mode: 'forward' })(x), undefined],
    ];
    const rows = contests.map(([what, ours, atMost]): Row => {
      const bar = atMost === undefined ? {} : { bar: { of: 'ratio' as const, atMost } };
      return raceRow(
        { what, unit: 'us', ...bar },
        race({ ours, byHand: () => gradient(x) }, effort),
        (seconds) => seconds * 1e6,
      );
    });
    return {
      rows,
      remarks: [
        'Operations of a value with its gradient, for each of the value alone (promised: at most 4):',
        ...ratios().map(({ what, ratio }) => `${what}: ${ratio.toFixed(2)}${ratio <= 4 ? '' : ', MISSED'}`),
      ],
    };
  },
};
