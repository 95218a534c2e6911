/** Values, derivatives of any order, and a graph that one can read: Edgewise in a page. */
import { type Tensor, grad, run, spec, tensor, toDot, trace } from '@edgewise/core';

// A function of tensors is written like one of numbers; called with numbers, it computes at once.
function loss(w: Tensor, x: Tensor, y: Tensor): Tensor {
  return x.mul(w).sub(y).square().mean();
}
const x = tensor([1, 2, 3]);
const y = tensor([2, 4, 6]);
console.log('loss at w = 1:', loss(tensor(1), x, y));

// Its derivative is a function too, and so is the derivative of that.
const slope = grad(loss);
console.log('slope there:', slope(1, x, y));
console.log('curvature:', grad(slope)(1, x, y));

// Down the slope until the line fits.
let w = tensor(0);
for (let step = 0; step < 20; step++) w = w.sub(slope(w, x, y).mul(0.1));
console.log('w after 20 steps:', w);

// Called with shapes instead of numbers, the same function gives its graph: to read, to run, to draw.
const graph = trace(loss, spec([]), spec([3]), spec([3]));
console.log(`\n${String(graph)}\n`);
console.log('the graph at w = 2:', run(graph, tensor(2), x, y));
console.log(`\n${toDot(graph)}`);
