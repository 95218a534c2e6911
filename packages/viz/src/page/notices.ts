/**
 * Whose work is behind the pictures, and the licence texts that go with it.
 *
 * A picture or a page made by this package holds lines and words: the output of Graphviz and of Observable Plot, and none of
 * their code, so nobody has to be named in it. Who bundles this package into a page does pass their code on; `noticesText`
 * is then to be kept beside it, in whole.
 */
import { apacheText, eplText, iscText, mitText, mplText, oflText } from './licences.ts';

/** A work that this package loads at run time. */
export interface Notice {
  readonly name: string;
  /** The version this package was tested with. */
  readonly version: string;
  /**
   * What it does here: `graphs` are laid out with it, `plots` drawn with it, it is the `document` of plots outside a page, or `png`
   * are made with it.
   */
  readonly usedFor: 'graphs' | 'plots' | 'document' | 'png';
  readonly copyright: string;
  /** The licence's SPDX identifier. */
  readonly licence: 'EPL-1.0' | 'Apache-2.0' | 'MIT' | 'ISC' | 'MPL-2.0' | 'OFL-1.1';
  /** Where its source code is. */
  readonly source: string;
}

/** All works whose code becomes part of a page that bundles this package, each only if what it is used for is in the bundle. */
export const notices: readonly Notice[] = [
  {
    name: 'Graphviz, compiled to WebAssembly',
    version: '2.50.0',
    usedFor: 'graphs',
    copyright:
      'Copyright (c) 1994-2021 AT&T Intellectual Property, John Ellson, Emden Gansner, Yifan Hu, Stephen North and contributors',
    licence: 'EPL-1.0',
    source: 'https://gitlab.com/graphviz/graphviz/-/tree/2.50.0',
  },
  {
    name: 'Expat, the XML parser inside Graphviz',
    version: '2.4',
    usedFor: 'graphs',
    copyright:
      'Copyright (c) 1998-2000 Thai Open Source Software Center Ltd and Clark Cooper\nCopyright (c) 2001-2021 Expat maintainers',
    licence: 'MIT',
    source: 'https://github.com/libexpat/libexpat',
  },
  {
    name: '@hpcc-js/wasm, the WebAssembly build of Graphviz',
    version: '1.x, as contained in graphviz-wasm 3.0.2',
    usedFor: 'graphs',
    copyright: 'HPCC Systems and contributors',
    licence: 'Apache-2.0',
    source: 'https://github.com/hpcc-systems/hpcc-js-wasm',
  },
  {
    name: 'Emscripten, the run-time code of the WebAssembly build',
    version: 'as contained in graphviz-wasm 3.0.2',
    usedFor: 'graphs',
    copyright: 'Copyright (c) 2010-2014 Emscripten authors',
    licence: 'MIT',
    source: 'https://github.com/emscripten-core/emscripten',
  },
  {
    name: 'graphviz-wasm, decode-base64, function-once',
    version: '3.0.2, 3.0.2, 3.0.1',
    usedFor: 'graphs',
    copyright: 'Copyright (c) 2021-present Fabio Spampinato',
    licence: 'MIT',
    source: 'https://github.com/fabiospampinato/graphviz-wasm',
  },
  {
    name: 'Observable Plot',
    version: '0.6.17',
    usedFor: 'plots',
    copyright: 'Copyright 2020-2025 Observable, Inc.',
    licence: 'ISC',
    source: 'https://github.com/observablehq/plot',
  },
  {
    name: 'D3, with internmap, isoformat and delaunator',
    version: '7.9.2',
    usedFor: 'plots',
    copyright: 'Copyright 2010-2026 Mike Bostock\nCopyright 2018-2026 Observable, Inc.\nCopyright (c) 2026, Mapbox',
    licence: 'ISC',
    source: 'https://github.com/d3/d3',
  },
  {
    name: 'ColorBrewer colour schemes inside D3',
    version: 'd3-scale-chromatic 3.1.1',
    usedFor: 'plots',
    copyright: 'Copyright 2002 Cynthia Brewer, Mark Harrower, and The Pennsylvania State University',
    licence: 'Apache-2.0',
    source: 'https://github.com/d3/d3-scale-chromatic',
  },
  {
    name: 'interval-tree-1d and binary-search-bounds',
    version: '1.0.4, 2.0.5',
    usedFor: 'plots',
    copyright: 'Copyright (c) 2013-2015 Mikola Lysenko',
    licence: 'MIT',
    source: 'https://github.com/mikolalysenko/interval-tree-1d',
  },
  {
    name: 'LinkeDOM',
    version: '0.18.12',
    usedFor: 'document',
    copyright: 'Copyright (c) 2021, Andrea Giammarchi, @WebReflection',
    licence: 'ISC',
    source: 'https://github.com/WebReflection/linkedom',
  },
  {
    name: 'resvg, compiled to WebAssembly (@resvg/resvg-wasm)',
    version: '2.6.2',
    usedFor: 'png',
    copyright: 'Copyright (c) yisibl and contributors; resvg: the Resvg Authors',
    licence: 'MPL-2.0',
    source: 'https://github.com/yisibl/resvg-js',
  },
  {
    name: 'Arimo, the font of PNG pictures (@expo-google-fonts/arimo)',
    version: '0.4.3',
    usedFor: 'png',
    copyright: 'Copyright 2026 The Arimo Project Authors',
    licence: 'OFL-1.1',
    source: 'https://github.com/googlefonts/arimo',
  },
];

const licenceTexts: Readonly<Record<Notice['licence'], string>> = {
  'EPL-1.0': eplText,
  'Apache-2.0': apacheText,
  MIT: mitText,
  ISC: iscText,
  'MPL-2.0': mplText,
  'OFL-1.1': oflText,
};

/** What the EPL wants said where compiled code is passed on under other terms (section 3). */
const compiledCode = `The compiled code of Graphviz is passed on as it was received and is given under the Eclipse Public License 1.0. On behalf of all its
contributors, all warranties and conditions, express and implied, are disclaimed, and all liability for damages is excluded.
Its source code is available from the address above, free of charge. Terms that differ are offered by nobody but those who
offer them.`;

/**
 * The notices as plain text, licences in full, for a file or a page that passes the code on.
 *
 * @param usedFor only what is used for these; everything by default
 * @example
 * noticesText(['graphs']).includes('Eclipse Public License'); // true
 */
export function noticesText(usedFor: readonly Notice['usedFor'][] = ['graphs', 'plots', 'document', 'png']): string {
  const chosen = notices.filter((notice) => usedFor.includes(notice.usedFor));
  const works = chosen.map(({ name, version, copyright, licence, source }) =>
    [
      `${name} (${version})`,
      copyright,
      `Licence: ${licence}`,
      `Source: ${source}`,
      ...(licence === 'EPL-1.0' ? ['', compiledCode] : []),
    ].join('\n'),
  );
  const licences = [...new Set(chosen.map(({ licence }) => licence))].map(
    (licence) => `${licence}\n\n${licenceTexts[licence]}`,
  );
  return [...works, ...licences].join(`\n\n${'-'.repeat(78)}\n\n`);
}
