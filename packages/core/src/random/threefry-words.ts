/** The same random bits as an expression: what threefry.ts computes, for compiled programs. */
import type { Expression } from '../kernel-ir/expression.ts';
import type { KernelLanguage } from '../kernel-ir/language.ts';
import type { LoweringContext } from '../kernel-ir/lowering.ts';
import type { Position } from '../kernel-ir/position.ts';
import { PARITY, ROTATIONS } from './threefry.ts';

type Words = readonly [first: Expression, second: Expression];

/** The two words of the key that an op reads as its first input; of several keys, `[..., 2]`, that of the place. */
export function keyWords({ at, inputs, position }: LoweringContext, kernel: KernelLanguage): Words {
  const { shape } = inputs[0]!;
  const which = shape.length === 1 ? [] : position.axes.slice(0, shape.length - 1);
  const word = (k: number): Expression => at(0, kernel.Position.of(shape, [...which, kernel.constant(k, 'i32')]));
  return [word(0), word(1)];
}

/** The place within what one key gives. */
export function placeInDraw({ inputs, position }: LoweringContext, kernel: KernelLanguage): Position {
  const axes = inputs[0]!.shape.length - 1;
  return axes === 0 ? position : kernel.Position.of(position.shape.slice(axes), position.axes.slice(axes));
}

/** Both words, from a key and a counter whose second word is what the bits are for. */
export function threefryWords([key0, key1]: Words, counter: Expression, use: number, kernel: KernelLanguage): Words {
  const number = (value: number): Expression => kernel.constant(value, 'i32');
  const keys = [key0, key1, kernel.xor(kernel.xor(number(PARITY), key0), key1)];
  let a = kernel.addWords(counter, key0);
  let b = kernel.addWords(number(use), key1);
  for (let group = 1; group <= 5; group++) {
    for (let round = 0; round < 4; round++) {
      const turn = ROTATIONS[(((group - 1) & 1) << 2) + round]!;
      a = kernel.addWords(a, b);
      b = kernel.xor(kernel.or(kernel.shiftLeft(b, turn), kernel.shiftRightUnsigned(b, 32 - turn)), a);
    }
    a = kernel.addWords(a, keys[group % 3]!);
    b = kernel.addWords(kernel.addWords(b, keys[(group + 1) % 3]!), number(group));
  }
  return [a, b];
}
