// Installs the workspace when, and only when, what decides its content changed since the last install.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { withLock } from './lock.mjs';
import { PNPM_VERSION, runPnpm } from './pnpm.mjs';
import { fail, quiet, root } from './process.mjs';
import { manifest, memberFolders } from './workspace.mjs';

const oldestNode = [20, 19];
const stamp = new URL('node_modules/.edgewise-install', root);

export async function ensureInstalled() {
  checkNode();
  if (isInstalled(fingerprint())) return;
  await withLock(async () => {
    const wanted = fingerprint();
    if (isInstalled(wanted)) return; // by the run that held the lock before
    console.error(`[edgewise] installing dependencies with pnpm ${PNPM_VERSION} (first run, or a manifest changed)`);
    const args = ['install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only'];
    const code = await runPnpm(args, quiet);
    if (code !== 0) {
      fail(
        `pnpm install failed (exit ${code}); see above. A first run needs the npm registry; ` +
          'after a change of a package.json, `npm run pnpm -- install` updates the lock file',
      );
    }
    writeFileSync(stamp, wanted);
  });
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = oldestNode;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  fail(`Node ${oldestNode.join('.')} or newer is needed; this is ${process.version}`);
}

/** Differs whenever an install could give another node_modules. */
function fingerprint() {
  const hash = createHash('sha256').update(`${PNPM_VERSION} ${process.platform} ${process.arch}\n`);
  const manifests = ['.', ...memberFolders()].map((folder) => `${folder}/package.json`);
  for (const path of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', '.npmrc', ...manifests]) {
    const file = new URL(path, root);
    if (existsSync(file)) hash.update(path).update('\0').update(readFileSync(file));
  }
  return hash.digest('hex');
}

function isInstalled(wanted) {
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) return false;
  return memberFolders().every((folder) => {
    const { dependencies = {}, devDependencies = {} } = manifest(folder);
    const needsFolder = Object.keys({ ...dependencies, ...devDependencies }).length > 0;
    return !needsFolder || existsSync(new URL(`${folder}/node_modules`, root));
  });
}
