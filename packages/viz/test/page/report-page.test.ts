import { createHash } from 'node:crypto';
import { ArgumentError, type Tensor, spec, trace } from '@edgewise/core';
import { parseHTML } from 'linkedom';
import { expect, test } from 'vitest';
import { linePlot, matrixPlot, renderSvg, reportPage, toHtml } from '../../src/index.ts';
import { themeScript, themeScriptHash } from '../../src/page/theme-script.ts';
import { viewerScriptHash } from '../../src/page/viewer-script.ts';
import { hostileLabels } from '../hostile-labels.ts';
import { trainingStep } from '../graph/sample-graph.ts';

function opened(html: string): Document {
  return parseHTML(html).document;
}

function textsOf(page: Document, selector: string): string[] {
  return [...page.querySelectorAll(selector)].map((element) => element.textContent ?? '');
}

test('the docstring’s example is a page with a heading, a summary, a picture and its caption', async () => {
  const page = opened(
    reportPage({
      title: 'Two spirals',
      summary: 'Held-out accuracy 99.5 % after 400 steps.',
      sections: [
        { title: 'Loss', svg: await linePlot([{ name: 'loss', y: [2, 1, 0.5] }]), caption: 'Mean over a batch.' },
      ],
    }),
  );
  expect(textsOf(page, 'title')[0]).toBe('Two spirals');
  expect(textsOf(page, 'h1')).toEqual(['Two spirals']);
  expect(textsOf(page, 'header p')).toEqual(['Held-out accuracy 99.5 % after 400 steps.']);
  expect(textsOf(page, 'h2')).toEqual(['Loss']);
  expect(textsOf(page, 'figcaption')).toEqual(['Mean over a batch.']);
  expect(page.querySelectorAll('figure svg')).toHaveLength(1);
});

