/** A whole program that needs core alone: trains one step of XOR and prints the loss. */
import { mapTree, tensor, valueAndGrad } from '@edgewise/core';
import { startAs, xorLoss } from '../xor.ts';

const start = startAs((values) => tensor(values));
const [loss, gradient] = valueAndGrad(xorLoss)(start);
const trained = mapTree((parameter, slope) => parameter.sub(slope.mul(0.1)), start, gradient);
const sums = Object.values(trained).map((parameter) => parameter.sum().item());
if (!sums.every(Number.isFinite)) throw new RangeError(`the step gave ${sums.join(', ')}`);
console.log(loss.item().toFixed(6));
