// The rules of tools/import-rules.mjs hold for this repository, and are noticed when they do not.

import { describe, expect, test } from 'vitest';
import { checkImports, readFiles } from '../tools/check-imports.mjs';

const files = readFiles();

/** Violations after a file was added to the repository, or lines to one that exists. */
function planted(path: string, text: string): string[] {
  return checkImports(new Map(files).set(path, (files.get(path) ?? '') + text));
}

test('every import in the repository goes the right way', () => {
  expect(checkImports(files)).toEqual([]);
});

describe('between packages', () => {
  test.each([
    ['core imports another package', 'packages/core/src/op/planted.ts', '@edgewise/optim'],
    ['core imports a library', 'packages/core/src/op/planted.ts', 'benchmark'],
    ['core imports Node', 'packages/core/src/op/planted.ts', 'node:fs'],
    ['core imports Node by its old name', 'packages/core/src/op/planted.ts', 'fs'],
    ['core imports itself by name', 'packages/core/src/op/planted.ts', '@edgewise/core'],
    ['optim imports nn', 'packages/optim/src/planted.ts', '@edgewise/nn'],
    ['nn imports optim in a test', 'packages/nn/test/planted.test.ts', '@edgewise/optim'],
    ['nn imports what core does not export', 'packages/nn/src/planted.ts', '@edgewise/core/src/index.ts'],
    ['nn imports core by path', 'packages/nn/src/planted.ts', '../../core/src/index.ts'],
    ['nn imports what core keeps for tests', 'packages/nn/src/planted.ts', '@edgewise/core/testing'],
    ['viz imports a library that it does not depend on', 'packages/viz/src/planted.ts', 'lodash/fp'],
    ['sources import a test', 'packages/viz/src/planted.ts', '../test/planted.test.ts'],
    ['an example imports a source by path', 'examples/src/planted.ts', '../../packages/core/src/index.ts'],
  ])('%s: refused', (_, path, from) => {
    expect(planted(path, `import '${from}';\n`)).toEqual([expect.stringMatching(`^${path}:1: `)]);
  });

  test.each([
    ['packages/nn/src/planted.ts', '@edgewise/core'],
    ['packages/nn/test/planted.test.ts', '@edgewise/core/testing'],
    ['packages/nn/test/planted.test.ts', '@edgewise/nn'],
    ['packages/nn/test/planted.test.ts', 'node:fs'],
    ['packages/viz/src/planted.ts', 'graphviz-wasm'],
    ['packages/core/test/planted.test.ts', '../src/op/planted.ts'],
    ['test/planted.test.ts', '@edgewise/optim'],
  ])('%s imports %s: allowed', (path, from) => {
    expect(planted(path, `import '${from}';\n`)).toEqual([]);
  });

  test('a dependency in the manifest of core is refused', () => {
    const manifest = 'packages/core/package.json';
    const changed = new Map(files).set(manifest, '{ "dependencies": { "lodash": "4.0.0" } }');
    expect(checkImports(changed)).toEqual([`${manifest}:1: core does not depend on lodash`]);
  });

  test('a package that the table does not list is refused', () => {
    expect(planted('packages/planted/src/x.ts', '')).toEqual([
      'packages/planted/src/x.ts:1: the package "planted" is not in tools/import-rules.mjs',
    ]);
  });
});

describe('between the rooms of core', () => {
  test.each([
    ['errors', 'graph'],
    ['graph', 'tensor'],
    ['graph', 'ops'],
    ['tensor', 'kernels'],
    ['kernels', 'graph'],
    ['op', 'ops'],
    ['ops', 'derive'],
    ['derive', 'transforms'],
    ['control', 'testing'],
  ])('%s imports %s: refused', (room, other) => {
    const path = `packages/core/src/${room}/planted.ts`;
    expect(planted(path, `import '../${other}/planted.ts';\n`)).toEqual([
      expect.stringContaining(`${path}:1: the room "${room}" does not import the room "${other}"`),
    ]);
  });

  test.each([
    ['graph', '../errors/planted.ts'],
    ['ops', '../kernels/planted.ts'],
    ['ops', './other.ts'],
    ['testing', '../index.ts'],
  ])('%s imports %s: allowed', (room, from) => {
    expect(planted(`packages/core/src/${room}/planted.ts`, `import '${from}';\n`)).toEqual([]);
  });

  test('ops know the kernel language by its types, and do not load it', () => {
    const path = 'packages/core/src/ops/planted.ts';
    const statement = "{ Expression } from '../kernel-ir/expression.ts';\n";
    expect(planted(path, `import ${statement}`)).toEqual([
      `${path}:1: the room "ops" knows the types of the room "kernel-ir" only: import type`,
    ]);
    expect(planted(path, `import type ${statement}`)).toEqual([]);
    expect(planted('packages/core/src/emit/planted.ts', `import ${statement}`)).toEqual([]);
  });

  test("a room imports core's index: refused", () => {
    expect(planted('packages/core/src/ops/planted.ts', `import '../index.ts';\n`)).toEqual([
      `packages/core/src/ops/planted.ts:1: the room "ops" imports a file above the rooms, which imports it`,
    ]);
  });

  test('a room that the table does not list, a file outside of rooms, an index inside one: refused', () => {
    expect(planted('packages/core/src/attic/planted.ts', '')[0]).toContain('the room "attic" is not in');
    expect(planted('packages/core/src/planted.ts', '')[0]).toContain('every file of core stands in a room');
    expect(planted('packages/core/src/ops/index.ts', '')[0]).toContain('an index.ts inside a room');
  });
});

test.each([
  ['a type', `import type { X } from '@edgewise/nn';`],
  ['a type, inline', `export const x = (y: import('@edgewise/nn').X): void => {};`],
  ['an export', `export { x } from '@edgewise/nn';`],
  ['all exports', `export * as x from '@edgewise/nn';`],
  ['later', `const x = await import('@edgewise/nn');`],
  ['the old way', `import x = require('@edgewise/nn');`],
  ['the oldest way', `const x = require('@edgewise/nn');`],
  ['by a computed name', `const x = await import(name);`],
])('an import of %s counts', (_, statement) => {
  expect(planted('packages/optim/src/planted.ts', `\n${statement}\n`)).toEqual([
    expect.stringMatching('^packages/optim/src/planted.ts:2: '),
  ]);
});

test('imports in comments and strings do not count', () => {
  const text = "// import '@edgewise/nn';\nexport const x: string = `import '@edgewise/nn'`;\n";
  expect(planted('packages/optim/src/planted.ts', text)).toEqual([]);
});
