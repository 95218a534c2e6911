// Holds programs of examples to the type checker, with the compiler options of the tests.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Program } from './programs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What `$` in the text of a program is. */
const harness = `declare const $: {
  begin(): void;
  printed(said: string): void;
  throws(block: () => Promise<void>, said: string): Promise<void>;
};`;

/** What TypeScript says about the programs: `file:line: error ...`, in their order. */
export function typeErrors(programs: readonly Program[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'edgewise-docs-types-'));
  try {
    symlinkSync(join(root, 'docs/node_modules'), join(folder, 'node_modules'), 'junction');
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const compilerOptions = {
      noUnusedLocals: false,
      noUnusedParameters: false,
      typeRoots: [join(root, 'node_modules/@types')],
    };
    const config = { extends: join(root, 'tsconfig.test.json'), compilerOptions, include: ['programs'] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    mkdirSync(join(folder, 'programs'));
    programs.forEach(({ text }, k) => {
      const lines = [text, 'export {};', text.includes('$.') ? harness : ''];
      writeFileSync(join(folder, `programs/${k}.ts`), lines.join('\n'));
    });
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const { stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { cwd: folder, encoding: 'utf8' });
    return stdout.split('\n').flatMap((said) => {
      const [, k, line, problem] = /^programs\/(\d+)\.ts\((\d+),\d+\): (.*)$/.exec(said) ?? [];
      return k === undefined ? [] : [`${programs[Number(k)]!.name.replace(/\d+$/, '')}${line}: ${problem}`];
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
