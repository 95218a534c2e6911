/** What the rows of compiled programs share. */
import { type Effort, distribution, raceOf, stopwatch, takeTurns } from '../../harness.ts';
import { type Bar, type Row, barHere, raceRow } from '../../report.ts';
import { type Job, turnsByHand } from './by-c.ts';

/** What a group of rows is made with. */
export interface Means {
  readonly effort: Effort;
  /** Where `by-hand.cpp` was built, if it was. */
  readonly byHand: string | undefined;
}

/** Inputs that differ from call to call, so that nothing can be kept. */
export function inputs<T>(make: (seed: number) => T): () => T {
  const made = [1, 2, 3, 4].map(make);
  let call = 0;
  return () => made[call++ % made.length]!;
}

/** A program in C++, and what it took where the bar was set, in the unit of the row. */
export interface Twin {
  readonly job: Job;
  readonly there: number;
}

/** What a row says, and how. */
export interface Described {
  readonly what: string;
  readonly unit: string;
  readonly inUnit: (seconds: number) => number;
  /** Of ours, in that unit, on the machine where it was set. */
  readonly bar?: number;
  /** How often a call of ours does what the twin in C++ does once (1). */
  readonly repeats?: number;
  readonly twin?: Twin;
}

/**
 * Rows of one program of ours against each of the others, turn by turn. The first has the bar; it is moved by as much as the
 * twin in C++ is slower here than where the bar was set.
 */
export function rowsAgainst(
  { what, unit, inUnit, bar, repeats = 1, twin }: Described,
  ours: () => unknown,
  others: Readonly<Record<string, () => unknown>>,
  { effort: { seconds, rounds }, byHand }: Means,
): Row[] {
  const turnOf = (program: () => unknown): (() => number) => {
    const watched = stopwatch(program, seconds);
    return () => watched() / repeats;
  };
  const turns: Record<string, () => number> = { ours: turnOf(ours) };
  const other = twin === undefined || byHand === undefined ? undefined : turnsByHand(byHand, twin.job, seconds);
  if (other !== undefined) turns['C++'] = other.turn;
  for (const [name, program] of Object.entries(others)) turns[name] = turnOf(program);
  const { ours: mine, ...rest } = takeTurns(turns, rounds);
  other?.end();
  const races = Object.entries(rest).map(([name, samples]) => ({ name, times: raceOf(mine!, samples) }));
  const inC = races.find(({ name }) => name === 'C++');
  const held =
    bar === undefined ? {} : { bar: barOf(bar, inC === undefined ? undefined : inUnit(inC.times.byHand.median), twin) };
  if (races.length === 0) {
    const { median, spread } = distribution(mine!);
    return [{ what, unit, ours: { median: inUnit(median), spread }, ...held }];
  }
  return races.map(({ name, times }, k) =>
    raceRow(
      { what: `${k === 0 ? what : 'the same'}; by hand: ${name}`, unit, ...(k === 0 ? held : {}) },
      times,
      inUnit,
    ),
  );
}

function barOf(bar: number, here: number | undefined, twin: Twin | undefined): Bar {
  return here === undefined || twin === undefined ? { of: 'ours', atMost: bar } : barHere(bar, here / twin.there);
}

/** Throws where two programs give different numbers. */
export function checkAgreement(
  what: string,
  ours: ArrayLike<number>,
  theirs: ArrayLike<number>,
  tolerance: number,
): void {
  if (ours.length !== theirs.length) throw new RangeError(`${what}: ${ours.length} numbers and ${theirs.length}`);
  for (let k = 0; k < ours.length; k++) {
    const [a, b] = [ours[k]!, theirs[k]!];
    if (!(Math.abs(a - b) <= tolerance * (1 + Math.abs(b)))) throw new RangeError(`${what}: ${a} and ${b} at ${k}`);
  }
}
