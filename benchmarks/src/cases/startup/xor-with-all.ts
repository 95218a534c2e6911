/** A whole program as one writes it with all packages: trains one step of XOR and prints the loss. */
import { tensor } from '@edgewise/core';
import { MLP, meanSquaredError } from '@edgewise/nn';
import { optimizer, sgd } from '@edgewise/optim';
import { weights, xor } from '../xor.ts';

const model = new MLP([2, 2, 1], { activation: 'sigmoid', outputActivation: 'sigmoid', seed: 1 });
for (const [name, parameter] of model.variables()) parameter.assign(tensor(weights[name]!));
const descent = optimizer(sgd({ learningRate: 0.1 }), model);

const loss = meanSquaredError(model.forward(xor.inputs), xor.targets);
loss.backward();
descent.step();
const trained = model.parameters().map((parameter) => parameter.value.sum().item());
if (!trained.every(Number.isFinite)) throw new RangeError(`the step gave ${trained.join(', ')}`);
console.log(loss.item().toFixed(6));
