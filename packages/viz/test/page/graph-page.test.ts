import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ArgumentError,
  EdgewiseError,
  type Tensor,
  debugLines,
  debugNaN,
  record,
  scope,
  spec,
  tensor,
  trace,
  variable,
} from '@edgewise/core';
import { parseHTML } from 'linkedom';
import { afterEach, expect, test, vi } from 'vitest';
import { type HtmlOptions, compareRuns, exportHtml, recordWalk, toHtml } from '../../src/index.ts';
import { type PageData, type PageView, readJson } from '../../src/page/page-data.ts';
import { packed, unpacked } from '../../src/page/packed-model.ts';
import { viewerScript, viewerScriptHash } from '../../src/page/viewer-script.ts';
import { readView, writeView } from '../../src/page/viewer/address.ts';
import { neighboursOf, reach, search } from '../../src/page/viewer/walk-model.ts';
import { graphOf, modelOf } from '../../src/graph/model-of.ts';
import { viewerScriptFile } from '../../tools/write-viewer-script.mjs';
import { hostileLabels } from '../hostile-labels.ts';
import { expectSoundPicture } from '../parsed.ts';
import { deepGraph, hostile, olah, parabola, perceptronLoss, unlike } from '../graph/models.ts';

afterEach(() => vi.unstubAllGlobals());

function opened(html: string): Document {
  return parseHTML(html).document;
}

function dataOf(html: string): PageView & Pick<PageData, 'steps'> {
  const { views, steps } = readJson(opened(html).querySelector('#graph')?.textContent ?? '');
  return { ...views[0], steps };
}

async function refusal(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  return error instanceof ArgumentError ? error.message : 'accepted';
}

