/**
 * Graphviz behind one function: DOT text in, its SVG out. Nobody else knows which build of Graphviz this is.
 */
import { badArgument } from '../bad-argument.ts';

/** A way of placing nodes: `dot` in layers, `neato`, `fdp` and `sfdp` by springs, `circo` and `twopi` on circles, `osage` and `patchwork` packed. */
export type Engine = 'dot' | 'neato' | 'fdp' | 'sfdp' | 'circo' | 'twopi' | 'osage' | 'patchwork';

/** All engines. */
export const engines: readonly Engine[] = ['dot', 'neato', 'fdp', 'sfdp', 'circo', 'twopi', 'osage', 'patchwork'];

type Layout = (dot: string, engine: Engine) => string;

let loading: Promise<Layout> | undefined;

/**
 * Graphviz's own SVG of a graph, unchanged: not yet cleaned, and not yet in any theme.
 *
 * @throws ArgumentError `bad-dot` with the line and the text near which Graphviz stopped; `layout-failed` when it gave up on a valid graph
 */
export async function layout(dot: string, engine: Engine): Promise<string> {
  if (dot.trim() === '') {
    throw notDot('the DOT text is empty', 'digraph { ... }', dot);
  }
  // Graphviz reads a C string: it would silently draw what stands before the zero.
  const zero = dot.indexOf('\0');
  if (zero >= 0) {
    throw notDot(`the DOT text has a zero character at line ${lineAt(dot, zero)}`, 'text without U+0000', dot);
  }
  loading ??= load();
  let run: Layout;
  try {
    run = await loading;
  } catch (error) {
    loading = undefined;
    throw error;
  }
  try {
    return run(dot, engine);
  } catch (error) {
    throw refused(dot, engine, error);
  }
}

/** Loads Graphviz at first use: it is over a megabyte. */
async function load(): Promise<Layout> {
  const { default: graphviz } = await import('graphviz-wasm');
  // The wrapper takes hold of console.warn in this call, before its first await, for all that Graphviz will ever print.
  // oxlint-disable no-console -- it is what the wrapper prints with, and is put back before anybody else can run
  const warn = console.warn;
  console.warn = (...message: unknown[]) => {
    if (!isAboutFonts(message.join(' '))) warn(...message);
  };
  let loaded: Promise<void>;
  try {
    loaded = graphviz.loadWASM();
  } finally {
    console.warn = warn;
  }
  // oxlint-enable no-console
  await loaded;
  return (dot, engine) => graphviz.layout(dot, 'svg', engine);
}

/** Graphviz knows the widths of few fonts and few letters and says so for each other one, which nobody can act on. */
function isAboutFonts(message: string): boolean {
  return /no value for width of|no hard-coded metrics/.test(message);
}

function refused(dot: string, engine: Engine, error: unknown): Error {
  const said = error instanceof Error ? error.message.trim() : String(error);
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
