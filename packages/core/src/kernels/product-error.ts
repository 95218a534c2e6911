/** What a product loses in rounding (T. J. Dekker, A floating-point technique for extending the available precision, 1971). */

/** `x y - product` exactly, where `product` is `x y` rounded; for sizes between 1e-140 and 1e140. */
export function productError(x: number, y: number, product: number): number {
  const xHigh = upperHalf(x);
  const yHigh = upperHalf(y);
  const xLow = x - xHigh;
  const yLow = y - yHigh;
  return xLow * yLow - (product - xHigh * yHigh - xLow * yHigh - xHigh * yLow);
}

/** The first 26 of 53 bits: products of halves are exact (G. W. Veltkamp). */
function upperHalf(x: number): number {
  const shifted = 134217729 * x;
  return shifted - (shifted - x);
}
