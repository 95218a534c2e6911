/** What gradients cost in operations, counted in their graphs: for each operation of the function at most 4. */
import { type Graph, type Tensor, conv2d, maxPool2d, spec, trace, valueAndGrad } from '@edgewise/core';
import { crossEntropy } from '@edgewise/nn';
import { rosenbrock } from './rosenbrock.ts';
import { buildByEdgewise } from './scalar-graph/by-edgewise.ts';
import { randomGraph } from './scalar-graph/random-graph.ts';
import { type Parameters, xorLoss } from './xor.ts';

interface Weights {
  w: Tensor;
  v: Tensor;
}

function perceptron(p: Weights, x: Tensor): Tensor {
  return x.matmul(p.w).tanh().matmul(p.v).square().mean();
}

function logistic(w: Tensor, x: Tensor): Tensor {
  return x.matmul(w).softplus().mean();
}

function attention(x: Tensor): Tensor {
  return x.matmul(x, { transposeB: true }).softmax().matmul(x).square().sum();
}

function productsOf(a: Tensor, b: Tensor): Tensor {
  return a.matmul(b).square().sum();
}

function convolution(x: Tensor, weight: Tensor): Tensor {
  return maxPool2d(conv2d(x, weight), 2).square().sum();
}

function classifier(p: Weights & { u: Tensor }, x: Tensor, classes: Tensor): Tensor {
  return crossEntropy(x.matmul(p.w).relu().matmul(p.v).relu().matmul(p.u), classes);
}

const scalars = randomGraph(1000);
function scalarGraph(inputs: readonly Tensor[]): Tensor {
  return buildByEdgewise(scalars, inputs).at(-1)!;
}

/** Ops that move elements and compute none. */
const moves = new Set('reshape permute slice unslice broadcastTo concatenate split stopGradient cast'.split(' '));

/** Operations on floats: two for each product in a sum of products, one for each element that is computed or summed. */
function flopsOf(graph: Graph<Tensor>): number {
  let flops = 0;
  for (const { op, attributes, inputs, outputs } of graph.nodes) {
    if (moves.has(op.name)) continue;
    const [first, second] = inputs;
    const size = outputs.reduce((sum, output) => sum + output.size, 0);
    if (op.name === 'matmul') flops += 2 * size * first!.shape.at(attributes[0] === true ? -2 : -1)!;
    else if (op.name === 'convolution') flops += slidingFlops(outputs[0]!, second!);
    else if (op.name === 'transposedConvolution') flops += slidingFlops(first!, second!);
    else if (op.name === 'convolutionToWeight') flops += slidingFlops(second!, outputs[0]!);
    else flops += Math.max(size, first?.size ?? 0);
  }
  return flops;
}

/** Of a kernel `[outputs, ...taps]` that slides over images and makes `image`, or of the sums that go the same way. */
function slidingFlops(image: Tensor, kernel: Tensor): number {
  return (2 * image.size * kernel.size) / kernel.shape[0]!;
}

/** At most 4 for any function (Baur, Strassen 1983; Griewank, Walther, "Evaluating Derivatives", 2nd ed., section 4.4). */
export function ratios(): { readonly what: string; readonly ratio: number }[] {
  const vector = spec([100], 'f64');
  const network = { w0: spec([2, 2]), b0: spec([2]), w1: spec([2, 1]), b1: spec([1]) };
  const two = { w: spec([64, 128]), v: spec([128, 10]) };
  const three = { w: spec([784, 128]), v: spec([128, 64]), u: spec([64, 10]) };
  const square = spec([64, 64]);
  const start = Array.from(scalars.inputs, () => spec([], 'f64'));
  const [images, kernel] = [spec([4, 3, 16, 16]), spec([8, 3, 3, 3])];
  const [weight, examples] = [spec([50, 1]), spec([32, 50])];
  const [pixels, labels] = [spec([32, 784]), spec([32], 'i32')];
  const pairs: [what: string, value: Graph<Tensor>, both: Graph<Tensor>][] = [
    ['Rosenbrock, 100 dimensions', trace(rosenbrock, vector), trace(valueAndGrad(rosenbrock), vector)],
    [
      'scalars, 1,000 random ops',
      trace(scalarGraph, start),
      trace((x: Tensor[]) => valueAndGrad(scalarGraph)(x), start),
    ],
    ['XOR, 2-2-1', trace(xorLoss, network), trace((p: Parameters<Tensor>) => valueAndGrad(xorLoss)(p), network)],
    [
      'product of matrices, 64',
      trace(productsOf, square, square),
      trace((a: Tensor, b: Tensor) => valueAndGrad(productsOf, { argnums: [0, 1] })(a, b), square, square),
    ],
    [
      'perceptron 64-128-10, 32 examples',
      trace(perceptron, two, spec([32, 64])),
      trace((p: Weights, x: Tensor) => valueAndGrad(perceptron)(p, x), two, spec([32, 64])),
    ],
    [
      'digits 784-128-64-10, 32 examples',
      trace(classifier, three, pixels, labels),
      trace(
        (p: Weights & { u: Tensor }, x: Tensor, y: Tensor) => valueAndGrad(classifier)(p, x, y),
        three,
        pixels,
        labels,
      ),
    ],
    [
      'logistic regression, 32 examples of 50',
      trace(logistic, weight, examples),
      trace((w: Tensor, x: Tensor) => valueAndGrad(logistic)(w, x), weight, examples),
    ],
    ['attention, 16 vectors of 32', trace(attention, spec([16, 32])), trace(valueAndGrad(attention), spec([16, 32]))],
    [
      'convolution 3 x 3, 4 images of 3 x 16 x 16',
      trace(convolution, images, kernel),
      trace((x: Tensor, k: Tensor) => valueAndGrad(convolution, { argnums: [0, 1] })(x, k), images, kernel),
    ],
  ];
  return pairs.map(([what, value, both]) => ({ what, ratio: flopsOf(both) / flopsOf(value) }));
}
