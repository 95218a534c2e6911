import axe from 'axe-core';
import { afterEach, expect, test } from 'vitest';
import { contourPlot, imageGrid, linePlot, matrixPlot, renderSvg, reportPage } from '../src/index.ts';
import { hostileLabels } from './hostile-labels.ts';
import { trainingStep } from './graph/sample-graph.ts';

const alerts: string[] = [];
window.alert = (message?: string) => void alerts.push(String(message));

afterEach(() => {
  document.body.replaceChildren();
  delete document.documentElement.dataset.theme;
  if (alerts.length > 0) throw new Error(`a label ran a script: ${alerts.join()}`);
});

async function everyPicture(): Promise<string[]> {
  return [
    await renderSvg(trainingStep),
    await linePlot([{ name: 'loss', y: [2, 1, Number.NaN, 0.5] }], { title: 'Loss', yLabel: 'loss', logY: true }),
    await contourPlot(
      { f: (x, y) => x * y, x: [-1, 1], y: [-1, 1], resolution: 20 },
      { boundary: 0, points: [{ x: 0.5, y: 0.5, label: 'a' }] },
    ),
    await matrixPlot(
      [
        [5, 1],
        [2, 7],
      ],
      { xLabel: 'predicted', yLabel: 'true' },
    ),
    await imageGrid([[0, 1, 1, 0]], { width: 2, height: 2, captions: ['a caption'] }),
  ];
}

/** A report in a frame of its own, as a reader opens it. */
async function openedPage(html: string): Promise<Document> {
  const frame = document.createElement('iframe');
  frame.style.cssText = 'width:1100px;height:900px';
  const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
  frame.srcdoc = html;
  document.body.append(frame);
  await loaded;
  if (frame.contentDocument === null) throw new Error('the frame has no document');
  return frame.contentDocument;
}

test('in a page every picture is well-formed, is drawn, and no label leaves its picture', async () => {
  for (const svg of await everyPicture()) {
    expect(new DOMParser().parseFromString(svg, 'image/svg+xml').querySelector('parsererror')).toBeNull();
    document.body.innerHTML = svg;
    const root = document.body.querySelector('svg');
    if (root === null) throw new Error('no picture');
    const outer = root.getBoundingClientRect();
    expect(outer.width).toBeGreaterThan(80);
    for (const text of root.querySelectorAll('text')) {
      const inner = text.getBoundingClientRect();
      const isInside =
        inner.left >= outer.left - 1 &&
        inner.right <= outer.right + 1 &&
        inner.top >= outer.top - 1 &&
        inner.bottom <= outer.bottom + 1;
      expect([text.textContent, isInside]).toEqual([text.textContent, true]);
      // Text of a graph has the size its author gave it; ours is 12 at least.
      expect(Number.parseFloat(getComputedStyle(text).fontSize)).toBeGreaterThanOrEqual(11);
    }
  }
});

test('a label of a node fits its box, whatever font there is', async () => {
  document.body.innerHTML = await renderSvg(
    'digraph { node [shape=box, fontname="Helvetica", class=op]; a [label="wwwwww MMMMMM 000 iiii"]; b [label="[32, 784] -> f32"] }',
  );
  for (const node of document.querySelectorAll('g.node')) {
    const box = node.querySelector('polygon')?.getBoundingClientRect();
    const text = node.querySelector('text')?.getBoundingClientRect();
    if (box === undefined || text === undefined) throw new Error('no node');
    expect(text.left).toBeGreaterThanOrEqual(box.left);
    expect(text.right).toBeLessThanOrEqual(box.right);
  }
});

test('a page that says dark gets dark pictures, one that says light gets light ones; a fixed theme stays', async () => {
  document.body.innerHTML = (await renderSvg('digraph { a }')) + (await renderSvg('digraph { b }', { theme: 'light' }));
  const papers = () => [...document.querySelectorAll('svg > rect')].map((rect) => getComputedStyle(rect).fill);
  document.documentElement.dataset.theme = 'dark';
  expect(papers()).toEqual(['rgb(13, 17, 23)', 'rgb(255, 255, 255)']);
  document.documentElement.dataset.theme = 'light';
  expect(papers()).toEqual(['rgb(255, 255, 255)', 'rgb(255, 255, 255)']);
});

test.each(hostileLabels)('the label %j runs nothing in a real page', async (label) => {
  const text = JSON.stringify(label);
  document.body.innerHTML =
    (await renderSvg(`digraph { a [label=${text}, tooltip=${text}, URL="javascript:alert(2)", fontname=${text}] }`)) +
    (await linePlot([{ name: label, y: [1, 2] }], { title: label }));
  expect(document.body.querySelectorAll('script, img, foreignObject, iframe')).toHaveLength(0);
  const page = await openedPage(
    reportPage({
      title: label,
      summary: label,
      sections: [{ title: label, text: label, svg: document.body.innerHTML }],
    }),
  );
  expect(page.querySelectorAll('script')).toHaveLength(1);
});

test('the page’s choice of colours works and is reachable by keyboard; its policy lets no other script run', async () => {
  const page = await openedPage(
    reportPage({ title: 'Report', sections: [{ title: 'Graph', svg: await renderSvg(trainingStep) }] }),
  );
  const radios = [...page.querySelectorAll<HTMLInputElement>('.themes input')];
  expect(radios.map((radio) => [radio.value, radio.checked])).toEqual([
    ['auto', true],
    ['light', false],
    ['dark', false],
  ]);
  const view = page.defaultView;
  if (view === null) throw new Error('the page has no window');
  radios[2]?.click();
  expect(page.documentElement.dataset.theme).toBe('dark');
  expect(view.getComputedStyle(page.body).backgroundColor).toBe('rgb(13, 17, 23)');
  const paper = page.querySelector('svg > rect');
  expect(paper === null ? '' : view.getComputedStyle(paper).fill).toBe('rgb(13, 17, 23)');
  radios[0]?.click();
  expect(page.documentElement.dataset.theme).toBeUndefined();
  const script = page.createElement('script');
  script.textContent = 'document.title = "changed"';
  page.body.append(script);
  expect(page.title).toBe('Report');
});

test.each(['light', 'dark'])('axe finds nothing to improve in a %s report', async (theme) => {
  const [graph, line, contour, matrix, images] = await everyPicture();
  const pictures = { graph, line, contour, matrix, images };
  const page = await openedPage(
    reportPage({
      title: 'Report',
      summary: 'A summary.',
      sections: [
        ...Object.entries(pictures).map(([title, svg]) => ({ title, svg: svg ?? '', caption: 'A caption.' })),
        { title: 'table', table: { columns: ['name', 'n'], rows: [['a', 1]] }, caption: 'Numbers.' },
      ],
    }),
  );
  page.documentElement.dataset.theme = theme;
  // axe looks at the document it is loaded in: the report's content takes that document's place.
  document.documentElement.dataset.theme = theme;
  document.documentElement.lang = page.documentElement.lang;
  document.title = page.title;
  document.body.className = page.body.className;
  document.body.dataset.theme = 'auto';
  document.body.replaceChildren(...page.head.querySelectorAll('style'), ...page.body.children);
  const { violations } = await axe.run(document);
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 200))])).toEqual([]);
  document.body.removeAttribute('class');
  document.body.removeAttribute('data-theme');
});
