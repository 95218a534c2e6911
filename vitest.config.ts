// Tests run on the sources, in three projects: Node; Node with a process for each file, for `*.alone.test.ts`; and a real
// browser for `*.browser.test.ts` where there is a Chromium. Files that share what they import take half of the time.
// The arguments of `npm test -- ...` are vitest's own.

import { availableParallelism } from 'node:os';
import { playwright } from '@vitest/browser-playwright';
import { configDefaults, defineConfig } from 'vitest/config';
import { chromiumArguments, findChromium } from './tools/chromium.ts';
import { LeftOutReporter } from './tools/left-out-reporter.ts';
import { aloneKind, browserKind, isLongRun, longKind, patternsOf, testFolders, testKinds } from './tools/test-kinds.ts';

/** The first condition in every package's exports: its source, so that tests need no build. */
const source = 'edgewise-src';

const chromium = findChromium();
const wanted = isLongRun ? patternsOf(longKind) : [`${testFolders}/**/*.test.ts`];
const leftOut = testKinds.filter((kind) => kind.leftOut !== undefined).flatMap(patternsOf);

const common = {
  exclude: [...configDefaults.exclude, ...leftOut],
  testTimeout: isLongRun ? 600_000 : 60_000, // ms: against what hangs, not what is slow
};

const onNode = {
  resolve: { conditions: [source] },
  ssr: { resolve: { conditions: [source] } },
};

const node = {
  ...onNode,
  test: {
    ...common,
    name: 'node',
    include: wanted,
    exclude: [...common.exclude, ...patternsOf(browserKind), ...patternsOf(aloneKind)],
    isolate: isLongRun,
    typecheck: {
      enabled: !isLongRun,
      checker: 'tsc',
      tsconfig: './tsconfig.test.json',
      include: [`${testFolders}/**/*.test-d.ts`],
      // `npm run check` looks at all files; here a half-done edit elsewhere should not fail a test of types
      ignoreSourceErrors: true,
    },
  },
};

const alone = {
  ...onNode,
  test: {
    ...common,
    name: 'alone',
    include: patternsOf(aloneKind),
  },
};

const browser = {
  resolve: { conditions: [source, 'module', 'browser', 'development|production'] },
  test: {
    ...common,
    name: 'browser',
    include: isLongRun ? [`${testFolders}/**/*.browser.long.test.ts`] : patternsOf(browserKind),
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions: { executablePath: chromium ?? '', args: chromiumArguments } }),
      instances: [{ browser: 'chromium' as const }],
    },
  },
};

export default defineConfig({
  test: {
    projects: [node, ...(isLongRun ? [] : [alone]), ...(chromium === undefined ? [] : [browser])],
    reporters: ['default', new LeftOutReporter()],
    passWithNoTests: isLongRun,
    maxWorkers: availableParallelism(), // vitest leaves a core to its own process, which has little to do
  },
});
