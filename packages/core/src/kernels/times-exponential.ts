/** Products with a power of e that may be smaller than any double alone. */

// e^-211 lies within a thousandth of a unit in the last place of a double, which few whole powers do.
const shift = 211;
const shrink = 2.3113425714217192e-92;

/** `factor e^power` for a factor up to 1e4; 0 where that is less than the smallest double. */
export function timesExponential(factor: number, power: number): number {
  if (power >= -708) return factor * Math.exp(power);
  if (power < -800) return factor < 0 ? -0 : 0;
  // A power below 1e-308 has lost digits, and the factor would bring that to light.
  return factor * Math.exp(power + shift) * shrink;
}
