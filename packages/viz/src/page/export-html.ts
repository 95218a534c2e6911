/** Writes a graph's page to a file: the one thing here that only Node can do. */
import type { Graph, Tensor } from '@edgewise/core';
import { badArgument } from '../bad-argument.ts';
import { type HtmlOptions, toHtml } from './graph-page.ts';

/** What is needed of Node, asked for at run time: importing it would keep this package out of pages. */
interface NodeProcess {
  getBuiltinModule?(name: 'node:fs/promises'): { writeFile(file: string, text: string): Promise<void> };
}

/**
 * Writes the page of `toHtml` to a file. Only in Node; a page offers the text of `toHtml` as a download instead.
 *
 * @param graph a graph, or a recorded tensor with its history
 * @param file where to; an existing file is replaced
 * @param options as for `toHtml`
 * @throws ArgumentError `needs-node` in a page; `not-a-graph`, `not-recorded`, `unknown-option`
 * @example
 * const graph = trace((x: Tensor) => x.square().sum(), spec([2]));
 * const save = (): Promise<void> => exportHtml(graph, 'graph.html', { title: 'A sum of squares' });
 */
export async function exportHtml(
  graph: Graph<Tensor> | Tensor,
  file: string,
  options: HtmlOptions = {},
): Promise<void> {
  const { process } = globalThis as { process?: NodeProcess };
  const files = process?.getBuiltinModule?.('node:fs/promises');
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
