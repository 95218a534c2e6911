// Where functions are looked at: numbers of all sizes, and the spots where they are hard to compute. Drawn from a fixed seed.

/** Uniform numbers in [0, 1) (mulberry32). */
function generator(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Numbers in a row from a and b on a straight scale. */
export const between = (a, b, count) => (draw) => Array.from({ length: count }, () => a + (b - a) * draw());

/** Positive numbers of all sizes between a and b. */
export const sizes = (a, b, count) => (draw) =>
  between(Math.log2(a), Math.log2(b), count)(draw).map((power) => Math.min(Math.max(2 ** power, a), b));

export const negative = (part) => (draw) => part(draw).map((x) => -x);
export const bothSigns = (part) => (draw) => part(draw).map((x) => (draw() < 0.5 ? -x : x));
export const exactly =
  (...points) =>
  () =>
    points;

/** The doubles on both sides of each point, one and two steps away, the point, and the f32 numbers beside it. */
export const around =
  (...points) =>
  () =>
    points.flatMap((x) => [-2, -1, 0, 1, 2].map((steps) => stepped(x, steps)).concat(Math.fround(x)));

const view = new DataView(new ArrayBuffer(8));
function stepped(x, steps) {
  view.setFloat64(0, x);
  view.setBigInt64(0, view.getBigInt64(0) + BigInt(steps));
  return view.getFloat64(0);
}

/** The double nearest to k times pi/2, for k up to 64000 (1e5 radians), and halves of it. */
export const nearQuarterTurns = (count) => (draw) =>
  Array.from({ length: count }, (_, k) => {
    const turns = k < 8 ? k + 1 : Math.ceil(64000 * draw() ** 2);
    const x = (turns * Math.PI) / (k % 4 === 3 ? 4 : 2);
    return k % 5 === 4 ? -x : x;
  });

/**
 * The inputs that parts give, every second one rounded to f32, so that both dtypes are scanned with the same table.
 *
 * @returns {(number | number[])[]}
 */
export function drawn(name, parts) {
  let seed = 1;
  for (const character of name) seed = Math.imul(seed, 31) + character.charCodeAt(0);
  const draw = generator(seed);
  const all = parts.flatMap((part) => part(draw).map((x, k) => (k % 2 === 0 ? inF32(x) : x)));
  return [...new Map(all.map((x) => [String(x), x])).values()];
}

/** Rounded to f32, pairs too; itself where that would be 0 or infinite. */
function inF32(x) {
  if (Array.isArray(x)) return x.map(inF32);
  const rounded = Math.fround(x);
  return Number.isFinite(rounded) && rounded !== 0 ? rounded : x;
}

/** Pairs of what two parts give. */
export const pairs = (first, second) => (draw) => {
  const right = second(draw);
  return first(draw).map((x, k) => [x, right[k]]);
};
