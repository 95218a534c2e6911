// Every example in the README, CONTRIBUTING, the pages of docs and the docstrings of the packages does what it says.

import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportedNames } from '../../tools/public-names.mjs';
import { type Program, programsOfPage, programsOfSource } from './programs.ts';
import { runProgram } from './run-examples.ts';
import { typeErrors } from './type-errors.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'edgewise-docs-'));
const before = process.cwd();
// Examples may write files.
beforeAll(() => process.chdir(folder));
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

const pages = ['README.md', 'CONTRIBUTING.md', ...filesBelow('docs').filter((file) => file.endsWith('.md'))];
const sources = filesBelow('packages').filter(
  (file) =>
    /^packages\/\w+\/src\/.*\.ts$/.test(file) && existsSync(join(root, file.split('/src/')[0]!, 'src/index.ts')),
);

function filesBelow(path: string): string[] {
  return readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules' || entry.name === 'dist') return [];
    return entry.isDirectory() ? filesBelow(`${path}/${entry.name}`) : [`${path}/${entry.name}`];
  });
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

function withoutCode(markdown: string): string {
  return markdown.replace(/^```.*?^```$/gms, '').replace(/`[^`]*`/g, '');
}

function programsOf(file: string): Program[] {
  if (file.endsWith('.md')) return programsOfPage(file, read(file));
  const own = file.split('/')[1]!;
  const entries = [...new Set([own, 'core'])].map((name): [string, string] => [
    `@edgewise/${name}`,
    `packages/${name}/src/index.ts`,
  ]);
  if (own === 'core') entries.push(['@edgewise/core/testing', 'packages/core/src/testing/index.ts']);
  return programsOfSource(
    file,
    read(file),
    new Map(entries.map(([module, index]) => [module, exportedNames(index, read(index))])),
  );
}

const withExamples = [...pages, ...sources].filter((file) => programsOf(file).length > 0);

test.each(withExamples)('the examples of %s say what happens', async (file) => {
  const wrong: string[] = [];
  for (const program of programsOf(file)) await runProgram(program).catch((error: Error) => wrong.push(error.message));
  expect(wrong).toEqual([]);
});

test('the examples pass the type checker', { timeout: 60_000 }, () => {
  expect(typeErrors(withExamples.flatMap(programsOf))).toEqual([]);
});

test('pages link to what is there', () => {
  const broken = pages.flatMap((page) =>
    [...withoutCode(read(page)).matchAll(/\]\(([^)#]+)[^)]*\)|src(?:set)?="([^"]+)"/g)]
      .map((match) => match[1] ?? match[2]!)
      .filter((target) => !/^https?:/.test(target))
      .filter((target) => !existsSync(join(root, page, '..', target)))
      .map((target) => `${page}: ${target}`),
  );
  expect(broken).toEqual([]);
});

describe('a wrong example is noticed', () => {
  const wrong = async (markdown: string): Promise<string> => {
    for (const program of programsOfPage('page.md', markdown)) {
      const said = await runProgram(program).then(
        () => '',
        (error: Error) => error.message,
      );
      if (said !== '') return said;
    }
    return '';
  };

  test.each([
    [
      'a number',
      '```ts\nMath.exp(-1); // 0.36789\n```',
      'page.md:2: the comment says 0.36789; the value is 0.36787944117144233',
    ],
    ['a list', '```ts\n[2, 5]; // [2, 4]\n```', 'page.md:2: the comment says [2, 4]; the value is [ 2, 5 ]'],
    [
      'a longer list',
      '```ts\n[2, 4, 6]; // [2, 4]\n```',
      'page.md:2: the comment says [2, 4]; the value is [ 2, 4, 6 ]',
    ],
    ['a constant', '```ts\nconst x = 2; // 3\n```', 'page.md:2: the comment says 3; the value is 2'],
    [
      'words',
      '```ts\n2; // two\n```',
      'page.md:2: the comment "two" says no value (it is 2); words stand on a line above',
    ],
    ['a block by itself', '```ts\nconst x = 1;\n```\n```ts separate\nx; // 1\n```', 'page.md:5: x is not defined'],
    [
      'output',
      "```ts\nconsole.log('a');\n```\n\n```text\nb\n```",
      'page.md:3: the block prints\na\nand the page says\nb',
    ],
    [
      'an error',
      "```ts throws\nthrow new Error('a');\n```\n\n```text\nb\n```",
      'page.md:1: the block throws\na\nand the page says\nb',
    ],
    ['no error', '```ts throws\n```\n\n```text\nb\n```', 'page.md:1: the block does not throw'],
  ])('%s', async (_, markdown, message) => {
    expect(await wrong(markdown)).toBe(message);
  });

  test('in a docstring, with names that come from the package', async () => {
    const source =
      '/**\n * Adds.\n *\n * @example\n * add(tensor([1]), 2).toArray(); // [4]\n */\nexport const add = 1;\n';
    const [program] = programsOfSource('x.ts', source, new Map([['@edgewise/core', ['add', 'tensor']]]));
    await expect(runProgram(program!)).rejects.toThrow('x.ts:5: the comment says [4]; the value is [ 3 ]');
  });

  test('by the type checker, if only it can see it', () => {
    const page = "```ts\nconst x: number = 'text';\n```";
    expect(typeErrors(programsOfPage('page.md', page))).toEqual([
      "page.md:2: error TS2322: Type 'string' is not assignable to type 'number'.",
    ]);
  });

  test('right ones pass, with what may follow a value', async () => {
    const right = [
      '(1 / 3); // 0.333',
      '[[1, 2], []]; // [[1, 2], []], and words',
      "({ a: [1], b: 'x y' }); // { a: [1], b: 'x y' }: words",
      '-0; // -0',
      "'digraph { a }'; // 'digraph { ...'",
      'undefined; // any words',
    ];
    expect(await wrong(`\`\`\`ts\n${right.join('\n')}\n\`\`\``)).toBe('');
  });

  test('a block with an unknown mark is refused', () => {
    expect(() => programsOfPage('page.md', '```ts no-run\n```')).toThrow('page.md:1: a block is marked "ts no-run"');
  });
});
