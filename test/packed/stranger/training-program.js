// A program that trains a network of its own without compiling, as a page would. Prints whether the loss fell.
import { Module, random, tensor, valueAndGrad, variable } from '@edgewise/core';

class Network extends Module {
  hidden = variable(random.normal(random.key(1), [2, 4]));
  output = variable(random.normal(random.key(2), [4, 1]));

  call(x) {
    return x.matmul(this.hidden).tanh().matmul(this.output).sigmoid();
  }
}

const network = new Network();
const inputs = tensor([
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]);
const targets = tensor([[0], [1], [1], [0]]);
const losses = [];
for (let step = 0; step < 100; step++) {
  const loss = network.call(inputs).sub(targets).square().mean();
  loss.backward();
  for (const weight of network.parameters()) {
    weight.assign(weight.sub(weight.grad.mul(0.5)));
    weight.grad = undefined;
  }
  losses.push(loss.item());
}
console.log(losses.at(-1) < losses[0], typeof valueAndGrad);
