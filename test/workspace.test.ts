// What must be true of the manifests and the lock file so that a stranger's install is ours, and a publish can happen any day.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { manifest, memberFolders, packageFolders } from '../tools/workspace.mjs';

test.each(['.', ...memberFolders()])('%s depends on exact versions', (folder) => {
  const { dependencies = {}, devDependencies = {} } = manifest(folder);
  const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
    ([, version]) => version !== 'workspace:*' && !/^\d+\.\d+\.\d+$/.test(version),
  );
  expect(loose).toEqual([]);
});

test('the lock file names no address to download from: that is for whoever installs to say', () => {
  const lock = readFileSync(new URL('../pnpm-lock.yaml', import.meta.url), 'utf8');
  expect(lock).not.toMatch(/^\s*(tarball|resolved)|[{,]\s*tarball:/m);
});

test.each(packageFolders())('%s says what a registry and a bundler ask for', (folder) => {
  const { exports, ...said } = manifest(folder);
  expect(said).toMatchObject({
    name: `@edgewise/${folder.slice('packages/'.length)}`,
    description: expect.stringMatching(/\.$/) as unknown,
    keywords: expect.arrayContaining(['edgewise']) as unknown,
    license: 'MIT',
    type: 'module',
    engines: manifest('.').engines,
    publishConfig: { access: 'public' },
  });
  const entries = Object.entries(exports).filter(([entry]) => entry !== './package.json');
  for (const [, conditions] of entries) {
    // The first that applies wins: our own tests take the source, everybody else what was built
    const forNode = 'node' in conditions ? ['node'] : []; // there in one file
    expect(Object.keys(conditions)).toEqual(['edgewise-src', 'types', ...forNode, 'default']);
  }
});
