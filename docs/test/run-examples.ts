// Runs a program of examples as it is written, and holds it to what its comments and the text blocks beside it say:
//
//     x.sum().item(); // 10                       behind an expression: its value, to the digits shown
//     const y = x.square(); // f32 [2, 2]         behind a constant: its value, unless the comment is no value
//
// A comment behind an expression that is no value is an error, unless the expression gives nothing.

import { parseSync, Visitor } from 'oxc-parser';
import { transformWithOxc } from 'vite';
import { compare, shown } from './expected.ts';
import type { Program } from './programs.ts';

/** What a program can call: `$` in its text. */
class Harness {
  /** The line of the statement that runs. */
  line = 0;
  private output: string[] = [];
  readonly console: { log(...values: unknown[]): void } = {
    log: (...values) => void this.output.push(values.map(shown).join(' ')),
  };

  import(module: string): Promise<unknown> {
    return import(/* @vite-ignore */ module);
  }

  check(value: unknown, comment: string, line: number, mayBeWords: boolean): void {
    this.line = line;
    const verdict = compare(value, comment);
    if (verdict === 'right' || (mayBeWords && typeof value === 'function')) return;
    if (verdict === 'no value' && (mayBeWords || value === undefined)) return;
    if (verdict === 'wrong') throw new Error(`the comment says ${comment.trim()}; the value is ${shown(value)}`);
    throw new Error(
      `the comment "${comment.trim()}" says no value (it is ${shown(value)}); words stand on a line above`,
    );
  }

  begin(): void {
    this.output = [];
  }

  printed(expected: string): void {
    const found = this.output.join('\n');
    const tidy = (text: string): string => text.replace(/ +$/gm, '').trimEnd();
    if (tidy(found) !== tidy(expected)) throw new Error(`the block prints\n${found}\nand the page says\n${expected}`);
  }

  async throws(block: () => Promise<void>, expected = ''): Promise<void> {
    try {
      await block();
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      if (said === expected) return;
      throw new Error(`the block throws\n${said}\nand the page says\n${expected}`, { cause: error });
    }
    throw new Error('the block does not throw');
  }
}

/** Throws where a program does not do what it says, naming file and line. */
export async function runProgram({ name, text }: Program): Promise<void> {
  const file = name.replace(/:\d+$/, '');
  const { code } = await transformWithOxc(instrumented(text), `${file}.ts`, { sourcemap: false });
  const AsyncFunction = Object.getPrototypeOf(runProgram) as { constructor: new (...source: string[]) => Run };
  const run = new AsyncFunction.constructor('$', 'console', `'use strict';\n{${code.replace('export {};', '')}\n}`);
  const harness = new Harness();
  try {
    await run(harness, harness.console);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new Error(`${file}:${harness.line}: ${said}`, { cause: error });
  }
}

type Run = (harness: Harness, console: Harness['console']) => Promise<void>;

/** The program with its imports and the comments behind its statements as calls of the harness; lines stay where they are. */
function instrumented(text: string): string {
  const { program, comments, errors } = parseSync('example.ts', text);
  if (errors[0] !== undefined) throw new Error(errors[0].codeframe ?? errors[0].message);
  const insertions: { at: number; text: string; upTo?: number }[] = [];
  const insert = (at: number, added: string, upTo = at): void => void insertions.push({ at, text: added, upTo });
  const lineOf = (at: number): number => text.slice(0, at).split('\n').length;
  /** The comment that ends the line on which a statement ends. */
  const behind = (end: number): string | undefined =>
    comments.find(({ type, start }) => type === 'Line' && start >= end && /^ *$/.test(text.slice(end, start)))?.value;

  for (const statement of program.body) {
    if (statement.type !== 'ImportDeclaration') {
      const exported = statement.type === 'ExportNamedDeclaration' ? statement.declaration?.start : undefined;
      insert(statement.start, `$.line = ${lineOf(statement.start)}; `, exported);
      continue;
    }
    const { specifiers, source, importKind } = statement;
    const names = specifiers.flatMap((specifier) => {
      const written = text.slice(specifier.start, specifier.end);
      if (specifier.type === 'ImportNamespaceSpecifier') return [written.replace(/^\* as /, '...')];
      return importKind === 'type' || written.startsWith('type ') ? [] : [written.replace(' as ', ': ')];
    });
    insert(
      statement.start,
      names.length === 0 ? '' : `const { ${names.join(', ')} } = await $.import('${source.value}');`,
      statement.end,
    );
  }

  new Visitor({
    ExpressionStatement: ({ expression, end }) => {
      const comment = behind(end);
      if (comment === undefined) return;
      insert(expression.start, '$.check((');
      insert(
        expression.end,
        `), ${JSON.stringify(comment)}, ${lineOf(end)}, ${expression.type === 'AssignmentExpression'})`,
      );
    },
    VariableDeclaration: ({ declarations, end }) => {
      const comment = behind(end);
      const [only] = declarations;
      if (comment === undefined || declarations.length > 1 || only?.id.type !== 'Identifier') return;
      insert(end, ` $.check(${only.id.name}, ${JSON.stringify(comment)}, ${lineOf(end)}, true);`);
    },
  }).visit(program);

  let result = '';
  let at = 0;
  for (const { at: start, text: added, upTo = start } of insertions.sort((a, b) => a.at - b.at)) {
    result += text.slice(at, start) + added;
    at = upTo;
  }
  return result + text.slice(at);
}
