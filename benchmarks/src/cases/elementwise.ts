import {
  type Tensor,
  abs,
  add,
  ceil,
  clip,
  div,
  equal,
  exp,
  floor,
  greater,
  greaterEqual,
  leakyRelu,
  less,
  lessEqual,
  logicalAnd,
  maximum,
  minimum,
  mul,
  neg,
  notEqual,
  reciprocal,
  relu,
  relu6,
  sign,
  sqrt,
  square,
  sub,
  tanh,
  tensor,
  trunc,
  where,
} from '@edgewise/core';
import { numbers } from '../data.ts';
import { race } from '../harness.ts';
import { type Case, raceRow } from '../report.ts';

type Loop = (a: Floats, b: Floats) => Floats;
type Floats = Float32Array | Float64Array;

/** A loop of its own text, so that it is compiled for one kind of array: what one would write by hand for it. */
function loopOf(kind: 'Float32Array' | 'Float64Array' | 'Uint8Array', element: string): Loop {
  // oxlint-disable-next-line no-implied-eval -- functions of one text would share what V8 learns of their arrays
  return new Function(
    'a',
    'b',
    `const out = new ${kind}(a.length);
     for (let k = 0; k < out.length; k++) out[k] = ${element};
     return out;`,
  ) as Loop;
}

interface Contest {
  readonly ours: (a: Tensor, b: Tensor) => Tensor;
  /** The formula by hand, of `a[k]` and `b[k]`. */
  readonly element: string;
  /** The loop by hand writes truth values as bytes. */
  readonly truth?: true;
}

/** Ops cheaper than a call, whose loops show every detour, and two that are mostly the function itself. */
const ops: Readonly<Record<string, Contest>> = {
  add: { ours: add, element: 'a[k] + b[k]' },
  sub: { ours: sub, element: 'a[k] - b[k]' },
  mul: { ours: mul, element: 'a[k] * b[k]' },
  div: { ours: div, element: 'a[k] / b[k]' },
  neg: { ours: (a) => neg(a), element: '-a[k]' },
  abs: { ours: (a) => abs(a), element: 'Math.abs(a[k])' },
  sign: { ours: (a) => sign(a), element: 'Math.sign(a[k])' },
  square: { ours: (a) => square(a), element: 'a[k] * a[k]' },
  reciprocal: { ours: (a) => reciprocal(a), element: '1 / a[k]' },
  sqrt: { ours: (a) => sqrt(a), element: 'Math.sqrt(a[k])' },
  floor: { ours: (a) => floor(a), element: 'Math.floor(a[k])' },
  ceil: { ours: (a) => ceil(a), element: 'Math.ceil(a[k])' },
  trunc: { ours: (a) => trunc(a), element: 'Math.trunc(a[k])' },
  maximum: { ours: maximum, element: 'Math.max(a[k], b[k])' },
  minimum: { ours: minimum, element: 'Math.min(a[k], b[k])' },
  clip: { ours: (a) => clip(a, { min: -0.5, max: 0.5 }), element: 'a[k] < -0.5 ? -0.5 : a[k] > 0.5 ? 0.5 : a[k]' },
  equal: { ours: equal, element: 'a[k] === b[k] ? 1 : 0', truth: true },
  notEqual: { ours: notEqual, element: 'a[k] !== b[k] ? 1 : 0', truth: true },
  less: { ours: less, element: 'a[k] < b[k] ? 1 : 0', truth: true },
  lessEqual: { ours: lessEqual, element: 'a[k] <= b[k] ? 1 : 0', truth: true },
  greater: { ours: greater, element: 'a[k] > b[k] ? 1 : 0', truth: true },
  greaterEqual: { ours: greaterEqual, element: 'a[k] >= b[k] ? 1 : 0', truth: true },
  logicalAnd: { ours: logicalAnd, element: 'a[k] !== 0 && b[k] !== 0 ? 1 : 0', truth: true },
  'where a ≠ 0': { ours: (a, b) => where(a, a, b), element: 'a[k] !== 0 ? a[k] : b[k]' },
  relu: { ours: (a) => relu(a), element: 'a[k] < 0 ? 0 : a[k]' },
  relu6: { ours: (a) => relu6(a), element: 'a[k] < 0 ? 0 : a[k] > 6 ? 6 : a[k]' },
  leakyRelu: { ours: (a) => leakyRelu(a), element: 'a[k] < 0 ? 0.01 * a[k] : a[k]' },
  exp: { ours: (a) => exp(a), element: 'Math.exp(a[k])' },
  tanh: { ours: (a) => tanh(a), element: 'Math.tanh(a[k])' },
};

export const elementwise: Case = {
  question: 'What does an op on a million elements cost, against a loop that also allocates its result?',

  run(effort) {
    const count = effort.quick ? 1e3 : 1e6;
    const contests = (['f32', 'f64'] as const).flatMap((dtype) => {
      const [x, y] = [tensor(numbers(1, count), { dtype }), tensor(numbers(2, count), { dtype })];
      const [a, b] = [x.data as Floats, y.data as Floats];
      return Object.entries(ops).map(([name, { ours, element, truth }]) => {
        const loop = loopOf(truth ? 'Uint8Array' : dtype === 'f32' ? 'Float32Array' : 'Float64Array', element);
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
