// Reads what a TypeScript or JavaScript file imports, in every way that the language has.

import { parseSync } from 'oxc-parser';

/** By text: the tests check the whole repository once for every violation that they plant. */
const parsed = new Map();

/**
 * @param {string} path names the file, and by its ending the language
 * @param {string} text
 * @returns {{ from: string | undefined, line: number, isType: boolean }[]} `from` is undefined where it is computed, as in
 *   `import(name)`; of types alone nothing is left when the program runs
 */
export function importsOf(path, text) {
  if (!parsed.has(text)) parsed.set(text, parse(path, text));
  return parsed.get(text);
}

function parse(path, text) {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`);
  const found = [];
  visit(program, (node) => {
    const source = sourceOf(node);
    if (source === undefined) return;
    const from = typeof source?.value === 'string' ? source.value : undefined;
    found.push({ from, line: text.slice(0, node.start).split('\n').length, isType: isOfTypes(node) });
  });
  return found;
}

function isOfTypes(node) {
  return node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type';
}

/** The node that says where from, null for one that names a package's own exports, undefined if `node` imports nothing. */
function sourceOf(node) {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression': // import('./x.ts')
    case 'TSImportType': // type T = import('./x.ts').T
      return node.source;
    case 'ExportNamedDeclaration':
      return node.source ?? undefined; // `export const` has no source
    case 'TSExternalModuleReference': // import x = require('./x.ts')
      return node.expression;
    case 'CallExpression':
      return node.callee.name === 'require' ? node.arguments[0] : undefined;
    default:
      return undefined;
  }
}

/** Depth first, without recursion: a long chain of method calls is a deep tree. */
function visit(program, look) {
  const pending = [program];
  while (pending.length > 0) {
    const node = pending.pop();
    if (typeof node.type === 'string') look(node);
    for (const child of Object.values(node)) if (child !== null && typeof child === 'object') pending.push(child);
  }
}
