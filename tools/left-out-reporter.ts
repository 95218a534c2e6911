// A vitest reporter for the last lines of a run: what was left out, so that nobody takes it for passed.
// With EDGEWISE_COUNTS naming a file it also appends its lines and the count of tests there, for .ci/run.

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
    const leftOut = [...(await leftOutFiles()), ...this.#leftOutTests(tests)];
    if (leftOut.length > 0) console.log(['left out:', ...leftOut].join('\n  ') + '\n');

    const tally = process.env['EDGEWISE_COUNTS'];
    if (tally === undefined) return;
    const lines = [...leftOut.map((line) => `left-out ${line}`), countLine(modules, tests, errors, reason)];
    appendFileSync(tally, lines.join('\n') + '\n');
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

/** As 'count PASSED FAILED SKIPPED'. What failed outside of a test (a hook, an import, the run) counts as a failed test. */
function countLine(
  modules: readonly TestModule[],
  tests: readonly TestCase[],
  errors: readonly SerializedError[],
  reason: TestRunEndReason,
): string {
  const count = (state: string) => tests.filter((test) => test.result().state === state).length;
  const suites = modules.flatMap((module) => [module, ...module.children.allSuites()]);
  const outside = suites.filter((suite) => suite.errors().length > 0).length + errors.length;
  const interrupted = reason === 'interrupted' ? 1 : 0;
  return `count ${count('passed')} ${count('failed') + count('pending') + outside + interrupted} ${count('skipped')}`;
}
