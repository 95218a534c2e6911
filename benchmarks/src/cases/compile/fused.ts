/** A function and its derivative on a million numbers, in one loop. */
import { type Tensor, compile, tensor, valueAndGrad, variable } from '@edgewise/core';
import { numbers } from '../../data.ts';
import { cpuSeconds } from '../../harness.ts';
import { type Row, nanoseconds } from '../../report.ts';
import { runByHand } from './by-c.ts';
import { fusedByHand } from './by-hand.ts';
import { peakLoop } from './peak-loop.ts';
import { type Means, checkAgreement, rowsAgainst } from './rows.ts';

export function fused(means: Means): Row[] {
  const n = means.effort.quick ? 1000 : 1_000_000;
  const f = valueAndGrad((x: Tensor) => x.tanh().mul(x.square().neg().exp()).add(x.sin()).sum());
  const x = variable(
    tensor(
      numbers(1, n).map((value) => 3 * value),
      { dtype: 'f32' },
    ),
  );
  const [gradient, total] = [variable(x.value), variable(0)];
  const program = compile(() => {
    const [value, slope] = f(x.value);
    gradient.assign(slope);
    total.assign(value);
  });
  const [plain, out] = [Float32Array.from(x.value.data), new Float32Array(n)];
  program();
  const sum = fusedByHand(plain, out);
  checkAgreement('gradient, JavaScript', gradient.value.data, out, 1e-6);
  checkAgreement('sum, JavaScript', [total.value.item()], [sum], 1e-4);
  // The program in C++ knows one size.
  const inC = means.effort.quick ? undefined : means.byHand;
  if (inC !== undefined) {
    checkAgreement('C++', [total.value.item(), out[0]!, out[1]!, out[n - 1]!], runByHand(inC, 'fused', 0).given, 1e-4);
  }
  const operations = program.kernels.reduce((all, kernel) => all + kernel.operations, 0);
  const peak = peakLoop(cpuSeconds);
  return rowsAgainst(
    {
      what: `value and gradient of sum(tanh(x) exp(-x²) + sin(x)), ${n.toLocaleString('en')}`,
      unit: 'ns/element',
      inUnit: (seconds) => nanoseconds(seconds) / n,
      bar: 3.3,
      twin: { job: 'fused', there: 3.3 },
    },
    () => program(),
    {
      [`as many operations in registers (${Math.round(operations / n)} an element)`]: () => peak.run(operations),
      'a loop in JavaScript': () => fusedByHand(plain, out),
    },
    { ...means, byHand: inC },
  );
}
