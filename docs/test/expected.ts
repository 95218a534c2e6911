// What a comment behind an expression says of its value, held against the value.

import { Tensor, Variable } from '@edgewise/core';
import { inspect } from 'node:util';

/** Whether the comment says a value, and if so, whether it is this one. Words may follow it, after one of `,:;(`. */
export function compare(value: unknown, comment: string): 'right' | 'wrong' | 'no value' {
  const said = comment.trim();
  const texts = textsOf(value);
  // As it prints: `tensor([1, 2], f32 [2])`, `f32 [2]`, or an object's words.
  if (texts.some((text) => said === text || (said.startsWith(text) && /^ ?[,:;(]/.test(said.slice(text.length)))))
    return 'right';
  if (/^(tensor\(|variable\(|(f32|f64|i32|bool) \[)/.test(said)) return 'wrong';
  const reader = new Reader(said);
  try {
    return reader.matches(plain(value)) && reader.isAtEnd() ? 'right' : reader.isAtEnd() ? 'wrong' : 'no value';
  } catch (error) {
    if (error instanceof SyntaxError) return 'no value';
    throw error;
  }
}

/** A value as `console.log` shows it. */
export function shown(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value, { breakLength: 120 });
}

function textsOf(value: unknown): string[] {
  if (value instanceof Tensor || value instanceof Variable) return [String(value), String(value.spec)];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const object: { toString(): string } = value;
  return [object.toString()];
}

/** Tensors as nested arrays, typed arrays as arrays. */
function plain(value: unknown): unknown {
  if (value instanceof Variable) return value.value.toArray();
  if (value instanceof Tensor) return value.toArray();
  return ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value;
}

/** Reads a comment from left to right beside a value. Throws SyntaxError where the comment is no value. */
class Reader {
  private readonly text: string;
  private at = 0;
  constructor(text: string) {
    this.text = text;
  }

  isAtEnd(): boolean {
    return this.at === this.text.length || /^ ?[,:;(]/.test(this.text.slice(this.at));
  }

  matches(value: unknown): boolean {
    if (this.take(/\[/y) !== undefined) return this.listMatches(value);
    if (this.take(/\{/y) !== undefined) return this.objectMatches(value);
    const string = this.take(/'([^']*)'/y)?.[1];
    if (string !== undefined) {
      if (typeof value !== 'string') return false;
      return string.endsWith('...') ? value.startsWith(string.slice(0, -3).trimEnd()) : value === string;
    }
    const word = this.take(/(undefined|null|true|false|NaN|-?Infinity|-0)(?![\w.])/y)?.[1];
    if (word !== undefined) return (Object.is(value, -0) ? '-0' : String(value)) === word;
    const number = this.take(/-?\d+(?:\.(\d+))?(?:e([-+]?\d+))?(?![\w.])/y);
    if (number === undefined) throw new SyntaxError(`no value at "${this.text.slice(this.at)}"`);
    if (typeof value !== 'number') return false;
    // To the digits that are shown; whole numbers to the precision of f32.
    const [digits, decimals, exponent = '0'] = number;
    const allowed =
      decimals === undefined && number[2] === undefined
        ? 1e-6 * Math.abs(Number(digits))
        : 0.5000001 * 10 ** (Number(exponent) - (decimals?.length ?? 0));
    return Math.abs(value - Number(digits)) <= allowed;
  }

  private listMatches(value: unknown): boolean {
    let right = Array.isArray(value);
    let count = 0;
    while (this.take(/ *\]/y) === undefined) {
      if (count > 0 && this.take(/ *, */y) === undefined) throw new SyntaxError('no list');
      const item: unknown = Array.isArray(value) ? value[count++] : (count++, undefined);
      right = this.matches(plain(item)) && right;
    }
    return right && (value as unknown[]).length === count;
  }

  private objectMatches(value: unknown): boolean {
    const object = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
    let right = true;
    let count = 0;
    while (this.take(/ *\}/y) === undefined) {
      if (count++ > 0 && this.take(/ *, */y) === undefined) throw new SyntaxError('no object');
      const key = this.take(/ *(\w+): */y)?.[1];
      if (key === undefined) throw new SyntaxError('no object');
      right = this.matches(plain(object[key])) && Object.hasOwn(object, key) && right;
    }
    return right && Object.keys(object).length === count;
  }

  private take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text) ?? undefined;
    if (found !== undefined) this.at = pattern.lastIndex;
    return found;
  }
}
