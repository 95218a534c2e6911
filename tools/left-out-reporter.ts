// A vitest reporter for the last lines of a run: what was left out, so that nobody takes it for passed.
// With EDGEWISE_COUNTS naming a file it also appends a line `passed failed skipped` there, for continuous integration.

import { appendFileSync } from 'node:fs';
import { glob } from 'tinyglobby';
import type { Reporter, SerializedError, TestCase, TestModule, TestRunEndReason, Vitest } from 'vitest/node';
import { isLongRun, isOf, longKind, patternsOf, testKinds } from './test-kinds.ts';

export class LeftOutReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  async onTestRunEnd(
    modules: readonly TestModule[],
    errors: readonly SerializedError[],
    reason: TestRunEndReason,
  ): Promise<void> {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const lines = [...(await leftOutFiles()), ...this.#leftOutTests(tests)];
    if (lines.length > 0) console.log(['left out:', ...lines].join('\n  ') + '\n');
    if (process.env['EDGEWISE_COUNTS'] !== undefined) {
      appendFileSync(process.env['EDGEWISE_COUNTS'], countLine(modules, tests, errors, reason));
    }
  }

  /** Tests skipped in the code. Not those that a `-t` pattern passed over: whoever typed it knows. */
  #leftOutTests(tests: readonly TestCase[]): string[] {
    if (this.#vitest?.config.testNamePattern !== undefined) return [];
    const skipped = tests.filter((test) => test.options.mode === 'skip' || test.options.mode === 'todo');
    return skipped.map((test) => `${test.options.mode}: ${test.module.relativeModuleId} > ${test.fullName}`);
  }
}

/** One line a kind that is left out and has files in this run. */
async function leftOutFiles(): Promise<string[]> {
  const lines = [];
  for (const kind of testKinds) {
    if (kind.leftOut === undefined) continue;
    const found = await glob(patternsOf(kind), { ignore: ['**/node_modules/**', '**/dist/**'] });
    const files = isLongRun ? found.filter((file) => isOf(longKind, file)) : found;
    if (files.length > 0) lines.push(`${files.length} ${kind.name} test file(s): ${kind.leftOut}`);
  }
  return lines;
}

/** A file that failed before its tests were known, and an error outside any test, count as one failed test each. */
function countLine(
  modules: readonly TestModule[],
  tests: readonly TestCase[],
  errors: readonly SerializedError[],
  reason: TestRunEndReason,
): string {
  const count = (state: string) => tests.filter((test) => test.result().state === state).length;
  const broken = modules.filter((module) => module.errors().length > 0).length + errors.length;
  const interrupted = reason === 'interrupted' ? 1 : 0;
  return `${count('passed')} ${count('failed') + count('pending') + broken + interrupted} ${count('skipped')}\n`;
}
