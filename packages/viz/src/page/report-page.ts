/** One page that shows pictures, tables and words together: a single HTML file that needs nothing else. */
import { checkOptions } from '@edgewise/core';
import { badArgument, isList } from '../bad-argument.ts';
import type { ColourName } from '../theme.ts';
import { cleanSvg } from '../svg/clean-svg.ts';
import { prefixIds } from '../svg/prefix-ids.ts';
import { type SvgElement, escaped, readSvg, textOf, writeSvg } from '../svg/svg-tree.ts';
import { htmlDocument, themeChoice } from './html-document.ts';
import { pageCss } from './page-css.ts';
import { themeScript, themeScriptHash } from './theme-script.ts';
import { viewerScriptHash } from './viewer-script.ts';

/** A table of a report; columns of numbers are set to the right. */
export interface ReportTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** A part of a report below a heading: words, then a picture, a page of a graph and a table, as far as given. */
export interface ReportSection {
  readonly title: string;
  /** Plain text; an empty line starts a new paragraph. */
  readonly text?: string;
  /** A picture as SVG text. */
  readonly svg?: string;
  /** The page of a graph, from `toHtml`: shown in a frame, to be folded, searched and played there. */
  readonly page?: string;
  readonly table?: ReportTable;
  /** Words below the picture or the table. */
  readonly caption?: string;
  /** Other files that belong to it, such as the page of a graph. */
  readonly links?: readonly ReportLink[];
}

/** A way from a report to a file beside it. */
export interface ReportLink {
  readonly text: string;
  /** The file's name, or its path from the report's folder: `step.html`. */
  readonly file: string;
}

/** What `reportPage` shows. */
export interface Report {
  readonly title: string;
  /** The result in a sentence or two, below the title; plain text. */
  readonly summary?: string;
  readonly sections: readonly ReportSection[];
}

/** Width of the page's column in pixels; pictures that are much wider are scrolled instead of shrunk. */
const columnWidth = 960;

/** The smallest share of its size to which a picture is shrunk: text of 14 pixels is then 9 high. */
const smallestShare = 0.65;

const colourNames: readonly ColourName[] = ['paper', 'ink', 'soft', 'line', 'link', 'module-fill'];

/**
 * Puts a report together as one HTML file: no network, no server, light and dark, for screen, print, keyboard and screen reader.
 *
 * All text is text: nothing in a title, a cell or a picture's label becomes markup or runs. Pictures get ids of their own, and
 * a large one scrolls inside its frame, at full size or fitted. The page says what was drawn with what, and embeds no library.
 *
 * @param report title, summary, and sections with words, a picture (`svg`), a table or all of them
 * @returns a whole HTML document as text
 * @throws ArgumentError `not-svg` when a section's picture is not SVG; `bad-table` when a row has another length than the columns;
 *   `not-a-page` when a section's page is none;
 *   `bad-link` when a link leads elsewhere than to a file; `bad-report`, `unknown-option`
 * @example
 * const html = reportPage({
 *   title: 'Two spirals',
 *   summary: 'Held-out accuracy 99.5 % after 400 steps.',
 *   sections: [{ title: 'Loss', svg: await linePlot([{ name: 'loss', y: [2, 1, 0.5] }]), caption: 'Mean over a batch.' }],
 * });
 */
export function reportPage(report: Report): string {
  checkReport(report);
  const { title, summary = '', sections } = report;
  const contents = sections.map(
    (section, index) => `<li><a href="#section-${index + 1}">${escaped(section.title)}</a></li>`,
  );
  return htmlDocument({
    title,
    colours: colourNames,
    css: pageCss,
    scripts: [{ text: themeScript, hash: themeScriptHash }],
    framed: sections.some(({ page }) => page !== undefined) ? [viewerScriptHash] : [],
    body: `<a class="skip" href="#content">Skip to content</a>
<header>
<h1>${escaped(title)}</h1>
${paragraphs(summary)}
${themeChoice}
</header>
${contents.length > 1 ? `<nav aria-label="Contents">\n<ol>\n${contents.join('\n')}\n</ol>\n</nav>\n` : ''}<main id="content" tabindex="-1">
${sections.length === 0 ? '<p>There is nothing in this report yet.</p>' : sections.map(sectionHtml).join('\n')}
</main>
<footer>
<p>Made with Edgewise. Graphs were laid out by Graphviz and plots drawn with Observable Plot; this page contains what they drew and none of their code.</p>
</footer>`,
  });
}

