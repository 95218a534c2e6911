// The benchmarks run and print their tables. What they measure is no test's business.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { cases } from '../benchmarks/src/cases.ts';

/** Runs the built program, as `npm run bench` does. */
function bench(...args: string[]): { status: number | null; out: string; error: string } {
  const program = fileURLToPath(new URL('../benchmarks/dist/main.js', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', program, ...args], {
    encoding: 'utf8',
  });
  return { status, out: stdout, error: stderr };
}

test.each(Object.entries(cases))('%s runs and prints its table', { timeout: 60_000 }, (name, { question }) => {
  const { status, out, error } = bench(name, '--quick');
  expect(error).toBe('');
  expect(status).toBe(0);
  expect(out).toContain('\n- machine: ');
  expect(out).toContain(`Node ${process.versions.node}`);
  expect(out).toContain(`## ${name}\n\n${question}\n\n| what `);
});

test('no gradient takes more than 4 operations for each of its function: counted, so it is a promise', () => {
  const { out } = bench('second-order', '--quick');
  const ratios = [...out.matchAll(/^- (.+): (\d\.\d\d)(.*)$/gm)];
  expect(ratios.length).toBeGreaterThanOrEqual(9);
  for (const [line, , ratio, verdict] of ratios) {
    expect(`${verdict} ${line}`).toBe(` ${line}`);
    expect(Number(ratio)).toBeGreaterThan(1);
    expect(Number(ratio)).toBeLessThanOrEqual(4);
  }
});
