/** What every op says of itself to whoever meets it in an editor. That the examples are right, the tests of docs find out. */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import * as core from '../../src/index.ts';
import { everyOp } from './every-op.ts';

const source = fileURLToPath(new URL('../../src/', import.meta.url));

function textOf(rooms: readonly string[]): string {
  return rooms
    .flatMap((room) =>
      readdirSync(`${source}${room}`, { recursive: true }).map((file) => `${source}${room}/${String(file)}`),
    )
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
}

const text = textOf(['op', 'ops']);
/** Of functions of tensors that are no ops: what they are made of is. */
const around = textOf(['ops', 'tensor']);
const everything = textOf(readdirSync(source).filter((room) => !room.endsWith('.ts')));

/** Functions that users import, but for classes. */
const functions = Object.entries(core).flatMap(([name, value]) =>
  typeof value === 'function' && /^[a-z]/.test(name) ? [name] : [],
);

/** The docstring that stands before what is exported under a name. */
function docstringOf(name: string, source: string): string | undefined {
  const plain = name.replace(/^random\./, '');
  return new RegExp(
    `(/\\*\\*(?:(?!\\*/)[^])*\\*/)\\s*(?:/\\* @__\\w+__ \\*/\\s*)?export (?:const|function|async function) ${plain}\\b`,
  ).exec(source)?.[1];
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

test('so has every function that stands beside ops: those that make tensors, and those made of ops', () => {
  const beside = functions.filter((name) =>
    /^(\w*Like|zeros|ones|full|eye|arange|linspace|tensor|variable)$/.test(name),
  );
  const ops = textOf(['ops']);
  const made = functions.filter((name) => new RegExp(`export (?:const|function) ${name}\\b`).test(ops));
  expect(made).toEqual(expect.arrayContaining(['transpose', 'expandDims', 'squeeze', 'stack', 'at', 'relu']));
  expect(withoutExample([...beside, ...made], around)).toEqual([]);
});

test('every function that is exported says what it is', () => {
  expect(functions.length).toBeGreaterThan(200);
  expect(functions.filter((name) => docstringOf(name, everything) === undefined)).toEqual([]);
});

test('an op without one is named, also where the one before it has one', () => {
  const source = '/** Adds. @example add(1, 2) */\nexport const add = 1;\n/** Subtracts. */\nexport const sub = 2;\n';
  expect(withoutExample(['add', 'sub', 'mul'], source)).toEqual(['sub', 'mul']);
});
