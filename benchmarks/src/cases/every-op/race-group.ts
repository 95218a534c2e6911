/** Races the contests of one op in this process. */
import { type Race, raceByPairs } from '../../harness.ts';
import { type Group, checkAgreement } from './contest.ts';

export interface Raced {
  readonly what: string;
  readonly count: number;
  readonly race: Race;
}

export function raceGroup(group: Group, quick: boolean): Raced[] {
  const contests = group.contests(quick);
  for (const contest of contests) checkAgreement(contest);
  const effort = quick ? { warmUp: 0, seconds: 0 } : { warmUp: 0.1, seconds: 0.35 };
  // Every program meets every dtype before any is timed.
  if (!quick) for (const contest of contests) raceByPairs(contest, { warmUp: 0.1, seconds: 0 });
  return contests.map((contest) => ({
    what: contest.what,
    count: contest.count,
    race: raceByPairs(contest, effort),
  }));
}
