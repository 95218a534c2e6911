import { spec, trace } from '@edgewise/core';
import type { Tensor } from '@edgewise/core';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { expect, test } from 'vitest';
import { expectSoundPicture, texts } from '../parsed.ts';

// The thread's file is a built one, so this is a test of what is built.
const built = new URL('../../dist/', import.meta.url).href;
const { layout } = (await import(
  /* @vite-ignore */ `${built}graph/layout.js`
)) as typeof import('../../src/graph/layout.ts');
const { renderSvg, toHtml } = (await import(
  /* @vite-ignore */ `${built}index.js`
)) as typeof import('../../src/index.ts');

/** Not by class: the built errors are other ones than those of the sources. */
async function refusal(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (error === undefined) return 'accepted';
  if (error instanceof Error && 'code' in error) return `${String(error.code)}\n${error.message}`;
  throw new Error('no error of this library', { cause: error });
}

/** So many edges between so few nodes that Graphviz needs seconds. */
const tangle = `digraph { ${Array.from({ length: 300 }, (_, k) => Array.from({ length: 8 }, (__, j) => `n${(k * 7 + j * j * 11) % (k + 1)} -> n${k + 1}`).join(';')).join(';')} }`;

/** Ops that each use two earlier values. */
function braid(n: number): (x: Tensor) => Tensor {
  return (x) => {
    const made = [x];
    for (let k = 1; k < n; k++) made.push((made[k - 1] ?? x).mul(made[(k * 5) % k] ?? x));
    return made.at(-1) ?? x;
  };
}

test('the caller’s thread goes on while Graphviz works', async () => {
  await layout('digraph { a }', 'dot'); // loaded
  let turns = 0;
  const counter = setInterval(() => turns++, 1);
  await refusal(layout(tangle, 'dot', 200));
  clearInterval(counter);
  // Where it stood still, its clock ticks once, afterwards.
  expect(turns).toBeGreaterThan(2);
});

test('a text that takes longer than allowed is refused, and the next one is laid out', async () => {
  expect(await refusal(layout(tangle, 'dot', 50))).toBe(
    `layout-too-slow\nrenderSvg: Graphviz's "dot" had not placed this graph of ${tangle.length} characters after 50 ms\n  try a coarser graph (fold), another engine such as "sfdp", or { timeLimit: 500 }`,
  );
  expect(await layout('digraph { a }', 'dot')).toContain('<svg');
});

test('texts that come at once are laid out one after the other, and each caller gets its own', async () => {
  const svgs = await Promise.all(['first', 'second', 'third'].map((name) => layout(`digraph { ${name} }`, 'dot')));
  expect(svgs.map((svg) => /<text[^>]*>(\w+)</.exec(svg)?.[1])).toEqual(['first', 'second', 'third']);
});

test('a wrong text is refused from the thread as from here', async () => {
  expect(await refusal(layout('digraph { a -> }', 'dot'))).toMatch(
    /^bad-dot\nrenderSvg: the DOT text is wrong in line 1/,
  );
});

test('a graph that takes too long is drawn folded, and words in the picture say what was folded', async () => {
  const graph = trace(braid(900), spec([2]));
  const svg = await renderSvg(graph, { timeLimit: 500 });
  const words = texts(expectSoundPicture(svg)).join(' ');
  expect(words).toContain('Folded, because the whole graph could not be laid out in 0.5 s: mul × 899.');
});

test('a page says what had to be folded further', async () => {
  const graph = trace(braid(500), spec([2]));
  // The fold that is asked for is none, and takes too long.
  const html = await toHtml(graph, { timeLimit: 400, mostBoxes: 1000, layoutBudget: 1200, fold: () => false });
  expect(html).toContain('because a layout took longer than 0.4 s');
});

test('a bundler finds the thread’s file, and makes a plain script of it', async () => {
  const output = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      rolldownOptions: { input: fileURLToPath(`${built}graph/layout.js`), preserveEntrySignatures: 'strict' },
    },
  });
  if (!('output' in output)) throw new Error('there is not one output');
  const worker = output.output.find(({ fileName }) => fileName.includes('layout-worker'));
  const code = worker?.type === 'asset' ? String(worker.source) : (worker?.code ?? '');
  expect(code.length).toBeGreaterThan(1_000_000); // Graphviz is in it
  expect(code).not.toMatch(/^(?:import|export) /m);
});

test('a limit that is no time is refused', async () => {
  expect(await refusal(renderSvg('digraph { a }', { timeLimit: 0 }))).toBe(
    'bad-size\nrenderSvg: timeLimit is 0; expected a number of at least 1',
  );
});
