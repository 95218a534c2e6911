/** What a case says: rows of a table, and remarks below it. */
import type { Distribution, Effort, Race } from './harness.ts';

export interface Case {
  /** What it answers. */
  readonly question: string;
  run(effort: Effort): Report | Promise<Report>;
}

export interface Report {
  readonly rows: readonly Row[];
  readonly remarks?: readonly string[];
}

export interface Row {
  readonly what: string;
  readonly unit: string;
  readonly ours: Distribution;
  readonly byHand?: Distribution;
  /** Time of ours over time of the hand-written program: below 1 we are faster, whatever the unit. */
  readonly ratio?: Distribution;
  readonly bar?: Bar;
}

/** What is promised of a row. */
export interface Bar {
  readonly of: 'ours' | 'ratio';
  readonly atMost: number;
  /** Where `atMost` is what was promised on another machine, at the speed of this one: what was promised there. */
  readonly there?: number;
}

/** A row from a race, its seconds turned into the row's unit. */
export function raceRow(
  { what, unit, bar }: { what: string; unit: string; bar?: Bar },
  { ours, byHand, ratio }: Race,
  inUnit: (seconds: number) => number = (same) => same,
): Row {
  const turned = ({ median, spread }: Distribution): Distribution => ({ median: inUnit(median), spread });
  return { what, unit, ours: turned(ours), byHand: turned(byHand), ratio, ...(bar === undefined ? {} : { bar }) };
}

export function isMet({ ours, ratio, bar }: Row): boolean | undefined {
  const held = bar?.of === 'ratio' ? ratio : ours;
  return bar === undefined || held === undefined ? undefined : held.median <= bar.atMost;
}

/** A bar that was set on another machine: a program that is slower here by `factor` says what it is here. */
export function barHere(there: number, factor: number): Bar {
  return { of: 'ours', atMost: Number((there * factor).toPrecision(3)), there };
}

export const microseconds = (seconds: number): number => seconds * 1e6;
export const nanoseconds = (seconds: number): number => seconds * 1e9;
export const milliseconds = (seconds: number): number => seconds * 1e3;
