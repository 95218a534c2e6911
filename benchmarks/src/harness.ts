/**
 * Timing. Two programs that do the same work take turns, so that what disturbs one disturbs the other; what is reported
 * is a median and how far the samples scatter.
 */
import Benchmark from 'benchmark';
import { hashAt } from './data.ts';

/** How much is spent on a measurement. */
export interface Effort {
  /** Only shows that everything runs: small sizes, one short turn. The numbers mean nothing. */
  readonly quick: boolean;
  /** Turns that each program gets. */
  readonly rounds: number;
  /** What a turn lasts at least. */
  readonly seconds: number;
}

export const thoroughEffort: Effort = { quick: false, rounds: 9, seconds: 0.1 };
export const quickEffort: Effort = { quick: true, rounds: 1, seconds: 0.001 };

/** The middle of some samples, and their spread: the distance between the quartiles as a share of the median. */
export interface Distribution {
  readonly median: number;
  readonly spread: number;
}

export function distribution(samples: readonly number[]): Distribution {
  const sorted = samples.toSorted((a, b) => a - b);
  const quantile = (share: number): number => {
    const at = share * (sorted.length - 1);
    const below = sorted[Math.floor(at)] ?? Number.NaN;
    const above = sorted[Math.ceil(at)] ?? Number.NaN;
    return below + (above - below) * (at - Math.floor(at));
  };
  const median = quantile(0.5);
  return { median, spread: (quantile(0.75) - quantile(0.25)) / median };
}

/** The same thing measured of ours and of what was written by hand; `ratio` is ours over theirs, turn by turn. */
export interface Race {
  readonly ours: Distribution;
  readonly byHand: Distribution;
  readonly ratio: Distribution;
}

export function raceOf(ours: readonly number[], byHand: readonly number[]): Race {
  return {
    ours: distribution(ours),
    byHand: distribution(byHand),
    ratio: distribution(ours.map((sample, turn) => sample / byHand[turn]!)),
  };
}

/** Turns before those that count: the compiler works beside the program, and takes its time. */
const warmUps = 3;

/** Seconds a call. Both programs are warmed up, and who goes first alternates. */
export function race(programs: { ours: () => unknown; byHand: () => unknown }, { rounds, seconds }: Effort): Race {
  const ours = stopwatch(programs.ours, seconds);
  const byHand = stopwatch(programs.byHand, seconds);
  const samples = takeTurns({ ours, byHand }, rounds);
  return raceOf(samples.ours, samples.byHand);
}

/** What each turn of each gave. All are warmed up; the order is turned round from round to round. */
export function takeTurns<Name extends string>(
  turns: Readonly<Record<Name, () => number>>,
  rounds: number,
): Record<Name, number[]> {
  const names = Object.keys(turns) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  for (let turn = 0; turn < warmUps; turn++) for (const name of names) turns[name]();
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) samples[name].push(turns[name]());
  }
  return samples;
}

/** Pairs that count, at least, however long they take. */
const fewestPairs = 15;

/** What is timed lasts so long at least: the clock counts microseconds. */
const shortest = 1e-4;

/**
 * Seconds a call, for programs of which one call or a few are long enough for a clock: pairs of samples, one of each
 * program, in an order that changes at random; the ratio is that of each pair. Before each sample what the last one left is
 * collected as garbage, and a call brings the program back into the caches; neither is timed. Needs `--expose-gc`.
 */
export function raceByPairs(
  { ours, byHand }: { ours: () => unknown; byHand: () => unknown },
  { warmUp, seconds }: { warmUp: number; seconds: number },
): Race {
  const samples: { ours: number[]; byHand: number[] } = { ours: [], byHand: [] };
  let calls = 1;
  const pair = (number: number): void => {
    const isFirst = hashAt(1, number) % 2 === 0;
    if (isFirst) samples.ours.push(secondsACall(ours, calls));
    samples.byHand.push(secondsACall(byHand, calls));
    if (!isFirst) samples.ours.push(secondsACall(ours, calls));
  };
  const pairsFor = (least: number, time: number): void => {
    const start = cpuSeconds();
    for (let number = 0; number < least || cpuSeconds() - start < time; number++) pair(number);
  };
  pairsFor(1, warmUp);
  const each = Math.min(distribution(samples.ours).median, distribution(samples.byHand).median);
  calls = Math.ceil(shortest / Math.max(each, 1e-6));
  samples.ours.length = samples.byHand.length = 0;
  pairsFor(seconds > 0 ? fewestPairs : 1, seconds);
  return raceOf(samples.ours, samples.byHand);
}

function secondsACall(program: () => unknown, calls: number): number {
  kept.result = undefined;
  globalThis.gc?.({ type: 'minor' });
  kept.result = program();
  const start = cpuSeconds();
  for (let call = 0; call < calls; call++) kept.result = program();
  return (cpuSeconds() - start) / calls;
}

/** Of this process and all its threads: other programs on the machine do not count, collecting garbage does. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** What programs give is kept here, so that no compiler leaves out the work. */
export const kept: { result: unknown } = { result: undefined };

/** What one turn of `program` takes, in seconds a call. The package `benchmark` repeats it until a clock can tell. */
export function stopwatch(program: () => unknown, seconds: number): () => number {
  let calls = 0;
  let initCount = 1;
  const counted = (): void => {
    calls++;
    kept.result = program();
  };
  return () => {
    const turn = new Benchmark(counted, { initCount, minTime: seconds, minSamples: 1, maxTime: 0 });
    calls = 0;
    const start = cpuSeconds();
    turn.run({ async: false });
    const each = (cpuSeconds() - start) / calls;
    if ((turn.error as Error | undefined) !== undefined) throw turn.error;
    initCount = Math.max(1, Math.ceil(seconds / each));
    return each;
  };
}
