/** The page of a compiled program: what it says of kernels and passes is what the program says. */
import { type Tensor, compile, defineOp, record, scope, tensor, variable } from '@edgewise/core';
import { parseHTML } from 'linkedom';
import { expect, test } from 'vitest';
import { compareRuns, recordWalk, toHtml } from '../../src/index.ts';
import { type PageData, type PageView, readJson } from '../../src/page/page-data.ts';
import { hostileLabels } from '../hostile-labels.ts';

const square = tensor([
  [1, 2],
  [3, 4],
]);

function layer() {
  const made = compile((x: Tensor, w: Tensor, b: Tensor) => x.matmul(w).add(b).mul(1).relu());
  made(square, square, tensor([0, 0]));
  return made;
}

function descent() {
  const w = variable(square, { name: 'w' });
  const made = compile((x: Tensor) => {
    const loss = scope('model', () => x.matmul(w.value).tanh())
      .square()
      .mean();
    loss.backward();
    w.assign(w.value.sub(w.grad!.mul(0.1)));
    w.clearGrad();
    return loss;
  });
  made(square);
  return made;
}

function documentOf(html: string): Document {
  return parseHTML(html).document;
}

function dataOf(html: string): PageData {
  return readJson(documentOf(html).querySelector('#graph')?.textContent ?? '');
}

function opsIn({ model }: PageView, group: number): string[] {
  return model.nodes.flatMap((node) => (node.group === group ? [node.op] : []));
}

test('the page has the kernels first, then the graph as traced and after each pass that changed it', async () => {
  const program = layer();
  const { views, steps } = dataOf(await toHtml(program));
  expect(views.map(({ name }) => name)).toEqual([
    'Kernels: 1',
    expect.stringMatching(/^After trace.*: 4 ops$/),
    expect.stringMatching(/^After .*simplify algebra.*: 3 ops$/),
  ]);
  expect(steps).toEqual([]);
  const names = views.flatMap(({ name }) => /^After (.*):/.exec(name)?.[1]?.split(', ') ?? []);
  expect(names).toEqual(program.graphs.map(({ after }) => after));
});

test('a kernel is a group of the ops that it computes, with its arithmetic, its bytes and its code', async () => {
  const program = layer();
  const [kernel] = program.kernels;
  const [first] = dataOf(await toHtml(program)).views;
  expect(opsIn(first, 0)).toEqual(['matmul', 'add', 'relu']);
  const [group] = first.model.groups;
  expect(group?.kind).toBe('kernel');
  expect(Object.fromEntries((group?.facts ?? []).map(({ name, text }) => [name, text]))).toEqual({
    number: '1 of 1',
    operations: String(kernel?.operations),
    'bytes moved': String(kernel?.bytes),
    'of all operations': '100 %',
  });
  expect(group?.code).toBe(kernel?.text);
});

test('every node that a kernel computes is in its group, and edges stay as they were', async () => {
  const program = descent();
  const [first, ...others] = dataOf(await toHtml(program)).views;
  program.kernels.forEach(({ nodes }, k) =>
    expect(opsIn(first, k).sort()).toEqual(nodes.map(({ op }) => op.name).sort()),
  );
  // Each copy of a node has an edge for each slot that is no constant, and edges lead on.
  const last = others.at(-1)!;
  for (const [index, node] of first.model.nodes.entries()) {
    if (node.kind !== 'op' && node.kind !== 'backward') continue;
    const slots = first.model.edges.filter(({ to, slot }) => to === index && slot >= 0).map(({ slot }) => slot);
    expect(new Set(slots).size).toBe(slots.length);
  }
  const leading = first.model.edges.filter(({ kind }) => kind !== 'update');
  expect(leading.every(({ from, to }) => from < to)).toBe(true);
  expect(leading.length).toBeGreaterThanOrEqual(last.model.edges.filter(({ kind }) => kind !== 'update').length);
  // The graph after the last pass says of each node which kernel computes it.
  const computed = last.model.nodes.filter(({ kind }) => kind === 'op' || kind === 'backward');
  expect(computed.every(({ facts }) => facts?.[0]?.name === 'computed in')).toBe(true);
});

test('where it was measured, kernels are as dark as they are slow, and say their time', async () => {
  const program = descent();
  program.profile(5, square);
  const html = await toHtml(program);
  const [first] = dataOf(html).views;
  const times = program.kernels.map(({ milliseconds = 0 }) => milliseconds);
  const slowest = times.indexOf(Math.max(...times));
  const heats = program.kernels.map((_, k) => first.model.nodes.find(({ group }) => group === k)?.heat ?? 0);
  expect(heats[slowest]).toBe(5);
  expect(first.model.groups.map(({ facts }) => facts?.some(({ name }) => name === 'time of a step'))).toEqual(
    program.kernels.map(() => true),
  );
  expect(documentOf(html).querySelector('#legend')?.textContent).toMatch(
    /No time\s+.* a step, the most that one kernel takes/,
  );
});

test('an op without a lowering is said to run on the host', async () => {
  const halved = defineOp<[x: Tensor]>({
    name: 'halved',
    infer: ([x]) => x,
    forward: ([x], _, { data }) => {
      for (let k = 0; k < data.length; k++) data[k] = Number(x.data[k]) / 2;
    },
    pull: [({ cotangent }) => cotangent.mul(0.5)],
  });
  const program = compile((x: Tensor) => halved(x.exp()).sum());
  program(square);
  const [first] = dataOf(await toHtml(program)).views;
  const host = first.model.groups.findIndex(({ words = '' }) => words.startsWith('on the host'));
  expect(opsIn(first, host)).toEqual(['halved']);
});

test('the text alternative is the code of each kernel, and each graph', async () => {
  const program = layer();
  const text = documentOf(await toHtml(program)).querySelector('#text pre')?.textContent ?? '';
  for (const kernel of program.kernels) expect(text).toContain(kernel.text);
  for (const { graph } of program.graphs) expect(text).toContain(String(graph));
});

test.each(hostileLabels)('the name %j of a Variable runs nothing', async (label) => {
  const w = variable([1, 2], { name: label });
  const program = compile((x: Tensor) => w.value.mul(x).sum());
  program(tensor([1, 1]));
  const page = documentOf(await toHtml(program, { title: label }));
  expect(page.querySelectorAll('script')).toHaveLength(3);
  expect(page.querySelectorAll('img, iframe, object, embed, foreignObject')).toHaveLength(0);
});

test('a program that was never called, and a walk or a comparison of one, are refused', async () => {
  const uncalled = compile((x: Tensor) => x.exp());
  await expect(toHtml(uncalled)).rejects.toThrow(
    'toHtml: the program has not been called yet, so nothing is compiled\n  try program(x) before toHtml(program)',
  );
  const loss = record(() => tensor([1, 2]).square().sum());
  await expect(toHtml(layer(), { walk: recordWalk(loss) })).rejects.toThrow(
    'toHtml: a program keeps no values on the way, so it has no walk',
  );
  await expect(toHtml(layer(), { comparison: compareRuns(loss, loss) })).rejects.toThrow('so it has no comparison');
});
