/** Two programs are raced only if they do the same work. */
export function checkAgreement(
  what: string,
  ours: ArrayLike<number>,
  byHand: ArrayLike<number>,
  tolerance: number,
): void {
  if (ours.length !== byHand.length) throw new Error(`${what}: ${ours.length} elements, and by hand ${byHand.length}`);
  for (let k = 0; k < byHand.length; k++) {
    const [p, q] = [ours[k]!, byHand[k]!];
    if (Math.abs(p - q) > tolerance * Math.max(1, Math.abs(q))) {
      throw new Error(`${what}: the two programs differ at element ${k}: ${p}, and by hand ${q}`);
    }
  }
}
