import { type Tensor, tensor, variable } from '@edgewise/core';
import { numbers } from '../data.ts';
import { race } from '../harness.ts';
import { type Case, raceRow } from '../report.ts';

/** So many ops are done in one call, which the clock then divides by. */
const repeats = 200;

/** An op on an object tape by hand: a value, how it came about, and nothing more. */
interface Recorded {
  readonly value: number;
  readonly op: string;
  readonly inputs: readonly Recorded[];
}

function chainOfRecords(op: 'add' | 'mul', start: number, other: number): () => unknown {
  const input: Recorded = { value: start, op: 'input', inputs: [] };
  const y: Recorded = { value: other, op: 'input', inputs: [] };
  return op === 'add'
    ? () => {
        let x = input;
        for (let k = 0; k < repeats; k++) x = { value: x.value + y.value, op: 'add', inputs: [x, y] };
        return x;
      }
    : () => {
        let x = input;
        for (let k = 0; k < repeats; k++) x = { value: x.value * y.value, op: 'mul', inputs: [x, y] };
        return x;
      };
}

/** The same without a record: a new object an op. */
function chainOfObjects(op: 'add' | 'mul', start: number, other: number): () => unknown {
  const y = { value: other };
  return op === 'add'
    ? () => {
        let x = { value: start };
        for (let k = 0; k < repeats; k++) x = { value: x.value + y.value };
        return x;
      }
    : () => {
        let x = { value: start };
        for (let k = 0; k < repeats; k++) x = { value: x.value * y.value };
        return x;
      };
}

function chainOfTensors(op: 'add' | 'mul', start: Tensor, other: Tensor): () => unknown {
  return op === 'add'
    ? () => {
        let x = start;
        for (let k = 0; k < repeats; k++) x = x.add(other);
        return x;
      }
    : () => {
        let x = start;
        for (let k = 0; k < repeats; k++) x = x.mul(other);
        return x;
      };
}

function chainOfArrays(op: 'add' | 'mul' | 'tanh', start: Float32Array, other: Float32Array): () => unknown {
  const step = {
    add: (a: Float32Array) => a.map((value, k) => value + other[k]!),
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
  question: 'What does an op on few elements cost, recorded and not, against objects and small arrays by hand?',

  run(effort) {
    const contests: { what: string; ours: () => unknown; byHand: () => unknown }[] = [];
    const [start, other] = [0.5, 1.0001];
    for (const op of ['add', 'mul'] as const) {
      const y = tensor(other, { dtype: 'f64' });
      contests.push({
        what: `${op}, rank 0`,
        ours: chainOfTensors(op, tensor(start, { dtype: 'f64' }), y),
        byHand: chainOfObjects(op, start, other),
      });
      contests.push({
        what: `${op}, rank 0, recorded`,
        ours: chainOfTensors(op, variable(tensor(start, { dtype: 'f64' })).value, y),
        byHand: chainOfRecords(op, start, other),
      });
    }
    for (const size of [4, 64]) {
      const [a, b] = [Float32Array.from(numbers(5, size)), Float32Array.from(numbers(6, size))];
      const [x, y] = [tensor(a), tensor(b)];
      contests.push({
        what: `mul f32 [${size}]`,
        ours: chainOfTensors('mul', x, y),
        byHand: chainOfArrays('mul', a, b),
      });
      contests.push({
        what: `mul f32 [${size}], recorded`,
        ours: chainOfTensors('mul', variable(x).value, y),
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
