/** What every op says of itself to whoever meets it in an editor. That the examples are right, the tests of docs find out. */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { everyOp } from './every-op.ts';

const text = ['op', 'ops']
  .map((room) => fileURLToPath(new URL(`../../src/${room}/`, import.meta.url)))
  .flatMap((folder) => readdirSync(folder).map((file) => readFileSync(`${folder}${file}`, 'utf8')))
  .join('\n');

/** The docstring that stands before what is exported under a name. */
function docstringOf(name: string, source: string): string | undefined {
  const plain = name.replace(/^random\./, '');
  return new RegExp(`(/\\*\\*(?:(?!\\*/)[^])*\\*/)\\s*export (?:const|function) ${plain}\\b`).exec(source)?.[1];
}

/** Ops that say nothing, or show nothing. */
function withoutExample(names: readonly string[], source: string): string[] {
  return names.filter((name) => docstringOf(name, source)?.includes('@example') !== true);
}

test('every op has an example', () => {
  expect(
    withoutExample(
      everyOp.map(([name]) => name),
      text,
    ),
  ).toEqual([]);
});

test('an op without one is named, also where the one before it has one', () => {
  const source = '/** Adds. @example add(1, 2) */\nexport const add = 1;\n/** Subtracts. */\nexport const sub = 2;\n';
  expect(withoutExample(['add', 'sub', 'mul'], source)).toEqual(['sub', 'mul']);
});
