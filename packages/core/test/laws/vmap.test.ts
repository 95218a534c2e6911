/** What vmap promises of every op: a batch gives what a loop over its examples gives, and so do derivatives in and around it. */
import { describe, expect, test } from 'vitest';
import { type Tensor, grad, moveAxis, stack, vmap } from '../../src/index.ts';
import { watchNodes } from '../../src/graph/recording.ts';
import { type Case, type Lawful, casesOf, everyOp, isFloating, slotsWithRules } from './every-op.ts';

/** The number of different elements depends on the values: under vmap, as under trace, there are none. */
const ops = everyOp.filter(([name]) => name !== 'unique');
const seed = 1;

/** A case with several drawings of its inputs. */
interface Examples extends Case {
  readonly drawn: readonly (readonly Tensor[])[];
}

function examplesOf(op: Lawful): Examples[] {
  const drawings = [0, 1, 2].map((k) => casesOf(op, { seed: seed + k }));
  return drawings[0]!.flatMap((first, at) => {
    const drawn = drawings.map((cases) => cases[at]!.inputs);
    // Some shapes are random, and another seed draws others.
    const same = drawn.every((inputs) =>
      inputs.every(({ shape }, k) => String(shape) === String(first.inputs[k]!.shape)),
    );
    return same ? [{ ...first, drawn }] : [];
  });
}

/** The first drawing, with the inputs in `slots` taken from drawing `k`. */
function example({ drawn }: Examples, slots: readonly number[], k: number): Tensor[] {
  return drawn[0]!.map((input, slot) => (slots.includes(slot) ? drawn[k]![slot]! : input));
}

function batched(one: Examples, slots: readonly number[], axis: 0 | -1): Tensor[] {
  return one.drawn[0]!.map((input, slot) =>
    slots.includes(slot)
      ? stack(
          one.drawn.map((inputs) => inputs[slot]!),
          { axis },
        )
      : input,
  );
}

function expectSame(
  title: string,
  got: Tensor,
  expected: Tensor,
  tolerance = got.dtype === 'f32' ? 1e-6 : 1e-12,
): void {
  if (String(got.spec) !== String(expected.spec))
    throw new Error(`${title}: ${got.spec}, a loop gives ${expected.spec}`);
  const data = expected.data;
  got.data.forEach((value, k) => {
    const error = Math.abs(value - data[k]!) / (1 + Math.abs(data[k]!));
    if (!(error < tolerance) && !Object.is(value, data[k]) && value !== data[k])
      throw new Error(`${title}: ${value} at ${k}, a loop gives ${data[k]}`);
  });
}

const toLast = (x: Tensor): Tensor => (x.rank === 0 ? x : moveAxis(x, 0, -1));

describe.each(ops)('%s under vmap', (_, op) => {
  test('a batch gives what a loop gives, over each input alone and over all, along the first axis and the last', () => {
    for (const one of examplesOf(op)) {
      const all = one.inputs.map((__, k) => k);
      for (const slots of [...all.map((k) => [k]), ...(all.length > 1 ? [all] : [])]) {
        for (const axis of [0, -1] as const) {
          const inAxes = all.map((k) => (slots.includes(k) ? axis : null));
          const got = vmap(one.of, { inAxes, outAxes: axis })(...batched(one, slots, axis));
          const loop = [0, 1, 2].map((k) => one.of(...example(one, slots, k)));
          got.forEach((output, j) => {
            const expected = stack(loop.map((outputs) => outputs[j]!));
            expectSame(
              `${one.title}, inputs ${slots.join(', ')} along ${axis}`,
              output,
              axis === 0 ? expected : toLast(expected),
            );
          });
        }
      }
    }
  });

  test('gradients of each example, and the gradient of a batch, are those of a loop', () => {
    for (const one of examplesOf(op)) {
      const outputs = one.of(...one.inputs);
      if (!outputs.some(isFloating)) continue;
      const all = one.inputs.map((__, k) => k);
      const tolerance = outputs.some(({ dtype }) => dtype === 'f32') ? 1e-6 : undefined;
      for (const slot of slotsWithRules(op, one.inputs)) {
        const loss = (...at: Tensor[]): Tensor =>
          one
            .of(...at)
            .filter(isFloating)
            .map((output) => output.mul(output).sum())
            .reduce((sum, part) => sum.add(part));
        const slope = (...at: Tensor[]): Tensor => grad(loss, { argnums: slot })(...at) as Tensor;
        const second = (...at: Tensor[]): Tensor =>
          grad(
            (...to: Tensor[]) =>
              slope(...to)
                .square()
                .sum(),
            { argnums: slot },
          )(...at) as Tensor;
        const inputs = batched(one, all, 0);
        const loop = (f: (...at: Tensor[]) => Tensor): Tensor =>
          stack([0, 1, 2].map((k) => f(...example(one, all, k))));
        expectSame(`vmap(grad) of ${one.title}, slot ${slot}`, vmap(slope)(...inputs), loop(slope), tolerance);
        expectSame(`vmap(grad(grad)) of ${one.title}, slot ${slot}`, vmap(second)(...inputs), loop(second), tolerance);
        const around = (...at: Tensor[]): Tensor => vmap(loss)(...at).sum();
        expectSame(
          `grad(vmap) of ${one.title}, slot ${slot}`,
          grad(around, { argnums: slot })(...inputs) as Tensor,
          loop(slope),
          tolerance,
        );
        // One argument for all examples: its cotangents add up.
        const shared = (x: Tensor): Tensor =>
          vmap((...at: Tensor[]) => loss(...at.map((other, k) => (k === slot ? x : other))))(...inputs).sum();
        const alone = one.inputs[slot]!;
        const sum = [0, 1, 2]
          .map((k) => slope(...example(one, all, k).map((other, j) => (j === slot ? alone : other))))
          .reduce((total, part) => total.add(part));
        expectSame(`grad(vmap) of ${one.title}, slot ${slot} shared`, grad(shared)(alone), sum, tolerance);
      }
    }
  });
});

test('these ops, and no others, are applied once an example: they have no batch rule', () => {
  const without = new Set<string>();
  let count = 0;
  const seen = new Set<unknown>();
  const stop = watchNodes((node) => {
    if (seen.has(node.op)) return;
    seen.add(node.op);
    count++;
    if (node.op.batch === undefined && !node.op.leaf) without.add(node.op.name);
  });
  try {
    for (const [, op] of ops) {
      for (const { inputs, of } of casesOf(op)) {
        for (const slot of slotsWithRules(op, inputs)) {
          if (!of(...inputs).some(isFloating)) continue;
          grad((x: Tensor) =>
            grad((at: Tensor) =>
              of(...inputs.map((other, k) => (k === slot ? at : other)))
                .filter(isFloating)
                .map((output) => output.square().sum())
                .reduce((sum, part) => sum.add(part)),
            )(x)
              .square()
              .sum(),
          )(inputs[slot]!);
        }
        of(...inputs);
      }
    }
  } finally {
    stop();
  }
  console.log(`ops without a batch rule: ${without.size} of ${count}`);
  expect([...without].sort()).toMatchInlineSnapshot(`
    [
      "bincount",
    ]
  `);
});
