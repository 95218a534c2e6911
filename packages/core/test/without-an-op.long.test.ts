/**
 * Nothing but an op's own file and its export knows the op: without them the package builds, and what is left is right.
 * The graph room, the walks, print, DOT and the laws import none.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { everyOp } from './laws/every-op.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));
const core = join(root, 'packages/core');
/** A file of ops that no other op is written with. */
const removed = 'activation';

const importsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/^(?:import|export)[^;]*?from '([^']+)';/gms)].map(([, from]) => from!);

describe('who knows an op', () => {
  test('the graph room imports nothing of tensors and ops', () => {
    const folder = join(core, 'src/graph');
    const outside = readdirSync(folder).flatMap((file) =>
      importsOf(join(folder, file)).filter((from) => !from.startsWith('./') && !from.startsWith('../errors/')),
    );
    expect(outside).toEqual([]);
  });

  test('the laws, and the tools that they use, import no op', () => {
    const ops = new Set(everyOp.map(([name]) => name));
    for (const file of [
      'test/laws/laws.ts',
      'test/laws/every-op.ts',
      'src/testing/check-gradients.ts',
      'src/testing/samples.ts',
    ]) {
      const text = readFileSync(join(core, file), 'utf8');
      const names = [...text.matchAll(/^import (?:type )?\{([^}]*)\} from '[^']*index\.ts';/gms)]
        .flatMap(([, list]) => list!.split(','))
        .map((name) => name.replace(/^\s*type\s+/, '').trim());
      expect(names.filter((name) => ops.has(name))).toEqual([]);
    }
  });
});

describe(`without ops/${removed}.ts and its exports`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'edgewise-without-'));
  const program = (path: string): string => join(root, 'node_modules', path);

  beforeAll(() => {
    cpSync(join(core, 'src'), join(folder, 'packages/core/src'), { recursive: true });
    cpSync(join(core, 'test'), join(folder, 'packages/core/test'), { recursive: true });
    for (const file of ['package.json', 'tsconfig.json']) cpSync(join(core, file), join(folder, 'packages/core', file));
    cpSync(join(root, 'tsconfig.base.json'), join(folder, 'tsconfig.base.json'));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    rmSync(join(folder, `packages/core/src/ops/${removed}.ts`));
    for (const file of ['index.ts', 'ops/everyday.ts', 'json/op-families.ts']) {
      const path = join(folder, 'packages/core/src', file);
      const text = readFileSync(path, 'utf8');
      const rest = text.replace(
        new RegExp(`^export (?:\\{[^}]*\\}|\\* as \\w+) from '[^']*/${removed}\\.ts';\\n`, 'm'),
        '',
      );
      expect(rest).not.toBe(text);
      writeFileSync(path, rest);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('the package builds', async () => {
    const args = [program('typescript/bin/tsc'), '-p', 'packages/core', '--noEmit', '--composite', 'false'];
    await expect(run(process.execPath, args, { cwd: folder })).resolves.toMatchObject({ stdout: '' });
  }, 60_000);

  test('the laws find the ops that are left, and hold', async () => {
    // The page of capabilities lists the ops of the whole package.
    const files = ['laws/every-op', 'laws/faults', 'graph/by-id', 'ops/indexing'];
    const args = [program('vitest/vitest.mjs'), 'run', ...files, '--root', 'packages/core', '--reporter=json'];
    const { stdout } = await run(process.execPath, args, { cwd: folder, maxBuffer: 2 ** 26 });
    const report = JSON.parse(stdout) as { numPassedTests: number; numFailedTests: number; testResults: unknown[] };
    expect(report.numFailedTests).toBe(0);
    expect(report.numPassedTests).toBeGreaterThan(600);
    expect(stdout).not.toMatch(/"fullName":"(sigmoid|relu|softplus) /);
    expect(stdout).toMatch(/"fullName":"tanh /);
  }, 120_000);
});
