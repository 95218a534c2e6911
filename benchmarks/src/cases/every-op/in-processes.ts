/** Races each op in a process of its own, so that neither its garbage nor what V8 learns of arrays reaches another. */
import { programBeside, runNode } from '../../child.ts';
import type { Effort } from '../../harness.ts';
import { type Row, raceRow } from '../../report.ts';
import type { Group } from './contest.ts';
import { type Raced, raceGroup } from './race-group.ts';

export const howMeasured =
  'each op has a process of its own, which meets both dtypes before it is timed; ours and the loop take turns call by call (or few calls by few), and the ratio is the median over such pairs; before each, garbage is collected and one call made, which are not timed, and the memory of results stays with the process and is taken again';

/** Told to glibc: memory that is freed stays with the process. New pages of the system cost more than what is measured. */
const memoryStays = {
  MALLOC_MMAP_THRESHOLD_: String(2 ** 30),
  MALLOC_TRIM_THRESHOLD_: String(2 ** 32),
  MALLOC_TOP_PAD_: String(2 ** 26),
};

/** Rows of all groups of a case. A quick run stays in this process: many short ones would not be quick. */
export function measured(caseName: string, groups: readonly Group[], effort: Effort): readonly Row[] {
  return groups
    .flatMap((group) => (effort.quick ? raceGroup(group, true) : inProcess(caseName, group)))
    .map(({ what, count, race }) =>
      raceRow(
        { what, unit: 'ns/element', bar: { of: 'ratio', atMost: 1.3 } },
        race,
        (seconds) => (seconds / count) * 1e9,
      ),
    );
}

/** V8 collects garbage on the thread that is timed or before, and not beside it. */
function inProcess(caseName: string, { name }: Group): Raced[] {
  const program = programBeside(import.meta.url, 'process');
  const { printed } = runNode(['--expose-gc', '--single-threaded-gc', program, caseName, name], memoryStays);
  return JSON.parse(printed) as Raced[];
}
