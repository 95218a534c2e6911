import { type Tensor, grad, hessian, hvp, sparsity, tensor } from '@edgewise/core';
import { numbers } from '../data.ts';
import { race } from '../harness.ts';
import { type Case, type Row, raceRow } from '../report.ts';
import { ratios } from './cheap-gradients.ts';
import { rosenbrock } from './rosenbrock.ts';

const n = 100;

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
        ...ratios().map(({ what, ratio }) => `${what}: ${ratio.toFixed(2)}${ratio <= 4 ? '' : ', missed'}`),
      ],
    };
  },
};
