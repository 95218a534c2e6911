import { type Tensor, tensor, variable } from '@edgewise/core';
import { race } from '../harness.ts';
import { type Case, type Row, raceRow } from '../report.ts';

/** So many ops are done in one call, which the clock then divides by. */
const repeats = 200;

/**
 * Each op as the tape by hand has it: its value, and what it adds to the derivatives of its inputs from its own, `g`. What
 * is kept is rounded, by `R`, to the precision of the dtype.
 */
const ops = {
  add: { value: 'R(a.value + b.value)', back: 'a.grad = R(a.grad + g); b.grad = R(b.grad + g);' },
  sub: { value: 'R(a.value - b.value)', back: 'a.grad = R(a.grad + g); b.grad = R(b.grad - g);' },
  mul: {
    value: 'R(a.value * b.value)',
    back: 'a.grad = R(a.grad + g * b.value); b.grad = R(b.grad + g * a.value);',
  },
  div: {
    value: 'R(a.value / b.value)',
    back: 'a.grad = R(a.grad + g / b.value); b.grad = R(b.grad - (g * e.value) / b.value);',
  },
  maximum: {
    value: 'Math.max(a.value, b.value)',
    back: 'const larger = a.value >= b.value ? a : b; larger.grad = R(larger.grad + g);',
  },
  neg: { value: '-a.value', back: 'a.grad = R(a.grad - g);' },
  square: { value: 'R(a.value * a.value)', back: 'a.grad = R(a.grad + 2 * g * a.value);' },
  sqrt: { value: 'R(Math.sqrt(a.value))', back: 'a.grad = R(a.grad + g / (2 * e.value));' },
  exp: { value: 'R(Math.exp(a.value))', back: 'a.grad = R(a.grad + g * e.value);' },
  sin: { value: 'R(Math.sin(a.value))', back: 'a.grad = R(a.grad + g * Math.cos(a.value));' },
  tanh: { value: 'R(Math.tanh(a.value))', back: 'a.grad = R(a.grad + g * (1 - e.value * e.value));' },
  sigmoid: { value: 'R(1 / (1 + Math.exp(-a.value)))', back: 'a.grad = R(a.grad + g * e.value * (1 - e.value));' },
  relu: { value: 'a.value > 0 ? a.value : 0', back: 'if (a.value > 0) a.grad = R(a.grad + g);' },
} as const;
type Name = keyof typeof ops;

const isBinary = (name: Name): boolean => ops[name].value.includes('b.value');

/**
 * The ops of a chain, in turn: each alone, but for `exp`. Its own would be past all numbers at the fifth, and infinity is
 * quickly given by the machine's function; `exp(-x)` goes to 0.567.
 */
const linksOf = (name: Name): readonly Name[] => (name === 'exp' ? ['neg', 'exp'] : [name]);

/**
 * The tape by hand: a list of objects in the order in which they were made, which the backward pass reads from its end. A
 * chain is text of its own, so that it is compiled for its op alone; the backward pass has all ops, as every tape's.
 */
interface Tape {
  /** Makes a chain of the op from `start`, and gives the tape. */
  readonly chain: (start: number, other: number) => unknown;
  /** Makes it, walks back to all there is, and gives the derivative in `start`. */
  readonly gradient: (start: number, other: number) => number;
}

