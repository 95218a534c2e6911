/** Second derivatives of Rosenbrock's function of a hundred numbers. */
import { type Tensor, compile, hessian, hvp, tensor } from '@edgewise/core';
import { numbers } from '../../data.ts';
import { type Row, microseconds } from '../../report.ts';
import { runByHand } from './by-c.ts';
import { type Means, checkAgreement, inputs, rowsAgainst } from './rows.ts';

const size = 100;

const rosenbrock = (x: Tensor): Tensor => {
  const [head, tail] = [x.slice([[0, -1]]), x.slice([[1, null]])];
  return tail.sub(head.square()).square().mul(100).add(head.neg().add(1).square()).sum();
};

const points = (seed: number): Tensor => tensor(numbers(seed, size), { dtype: 'f64' });
const along = numbers(9, size);

function productByHand(x: Float64Array, v: Float64Array): Float64Array {
  const out = new Float64Array(size);
  for (let k = 0; k + 1 < size; k++) {
    out[k]! += (1200 * x[k]! ** 2 - 400 * x[k + 1]! + 2) * v[k]! - 400 * x[k]! * v[k + 1]!;
    out[k + 1]! += 200 * v[k + 1]! - 400 * x[k]! * v[k]!;
  }
  return out;
}

export function hessianVectorProduct(means: Means): Row[] {
  const [next, flat] = [inputs(points), inputs((seed) => numbers(seed, size))];
  const direction = tensor(along, { dtype: 'f64' });
  const program = compile((x: Tensor, v: Tensor) => hvp(rosenbrock, x, v));
  const ours = program(points(1), direction).data;
  checkAgreement('product, JavaScript', ours, productByHand(numbers(1, size), along), 1e-12);
  if (means.byHand !== undefined)
    checkAgreement('product, C++', ours, runByHand(means.byHand, 'product', 0).given, 1e-12);
  return rowsAgainst(
    {
      what: 'Rosenbrock-100, f64: Hessian-vector product',
      unit: 'us',
      inUnit: microseconds,
      bar: 1,
      twin: { job: 'product', there: 0.089 },
    },
    () => program(next(), direction),
    { 'a loop in JavaScript, with a new array': () => productByHand(flat(), along) },
    means,
  );
}

export function colouredHessian(means: Means): Row[] {
  const next = inputs(points);
  const program = compile((x: Tensor) => hessian(rosenbrock)(x));
  const ours = program(points(1)).data;
  if (means.byHand !== undefined)
    checkAgreement('Hessian, C++', ours, runByHand(means.byHand, 'matrix', 0).given, 1e-12);
  return rowsAgainst(
    {
      what: 'Rosenbrock-100, f64: coloured Hessian',
      unit: 'us',
      inUnit: microseconds,
      bar: 10,
      twin: { job: 'matrix', there: 0.5 },
    },
    () => program(next()),
    {},
    means,
  );
}
