/** What a decoder of another house (wabt) reads in the bytes. */
import wabt from 'wabt';
import type { Immediate, Written } from './emit-any.ts';
import { instruction, type InstructionName } from '../../src/wasm/instructions.ts';

const tools = await wabt();
const features = { simd: true, relaxed_simd: true, threads: true };

/** The text form as wabt has it; fails unless wabt finds the module valid. */
export function otherText(bytes: Uint8Array): string {
  const module = tools.readWasm(bytes, features);
  try {
    module.validate();
    return module.toText({ foldExprs: false, inlineExport: false });
  } finally {
    module.destroy();
  }
}

/** The text form with the names that the module tells. */
export function otherTextWithNames(bytes: Uint8Array): string {
  const module = tools.readWasm(bytes, { ...features, readDebugNames: true });
  try {
    module.applyNames();
    return module.toText({});
  } finally {
    module.destroy();
  }
}

/** The bytes that wabt makes of a text. */
export function otherBytes(text: string): Uint8Array {
  const module = tools.parseWat('printed.wat', text, features);
  try {
    return module.toBinary({}).buffer;
  } finally {
    module.destroy();
  }
}

/** The instructions of the functions, one after the other, as wabt reads them. */
export function otherInstructions(bytes: Uint8Array): Written[] {
  return otherText(bytes)
    .split('\n')
    .map((line) => line.replaceAll(/\(;.*?;\)|;;.*/g, '').trim())
    .filter((line) => /^[a-z]/.test(line)) // the last instruction of a function ends with the function's own parenthesis
    .map((line) => written(line.includes('(') ? line : line.replace(/\)+$/, '')));
}

function written(line: string): Written {
  const [name = '', ...words] = line.split(/\s+/);
  const numbers = words.map(Number);
  switch (name) {
    case 'i64.const':
      return [name, BigInt(words[0] ?? '')];
    case 'f32.const':
    case 'f64.const':
      return [name, floatOf(words[0] ?? '')];
    case 'v128.const':
      return [name, [...new Uint8Array(Uint32Array.from(numbers.slice(1)).buffer)]]; // on a little-endian machine
    case 'i8x16.shuffle':
      return [name, numbers];
    case 'block':
    case 'loop':
    case 'if':
      return [words.length === 0 ? name : `${name} ${words.join(' ')}`];
  }
  // The test fails below if wabt knows the instruction by another name.
  const { immediates, size } = instruction(name as InstructionName);
  if (immediates !== 'address' && immediates !== 'address lane') return [name, ...numbers];
  const stated = (key: string, otherwise: number): number =>
    Number(words.find((word) => word.startsWith(key))?.slice(key.length) ?? otherwise);
  const lane: Immediate[] = immediates === 'address lane' ? [Number(words.at(-1))] : [];
  return [name, ...lane, stated('offset=', 0), stated('align=', size)];
}

/** A hexadecimal float, as wabt writes it: `-0x1.8p+3`. */
function floatOf(word: string): number {
  const [, sign, rest = ''] = /^(-?)(.*)$/.exec(word) ?? [];
  const [, whole = '', fraction = '', exponent = ''] = /^0x([\da-f]+)\.?([\da-f]*)p([+-]\d+)$/.exec(rest) ?? [];
  let size: number;
  if (rest === 'inf') size = Infinity;
  else if (rest.startsWith('nan')) size = NaN;
  else {
    // 53 bits at most, so this is exact, and two steps of scaling keep the smallest numbers from vanishing on the way
    const digits = Number(BigInt(`0x${whole}${fraction}`));
    const scale = Number(exponent) - 4 * fraction.length;
    const half = Math.trunc(scale / 2);
    size = digits * 2 ** half * 2 ** (scale - half);
  }
  return sign === '-' ? -size : size;
}