function tapeOf(name: Name, dtype: 'f32' | 'f64'): Tape {
  const kept = (text: string): string => text.replaceAll('R(', dtype === 'f32' ? 'Math.fround(' : '(');
  const links = linksOf(name);
  const made = (link: Name): string =>
    `function ${link}(tape, a, b) {
       const e = new Entry(${kept(ops[link].value)}, '${link}', a, b);
       tape.push(e);
       return e;
     }`;
  const step = (link: Name): string => `x = ${link}(tape, x, ${isBinary(link) ? 'y' : 'undefined'});`;
  const cases = Object.entries(ops).map(([op, { back }]) => `case '${op}': { ${kept(back)} break; }`);
  // oxlint-disable-next-line no-implied-eval -- chains of one text would share what V8 learns of them
  const compiled = new Function(
    `class Entry {
       constructor(value, op, a, b) {
         this.value = value;
         this.grad = 0;
         this.op = op;
         this.a = a;
         this.b = b;
       }
     }
     ${links.map(made).join('\n')}
     function begin(start, other) {
       return [new Entry(start, 'input'), new Entry(other, 'input')];
     }
     function chain(start, other) {
       const tape = begin(start, other);
       let x = tape[0];
       const y = tape[1];
       for (let k = 0; k < ${repeats / links.length}; k++) { ${links.map(step).join(' ')} }
       return tape;
     }
     function walkBack(tape) {
       tape[tape.length - 1].grad = 1;
       for (let k = tape.length - 1; k >= 0; k--) {
         const e = tape[k];
         const g = e.grad, a = e.a, b = e.b;
         switch (e.op) { ${cases.join('\n')} }
       }
     }
     function gradient(start, other) {
       const tape = chain(start, other);
       walkBack(tape);
       return tape[0].grad;
     }
     return { chain, gradient };`,
  ) as () => Tape;
  return compiled();
}

/** The chain of tensors, in a text of its own too. */
function chainOf(name: Name): (x: Tensor, y: Tensor) => Tensor {
  const links = linksOf(name);
  const step = links.map((link) => `.${link}(${isBinary(link) ? 'y' : ''})`).join('');
  // oxlint-disable-next-line no-implied-eval -- as above
  return new Function(
    'x',
    'y',
    `for (let k = 0; k < ${repeats / links.length}; k++) x = x${step};
     return x;`,
  ) as (x: Tensor, y: Tensor) => Tensor;
}

interface Contest {
  readonly what: string;
  readonly bar: NonNullable<Row['bar']>;
  readonly ours: () => unknown;
  readonly byHand: () => unknown;
}

/** The tape has numbers of 64 bits beside both dtypes. */
function contestsIn(dtype: 'f32' | 'f64'): Contest[] {
  const [start, other] = [0.5, 1.0001];
  const [x, y] = [tensor(start, { dtype }), tensor(other, { dtype })];
  const leaf = variable(x);
  const near = { f32: 1e-4, f64: 1e-12 }[dtype];
  return (Object.keys(ops) as Name[]).flatMap((name) => {
    const byHand = tapeOf(name, dtype);
    const chain = chainOf(name);
    const gradient = (): number => {
      leaf.grad = undefined;
      chain(leaf.value, y).backward();
      return leaf.grad!.item();
    };
    const [ours, theirs] = [gradient(), byHand.gradient(start, other)];
    // What is too small for f32 would be timed as zeros, or as numbers that processors are slow with
    const fits = dtype === 'f64' || Math.abs(theirs) > 2 ** -100;
    if (fits && !(Math.abs(ours - theirs) <= near * Math.abs(theirs)))
      throw new Error(`${name}: ${ours} is not ${theirs}`);
    const bar = { of: 'ratio', atMost: 3 } as const;
    const links = linksOf(name).toReversed().join(' of ');
    const what = dtype === 'f64' ? links : `${links} f32`;
    const forward = { what, bar, ours: () => chain(leaf.value, y), byHand: () => byHand.chain(start, other) };
    const back = {
      what: `${what}, with its gradient`,
      bar,
      ours: gradient,
      byHand: () => byHand.gradient(start, other),
    };
    return fits ? [forward, back] : [forward];
  });
}

export const rank0: Case = {
  question: 'What does an op on one number cost, recorded and with its gradient, against an object tape by hand?',

  run(effort) {
    const contests = (['f64', 'f32'] as const).flatMap((dtype) => contestsIn(dtype));
    // Every op has been used before the first is timed: what V8 learns of one it learns of all.
    const brief = { ...effort, seconds: effort.seconds / 4 };
    for (const { ours, byHand } of contests) race({ ours, byHand }, { ...brief, rounds: 1 });
    return {
      rows: contests.map(({ what, bar, ours, byHand }) =>
        raceRow({ what, unit: 'ns/op', bar }, race({ ours, byHand }, brief), (seconds) => (seconds / repeats) * 1e9),
      ),
    };
  },
};
