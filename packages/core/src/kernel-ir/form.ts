/**
 * What a kernel says but for which buffers it says it of: kernels of one form are the same instructions at other addresses.
 */
import { type Buffer, type Expression, type Loop, allParts } from './expression.ts';
import type { Kernel, Store } from './statement.ts';

export interface KernelForm {
  /** Equal for kernels of one form, in this program or another. */
  readonly text: string;
  /** The kernel's buffers in the order in which its form meets them. */
  readonly buffers: readonly Buffer[];
}

export function formOf({ loops, stores, along }: Kernel): KernelForm {
  const writer = new FormWriter();
  let text = '';
  for (const loop of loops) text += `${writer.loop(loop)} `;
  if (along !== undefined) text += `along ${writer.loop(along.loop)}${writer.stores(along.stores)} then`;
  text += writer.stores(stores);
  return { text: writer.text + text, buffers: [...writer.buffers.keys()] };
}

class FormWriter {
  /** What was described so far: loops, buffers and expressions, which are called by their numbers afterwards. */
  text = '';
  readonly buffers = new Map<Buffer, number>();
  private readonly loops = new Map<Loop, number>();
  private readonly expressions = new Map<Expression, number>();

  stores(stores: readonly Store[]): string {
    const roots: Expression[] = [];
    for (const { index, value } of stores) roots.push(index, value);
    for (const part of allParts(roots)) {
      if (this.expressions.has(part)) continue;
      const said = this.said(part);
      this.text += `${part.type} ${said}\n`;
      this.expressions.set(part, this.expressions.size);
    }
    let text = '';
    for (const { buffer, index, value } of stores) {
      text += ` ${this.buffer(buffer)}[${this.number(index)}]=${this.number(value)}`;
    }
    return text;
  }

  loop(loop: Loop): number {
    let number = this.loops.get(loop);
    if (number === undefined) {
      number = this.loops.size;
      this.loops.set(loop, number);
      this.text += `loop ${loop.extent}\n`;
    }
    return number;
  }

  private buffer(buffer: Buffer): number {
    let number = this.buffers.get(buffer);
    if (number === undefined) {
      number = this.buffers.size;
      this.buffers.set(buffer, number);
      const { type, size, range } = buffer;
      this.text +=
        range === undefined ? `buffer ${type} ${size}\n` : `buffer ${type} ${size} ${range[0]} ${range[1]}\n`;
    }
    return number;
  }

  private number(x: Expression): number {
    return this.expressions.get(x)!;
  }

  private said(x: Expression): string {
    switch (x.kind) {
      case 'constant':
        return Object.is(x.value, -0) ? '-0' : `${x.value}`;
      case 'loop':
        return `loop ${this.loop(x.loop)}`;
      case 'linear': {
        let text = `${x.constant}`;
        for (const [term, factor] of x.terms) text += `+${this.number(term)}*${factor}`;
        return text;
      }
      case 'load':
        return `load ${this.buffer(x.buffer)} ${this.number(x.index)}`;
      case 'reduce':
        return `${x.combine} along ${this.loop(x.loop)} ${this.number(x.body)}`;
      case 'rare':
        return `${x.slow} ${this.numbers(x.parts)}`;
      case 'apply':
        return `${x.name} ${this.numbers(x.args)}`;
    }
  }

  private numbers(parts: readonly Expression[]): string {
    let text = '';
    for (const part of parts) text += ` ${this.number(part)}`;
    return text;
  }
}
