// The packages as a stranger gets them: packed, installed in an empty project, type-checked, run, bundled, and looked over.
// Needs a build; `npm test` makes one. What the stranger writes is in the files beside this one.

import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { type Rolldown, build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumArguments, findChromium } from '../../tools/chromium.ts';
import { runPnpm } from '../../tools/pnpm.mjs';
import { exportedNames } from '../../tools/public-names.mjs';
import { manifest, packageFolders } from '../../tools/workspace.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folders = packageFolders();
const browser = findChromium();

/** Real path: vite and Node compare paths as text, and a temporary folder may be a link. */
const stranger = realpathSync(mkdtempSync(join(tmpdir(), 'edgewise packed ')));
const tarballs = join(stranger, 'tarballs');

beforeAll(async () => {
  mkdirSync(tarballs);
  const filters = folders.flatMap((folder) => ['--filter', `./${folder}`]);
  await pnpm(root, [...filters, '-r', 'pack', '--pack-destination', tarballs]);

  cpSync(fileURLToPath(new URL('stranger', import.meta.url)), stranger, { recursive: true });
  const ours = Object.fromEntries(folders.map((folder) => [`@edgewise/${name(folder)}`, `file:${tarballOf(folder)}`]));
  const others = Object.fromEntries(folders.flatMap(installedDependencies));
  write('package.json', { name: 'stranger', private: true, type: 'module', dependencies: ours });
  // The tarballs depend on each other by version, and these versions are not published. What else they depend on is
  // linked from the workspace, so that nothing is downloaded; what a manifest forgets to name is missing all the same.
  write('pnpm-workspace.yaml', { packages: ['.'], overrides: { ...ours, ...others } });
  await pnpm(stranger, ['install', '--offline', '--reporter=append-only']);
}, 120_000);

afterAll(() => rmSync(stranger, { recursive: true, force: true }));

describe.each(folders)('%s', (folder) => {
  test('holds its output, its sources, its licence, and nothing of the tools', () => {
    const files = readdirSync(join(stranger, 'node_modules/@edgewise', name(folder)), { recursive: true }).map(String);
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'dist/index.js', 'dist/index.d.ts', 'src/index.ts']));
    expect(files.filter((file) => /tsbuildinfo|\.test\.|node_modules|tsconfig/.test(file))).toEqual([]);
  });

  test('exports at run time the values in its list of public names', () => {
    const { exports } = manifest(folder);
    for (const [entry, { 'edgewise-src': source }] of Object.entries<{ 'edgewise-src'?: string }>(exports)) {
      if (source === undefined) continue;
      const names = exportedNames(source, readFileSync(join(root, folder, source), 'utf8'));
      const program = `console.log(JSON.stringify(Object.keys(await import('@edgewise/${name(folder)}${entry.slice(1)}'))))`;
      const atRunTime: unknown = JSON.parse(node('--input-type=module', '-e', program));
      expect(atRunTime).toEqual(names.filter((each) => !each.startsWith('type ')).sort());
    }
  });

  test('publint has nothing to say', async () => {
    const tarball = readFileSync(tarballOf(folder));
    const { messages, pkg } = await publint({ strict: true, pack: { tarball: new Uint8Array(tarball).buffer } });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  test('its types are not wrong', { timeout: 60_000 }, () => {
    const attw = join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js');
    const look = () => node(attw, tarballOf(folder), '--profile', 'esm-only', '--no-emoji', '--no-color');
    expect(look).not.toThrow();
  });
});

test.each(['nodenext', 'bundler'])(
  'a program type-checks, the declarations too (moduleResolution %s)',
  (resolution) => {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    expect(node(tsc, '-p', `tsconfig.${resolution}.json`)).toBe('');
  },
);

test('a program runs in Node', () => {
  expect(node('program.js')).toBe('9\n');
});

test('a program that vite bundled runs in Node: methods on Tensor are still there', async () => {
  await bundle('program.js');
  expect(node('bundled/program.js')).toBe('9\n');
});

