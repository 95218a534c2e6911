// What the benchmarks refuse, and how a row is printed; that each runs is another file's, as it takes a minute.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { distribution, raceByPairs, raceOf } from '../benchmarks/src/harness.ts';
import { barHere, raceRow } from '../benchmarks/src/report.ts';
import { table } from '../benchmarks/src/table.ts';

/** Runs the built program, as `npm run bench` does. */
function bench(...args: string[]): { status: number | null; out: string; error: string } {
  const program = fileURLToPath(new URL('../benchmarks/dist/main.js', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', program, ...args], {
    encoding: 'utf8',
  });
  return { status, out: stdout, error: stderr };
}

describe('refused, by text', () => {
  test.each([
    [
      ['scalar-grahp'],
      'no case named "scalar-grahp"\n  near: scalar-graph\n  there are: scalar-graph, rank-0, elementwise, axes,',
    ],
    [['--quikc'], 'no option named "--quikc"\n  near: --quick\n  there are: --quick, --write, --help'],
    [['--write', '--quick'], '--write is for all cases, measured in full'],
    [['--write', 'matmul'], '--write is for all cases, measured in full'],
  ])('%j', (args, text) => {
    const { status, out, error } = bench(...args);
    expect(error).toContain(text);
    expect(out).toBe('');
    expect(status).toBe(1);
  });
});

test('a row shows medians, the ratio turn by turn, its spread, and whether the bar is met', () => {
  const race = raceOf([1.2e-6, 1e-6, 5e-6], [1e-6, 1e-6, 4e-6]);
  const row = { what: 'add', unit: 'ns', bar: { of: 'ratio', atMost: 1.3 } } as const;
  const late = { what: 'start', unit: 'ns', bar: { of: 'ours', atMost: 1000 } } as const;
  const nanoseconds = (seconds: number): number => seconds * 1e9;
  expect(`\n${table([raceRow(row, race, nanoseconds), raceRow(late, race, nanoseconds)])}\n`).toMatchInlineSnapshot(`
    "
    | what  | unit |  ours | by hand | time ratio | spread |        bar |        |
    | ----- | ---- | ----: | ------: | ---------: | -----: | ---------: | ------ |
    | add   | ns   | 1,200 |   1,000 |       1.20 |   10 % |    <= 1.3x | met    |
    | start | ns   | 1,200 |   1,000 |       1.20 |   10 % | <= 1000 ns | missed |
    "
  `);
});

test('a bar of another machine is judged at the speed of this one, and beside it as it was set', () => {
  const race = raceOf([1.2e-6], [1e-6]);
  const row = (there: number, factor: number) =>
    raceRow({ what: 'step', unit: 'ns', bar: barHere(there, factor) }, race, (seconds) => seconds * 1e9);
  expect(`\n${table([row(1000, 1.25), row(1250, 0.9), row(1250, 1)])}\n`).toMatchInlineSnapshot(`
    "
    | what | unit |  ours | by hand | time ratio | spread |                     bar |                    |
    | ---- | ---- | ----: | ------: | ---------: | -----: | ----------------------: | ------------------ |
    | step | ns   | 1,200 |   1,000 |       1.20 |    0 % | <= 1250 ns (there 1000) | met (1000: missed) |
    | step | ns   | 1,200 |   1,000 |       1.20 |    0 % | <= 1130 ns (there 1250) | missed (1250: met) |
    | step | ns   | 1,200 |   1,000 |       1.20 |    0 % | <= 1250 ns (there 1250) | met (1250: met)    |
    "
  `);
});

test('the spread is the distance between the quartiles as a share of the median', () => {
  expect(distribution([5, 1, 3, 2, 4])).toEqual({ median: 3, spread: 2 / 3 });
});

test('two programs raced by pairs are called equally often, and who goes first changes', () => {
  const calls: string[] = [];
  const program = (name: string) => (): void => {
    calls.push(name);
    for (const end = performance.now() + 0.2; performance.now() < end;);
  };
  const race = raceByPairs({ ours: program('ours'), byHand: program('by hand') }, { warmUp: 0, seconds: 1e-9 });
  expect(race.ratio.median).toBeGreaterThan(0);
  const count = (name: string): number => calls.filter((call) => call === name).length;
  expect(count('ours')).toBe(count('by hand'));
  // One pair warms up and 15 count. A pair that starts with what ended the last one adds one change and not two.
  const changes = calls.filter((call, k) => call !== calls[k - 1]).length;
  expect(changes).toBeGreaterThanOrEqual(17);
  expect(changes).toBeLessThan(32);
});
