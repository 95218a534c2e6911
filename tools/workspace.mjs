// What the workspace consists of: the folders with a package.json, and the TypeScript projects.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { root } from './process.mjs';

const leaves = ['benchmarks', 'docs', 'examples', 'test'];

/** Folders of the packages that are published, as 'packages/core'. */
export function packageFolders() {
  return readdirSync(new URL('packages', root))
    .map((name) => `packages/${name}`)
    .filter(hasManifest)
    .sort();
}

/** All folders that pnpm installs into, except the root. */
export function memberFolders() {
  return [...leaves.filter(hasManifest), ...packageFolders()];
}

/**
 * The parsed package.json of a folder.
 *
 * @param {string} folder
 * @returns {{ name: string, version: string, exports: Record<string, { 'edgewise-src'?: string, node?: string, default?: string }>, dependencies?: Record<string, string>, devDependencies?: Record<string, string>, engines?: object }}
 */
export function manifest(folder) {
  return JSON.parse(readFileSync(new URL(`${folder}/package.json`, root), 'utf8'));
}

/** Folders of the projects that are built: the references of the root's tsconfig.json, but for the one of the tests. */
export function projectFolders() {
  const config = JSON.parse(readFileSync(new URL('tsconfig.json', root), 'utf8'));
  return config.references.map(({ path }) => path).filter((path) => !path.endsWith('.json'));
}

function hasManifest(folder) {
  return existsSync(new URL(`${folder}/package.json`, root));
}
