/** Writes a graph's page to a file: the one thing here that only Node can do. */
import { badArgument } from '../bad-argument.ts';
import { nodeModule } from '../node-modules.ts';
import { type HtmlOptions, type Shown, toHtml } from './graph-page.ts';

/**
 * Writes the page of `toHtml` to a file. Only in Node; a page offers the text of `toHtml` as a download instead.
 *
 * @param graph a graph, a recorded tensor with its history, or an error with a graph, or what `compile` gave
 * @param file where to; an existing file is replaced
 * @param options as for `toHtml`
 * @throws ArgumentError `needs-node` in a page; and those of `toHtml`
 * @example
 * const graph = trace((x: Tensor) => x.square().sum(), spec([2]));
 * const save = (): Promise<void> => exportHtml(graph, 'graph.html', { title: 'A sum of squares' });
 */
export async function exportHtml(graph: Shown, file: string, options: HtmlOptions = {}): Promise<void> {
  const files = nodeModule('node:fs/promises');
  if (files === undefined) {
    throw badArgument('exportHtml', {
      code: 'needs-node',
      problem: 'there are no files to write to here; exportHtml works in Node',
      expected: 'Node 20.16 or later',
      remedy: 'await toHtml(graph)',
    });
  }
  await files.writeFile(file, await toHtml(graph, options));
}
