import { ArgumentError, type Tensor, spec, toDot, trace } from '@edgewise/core';
import { XMLValidator } from 'fast-xml-parser';
import { afterEach, expect, test, vi } from 'vitest';
import { renderSvg } from '../../src/index.ts';
import { engines } from '../../src/graph/graphviz.ts';
import { helveticaWidth } from '../../src/graph/fit-text.ts';
import { hostileLabels } from '../hostile-labels.ts';
import { all, expectSoundPicture, parsed, texts } from '../parsed.ts';
import { trainingStep } from './sample-graph.ts';

afterEach(() => vi.restoreAllMocks());

/** A label as a DOT string in double quotes; Graphviz would take `&lt;` in a label for `<`. */
function quoted(text: string): string {
  const characters = text.replaceAll('&', '&amp;').replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  return `"${characters.replaceAll('\n', '\\n')}"`;
}

/** The error's text, which is what a person sees. */
async function refusal(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(ArgumentError);
  return error instanceof Error ? error.message : '';
}

test('a graph becomes one picture that scales, has a name and says in words what it shows', async () => {
  const root = expectSoundPicture(await renderSvg(trainingStep));
  expect(root.attributes.width).toMatch(/^\d+$/);
  expect(root.children[0]?.text).toBe('training step');
  expect(root.children[1]?.text).toBe(
    'A graph of 7 nodes and 6 edges. Inputs: x. Parameters: weight f32 [784, 128]. Outputs: loss. Modules: mlp, mlp/hidden0.',
  );
  expect(texts(root)).toEqual(
    expect.arrayContaining(['x', 'weight', 'f32 [784, 128]', 'f32 [32, 784]', 'mlp/hidden0', 'loss']),
  );
});

test('the docstring’s example gives a picture', async () => {
  const svg = await renderSvg(
    'digraph { x [class="input"]; x -> square [label="f32 [2]"]; square [class="op output"] }',
  );
  expect(svg.startsWith('<svg')).toBe(true);
});

test('a traced graph is drawn as its DOT text is', async () => {
  const graph = trace((x: Tensor) => x.square().sum(), spec([2]));
  const svg = await renderSvg(graph);
  expect(svg).toBe(await renderSvg(toDot(graph)));
  expect(texts(expectSoundPicture(svg))).toEqual(expect.arrayContaining(['x', 'f32 [2]', 'square', 'sum']));
});

test('what a node is decides its fill and its border, as a class for the theme and as a plain colour for other viewers', async () => {
  const root = parsed(await renderSvg(trainingStep));
  const shapeOf = (name: string) =>
    all(root, 'g')
      .find(({ attributes }) => attributes['data-name'] === name)
      ?.children.flatMap((child) => all(child))
      .find((element) => ['polygon', 'path', 'ellipse'].includes(element.name))?.attributes;
  expect(shapeOf('w')).toMatchObject({
    class: 'ew-fill-parameter-fill ew-stroke-parameter-edge',
    fill: '#ffedc2',
    stroke: '#9a6700',
  });
  expect(shapeOf('x')?.class).toBe('ew-fill-input-fill ew-stroke-input-edge');
  expect(shapeOf('loss')).toMatchObject({ class: 'ew-fill-output-fill ew-stroke-output-edge', 'stroke-width': '3' });
  expect(shapeOf('mmb')).toMatchObject({
    class: 'ew-fill-backward-fill ew-stroke-backward-edge',
    'stroke-dasharray': '5 3',
  });
  expect(shapeOf('one')?.['stroke-dasharray']).toBe('1.5 3');
});

test('names survive: a node by its name in DOT, an edge by its ends, a tooltip by its words', async () => {
  const root = parsed(await renderSvg(trainingStep));
  const groups = all(root, 'g');
  const edge = groups.find(({ attributes }) => attributes['data-from'] === 'w' && attributes['data-to'] === 'mm');
  expect(edge?.children[0]?.text).toBe('weight f32 [784, 128] → matmul, f32 [784, 128]');
  const node = groups.find(({ attributes }) => attributes['data-name'] === 'w');
  expect(node?.children[0]?.text).toBe('mlp/hidden0/weight');
});

