/**
 * Random bits by counting: Threefry-2x32 with 20 rounds (Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as
 * easy as 1, 2, 3"). The same key and counter give the same bits on every machine.
 */

export const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;
export const PARITY = 0x1bd11bda;

/** How often bits were drawn: a program says so where that happened while it was traced, once and for all. */
export const draws: { count: number } = { count: 0 };

/** Two words, written to `out` as signed 32-bit numbers, from a key of two words and a counter of two words. */
export function threefry(key0: number, key1: number, counter0: number, counter1: number, out: Int32Array): void {
  draws.count++;
  const key2 = PARITY ^ key0 ^ key1;
  let a = (counter0 + key0) | 0;
  let b = (counter1 + key1) | 0;
  for (let group = 1; group <= 5; group++) {
    for (let round = 0; round < 4; round++) {
      const turn = ROTATIONS[(((group - 1) & 1) << 2) + round]!;
      a = (a + b) | 0;
      b = ((b << turn) | (b >>> (32 - turn))) ^ a;
    }
    a = (a + keyWord(group, key0, key1, key2)) | 0;
    b = (b + keyWord(group + 1, key0, key1, key2) + group) | 0;
  }
  out[0] = a;
  out[1] = b;
}

function keyWord(number: number, key0: number, key1: number, key2: number): number {
  return number % 3 === 0 ? key0 : number % 3 === 1 ? key1 : key2;
}

/** What the second counter word says: bits drawn for one purpose never coincide with those for another. */
export const purpose = { numbers: 0, keys: 1, order: 2, wholeNumbers: 3, truncatedNormals: 4 } as const;

/** The second counter word for draw after draw of one element, where nobody knows how many it takes. */
export function drawOf(use: number, draw: number): number {
  return use + 256 * draw;
}

/** A number in [0, 1) with 53 bits, from two words. */
export function unitFromWords(words: Int32Array): number {
  return ((words[0]! >>> 5) * 67108864 + (words[1]! >>> 6)) / 9007199254740992;
}
