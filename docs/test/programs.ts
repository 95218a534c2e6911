// Where the examples are: the ts blocks of a page, and the @example parts of docstrings, as programs that can be run.

import { parseSync, Visitor } from 'oxc-parser';

/** TypeScript of which every line stands where it stands in the file it comes from; all other lines are empty. */
export interface Program {
  /** The file, and the line of its first example. */
  readonly name: string;
  readonly text: string;
}

/** What may stand behind the three backticks, besides ts; these blocks are shown and not run. */
const shown = ['', 'text', 'sh', 'json', 'js'];

/**
 * The programs of a page. Its ```ts blocks are one program, from top to bottom; a ```ts separate block is one by itself.
 * What a ```ts throws block throws, or what any other prints, is the ```text block that follows it directly.
 */
export function programsOfPage(file: string, markdown: string): Program[] {
  const lines = markdown.split('\n');
  const empty = lines.map(() => '');
  const together = [...empty];
  const programs: Program[] = [];
  for (let line = 0; line < lines.length; line++) {
    const { fence, word, marks } = openFence(lines[line]!);
    if (fence === '') continue;
    const end = lines.findIndex((text, k) => k > line && text.trim() === fence);
    if (end < 0) throw new Error(`${file}:${line + 1}: the block does not end`);
    if (word === 'ts') {
      const into = marks === 'separate' ? [...empty] : together;
      for (let k = line + 1; k < end; k++) into[k] = lines[k]!;
      const said = JSON.stringify(textAfter(lines, end));
      if (marks === 'throws') [into[line], into[end]] = ['await $.throws(async () => {', `}, ${said});`];
      else [into[line], into[end]] = ['$.begin();', said === undefined ? '' : `$.printed(${said});`];
      if (into !== together) programs.push({ name: `${file}:${line + 2}`, text: into.join('\n') });
    }
    const known = word === 'ts' ? ['', 'separate', 'throws'].includes(marks) : shown.includes(word) && marks === '';
    if (!known) throw new Error(`${file}:${line + 1}: a block is marked "${word} ${marks}", which nothing reads`);
    line = end;
  }
  const first = together.findIndex((text) => text !== '');
  if (first >= 0) programs.unshift({ name: `${file}:${first + 2}`, text: together.join('\n') });
  return programs;
}

function openFence(line: string): { fence: string; word: string; marks: string } {
  const [, fence = '', word = '', marks = ''] = /^(`{3,})(\w*) *(.*)$/.exec(line) ?? [];
  return { fence, word, marks };
}

/** The text block after line `end`, if nothing else stands between. */
function textAfter(lines: readonly string[], end: number): string | undefined {
  const next = lines.findIndex((text, k) => k > end && text !== '');
  if (next < 0 || lines[next] !== '```text') return undefined;
  return lines.slice(next + 1, lines.indexOf('```', next)).join('\n');
}

/**
 * The examples in the docstrings of a source file, each a program. An example goes on until the next tag or an empty line.
 * The names it uses and does not declare are imported from those that `exported` gives.
 *
 * @param exported module -> the names it exports, types marked as `type Name`; earlier modules win
 */
export function programsOfSource(
  file: string,
  source: string,
  exported: ReadonlyMap<string, readonly string[]>,
): Program[] {
  return parseSync(file, source)
    .comments.filter(({ type, value }) => type === 'Block' && value.startsWith('*'))
    .flatMap(({ value, start }) => {
      const above = source.slice(0, start).split('\n').length - 1;
      return examplesIn(value).map(({ line, code }) => ({
        name: `${file}:${above + line + 1}`,
        text: importsFor(code.join('\n'), exported) + '\n'.repeat(above + line) + code.join('\n'),
      }));
    });
}

function examplesIn(comment: string): { line: number; code: string[] }[] {
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\*? ?/, ''));
  return lines.flatMap((first, line) => {
    const at = first.indexOf('@example');
    if (at < 0) return [];
    const rest = lines.slice(line + 1);
    const count = rest.findIndex((text) => text.trim() === '' || text.startsWith('@'));
    return [{ line, code: [first.slice(at + '@example'.length), ...rest.slice(0, count < 0 ? undefined : count)] }];
  });
}

function importsFor(code: string, exported: ReadonlyMap<string, readonly string[]>): string {
  const used = new Set<string>();
  const declared = new Set<string>();
  new Visitor({
    Identifier: ({ name }) => void used.add(name),
    VariableDeclarator: ({ id }) => {
      const names = id.type === 'Identifier' ? [id.name] : code.slice(id.start, id.end).match(/\w+/g);
      for (const name of names ?? []) declared.add(name);
    },
    ClassDeclaration: ({ id }) => void declared.add(id?.name ?? ''),
    FunctionDeclaration: ({ id }) => void declared.add(id?.name ?? ''),
  }).visit(parseSync('example.ts', code).program);
  const lines: string[] = [];
  for (const [module, names] of exported) {
    const wanted = names.filter((name) => {
      const plain = name.replace('type ', '');
      const take = used.has(plain) && !declared.has(plain);
      if (take) declared.add(plain);
      return take;
    });
    if (wanted.length > 0) lines.push(`import { ${wanted.join(', ')} } from '${module}';`);
  }
  return lines.join(' ');
}