test('an edge that is written from its end to its start is told the way it flows', async () => {
  const flow = 'digraph { a [class="op"]; b [class="op backward"]; a -> b [class="backward reversed", dir=back] }';
  const edge = all(parsed(await renderSvg(flow)), 'g').find(({ attributes }) => attributes['data-from'] !== undefined);
  expect(edge?.attributes).toMatchObject({ 'data-from': 'b', 'data-to': 'a' });
  expect(edge?.children[0]?.text).toBe('b → a');
});

test('a key explains the kinds that occur; one kind alone needs none, and the option decides', async () => {
  const words = ['input', 'parameter', 'constant', 'operation', 'folded module', 'output', 'backward'];
  expect(texts(parsed(await renderSvg(trainingStep)))).toEqual(expect.arrayContaining(words));
  expect(texts(parsed(await renderSvg('digraph { a [class=op] }')))).toEqual(['a']);
  expect(texts(parsed(await renderSvg('digraph { a [class=op] }', { key: true })))).toEqual(['a', 'operation']);
  expect(texts(parsed(await renderSvg(trainingStep, { key: false })))).not.toContain('operation');
});

test.each(engines)('the engine %s draws the graph', async (engine) => {
  const root = expectSoundPicture(await renderSvg(trainingStep, { engine }));
  expect(texts(root)).toContain('matmul');
});

test('the same graph gives the same text, and another graph other ids', async () => {
  const [first, second, other] = [
    await renderSvg(trainingStep),
    await renderSvg(trainingStep),
    await renderSvg('digraph { a }'),
  ];
  expect(first).toBe(second);
  const ids = (svg: string) => all(parsed(svg)).flatMap(({ attributes }) => attributes.id ?? []);
  expect(ids(first).filter((id) => ids(other).includes(id))).toEqual([]);
});

test.each(hostileLabels)(
  'the label %j stays text, as name, label, edge label, tooltip, module and title',
  async (label) => {
    const text = quoted(label);
    const dot = `digraph ${text} { subgraph "cluster_a" { class=module; label=${text}; ${text} [label=${text}, tooltip=${text}, class="op"] }
    ${text} -> "other node" [label=${text}] }`;
    const root = expectSoundPicture(await renderSvg(dot, { title: label }));
    const lines = texts(root).map((line) => line.replace(/\s+/g, ' ').trim());
    expect(lines.filter((line) => line === label.replace(/\s+/g, ' ').trim()).length).toBeGreaterThanOrEqual(3);
    expect(root.children[0]?.text).toBe(label);
  },
);

test('a font, a link, a class or an id in the DOT text cannot bring in a script', async () => {
  const dot = `digraph {
    a [fontname="x\\"><script>alert(1)</script>"]
    b [fontname="x\\" onload=\\"alert(1)"]
    c [URL="javascript:alert(1)", target="x\\" onload=\\"a", tooltip="words"]
    d [class="x\\"><script>", id="y\\" onload=\\"a", URL="https://example.org/"]
  }`;
  const svg = await renderSvg(dot);
  const root = expectSoundPicture(svg);
  expect(svg).not.toContain('<script');
  expect(all(root, 'a').map(({ attributes }) => attributes.href)).toEqual(['https://example.org/']);
  expect(all(root, 'title').map(({ text }) => text)).toContain('words');
});

test('colours that the author of a DOT text chose stay, with black text on them in both themes', async () => {
  const root = parsed(
    await renderSvg('digraph { a [style=filled, fillcolor=lightyellow]; a -> b [color=red] }', { theme: 'dark' }),
  );
  expect(all(root, 'ellipse').map(({ attributes }) => attributes.fill)).toEqual(['lightyellow', 'none']);
  expect(all(root, 'path').map(({ attributes }) => attributes.stroke)).toEqual(['red']);
  const text = all(root, 'text').find((element) => element.text === 'a');
  expect(text?.attributes.fill).toBe('black');
  expect(text?.attributes.class).toBeUndefined();
});