test('the page has one script, its own, which its policy names by hash; and it fetches nothing', async () => {
  const html = reportPage({ title: 'a', sections: [{ title: 'b', svg: await renderSvg(trainingStep) }] });
  const page = opened(html);
  expect(textsOf(page, 'script')).toEqual([themeScript]);
  expect(createHash('sha256').update(themeScript).digest('base64')).toBe(themeScriptHash);
  const policy = page.querySelector('meta[http-equiv]')?.getAttribute('content');
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain(`script-src 'sha256-${themeScriptHash}'`);
  expect(html).not.toMatch(/(src|href)="(?!#|data:image\/png)/);
  expect(html).not.toMatch(/@import|url\((?!#)/);
});

test('ids are unique although the same picture stands in the page twice, and references lead to their own', async () => {
  const svg = await matrixPlot([
    [1, 2],
    [3, 4],
  ]);
  const contour = '<svg viewBox="0 0 1 1"><clipPath id="c"><rect/></clipPath><g clip-path="url(#c)"/></svg>';
  const page = opened(
    reportPage({
      title: 'twice',
      sections: [
        { title: 'a', svg },
        { title: 'a', svg },
        { title: 'c', svg: contour },
        { title: 'c', svg: contour },
        { title: 'g', svg: await renderSvg(trainingStep) },
        { title: 'g', svg: await renderSvg(trainingStep) },
      ],
    }),
  );
  const ids = [...page.querySelectorAll('[id]')].map((element) => element.id);
  expect(new Set(ids).size).toBe(ids.length);
  const clipped = [...page.querySelectorAll('[clip-path]')].map(
    (element) => /#(.*)\)/.exec(element.getAttribute('clip-path') ?? '')?.[1],
  );
  expect(new Set(clipped).size).toBe(clipped.length);
  for (const id of clipped) expect(ids).toContain(id);
});

test.each(hostileLabels)('the text %j stays text in title, summary, headings, words, captions and tables', (label) => {
  const html = reportPage({
    title: label,
    summary: label,
    sections: [
      { title: label, text: label, caption: label, table: { columns: [label, 'n'], rows: [[label, 1]] } },
      { title: label, svg: '<svg/>', caption: label },
    ],
  });
  const page = opened(html);
  expect(page.querySelectorAll('script')).toHaveLength(1);
  expect(page.querySelectorAll('img, iframe, object, embed, link')).toHaveLength(0);
  for (const selector of ['h1', 'h2', 'nav a', 'th', 'td', 'caption', 'figcaption'])
    expect(textsOf(page, selector)).toContain(label);
  for (const selector of ['header p', 'section p']) expect(textsOf(page, selector)).toContain(label.trim());
});

test('a picture from elsewhere is cleaned', () => {
  const html = reportPage({
    title: 'a',
    sections: [
      {
        title: 'b',
        svg: '<svg onload="alert(1)"><script>alert(1)</script><image href="https://example.org/x.png"/><text>kept</text></svg>',
      },
    ],
  });
  expect(html).not.toMatch(/alert|example\.org/);
  expect(html).toContain('<text>kept</text>');
});

test('headings are linked from a table of contents, and there is a way past it', () => {
  const page = opened(reportPage({ title: 'a', sections: [{ title: 'one' }, { title: 'two' }] }));
  const links = [...page.querySelectorAll('nav a')].map((link) => [link.textContent, link.getAttribute('href')]);
  expect(links).toEqual([
    ['one', '#section-1'],
    ['two', '#section-2'],
  ]);
  expect(page.querySelector('#section-2')?.textContent).toBe('two');
  expect(page.querySelector('.skip')?.getAttribute('href')).toBe('#content');
});

test('a picture much wider than the page starts at full size and can be fitted; a small one has no such choice', async () => {
  const chain = Array.from({ length: 30 }, (_, index) => `n${index} -> n${index + 1};`).join('');
  const wide = await renderSvg(`digraph { rankdir=LR; ${chain} }`);
  const page = opened(
    reportPage({
      title: 'a',
      sections: [
        { title: 'wide', svg: wide },
        { title: 'small', svg: await renderSvg('digraph { a }') },
      ],
    }),
  );
  const choices = [...page.querySelectorAll('input.full')];
  expect(choices.map((choice) => [choice.id, choice.hasAttribute('checked')])).toEqual([['full-1', true]]);
  for (const frame of page.querySelectorAll('.frame')) expect(frame.getAttribute('tabindex')).toBe('0');
});

test('columns of numbers are set to the right; others are not', () => {
  const page = opened(
    reportPage({
      title: 'a',
      sections: [
        {
          title: 't',
          table: {
            columns: ['name', 'n'],
            rows: [
              ['a', 1],
              ['b', 2],
            ],
          },
        },
      ],
    }),
  );
  expect([...page.querySelectorAll('td, th')].map((cell) => cell.className)).toEqual([
    '',
    'number',
    '',
    'number',
    '',
    'number',
  ]);
});

test('paragraphs are separated by empty lines, and a report may be empty', () => {
  expect(
    textsOf(opened(reportPage({ title: 'a', sections: [{ title: 't', text: 'one\nline\n\n \ntwo' }] })), 'section p'),
  ).toEqual(['one\nline', 'two']);
  expect(textsOf(opened(reportPage({ title: 'a', sections: [] })), 'main p')).toEqual([
    'There is nothing in this report yet.',
  ]);
});

test('wrong reports are refused with what is wrong', () => {
  const refusal = (attempt: () => unknown) => {
    try {
      attempt();
      return 'accepted';
    } catch (error) {
      return error instanceof ArgumentError ? error.message : 'another error';
    }
  };
  expect(refusal(() => reportPage({ title: 'a', sections: [{ title: 'b', svg: 'hello' }] }))).toMatchInlineSnapshot(`
    "reportPage: the picture of section 1 is not SVG; it begins "hello"
      try the awaited result of renderSvg, linePlot or another picture"
  `);
  // @ts-expect-error a promise is no text
  expect(refusal(() => reportPage({ title: 'a', sections: [{ title: 'b', svg: Promise.resolve('') }] }))).toBe(
    'reportPage: the picture of section 1 is not text; was it awaited?',
  );
  expect(
    refusal(() =>
      reportPage({ title: 'a', sections: [{ title: 'b', table: { columns: ['x'], rows: [[1], [1, 2]] } }] }),
    ),
  ).toBe('reportPage: row 1 of the table in section 1 has 2 cells for 1 columns');
  // @ts-expect-error there is no such field
  expect(refusal(() => reportPage({ title: 'a', sections: [{ title: 'b', image: '' }] }))).toMatch(
    /no option named "image"/,
  );
  // @ts-expect-error a title is needed
  expect(refusal(() => reportPage({ sections: [] }))).toBe('reportPage: the report has no title');
});

test('a section leads to files beside the report, and to nothing else', () => {
  const page = (file: string) =>
    reportPage({ title: 'r', sections: [{ title: 's', links: [{ text: 'Open <it>', file }] }] });
  expect(page('a page/step 1.html')).toContain('<li><a href="a%20page/step%201.html">Open &lt;it&gt;</a></li>');
  for (const file of ['javascript:alert(1)', '//elsewhere.org/x', '/etc/passwd', 'x.html#"><script>', '']) {
    expect(() => page(file)).toThrow('which is no file beside the report');
  }
});

test('the page of a graph stands in a frame: whole, sandboxed, with its script and no other allowed', async () => {
  const graph = trace((x: Tensor) => x.tanh().sum(), spec([3]));
  const inner = await toHtml(graph, { title: 'A "graph" <in> a frame' });
  const page = opened(reportPage({ title: 'Report', sections: [{ title: 'Graph', page: inner }] }));
  const [frame] = page.querySelectorAll('iframe');
  expect(frame!.className).not.toBe(page.body.className); // it would have the colours of a light page in a dark one
  expect(frame?.getAttribute('srcdoc')).toBe(inner);
  expect(frame?.getAttribute('sandbox')).toBe('allow-scripts allow-forms');
  expect(frame?.getAttribute('title')).toBe('Graph');
  const policy = page.querySelector('meta[http-equiv]')?.getAttribute('content') ?? '';
  expect(policy).toContain(`script-src 'sha256-${themeScriptHash}' 'sha256-${viewerScriptHash}';`);
  const without = opened(reportPage({ title: 'Report', sections: [] })).querySelector('meta[http-equiv]');
  expect(without?.getAttribute('content')).not.toContain(viewerScriptHash);
  expect(() => reportPage({ title: 'Report', sections: [{ title: 'Graph', page: '<svg></svg>' }] })).toThrow(
    'reportPage: the page of section 1 is no page of a graph\n  try the awaited result of toHtml',
  );
});
