// The kinds of test that need something which may be absent. A file's name says its kind: `*.browser.test.ts`.
// The vitest configuration leaves such files out, and the reporter says so; both read this table.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findChromium } from './chromium.ts';

export interface TestKind {
  readonly name: string;
  /** Why its files are left out now; undefined if they run. */
  readonly leftOut: string | undefined;
}

/** Where tests live. */
export const testFolders = '{packages/*/test,test,docs/test,examples/test}';

/** `npm run long-test` sets it; all other test runs are short. */
export const isLongRun = process.env['EDGEWISE_TESTS'] === 'long';

export const browserKind: TestKind = {
  name: 'browser',
  leftOut: findChromium() === undefined ? 'no Chromium was found; set CHROMIUM_PATH to one' : undefined,
};

const dataKind: TestKind = { name: 'data', leftOut: whyNoData(process.env['EDGEWISE_DATA']) };

export const longKind: TestKind = { name: 'long', leftOut: isLongRun ? undefined : 'they run by `npm run long-test`' };

/** In a fresh process each, as they replace modules or look at state that lasts; the others share what they import. */
export const aloneKind: TestKind = { name: 'alone', leftOut: undefined };

export const testKinds: readonly TestKind[] = [browserKind, dataKind, longKind, aloneKind];

/** Glob patterns of a kind's files. A name may carry several kinds: `digits.data.long.test.ts`. */
export function patternsOf(kind: TestKind): string[] {
  return [`${testFolders}/**/*.${kind.name}.test.ts`, `${testFolders}/**/*.${kind.name}.*.test.ts`];
}

export function isOf(kind: TestKind, file: string): boolean {
  return file.split('.').includes(kind.name);
}

function whyNoData(folder: string | undefined): string | undefined {
  if (folder === undefined || folder === '') return 'set EDGEWISE_DATA to a folder that contains mnist/';
  if (!existsSync(join(folder, 'mnist'))) return `EDGEWISE_DATA is "${folder}", which does not contain mnist/`;
  return undefined;
}
