import { type Tensor, tensor, variable } from '@edgewise/core';
import { numbers } from '../data.ts';
import { race } from '../harness.ts';
import { type Case, raceRow } from '../report.ts';

/** So many ops are done in one call, which the clock then divides by. */
const repeats = 200;

function chainOfProducts(start: Tensor, other: Tensor): () => unknown {
  return () => {
    let x = start;
    for (let k = 0; k < repeats; k++) x = x.mul(other);
    return x;
  };
}

function chainOfArrays(op: 'mul' | 'tanh', start: Float32Array, other: Float32Array): () => unknown {
  const step = {
    mul: (a: Float32Array) => {
      const out = new Float32Array(a.length);
      for (let k = 0; k < out.length; k++) out[k] = a[k]! * other[k]!;
      return out;
    },
    tanh: (a: Float32Array) => {
      const out = new Float32Array(a.length);
      for (let k = 0; k < out.length; k++) out[k] = Math.tanh(a[k]!);
      return out;
    },
  }[op];
  return () => {
    let x = start;
    for (let k = 0; k < repeats; k++) x = step(x);
    return x;
  };
}

export const smallOps: Case = {
  question: 'What does an op on few elements cost, recorded and not, against small arrays by hand?',

  run(effort) {
    const contests: { what: string; ours: () => unknown; byHand: () => unknown }[] = [];
    for (const size of [4, 64]) {
      const [a, b] = [Float32Array.from(numbers(5, size)), Float32Array.from(numbers(6, size))];
      const [x, y] = [tensor(a), tensor(b)];
      contests.push({
        what: `mul f32 [${size}]`,
        ours: chainOfProducts(x, y),
        byHand: chainOfArrays('mul', a, b),
      });
      contests.push({
        what: `mul f32 [${size}], recorded`,
        ours: chainOfProducts(variable(x).value, y),
        byHand: chainOfArrays('mul', a, b),
      });
      contests.push({
        what: `tanh f32 [${size}]`,
        ours: () => {
          let z = x;
          for (let k = 0; k < repeats; k++) z = z.tanh();
          return z;
        },
        byHand: chainOfArrays('tanh', a, b),
      });
    }
    return {
      rows: contests.map(({ what, ours, byHand }) =>
        raceRow({ what, unit: 'ns/op' }, race({ ours, byHand }, effort), (seconds) => (seconds / repeats) * 1e9),
      ),
    };
  },
};
