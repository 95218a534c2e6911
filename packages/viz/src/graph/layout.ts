/**
 * Graphviz behind one function: DOT text in, its SVG out, or a refusal that says what is wrong with the text. Nobody else knows
 * which build of Graphviz this is.
 */
import { ArgumentError } from '@edgewise/core';
import { badArgument } from '../bad-argument.ts';
import { type Engine, engines } from './graphviz.ts';
import { TooSlow, layoutAside } from './layout-thread.ts';

/** How long a layout may take, in milliseconds, unless said otherwise. */
export const usualTimeLimit = 10_000;

/**
 * Graphviz's own SVG of a graph, unchanged: not yet cleaned, and not yet in any theme. Made in a thread of its own, so that a
 * page or a server goes on meanwhile; where none can be started, in the caller's, and then without a time limit.
 *
 * @param timeLimit in milliseconds
 * @throws ArgumentError `bad-dot` with the line and the text near which Graphviz stopped; `layout-failed` when it gave up on a
 *   valid graph; `layout-too-slow` when it took longer than allowed
 */
export async function layout(dot: string, engine: Engine, timeLimit: number = usualTimeLimit): Promise<string> {
  if (dot.trim() === '') {
    throw notDot('the DOT text is empty', 'digraph { ... }', dot);
  }
  // Graphviz reads a C string: it would silently draw what stands before the zero.
  const zero = dot.indexOf('\0');
  if (zero >= 0) {
    throw notDot(`the DOT text has a zero character at line ${lineAt(dot, zero)}`, 'text without U+0000', dot);
  }
  let drawn;
  try {
    drawn = await layoutAside(dot, engine, timeLimit);
  } catch (error) {
    if (!(error instanceof TooSlow)) throw error;
    throw badArgument('renderSvg', {
      code: 'layout-too-slow',
      problem: `Graphviz's "${engine}" had not placed this graph of ${dot.length} characters after ${timeLimit} ms`,
      expected: `a layout within ${timeLimit} ms`,
      received: dot.length,
      remedy: `a coarser graph (fold), another engine such as "sfdp", or { timeLimit: ${timeLimit * 10} }`,
    });
  }
  if ('svg' in drawn) return drawn.svg;
  throw refused(dot, engine, drawn.refusal);
}

/** Whether a graph was too much for Graphviz, in time or otherwise: a coarser one may not be. */
export function isTooMuch(error: unknown): boolean {
  return error instanceof ArgumentError && ['layout-too-slow', 'layout-failed'].includes(error.code);
}

/** @param said Graphviz's own words */
function refused(dot: string, engine: Engine, said: string): Error {
  const syntax = /^syntax error in line (\d+) ?([\s\S]*)$/.exec(said.replace(/^Error:\s*/, ''));
  if (syntax !== null) {
    const [, line = '1', rest = ''] = syntax;
    const where = rest
      .replace(/\s*\n\s*/g, '; ')
      .replace(/\(missing endquote\? longer than 16384\?\)/, 'that does not end');
    const text = dot.split('\n')[Number(line) - 1]?.trim() ?? '';
    return notDot(
      `the DOT text is wrong in line ${line}${where === '' ? '' : `, ${where}`}${text === '' ? '' : `\n  line ${line} is: ${text.slice(0, 120)}`}`,
      'text in the DOT language',
      line,
      'toDot(graph), which quotes every name; by hand, a name that is not a plain word stands in "double quotes" with \\" for a quote',
    );
  }
  return badArgument('renderSvg', {
    code: 'layout-failed',
    problem: `Graphviz's "${engine}" could not place this graph of ${dot.length} characters${said === '' ? '' : `: ${said}`}`,
    expected: 'a graph that Graphviz can place',
    received: said,
    remedy: `a coarser graph (fold modules in toDot), or another engine: ${engines.filter((name) => name !== engine).join(', ')}`,
  });
}

function notDot(problem: string, expected: string, received: unknown, remedy?: string): Error {
  return badArgument('renderSvg', {
    code: 'bad-dot',
    problem,
    expected,
    received,
    ...(remedy === undefined ? {} : { remedy }),
  });
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