test('a fixed theme is written into the picture, and paper lies below it', async () => {
  for (const [theme, paper] of [
    ['light', '#ffffff'],
    ['dark', '#0d1117'],
    ['auto', '#ffffff'],
  ] as const) {
    const root = parsed(await renderSvg('digraph { a }', { theme }));
    expect(root.attributes['data-theme']).toBe(theme);
    expect(all(root, 'rect')[0]?.attributes).toMatchObject({ fill: paper, class: 'ew-fill-paper' });
  }
});

test('an empty graph is a picture with a sentence, not nothing', async () => {
  const root = expectSoundPicture(await renderSvg('digraph {}'));
  expect(root.children[1]?.text).toBe('A graph of 0 nodes and 0 edges.');
  expect(texts(root)).toEqual(['a graph without nodes']);
});

test('letters that Graphviz has no widths for are drawn without a word on the console', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  await renderSvg('digraph { a [label="日本語 😀", fontname="No Such Font"] }');
  expect(warn).not.toHaveBeenCalled();
});

test('text in Helvetica states its width, so that another font does not leave its box', async () => {
  const root = parsed(await renderSvg('digraph { a [label="f32 [784, 128]", fontname="Helvetica", fontsize=10] }'));
  // Graphviz 2.50 measures 61.16 points for this text.
  expect(helveticaWidth('f32 [784, 128]') * 10).toBeCloseTo(61.16, 1);
  expect(all(root, 'text')[0]?.attributes.textLength).toBe('61.2');
});

test('wrong DOT is refused with its line, the text of it, and what to do', async () => {
  expect(await refusal(renderSvg('digraph {\n  a -> b\n  c -> }\n'))).toMatchInlineSnapshot(`
    "renderSvg: the DOT text is wrong in line 3, near '}'
      line 3 is: c -> }
      try toDot(graph), which quotes every name; by hand, a name that is not a plain word stands in "double quotes" with \\" for a quote"
  `);
  expect(await refusal(renderSvg('digraph { a [label="x] }'))).toMatch(
    /wrong in line 1, scanning a quoted string that does not end/,
  );
  expect(await refusal(renderSvg('hello'))).toMatch(/wrong in line 1, near 'hello'/);
  expect(await refusal(renderSvg('  \n'))).toBe('renderSvg: the DOT text is empty');
  expect(await refusal(renderSvg('digraph {\na\0b }'))).toBe('renderSvg: the DOT text has a zero character at line 2');
});

test('after a refusal the next graph is drawn', async () => {
  await refusal(renderSvg('digraph {'));
  expect(texts(expectSoundPicture(await renderSvg('digraph { a }')))).toEqual(['a']);
});

test('wrong options and arguments are refused by name', async () => {
  // @ts-expect-error there is no such option
  expect(await refusal(renderSvg('digraph {}', { engin: 'dot' }))).toMatch(
    /no option named "engin"\n {2}near: "engine"/,
  );
  // @ts-expect-error there is no such engine
  expect(await refusal(renderSvg('digraph {}', { engine: 'dott' }))).toMatch(
    /^renderSvg: no engine named "dott"; choose "dot", "neato"/,
  );
  // @ts-expect-error there is no such theme
  expect(await refusal(renderSvg('digraph {}', { theme: 'blue' }))).toMatch(/^renderSvg: no theme named "blue"/);
  // @ts-expect-error a number is no graph
  expect(await refusal(renderSvg(42))).toMatch(/^renderSvg: expected a graph or DOT text, received number/);
});

test('a graph of 500 nodes is drawn whole', async () => {
  const edges = Array.from({ length: 499 }, (_, index) => `n${Math.floor(index / 2)} -> n${index + 1};`);
  const svg = await renderSvg(`digraph { node [class=op]; ${edges.join('')} }`);
  expect(XMLValidator.validate(svg)).toBe(true);
  expect(svg.match(/data-name="n\d+"/g)).toHaveLength(500);
});
