// The rule of docs/guide/lint.md reports a tensor in a condition, with the configuration printed there.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'edgewise-lint-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a tensor in a condition is reported, on each of these lines, and a boolean is not', () => {
  const page = readFileSync(join(root, 'docs/guide/lint.md'), 'utf8');
  const configuration = /```json\n(.*?)```/s.exec(page)?.[1] ?? '';
  const program = `declare const x: { less(y: number): object; item(): number | boolean };
declare const y: typeof x | undefined;
if (x.less(0.1)) console.log(3);
while (x) break;
console.log(x ? 5 : 5);
console.log(!x);
console.log(x && 7);
console.log(x || 8);
if (y) console.log(9);
if (x.item() === true && y !== undefined) console.log(10);
export {};
`;
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, '.oxlintrc.json'), configuration);
  writeFileSync(join(folder, 'tsconfig.json'), '{ "compilerOptions": { "strict": true }, "files": ["program.ts"] }');
  writeFileSync(join(folder, 'program.ts'), program);

  const oxlint = join(root, 'node_modules/oxlint/bin/oxlint');
  const { stdout } = spawnSync(process.execPath, [oxlint, '--format', 'unix', 'program.ts'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const reported = [...stdout.matchAll(/^program\.ts:(\d+):.*strict-boolean-expressions/gm)].map((match) => match[1]);
  expect(reported).toEqual(['3', '4', '5', '6', '7', '8', '9']);
});