test('the line that an op was called from is the program’s, and none of what the package has bundled', () => {
  const program = `import { debugLines, lineOf, record, tensor } from '@edgewise/core';
debugLines();
const value = record(() => tensor([1, 2]).exp());
console.log(lineOf(value.node));`;
  writeFileSync(join(stranger, 'lines.js'), program);
  expect(node('lines.js')).toMatch(/lines\.js:3:\d+\n$/);
});

test('a bundle has no folder where it is a data address, as a worker may be, and runs all the same', async () => {
  const address = `data:text/javascript;base64,${Buffer.from(await bundle('program.js')).toString('base64')}`;
  writeFileSync(join(stranger, 'data-address.js'), `await import(${JSON.stringify(address)});`);
  expect(node('data-address.js')).toBe('9\n');
});

test.skipIf(browser === undefined)('a program that vite bundled runs in Chromium', { timeout: 60_000 }, async () => {
  const program = await bundle('program.js');
  const running = await chromium.launch({ executablePath: browser ?? '', args: chromiumArguments });
  try {
    const page = await running.newPage();
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(String(error)));
    await page.setContent(`<script type="module">${program}</script>`);
    await expect.poll(() => said).toEqual(['9']);
  } finally {
    await running.close();
  }
});

test('what a page loads of core stays within bounds when bundled, minified and gzipped', async () => {
  const sizes = {
    'a minimal program': [await gzippedSize('program.js'), 43_000],
    'a program that trains': [await gzippedSize('training-program.js'), 47_000],
    'what models are built with, without compile': [await gzippedSize('without-compile.js'), 60_000],
    'a minimal program with compile': [await gzippedSize('compiled-program.js'), 94_500],
    'all of core': [await gzippedSize('everything.js'), 148_500],
  } as const;
  for (const [what, [bytes]] of Object.entries(sizes)) console.log(`${what}: ${(bytes / 1000).toFixed(1)} kB gzipped`);
  const tooLarge = Object.entries(sizes).filter(([, [bytes, most]]) => bytes > most);
  expect(tooLarge).toEqual([]);
});

/** Bundles a file of the stranger's as a library for a page, into bundled/, and gives its text. */
async function bundle(entry: string): Promise<string> {
  await build({
    root: stranger,
    configFile: false,
    logLevel: 'error',
    build: {
      outDir: 'bundled',
      emptyOutDir: false,
      minify: true,
      lib: { entry, formats: ['es'], fileName: () => entry },
    },
  });
  return readFileSync(join(stranger, 'bundled', entry), 'utf8');
}

/** What a page that uses the file loads: bundled as an application, since vite leaves white space in libraries. */
async function gzippedSize(entry: string): Promise<number> {
  const bundled = await build({
    root: stranger,
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: true,
      rolldownOptions: { input: join(stranger, entry), preserveEntrySignatures: 'strict' },
    },
  });
  const { output } = bundled as Rolldown.RolldownOutput;
  return gzipSync(output.map((part) => (part.type === 'chunk' ? part.code : '')).join('')).length;
}

/** Runs this Node in the stranger's project and gives what it printed. */
function node(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: stranger, encoding: 'utf8' });
  if (status !== 0) throw new Error(`node ${args.join(' ')}: exit ${status}\n${stdout}${stderr}`);
  return stdout;
}

async function pnpm(cwd: string, args: string[]): Promise<void> {
  const code = await runPnpm(args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  if (code !== 0) throw new Error(`pnpm ${args.join(' ')} failed (exit ${code})`);
}

function name(folder: string): string {
  return folder.slice('packages/'.length);
}

function tarballOf(folder: string): string {
  return join(tarballs, `edgewise-${name(folder)}-${manifest(folder).version}.tgz`);
}

/** What a package depends on besides ours, as [name, where the workspace has it]. */
function installedDependencies(folder: string): [string, string][] {
  const { dependencies = {} } = manifest(folder);
  const others = Object.keys(dependencies).filter((each) => !each.startsWith('@edgewise/'));
  return others.map((each) => [each, `link:${realpathSync(join(root, folder, 'node_modules', each))}`]);
}

/** JSON is YAML too. */
function write(file: string, value: unknown): void {
  writeFileSync(join(stranger, file), JSON.stringify(value));
}
