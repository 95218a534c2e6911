// `tsc -b`, with two things that it does not see (a dist folder that was deleted, and outputs whose source is gone), and
// then the bundles for Node.

import { existsSync, readdirSync, rmSync } from 'node:fs';
import { bundle } from './bundle.mjs';
import { withLock } from './lock.mjs';
import { quiet, root, runNode } from './process.mjs';
import { projectFolders } from './workspace.mjs';

/** Gives tsc's exit code. Two builds at once would read each other's half-written files, hence the lock. */
export function build(args = []) {
  return withLock(async () => {
    const projects = projectFolders();
    projects.forEach(forgetIfDeleted);
    const code = await runNode(['node_modules/typescript/bin/tsc', '-b', ...projects, ...args], quiet);
    projects.forEach(removeOrphans);
    if (code === 0) for (const project of projects) await bundle(project);
    return code;
  });
}

/** The build info stands outside dist (it must not be packed), so a deleted dist would count as up to date. */
function forgetIfDeleted(folder) {
  if (existsSync(new URL(`${folder}/dist`, root))) return;
  rmSync(new URL(`${folder}/node_modules/.cache/build.tsbuildinfo`, root), { force: true });
}

/** A moved source would leave its old output in dist, to be imported by mistake and packed. */
function removeOrphans(folder) {
  const dist = new URL(`${folder}/dist/`, root);
  if (!existsSync(dist)) return;
  for (const path of readdirSync(dist, { recursive: true })) {
    const output = /^(.*?)(?:\.d\.ts|\.js)(?:\.map)?$/.exec(String(path).replaceAll('\\', '/'));
    if (
      output === null ||
      output[0].startsWith('bundle/') ||
      existsSync(new URL(`${folder}/src/${output[1]}.ts`, root))
    )
      continue;
    rmSync(new URL(output[0], dist));
  }
}
