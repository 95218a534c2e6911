/** The straight line between both ends of a step: what is known of a path that is rough everywhere. */
import type { DenseOutput } from '../method.ts';
import { copyInto } from './copy.ts';

export const linear: DenseOutput = {
  order: 1,
  size: (n) => 2 * n,

  write({ y, candidate }, data, at) {
    copyInto(data, at, y);
    copyInto(data, at + y.length, candidate);
  },

  read(data, at, theta, _h, y) {
    const n = y.length;
    for (let i = 0; i < n; i++) y[i] = (1 - theta) * data[at + i]! + theta * data[at + n + i]!;
  },
};
