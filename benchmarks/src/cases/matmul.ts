import { matmul as product, tensor } from '@edgewise/core';
import { numbers } from '../data.ts';
import { race } from '../harness.ts';
import { type Case, raceRow } from '../report.ts';

/** Rows of `b`, scaled and added up: the order of loops that runs along rows. */
function productByHand(a: Float32Array, b: Float32Array, n: number): Float32Array {
  const out = new Float32Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const scale = a[i * n + k]!;
      for (let j = 0; j < n; j++) out[i * n + j]! += scale * b[k * n + j]!;
    }
  }
  return out;
}

export const matmul: Case = {
  question: 'How fast are products of square f32 matrices, against three plain loops?',

  run(effort) {
    const rows = (effort.quick ? [8] : [64, 128, 256, 512]).map((n) => {
      const [x, y] = [3, 4].map((seed) => tensor(numbers(seed, n * n), { dtype: 'f32', shape: [n, n] })) as [
        ReturnType<typeof tensor>,
        ReturnType<typeof tensor>,
      ];
      const [a, b] = [x.data as Float32Array, y.data as Float32Array];
      const times = race({ ours: () => product(x, y), byHand: () => productByHand(a, b, n) }, effort);
      return raceRow({ what: `n = ${n}`, unit: 'GFLOP/s' }, times, (seconds) => (2 * n ** 3) / seconds / 1e9);
    });
    return { rows };
  },
};
