import { type Tensor, compile, tensor } from '@edgewise/core';
import { numbers } from '../data.ts';
import { type Effort, race } from '../harness.ts';
import { type Case, type Row, raceRow } from '../report.ts';

/**
 * What others took for the same small jobs, roughly, measured once and elsewhere: as the bar of a row, since they are not
 * run here.
 */
const figures = {
  add: { 'TensorFlow.js 4.22': 13, 'jax-js 0.1.25': 34 },
  chain: { 'jax-js 0.1.25, jitted': 160 },
} as const;

/** So many calls are timed as one: the jobs are shorter than a clock's tick. */
const calls = 100;

function rowsOf(what: string, them: Readonly<Record<string, number>>, job: () => unknown, effort: Effort): Row[] {
  const repeated = (): void => {
    for (let k = 0; k < calls; k++) job();
  };
  const { ours } = race({ ours: repeated, byHand: () => undefined }, effort);
  return Object.entries(them).map(([peer, microseconds]) => {
    const inUnit = (seconds: number): number => (seconds / calls) * 1e6;
    return {
      what: `${what}; ${peer}: ${microseconds} us`,
      unit: 'us',
      ours: { median: inUnit(ours.median), spread: ours.spread },
      bar: { of: 'ours', atMost: microseconds },
    };
  });
}

/** Forty ops, one after another. */
function chain(x: Tensor): Tensor {
  let y = x;
  for (let k = 0; k < 10; k++) y = y.mul(1.01).add(0.1).tanh().sub(0.05);
  return y;
}

/** The same forty on an array that is written over. */
function chainByHand(x: Float32Array): Float32Array {
  const y = Float32Array.from(x);
  for (let k = 0; k < 10; k++) {
    for (let i = 0; i < y.length; i++) y[i] = Math.tanh(y[i]! * 1.01 + 0.1) - 0.05;
  }
  return y;
}

export const peers: Case = {
  question: 'What do the small jobs cost that take other libraries in this language microseconds?',

  run(effort) {
    const [a, b] = [tensor(2), tensor(3)];
    const x = tensor(numbers(1, 16), { dtype: 'f32' });
    const program = compile(chain);
    const data = x.data as Float32Array;
    const microseconds = (seconds: number): number => seconds * 1e6;
    return {
      rows: [
        ...rowsOf('add of two numbers', figures.add, () => a.add(b), effort),
        ...rowsOf('40 ops on 16 numbers', figures.chain, () => chain(x), effort),
        ...rowsOf('40 ops on 16 numbers, compiled', figures.chain, () => program(x), effort),
        raceRow(
          { what: '40 ops on 16 numbers, compiled, and by hand', unit: 'us' },
          race({ ours: () => program(x), byHand: () => chainByHand(data) }, effort),
          microseconds,
        ),
      ],
      remarks: ['a bar is roughly what the named library took for the job, measured once and not in this run'],
    };
  },
};
