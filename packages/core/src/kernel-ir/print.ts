/** The kernel language as text: what `explain` shows, and what tests compare. */
import { type Expression, type Loop, allParts } from './expression.ts';
import type { Kernel, Statement } from './statement.ts';

const infix: Readonly<Record<string, string>> = {
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
  quotient: '//',
  modulo: '%',
  less: '<',
  lessEqual: '<=',
  greater: '>',
  greaterEqual: '>=',
  equal: '==',
  notEqual: '!=',
  and: '&',
  or: '|',
  xor: '^',
  shiftLeft: '<<',
  shiftRight: '>>',
  shiftRightUnsigned: '>>>',
};

/** Longer expressions that are used more than once are given a name. */
const SHORT = 16;

export function printStatement(statement: Statement): string {
  switch (statement.kind) {
    case 'host':
      return `host ${statement.name}(${statement.inputs.map(({ name }) => name).join(', ')}) -> ${statement.outputs.map(({ name }) => name).join(', ')}`;
    case 'copy':
      return `copy ${statement.from.name} -> ${statement.to.name}`;
    case 'kernel':
      return printKernel(statement);
  }
}

function printKernel({ name, loops, stores, along }: Kernel): string {
  const names = new Names(loops);
  const uses = new Map<Expression, number>();
  const roots = [...(along?.stores ?? []), ...stores].map(({ value }) => value);
  for (const part of allParts(roots)) for (const inner of part.parts) uses.set(inner, (uses.get(inner) ?? 0) + 1);
  for (const root of roots) uses.set(root, (uses.get(root) ?? 0) + 1);
  const extents = loops.map((loop) => ` ${names.of(loop)} < ${loop.extent}`);
  const lines = [`${name}:${extents.join(',')}`];
  for (const part of allParts(roots)) {
    if (part.kind === 'reduce') names.of(part.loop);
    if ((uses.get(part) ?? 0) < 2 || part.kind === 'constant' || part.kind === 'load') continue;
    const text = names.text(part);
    if (text.length <= SHORT) continue;
    lines.push(`  ${names.give(part)} = ${text}`);
  }
  for (const { buffer, index, value } of along?.stores ?? []) {
    lines.push(`  along ${names.of(along!.loop)}: ${buffer.name}[${names.text(index)}] = ${names.text(value)}`);
  }
  for (const { buffer, index, value } of stores) {
    lines.push(`  ${buffer.name}[${names.text(index)}] = ${names.text(value)}`);
  }
  return lines.join('\n');
}

export function printExpression(x: Expression): string {
  return new Names([]).text(x);
}

class Names {
  private readonly loops = new Map<Loop, string>();
  private readonly given = new Map<Expression, string>();

  constructor(loops: readonly Loop[]) {
    loops.forEach((loop) => this.of(loop));
  }

  of(loop: Loop): string {
    let name = this.loops.get(loop);
    if (name === undefined) {
      const count = this.loops.size;
      name = count < 16 ? 'ijklmnpqrstuvwxy'[count]! : `i${count}`;
      this.loops.set(loop, name);
    }
    return name;
  }

  give(x: Expression): string {
    const name = `v${this.given.size + 1}`;
    this.given.set(x, name);
    return name;
  }

  text(x: Expression): string {
    const given = this.given.get(x);
    if (given !== undefined) return given;
    switch (x.kind) {
      case 'constant':
        return typeof x.value === 'bigint' ? `0x${BigInt.asUintN(64, x.value).toString(16)}` : String(x.value);
      case 'loop':
        return this.of(x.loop);
      case 'linear': {
        const terms = x.terms.map(([term, factor]) =>
          factor === 1 ? this.text(term) : `${this.text(term)}*${factor}`,
        );
        if (x.constant !== 0) terms.push(String(x.constant));
        return terms.join(' + ').replaceAll('+ -', '- ');
      }
      case 'load':
        return `${x.buffer.name}[${this.text(x.index)}]`;
      case 'reduce':
        return `${x.combine}(${this.of(x.loop)} < ${x.loop.extent}: ${this.text(x.body)})`;
      case 'rare':
        return `(${this.text(x.condition)} ? ${x.slow}(${x.args.map((arg) => this.text(arg)).join(', ')}) : ${this.text(x.fast)})`;
      case 'apply': {
        const args = x.args.map((arg) => this.text(arg));
        const sign = infix[x.name];
        if (sign !== undefined) return `(${args[0]} ${sign} ${args[1]})`;
        if (x.name === 'convert') return `${x.type}(${args[0]})`;
        return `${x.name}(${args.join(', ')})`;
      }
    }
  }
}