function sectionHtml(section: ReportSection, index: number): string {
  const { title, text = '', svg, page, table, caption, links = [] } = section;
  const id = `section-${index + 1}`;
  const parts = [
    `<section aria-labelledby="${id}">`,
    `<h2 id="${id}">${escaped(title)}</h2>`,
    paragraphs(text),
    links.length === 0 ? '' : `<ul class="links">\n${links.map(linkHtml).join('\n')}\n</ul>`,
    svg === undefined ? '' : figure(svg, index, table === undefined ? caption : undefined),
    page === undefined ? '' : frameHtml(page, title),
    table === undefined ? '' : tableHtml(table, title, caption),
    '</section>',
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function linkHtml({ text, file }: ReportLink): string {
  return `<li><a href="${escaped(file.split('/').map(encodeURIComponent).join('/'))}">${escaped(text)}</a></li>`;
}

/** A page in a page: of its scripts those run that this package wrote, and none sees what is around it. Its search is a form. */
function frameHtml(page: string, title: string): string {
  return `<iframe class="inner" title="${escaped(title)}" sandbox="allow-scripts allow-forms" srcdoc="${escaped(page)}"></iframe>`;
}

function figure(text: string, index: number, caption: string | undefined): string {
  const svg = readSvg(text);
  if (svg?.name !== 'svg') {
    throw badArgument('reportPage', {
      code: 'not-svg',
      problem: `the picture of section ${index + 1} is not SVG; it begins ${JSON.stringify(text.slice(0, 40))}`,
      expected: 'SVG text',
      received: text.slice(0, 200),
      remedy: 'the awaited result of renderSvg, linePlot or another picture',
    });
  }
  const clean = cleanSvg(svg);
  prefixIds(clean, `p${index + 1}-`);
  const name = titleOf(clean) ?? 'Picture';
  const width = Number(clean.attributes.get('width') ?? columnWidth);
  const isWide = columnWidth / width < 0.98;
  const id = `full-${index + 1}`;
  const isFull = columnWidth / width < smallestShare;
  const choice = isWide
    ? `<input type="checkbox" class="full" id="${id}"${isFull ? ' checked' : ''}><label for="${id}">full size</label>\n`
    : '';
  // What scrolls has to be reached by keyboard, and to be named when it is; on a narrow screen every frame may scroll.
  const frame = `<div class="frame" tabindex="0" role="group" aria-label="${escaped(name)}">`;
  const words = caption === undefined ? '' : `<figcaption>${escaped(caption)}</figcaption>\n`;
  return `<figure>\n${choice}${frame}\n${writeSvg(clean)}\n</div>\n${words}</figure>`;
}

function tableHtml({ columns, rows }: ReportTable, title: string, caption: string | undefined): string {
  const isNumeric = columns.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'));
  const mark = (column: number) => (isNumeric[column] === true ? ' class="number"' : '');
  const head = columns.map((name, column) => `<th scope="col"${mark(column)}>${escaped(name)}</th>`).join('');
  const body = rows.map(
    (row) => `<tr>${row.map((cell, column) => `<td${mark(column)}>${escaped(String(cell))}</td>`).join('')}</tr>`,
  );
  const words = caption === undefined ? '' : `<caption>${escaped(caption)}</caption>\n`;
  return `<div class="frame table" tabindex="0" role="group" aria-label="${escaped(title)}, table">
<table>
${words}<thead><tr>${head}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table>
</div>`;
}

function paragraphs(text: string): string {
  return text
    .split(/\n\s*\n/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => `<p>${escaped(part)}</p>`)
    .join('\n');
}

function titleOf(svg: SvgElement): string | undefined {
  const title = svg.children.find((child) => typeof child !== 'string' && child.name === 'title');
  return title === undefined ? undefined : textOf(title);
}

function checkReport(report: Report): void {
  checkOptions('reportPage', report, ['title', 'summary', 'sections']);
  const wrong = (problem: string, received: unknown) =>
    badArgument('reportPage', {
      code: 'bad-report',
      problem,
      expected: '{ title, summary?, sections: [{ title, ... }] }',
      received,
    });
  if (typeof report.title !== 'string') throw wrong('the report has no title', report.title);
  if (!isList(report.sections)) throw wrong('the report has no list of sections', report.sections);
  for (const [index, section] of report.sections.entries()) {
    checkOptions('reportPage', section, ['title', 'text', 'svg', 'page', 'table', 'caption', 'links']);
    if (typeof section.title !== 'string') throw wrong(`section ${index + 1} has no title`, section.title);
    if (section.svg !== undefined && typeof section.svg !== 'string') {
      throw wrong(`the picture of section ${index + 1} is not text; was it awaited?`, section.svg);
    }
    if (
      section.page !== undefined &&
      !(typeof section.page === 'string' && section.page.startsWith('<!doctype html>'))
    ) {
      throw badArgument('reportPage', {
        code: 'not-a-page',
        problem: `the page of section ${index + 1} is no page of a graph`,
        expected: 'a whole HTML document as text',
        received: typeof section.page === 'string' ? (section.page as string).slice(0, 200) : section.page,
        remedy: 'the awaited result of toHtml',
      });
    }
    for (const link of section.links ?? []) {
      checkOptions('reportPage', link, ['text', 'file']);
      if (/^[^/?#:]+(?:\/[^/?#:]+)*$/.test(link.file)) continue;
      throw badArgument('reportPage', {
        code: 'bad-link',
        problem: `a link of section ${index + 1} leads to ${JSON.stringify(link.file)}, which is no file beside the report`,
        expected: 'a path such as step.html',
        received: link.file,
      });
    }
    const { table } = section;
    const bad = table?.rows.findIndex((row) => row.length !== table.columns.length) ?? -1;
    if (bad >= 0) {
      throw badArgument('reportPage', {
        code: 'bad-table',
        problem: `row ${bad} of the table in section ${index + 1} has ${table?.rows[bad]?.length ?? 0} cells for ${table?.columns.length ?? 0} columns`,
        expected: table?.columns.length,
        received: table?.rows[bad],
      });
    }
  }
}
