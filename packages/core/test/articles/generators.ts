/**
 * The uniform numbers of NumPy's legacy generator, of which some worked examples start: Mersenne Twister (Matsumoto,
 * Nishimura 1998) seeded with one word, 53 bits a number.
 */
export function legacyUniform(seed: number): () => number {
  const state = new Uint32Array(624);
  state[0] = seed;
  for (let k = 1; k < 624; k++) {
    const before = state[k - 1]! ^ (state[k - 1]! >>> 30);
    state[k] = Math.imul(before, 1812433253) + k;
  }
  let at = 624;
  const word = (): number => {
    if (at === 624) {
      for (let k = 0; k < 624; k++) {
        const mixed = (state[k]! & 0x80000000) | (state[(k + 1) % 624]! & 0x7fffffff);
        state[k] = state[(k + 397) % 624]! ^ (mixed >>> 1) ^ ((mixed & 1) * 0x9908b0df);
      }
      at = 0;
    }
    let y = state[at++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
  return () => ((word() >>> 5) * 67108864 + (word() >>> 6)) / 9007199254740992;
}

/** Numbers in [0, 1) of the generator mulberry32. */
export function mulberry32(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
