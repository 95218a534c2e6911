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
    const files = await leftOutFiles();
    const leftOut = [...files.map(({ line }) => line), ...this.#leftOutTests(tests)];
    if (leftOut.length > 0) console.log(['left out:', ...leftOut].join('\n  ') + '\n');

    const tally = process.env['EDGEWISE_COUNTS'];
    if (tally === undefined) return;
    const missing = files.reduce((sum, { missing: each }) => sum + each, 0);
    const count = countLine(modules, tests, errors, reason, missing);
    const lines = [...leftOut.map((line) => `left-out ${line}`), count];
    appendFileSync(tally, lines.join('\n') + '\n');
  }

  /** Tests skipped in the code. Not those that a `-t` pattern passed over: whoever typed it knows. */
  #leftOutTests(tests: readonly TestCase[]): string[] {
    if (this.#vitest?.config.testNamePattern !== undefined) return [];
    const skipped = tests.filter((test) => test.options.mode === 'skip' || test.options.mode === 'todo');
    return skipped.map((test) => `${test.options.mode}: ${test.module.relativeModuleId} > ${test.fullName}`);
  }
}

interface LeftOutKind {
  readonly line: string;
  /** How many of the files nothing will run: long tests have a command of their own. */
  readonly missing: number;
}

/** The kinds that are left out and have files in this run. */
async function leftOutFiles(): Promise<LeftOutKind[]> {
  const leftOut = [];
  for (const kind of testKinds) {
    if (kind.leftOut === undefined) continue;
    const found = await glob(patternsOf(kind), { ignore: ['**/node_modules/**', '**/dist/**'] });
    const files = found.filter((file) => isOf(longKind, file) === isLongRun || kind === longKind);
    if (files.length === 0) continue;
    const line = `${files.length} ${kind.name} test file(s): ${kind.leftOut}`;
    leftOut.push({ line, missing: kind === longKind ? 0 : files.length });
  }
  return leftOut;
}

/**
 * As 'count PASSED FAILED SKIPPED'. What failed outside of a test (a hook, an import, the run) counts as one failed test,
 * a file whose kind was left out as one skipped.
 */
function countLine(
  modules: readonly TestModule[],
  tests: readonly TestCase[],
  errors: readonly SerializedError[],
  reason: TestRunEndReason,
  missing: number,
): string {
  const count = (state: string) => tests.filter((test) => test.result().state === state).length;
  const suites = modules.flatMap((module) => [module, ...module.children.allSuites()]);
  const outside = suites.filter((suite) => suite.errors().length > 0).length + errors.length;
  const interrupted = reason === 'interrupted' ? 1 : 0;
  const failed = count('failed') + count('pending') + outside + interrupted;
  return `count ${count('passed')} ${failed} ${count('skipped') + missing}`;
}
