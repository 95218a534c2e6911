import { type Tensor, add, exp, mul, relu, tanh, tensor } from '@edgewise/core';
import { numbers } from '../data.ts';
import { race } from '../harness.ts';
import { type Case, raceRow } from '../report.ts';

type Loop = (a: Floats, b: Floats) => Floats;
type Floats = Float32Array | Float64Array;

/** A loop of its own text, so that it is compiled for one kind of array: what one would write by hand for it. */
function loopOf(kind: 'Float32Array' | 'Float64Array', element: string): Loop {
  // oxlint-disable-next-line no-implied-eval -- functions of one text would share what V8 learns of their arrays
  return new Function(
    'a',
    'b',
    `const out = new ${kind}(a.length);
     for (let k = 0; k < out.length; k++) out[k] = ${element};
     return out;`,
  ) as Loop;
}

const ops: readonly { name: string; ours: (a: Tensor, b: Tensor) => Tensor; element: string }[] = [
  { name: 'add', ours: (a, b) => add(a, b), element: 'a[k] + b[k]' },
  { name: 'mul', ours: (a, b) => mul(a, b), element: 'a[k] * b[k]' },
  { name: 'relu', ours: (a) => relu(a), element: 'a[k] < 0 ? 0 : a[k]' },
  { name: 'exp', ours: (a) => exp(a), element: 'Math.exp(a[k])' },
  { name: 'tanh', ours: (a) => tanh(a), element: 'Math.tanh(a[k])' },
];

export const elementwise: Case = {
  question: 'What does an op on a million elements cost, against a loop that also allocates its result?',

  run(effort) {
    const count = effort.quick ? 1e3 : 1e6;
    const contests = (['f32', 'f64'] as const).flatMap((dtype) => {
      const [x, y] = [tensor(numbers(1, count), { dtype }), tensor(numbers(2, count), { dtype })];
      const [a, b] = [x.data as Floats, y.data as Floats];
      return ops.map(({ name, ours, element }) => {
        const loop = loopOf(dtype === 'f32' ? 'Float32Array' : 'Float64Array', element);
        return { what: `${name} ${dtype}`, ours: () => ours(x, y), byHand: () => loop(a, b) };
      });
    });
    // Every program has met both dtypes before the first is timed.
    for (const { ours, byHand } of contests) race({ ours, byHand }, { ...effort, rounds: 1 });
    return {
      rows: contests.map(({ what, ours, byHand }) =>
        raceRow(
          { what, unit: 'ns/element', bar: { of: 'ratio', atMost: 1.3 } },
          race({ ours, byHand }, effort),
          (seconds) => (seconds / count) * 1e9,
        ),
      ),
    };
  },
};
