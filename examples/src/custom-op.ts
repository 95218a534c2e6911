/** An op of one's own, in three ways. Each has all derivatives, and is one box in the picture. */
import {
  type ElementwiseOp,
  type Op,
  type Tensor,
  composite,
  customGradient,
  defineElementwise,
  defineOp,
  grad,
  spec,
  tensor,
  toDot,
  trace,
} from '@edgewise/core';

// 1. A name for a function of ops. The chain rule does the rest.
const swish = composite('swish', (x: Tensor) => x.mul(x.sigmoid()));
const curvatureOfSwish = grad(grad((x: Tensor) => swish(x)));
console.log('swish(1), its slope and its curvature:', show(swish(tensor(1)), grad(swish)(1), curvatureOfSwish(1)));

// 2. A rule of one's own: sign has slope 0 everywhere, and nothing would learn through it.
const passing = customGradient('passing', (x: Tensor) => x.sign(), { pull: ({ cotangent }) => [cotangent] });
console.log('passing(-3) and its slope:', show(passing(tensor(-3)), grad((x: Tensor) => passing(x))(-3)));

// 3. A new primitive. Of single numbers: a value and a slope, which is written with ops.
const softsign: ElementwiseOp = defineElementwise({
  name: 'softsign',
  value: (x) => x / (1 + Math.abs(x)),
  slope: ({ input }) => input.abs().add(1).square().reciprocal(),
});
const curvatureOfSoftsign = grad(grad((x: Tensor) => softsign(x)));
console.log('softsign(1) and its curvature:', show(softsign(1), curvatureOfSoftsign(1)));

// Of whole arrays: the shape of its result, a kernel, and a rule for each input.
const reversed: Op<[x: Tensor]> = defineOp({
  name: 'reversed',
  infer: ([x]) => x,
  forward: ([x], _, { data }) => {
    for (let k = 0; k < data.length; k++) data[k] = x.data[data.length - 1 - k]!;
  },
  pull: [({ cotangent }) => reversed(cotangent)],
});
const weighted = (x: Tensor): Tensor => reversed(x).mul([1, 10, 100]).sum();
console.log('reversed([1, 2, 3]):', reversed([1, 2, 3]).toArray());
console.log('slopes of its weighted sum:', grad(weighted)(tensor([1, 2, 3])).toArray());

// All of them in one graph.
const together = (x: Tensor): Tensor => reversed(softsign(passing(swish(x)))).sum();
console.log(`\n${toDot(trace(together, spec([3])))}`);

function show(...values: Tensor[]): string {
  return values.map((value) => (value.item() as number).toFixed(4)).join(', ');
}
