/**
 * Where a continuous function crosses zero between a and b, at which its values have different signs: bisection that
 * takes inverse quadratic and secant steps where they are safe.
 *
 * Brent, Algorithms for Minimization without Derivatives, 1973, chapter 4 (`zero`).
 *
 * @param tolerance of the place
 * @returns a place where the value is 0, or one next to the crossing on the side of b
 */
export function findRoot(
  f: (x: number) => number,
  a: number,
  b: number,
  valueAtA: number,
  valueAtB: number,
  tolerance: number,
): number {
  // best is the nearest so far; the root lies between best and other; previous is the one before best.
  let [previous, best, other] = [a, b, a];
  let [fPrevious, fBest, fOther] = [valueAtA, valueAtB, valueAtA];
  let step = b - a;
  let stepBefore = step;
  const sideOfB = Math.sign(valueAtB);
  // Bisection alone needs one evaluation a bit.
  for (let left = 128; left > 0; left--) {
    if (Math.sign(fBest) === Math.sign(fOther)) {
      [other, fOther] = [previous, fPrevious];
      step = best - previous;
      stepBefore = step;
    }
    if (Math.abs(fOther) < Math.abs(fBest)) {
      [previous, best, other] = [best, other, best];
      [fPrevious, fBest, fOther] = [fBest, fOther, fBest];
    }
    const near = 2 * Number.EPSILON * Math.abs(best) + tolerance / 2;
    const half = (other - best) / 2;
    if (fBest === 0) return best;
    if (Math.abs(half) <= near) return Math.sign(fBest) === sideOfB ? best : other;
    if (Math.abs(stepBefore) < near || Math.abs(fPrevious) <= Math.abs(fBest)) {
      step = half;
      stepBefore = half;
    } else {
      const s = fBest / fPrevious;
      let p: number;
      let q: number;
      if (previous === other) {
        p = 2 * half * s;
        q = 1 - s;
      } else {
        const u = fPrevious / fOther;
        const r = fBest / fOther;
        p = s * (2 * half * u * (u - r) - (best - previous) * (r - 1));
        q = (u - 1) * (r - 1) * (s - 1);
      }
      if (p > 0) q = -q;
      else p = -p;
      if (2 * p < Math.min(3 * half * q - Math.abs(near * q), Math.abs(stepBefore * q))) {
        stepBefore = step;
        step = p / q;
      } else {
        step = half;
        stepBefore = half;
      }
    }
    [previous, fPrevious] = [best, fBest];
    best += Math.abs(step) > near ? step : Math.sign(half) * near;
    fBest = f(best);
  }
  return best;
}
