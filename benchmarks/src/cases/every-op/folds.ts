/**
 * Reductions by hand, as one would write them for rows of numbers. In the text of each, S is what is being made for a group
 * of elements, v an element, k its number in the group.
 */
export interface Fold {
  readonly first: string;
  readonly step: string;
  /** What the result is, from S and the number of elements, n. */
  readonly last?: string;
  /** Extra state of a group: T. */
  readonly also?: string;
  readonly out?: 'Int32Array' | 'Uint8Array';
}

export const folds: Readonly<Record<string, Fold>> = {
  sum: { first: '0', step: 'S += v' },
  mean: { first: '0', step: 'S += v', last: 'S / n' },
  prod: { first: '1', step: 'S *= v' },
  max: { first: '-Infinity', step: 'if (v > S || v !== v) S = v' },
  min: { first: 'Infinity', step: 'if (v < S || v !== v) S = v' },
  argMax: { first: '0', also: '-Infinity', step: 'if (v > T) { T = v; S = k; }', out: 'Int32Array' },
  argMin: { first: '0', also: 'Infinity', step: 'if (v < T) { T = v; S = k; }', out: 'Int32Array' },
  any: { first: '0', step: 'if (v !== 0) S = 1', out: 'Uint8Array' },
  all: { first: '1', step: 'if (v === 0) S = 0', out: 'Uint8Array' },
  norm: { first: '0', step: 'S += v * v', last: 'Math.sqrt(S)' },
};

/** Along the last axis of `[rows, n]`, one row after another: `x[at]` to `x[at + n - 1]`, into `out`. */
export const rowByRow: Readonly<Record<string, { readonly text: string; readonly width: 'n' | '1' }>> = {
  cumsum: { width: 'n', text: 'for (let k = 0, s = 0; k < n; k++) out[at + k] = s += x[at + k];' },
  cumprod: { width: 'n', text: 'for (let k = 0, s = 1; k < n; k++) out[at + k] = s *= x[at + k];' },
  cummax: {
    width: 'n',
    text: 'for (let k = 0, s = -Infinity; k < n; k++) { if (!(x[at + k] <= s)) s = x[at + k]; out[at + k] = s; }',
  },
  softmax: {
    width: 'n',
    text: `let most = -Infinity, sum = 0;
           for (let k = 0; k < n; k++) if (x[at + k] > most) most = x[at + k];
           for (let k = 0; k < n; k++) sum += out[at + k] = Math.exp(x[at + k] - most);
           for (let k = 0; k < n; k++) out[at + k] /= sum;`,
  },
  logSoftmax: {
    width: 'n',
    text: `let most = -Infinity, sum = 0;
           for (let k = 0; k < n; k++) if (x[at + k] > most) most = x[at + k];
           for (let k = 0; k < n; k++) sum += Math.exp(x[at + k] - most);
           const log = most + Math.log(sum);
           for (let k = 0; k < n; k++) out[at + k] = x[at + k] - log;`,
  },
  logSumExp: {
    width: '1',
    text: `let most = -Infinity, sum = 0;
           for (let k = 0; k < n; k++) if (x[at + k] > most) most = x[at + k];
           for (let k = 0; k < n; k++) sum += Math.exp(x[at + k] - most);
           out[row] = most + Math.log(sum);`,
  },
  variance: {
    width: '1',
    text: `let sum = 0, squares = 0;
           for (let k = 0; k < n; k++) sum += x[at + k];
           for (let k = 0; k < n; k++) squares += (x[at + k] - sum / n) ** 2;
           out[row] = squares / n;`,
  },
  std: {
    width: '1',
    text: `let sum = 0, squares = 0;
           for (let k = 0; k < n; k++) sum += x[at + k];
           for (let k = 0; k < n; k++) squares += (x[at + k] - sum / n) ** 2;
           out[row] = Math.sqrt(squares / n);`,
  },
  median: {
    width: '1',
    text: `const sorted = x.slice(at, at + n).sort();
           out[row] = n % 2 === 1 ? sorted[n >> 1] : (sorted[(n >> 1) - 1] + sorted[n >> 1]) / 2;`,
  },
  sort: { width: 'n', text: 'out.set(x.slice(at, at + n).sort(), at);' },
};
