// What each package exports is what test/public-names says.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { exportedNames, publicNames, recordOf } from '../tools/public-names.mjs';
import { packageFolders } from '../tools/workspace.mjs';

test.each(packageFolders())('%s exports the names in its list (npm run public-names -- --write)', (folder) => {
  expect(publicNames(folder)).toBe(readFileSync(recordOf(folder), 'utf8'));
});

test('values and types are told apart, and sorted together', () => {
  const text = `
    export { tensor, type Shape, type DType as Kind } from './tensor.ts';
    export type { Graph } from './graph.ts';
    export * as ops from './ops.ts';
    export class Variable {}
    export default 1;`;
  expect(exportedNames('index.ts', text)).toEqual([
    'default',
    'type Graph',
    'type Kind',
    'ops',
    'type Shape',
    'tensor',
    'Variable',
  ]);
});

test('"export *" is refused, for it says no names', () => {
  expect(() => exportedNames('index.ts', `export * from './all.ts';`)).toThrow('list the names');
});
