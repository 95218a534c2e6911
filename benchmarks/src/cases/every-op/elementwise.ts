import * as core from '@edgewise/core';
import { type AnyOp, type Tensor, tensor } from '@edgewise/core';
import { numbers } from '../../data.ts';
import type { Case } from '../../report.ts';
import type { Contest, FloatDtype, Floats, Group } from './contest.ts';
import { howMeasured, measured } from './in-processes.ts';
import { elements, without } from './loops.ts';

type Loop = (...inputs: readonly (Floats | Uint8Array)[]) => Floats | Uint8Array;

/** A loop of its own text, so that it is compiled for one kind of array: what one would write by hand for it. */
function loopOf(name: string, output: Tensor): Loop {
  const element = elements[name];
  if (element === undefined) throw new Error(`${name}: no loop by hand in loops.ts`);
  // oxlint-disable-next-line no-implied-eval -- functions of one text would share what V8 learns of their arrays
  return new Function(
    'a',
    'b',
    'c',
    `const out = new ${output.data.constructor.name}(a.length);
     let rest = 0, whole = 0;
     for (let k = 0; k < out.length; k++) out[k] = ${element};
     return out;`,
  ) as Loop;
}

/** The arguments, besides tensors, of those ops whose loop by hand is not that of their defaults. */
const options: Readonly<Record<string, readonly unknown[]>> = {
  clip: [{ min: -0.5, max: 0.5 }],
  gelu: [{ approximate: true }],
};

const isElementwise = (exported: unknown): exported is AnyOp & ((...args: unknown[]) => Tensor) =>
  typeof exported === 'function' && 'definition' in exported && (exported as AnyOp).definition.reads === 'elements';

/** What core exports and is elementwise: an op that has no loop by hand here, and no reason for it, stops the run. */
const ops = Object.entries({ ...core }).flatMap(([name, exported]) =>
  isElementwise(exported) && without[name] === undefined ? [[name, exported] as const] : [],
);

/** The op on numbers of the range that its samples are from. */
function contestOf(name: string, op: (typeof ops)[number][1], dtype: FloatDtype, count: number): Contest {
  const { arity = 1, samples } = op.definition;
  const { from = -1, to = 1 } = samples?.[0] ?? {};
  const inputs = Array.from({ length: arity }, (_, slot) => {
    const [low, high] = [from, to].map((end) => (typeof end === 'number' ? end : end[slot]!)) as [number, number];
    const drawn = numbers(slot + 1, count).map((number) => low + ((number + 1) / 2) * (high - low));
    const isTruth = name.startsWith('logical') || (name === 'where' && slot === 0);
    return isTruth
      ? tensor(
          drawn.map((number) => Number(number < (low + high) / 2)),
          { dtype: 'bool' },
        )
      : tensor(drawn, { dtype });
  });
  const ours = (): Tensor => op(...inputs, ...(options[name] ?? []));
  const loop = loopOf(name, ours());
  const arrays = inputs.map(({ data }) => data as Floats | Uint8Array);
  const [a, b, c] = [arrays[0]!, arrays[1]!, arrays[2]!];
  return {
    what: `${name} ${dtype}, ${count.toExponential()}`,
    count,
    tolerance: 1e-5,
    ours,
    byHand: () => loop(a, b, c),
  };
}

export const elementwiseGroups: readonly Group[] = ops.map(([name, op]) => ({
  name,
  contests: (quick) =>
    quick ? [contestOf(name, op, 'f64', 1e3)] : [contestOf(name, op, 'f64', 1e5), contestOf(name, op, 'f32', 1e6)],
}));

export const elementwise: Case = {
  question:
    'What does each elementwise op on 1e5 and 1e6 elements cost, against a loop that also allocates its result?',

  run: (effort) => ({
    rows: measured('elementwise', elementwiseGroups, effort),
    remarks: [howMeasured, ...Object.entries(without).map(([name, why]) => `${name} is left out: ${why}`)],
  }),
};
