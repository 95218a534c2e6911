/** A model of one's own: a residual block, trained a little on two spirals, and its graph. */
import { Module, type Tensor, spec, toDot, trace } from '@edgewise/core';
import { Linear, accuracy, crossEntropy, twoSpirals } from '@edgewise/nn';
import { adam, optimizer } from '@edgewise/optim';

/** Adds to its input what two layers make of it. Parts are plain fields: their names are found, and their parameters. */
class Residual extends Module {
  first: Linear;
  second: Linear;

  constructor(width: number, seed: number) {
    super();
    this.first = new Linear(width, width, { seed });
    this.second = new Linear(width, width, { seed: seed + 1 });
  }

  forward(x: Tensor): Tensor {
    return x.add(this.second.forward(this.first.forward(x).relu()));
  }
}

class Model extends Module {
  widen = new Linear(2, 32, { seed: 1 });
  blocks = [new Residual(32, 10), new Residual(32, 20)];
  output = new Linear(32, 2, { seed: 2 });

  forward(x: Tensor): Tensor {
    let signal = this.widen.forward(x);
    for (const block of this.blocks) signal = block.forward(signal);
    return this.output.forward(signal);
  }
}

const model = new Model();
console.log(String(model));

const { x, labels } = twoSpirals({ count: 200, seed: 1 });
const descent = optimizer(adam({ learningRate: 0.01 }), model);
for (let step = 0; step <= 150; step++) {
  const loss = crossEntropy(model.forward(x), labels);
  if (step % 50 === 0) console.log(`step ${step}: loss ${(loss.item() as number).toFixed(3)}`);
  loss.backward();
  descent.step();
}
console.log(`right for ${Math.round(100 * (accuracy(model.forward(x), labels).item() as number))} % of the points`);

// The graph needs no numbers. Each module is a box; here all but the first block are folded.
const graph = trace((input: Tensor) => model.forward(input), spec([200, 2]));
console.log(`\n${toDot(graph, { fold: (path) => !'model/blocks0'.startsWith(path) })}`);
