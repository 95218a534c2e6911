/** The ops are what core exports with a definition. Nothing is listed by hand: an op that is exported is under the laws. */
import * as core from '../../src/index.ts';
import { type AnyOp, type Composite, Tensor } from '../../src/index.ts';
import { type SampleInput, samplesOf } from '../../src/testing/index.ts';

/** Anything that laws can be held against: a primitive, or a named function of primitives. */
export type Lawful = AnyOp | Composite<unknown>;

function isLawful(exported: unknown): exported is Lawful {
  return typeof exported === 'function' && 'definition' in exported;
}

/** Every op by the name it is exported under. */
export const everyOp: readonly (readonly [name: string, op: Lawful])[] = Object.entries({
  ...core,
  ...Object.fromEntries(Object.entries(core.random).map(([name, value]) => [`random.${name}`, value])),
}).flatMap(([name, exported]) => (isLawful(exported) ? [[name, exported] as const] : []));

/** The op called as a user calls it: tensors first (or a list of them), then the arguments as written. */
export function called(op: Lawful, inputs: readonly Tensor[], written: readonly unknown[] = []): Tensor[] {
  const { definition } = op;
  if ('composite' in definition && definition.call !== undefined) return tensorsIn(definition.call(inputs, written));
  const takesList = 'arity' in definition && definition.arity === undefined;
  if (typeof op !== 'function') throw new TypeError(`${definition.name} is no function`);
  return tensorsIn(Reflect.apply(op, undefined, takesList ? [inputs, ...written] : [...inputs, ...written]));
}

/** One tensor, a list of them, or an object of them by name. */
function tensorsIn(result: unknown): Tensor[] {
  if (result instanceof Tensor) return [result];
  return typeof result === 'object' && result !== null ? Object.values(result).flatMap(tensorsIn) : [];
}

export interface Case extends SampleInput {
  readonly of: (...inputs: readonly Tensor[]) => Tensor[];
  readonly title: string;
}

/** The op on what its samples say, with numbers drawn from a seed. */
export function casesOf(
  op: Lawful,
  { dtype = 'f64', seed = 1 }: { dtype?: 'f32' | 'f64'; seed?: number } = {},
): Case[] {
  return samplesOf(op, { dtype, seed }).map(({ inputs, written, sample }) => ({
    inputs,
    written,
    sample,
    of: (...at) => called(op, at, written),
    title: `${op.definition.name}(${[...inputs.map(({ spec }) => String(spec)), ...written.map((w) => JSON.stringify(w))].join(', ')}), seed ${seed}`,
  }));
}

export function isFloating({ dtype }: Tensor): boolean {
  return dtype === 'f32' || dtype === 'f64';
}

/** Slots that take f32 or f64 and have a derivative rule; a composite has those of its parts. */
export function slotsWithRules(op: Lawful, inputs: readonly Tensor[]): number[] {
  const { definition } = op;
  const hasRule = (slot: number): boolean => !('differentiable' in definition) || definition.differentiable(slot);
  return inputs.flatMap((input, slot) => (isFloating(input) && hasRule(slot) ? [slot] : []));
}
