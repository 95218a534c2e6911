/** Graphviz itself, in whatever thread has loaded it. */

/** A way of placing nodes: `dot` in layers, `neato`, `fdp` and `sfdp` by springs, `circo` and `twopi` on circles, `osage` and `patchwork` packed. */
export type Engine = 'dot' | 'neato' | 'fdp' | 'sfdp' | 'circo' | 'twopi' | 'osage' | 'patchwork';

/** All engines. */
export const engines: readonly Engine[] = ['dot', 'neato', 'fdp', 'sfdp', 'circo', 'twopi', 'osage', 'patchwork'];

/** What Graphviz made of a text: a picture, or its own words about what is wrong. */
export type Drawn = { readonly svg: string } | { readonly refusal: string };

/** Lays out a text. */
export type Layout = (dot: string, engine: Engine) => Drawn;

/** The module `graphviz-wasm`, as whoever loads it has it. */
export interface Wrapper {
  loadWASM(): Promise<void>;
  layout(dot: string, format: 'svg', engine: Engine): string;
}

/** Starts Graphviz in this thread. */
export async function startGraphviz(graphviz: Wrapper): Promise<Layout> {
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
  return (dot, engine) => {
    try {
      return { svg: graphviz.layout(dot, 'svg', engine) };
    } catch (error) {
      return { refusal: error instanceof Error ? error.message.trim() : String(error) };
    }
  };
}

/** Graphviz knows the widths of few fonts and few letters and says so for each other one, which nobody can act on. */
function isAboutFonts(message: string): boolean {
  return /no value for width of|no hard-coded metrics/.test(message);
}