test('the page is one file: two scripts that its policy names, data that does not run, and nothing to fetch', async () => {
  const html = await toHtml(olah(), { title: 'Olah' });
  const page = opened(html);
  const scripts = [...page.querySelectorAll('script')];
  expect(scripts.map((script) => script.getAttribute('type'))).toEqual(['application/json', null, null]);
  const policy = page.querySelector('meta[http-equiv]')?.getAttribute('content') ?? '';
  for (const script of scripts.slice(1)) {
    const hash = createHash('sha256')
      .update(script.textContent ?? '')
      .digest('base64');
    expect(policy).toContain(`'sha256-${hash}'`);
  }
  expect(policy).toContain("default-src 'none'");
  expect(html).not.toMatch(/(src|href)="(?!#|data:image\/png)/);
  expect(html).not.toMatch(/@import|\beval\(|new Function|url\((?!#)/);
});

test('the script in the page is the one that its sources give, is named by its hash, and is of this size', async () => {
  const checkedIn = await readFile(new URL('../../src/page/viewer-script.ts', import.meta.url), 'utf8');
  const literal = (text: string) => text.replace(/\s+/g, '');
  // If this fails: node packages/viz/tools/write-viewer-script.mjs
  expect(literal(checkedIn)).toBe(literal(await viewerScriptFile()));
  expect(createHash('sha256').update(viewerScript).digest('base64')).toBe(viewerScriptHash);
  expect(viewerScript).not.toMatch(/<\/|<!--/);
  // Bytes; a page should not become heavy unnoticed.
  expect(Buffer.byteLength(viewerScript)).toBeLessThan(30_000);
});

test.each(hostileLabels)('the name %j stays text, in the picture, in the data and in the heading', async (label) => {
  const html = await toHtml(hostile(label), { title: label });
  const page = opened(html);
  expect(page.querySelectorAll('script')).toHaveLength(3);
  expect(page.querySelectorAll('img, iframe, object, embed, link, foreignObject')).toHaveLength(0);
  expect(page.querySelector('h1')?.textContent).toBe(label);
  const { model, states } = dataOf(html);
  expect(model.title).toBe(label);
  expect(model.nodes.some(({ name }) => name === label)).toBe(true);
  expect(model.groups.some(({ name }) => name === label)).toBe(true);
  for (const { svg } of states.slice(1)) expectSoundPicture(svg);
});

test.each([
  ['numbers and gradients', perceptronLoss()],
  ['placeholders', deepGraph(3)],
  ['a backward pass', trace((x: Tensor) => x.mul(x).exp().sum(), spec([2])).withBackward()],
  ['hostile names', hostile(hostileLabels[0] ?? '')],
])('a model of %s is the same after packing, but for the numbers of core', (_, of) => {
  const model = modelOf(graphOf('test', of), 'test');
  const nodes = model.nodes.map(({ id: _id, ...node }) => node);
  expect(unpacked(packed(model))).toEqual({ ...model, nodes });
});

test('the printed graph is the text alternative', async () => {
  const graph = deepGraph(2);
  expect(opened(await toHtml(graph)).querySelector('#text pre')?.textContent).toBe(String(graph));
});

test('there is a picture for each group opened or closed by one click, and the first stands in the page', async () => {
  const html = await toHtml(deepGraph(2), { mostBoxes: 40 });
  const { model, states } = dataOf(html);
  expect(states[0]?.svg).toBe('');
  expect(opened(html).querySelectorAll('#scene > svg')).toHaveLength(1);
  for (const [group] of model.groups.entries()) {
    expect(states.some(({ open }) => open.includes(group))).toBe(true);
    expect(states.some(({ open }) => !open.includes(group))).toBe(true);
  }
});

test('a graph too large to draw is folded, and no picture has more boxes than asked', async () => {
  const { model, states } = dataOf(await toHtml(unlike(400), { mostBoxes: 20, layoutBudget: 200 }));
  expect(model.groups.every(({ kind }) => kind === 'stretch')).toBe(true);
  for (const { svg } of states) expect((svg.match(/data-name=/g) ?? []).length).toBeLessThanOrEqual(24);
});

test('the fold that one asks for comes first', async () => {
  const fold = (path: string) => path.endsWith('hidden1');
  const { model, states } = dataOf(await toHtml(deepGraph(1), { fold }));
  const closedAtFirst = model.groups.flatMap(({ path }, k) => (states[0]?.open.includes(k) === true ? [] : [path]));
  expect(closedAtFirst).toEqual(['perceptron/hidden1']);
});

test('a recorded walk visits each edge once: chain rule on the edge, sum rule at the node', () => {
  const { steps } = recordWalk(olah());
  const words = steps.map((step) =>
    step.kind === 'node' ? `node ${step.total}` : `edge ${step.total} * ${step.local} = ${step.share}, sum ${step.sum}`,
  );
  expect(words).toEqual([
    'node 1',
    'edge 1 * 2 = 2, sum 2',
    'edge 1 * 3 = 3, sum 3',
    'node 3',
    'edge 3 * 1 = 3, sum 3',
    'node 2',
    'edge 2 * 1 = 2, sum 2',
    'edge 2 * 1 = 2, sum 5',
    'node 5',
    'node 2',
  ]);
});

test('the page plays forward, then backward; (3w - 12)^2 has derivative -36 at w = 2', async () => {
  const { model, steps } = dataOf(await toHtml(parabola()));
  expect(steps.map(({ kind }) => kind)).toEqual([
    'forward',
    'forward',
    'forward',
    'node',
    'edge',
    'node',
    'edge',
    'node',
    'edge',
    'node',
  ]);
  expect(steps.flatMap((step) => (step.kind === 'edge' ? [`${step.local}: ${step.share}`] : []))).toEqual([
    '-12: -12',
    '1: -12',
    '3: -36',
  ]);
  expect(model.nodes[0]?.gradient?.text).toBe('-36');
});

test('a walk in another legal order changes the order of the page', async () => {
  const loss = olah();
  const core = recordWalk(loss);
  // The other summand first: its node and edge before those of the first, which is as legal.
  const [output, first, second, ...rest] = core.steps;
  const later = rest.slice(0, 2);
  const earlier = rest.slice(2, 5);
  const other = {
    ...core,
    steps: [output, second, first, ...earlier, ...later, ...rest.slice(5)].flatMap((step) => step ?? []),
  };
  const order = async (walk: NonNullable<HtmlOptions['walk']>) =>
    dataOf(await toHtml(loss, { walk })).steps.flatMap((step) => (step.kind === 'edge' ? [step.edge] : []));
  const [plain, changed] = [await order(core), await order(other)];
  expect(changed).not.toEqual(plain);
  expect([...changed].sort((a, b) => a - b)).toEqual([...plain].sort((a, b) => a - b));
});

test('the walk that is recorded is the one that is taken: backward of core gives the same steps', () => {
  const loss = perceptronLoss();
  const own = recordWalk(loss, (observer) => loss.backward({ observer })).steps;
  expect(own).toEqual(recordWalk(loss).steps);
});

test('nothing is played where there are no numbers, or where nobody wants it', async () => {
  expect(dataOf(await toHtml(deepGraph(1))).steps).toEqual([]);
  expect(dataOf(await toHtml(parabola(), { walk: false })).steps).toEqual([]);
});

/** What somebody catches. */
function caught(attempt: () => unknown): EdgewiseError {
  try {
    attempt();
  } catch (error) {
    if (error instanceof EdgewiseError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

test('the page of shapes that do not fit shows the graph as far as it came, and begins with the op that refused', async () => {
  const error = caught(() =>
    trace((x: Tensor) => scope('mlp', () => x.tanh().matmul(variable(tensor([[1, 2]]), { name: 'w' }))), spec([3, 5])),
  );
  const html = await toHtml(error, { title: 'A clash' });
  const { model } = dataOf(html);
  const blamed = model.nodes[model.focus ?? -1];
  expect(blamed?.op).toBe('matmul');
  expect(blamed?.problem).toContain('inner dimensions differ');
  expect(model.groups[blamed?.group ?? -1]?.path).toBe('mlp');
  const given = model.edges
    .filter(({ to }) => to === model.focus)
    .map(({ from, spec: shape }) => [model.nodes[from]?.name ?? model.nodes[from]?.op, shape]);
  expect(given).toEqual([
    ['tanh', 'f32 [3, 5]'],
    ['w', 'f32 [1, 2]'],
  ]);
  expect(opened(html).querySelector('#problem')?.textContent).toBe(error.message);
});

test('a constant that did not fit is drawn too, in its slot', async () => {
  const error = caught(() => trace((x: Tensor) => tensor([[1, 2]]).matmul(x), spec([3, 5])));
  const { model } = dataOf(await toHtml(error));
  const given = model.edges
    .filter(({ to }) => to === model.focus)
    .map(({ from, slot, spec: shape }) => [slot, model.nodes[from]?.kind, shape]);
  expect(given).toEqual([
    [0, 'constant', 'f32 [1, 2]'],
    [1, 'input', 'f32 [3, 5]'],
  ]);
});

test('the page of the first NaN begins with the op that made it, unfolded', async () => {
  const end = debugNaN();
  let error: EdgewiseError;
  try {
    error = caught(() => scope('outer', () => scope('inner', () => tensor([1, 0]).log().mul(2))));
  } finally {
    end();
  }
  const { model, states } = dataOf(await toHtml(error, { fold: () => true }));
  const blamed = model.nodes[model.focus ?? -1];
  expect(blamed?.op).toBe('log');
  expect(blamed?.problem).toContain('made 1 infinite of 2 numbers');
  expect(states[0]?.open.map((group) => model.groups[group]?.path).sort()).toEqual(['outer', 'outer/inner']);
});

test('an error without a graph is refused', async () => {
  const error = caught(() => tensor([[1, 2], [3]]));
  expect(await refusal(toHtml(error))).toMatch(/^toHtml: the error \([\w-]+\) has no graph: it was not made by an op/);
});

test('two runs are compared in colour, and the page begins with the first node that disagrees', async () => {
  const run = (dtype: 'f32' | 'f64') => record(() => tensor([1, 2], { dtype }).mul(1e-9).add(1).sub(1).sum());
  const ours = run('f64');
  const html = await toHtml(ours, { comparison: compareRuns(ours, run('f32')) });
  const { model } = dataOf(html);
  expect(opened(html).querySelector('#legend pre')?.textContent).toMatch(
    /^2 of 4 nodes disagree; the first is sub, by 1\n/,
  );
  expect(model.nodes.flatMap(({ op, heat }) => (heat === undefined ? [] : [[op, heat]]))).toEqual([
    ['mul', expect.any(Number)],
    ['add', expect.any(Number)],
    ['sub', 5],
    ['sum', 5],
  ]);
  expect(model.nodes[model.focus ?? -1]?.op).toBe('sub');
  expect(model.nodes[model.focus ?? -1]?.facts?.map(({ name }) => name)).toEqual([
    'difference',
    'first run',
    'second run',
  ]);
});

test('where debugLines was on, each op has the line that called it', async () => {
  const end = debugLines();
  try {
    const { model } = dataOf(await toHtml(record(() => tensor([1, 2]).exp().sum())));
    expect(model.nodes.filter(({ kind }) => kind === 'op').map(({ line }) => line)).toEqual([
      expect.stringMatching(/graph-page\.test\.ts:\d+:\d+$/),
      expect.stringMatching(/graph-page\.test\.ts:\d+:\d+$/),
    ]);
  } finally {
    end();
  }
});

test('exportHtml writes what toHtml gives; where there are no files it says so', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'edgewise-'));
  try {
    const loss = parabola();
    await exportHtml(loss, join(folder, 'graph.html'), { title: 'parabola' });
    expect(await readFile(join(folder, 'graph.html'), 'utf8')).toBe(await toHtml(loss, { title: 'parabola' }));
  } finally {
    await rm(folder, { recursive: true });
  }
  vi.stubGlobal('process', undefined);
  expect(await refusal(exportHtml(parabola(), 'graph.html'))).toBe(
    'exportHtml: there are no files to write to here; exportHtml works in Node\n  try await toHtml(graph)',
  );
});

test('wrong arguments are refused with what is wrong', async () => {
  // @ts-expect-error there is no such option
  expect(await refusal(toHtml(parabola(), { titel: 'x' }))).toMatch(/no option named "titel"\n {2}near: "title"/);
  expect(await refusal(toHtml(parabola(), { mostBoxes: 1 }))).toBe(
    'toHtml: mostBoxes is 1; expected a number of at least 10',
  );
  expect(await refusal(toHtml(tensor(1)))).toMatch(/^toHtml: the tensor \(f32 \[\]\) has no history to show/);
  expect(() => recordWalk(tensor(1))).toThrow('recordWalk: the tensor (f32 []) has no history to walk');
  expect(() => recordWalk(record(() => tensor([1, 2]).square()))).toThrow('the walk starts from one number');
});

test('a view written into the address is read again; what is not understood is left out', () => {
  const view = { open: [1, 4], x: -20, y: 30, scale: 1.5, selected: 'n7', view: 2, query: 'a b/ü&=', step: 3 };
  expect(readView(`#${writeView(view)}`)).toEqual(view);
  expect(readView('')).toEqual({});
  expect(readView('#at=1,2,NaN&selected=<script>&step=-1&find=%E0')).toEqual({ query: '%E0' });
});

test('search is by name, op, shape and place, and by all words; ancestors and descendants are all of them', () => {
  const model = modelOf(graphOf('test', perceptronLoss()), 'test');
  const names = (query: string) => search(model, query).map((node) => model.nodes[node]?.name ?? model.nodes[node]?.op);
  expect(names('TANH')).toEqual(['tanh', 'tanh']);
  expect(names('[4, 1]')).toHaveLength(1);
  expect(names('hidden1 matmul')).toEqual(['matmul']);
  expect(names('  ')).toEqual([]);
  const neighbours = neighboursOf(model);
  const last = model.nodes.length - 1;
  expect(reach(model, neighbours, [last], 'into').size).toBe(model.nodes.length);
  expect([...reach(model, neighbours, [last], 'outOf')]).toEqual([last]);
});

test('one file alone asks Node for its modules: the rule for imports does not see it', async () => {
  const sources = new URL('../../src/', import.meta.url);
  const asking: string[] = [];
  for (const name of await readdir(sources, { recursive: true })) {
    if (name.endsWith('.ts') && (await readFile(new URL(name, sources), 'utf8')).includes('getBuiltinModule'))
      asking.push(name);
  }
  expect(asking).toEqual(['node-modules.ts']);
});
