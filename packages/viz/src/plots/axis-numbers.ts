/** Ranges, round numbers and their text: what an axis or a colour scale says. */

/** Smallest and largest of what can be drawn; undefined if nothing can. */
export function extent(values: Iterable<number>): [number, number] | undefined {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!isDrawable(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : undefined;
}

/** Whether a value has a place on a linear axis; differences of larger ones overflow. */
export function isDrawable(value: number): boolean {
  return Math.abs(value) < 1e150;
}

/** The range with a little room at both ends; around a single value, room enough to see that it is one. */
export function roomy([low, high]: readonly [number, number], share: number): [number, number] {
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (high - low > size * 1e-12) return [low - (high - low) * share, high + (high - low) * share];
  const room = size === 0 ? 1 : size * 0.1;
  return [low - room, high + room];
}

/** About `count` round numbers (1, 2 or 5 times a power of ten apart) inside a range, ends included. */
export function roundNumbers([low, high]: readonly [number, number], count: number): number[] {
  const rough = (high - low) / Math.max(1, count);
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= rough * 0.99) ?? 10;
  const step = factor * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // Rounded to the step's own digits: 3 * 0.1 is not 0.3.
  const digits = Math.min(20, Math.max(0, 1 - Math.floor(Math.log10(step))));
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => {
    const value = (first + index) * step;
    return step < 1e-15 || Math.abs(value) > 1e15 ? value : Number(value.toFixed(digits));
  });
}

/** Powers of ten inside a positive range, with 2 and 5 times them where there are few, and every so many where there are many. */
export function logarithmicNumbers([low, high]: readonly [number, number]): number[] {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  const powers = last - first + 1;
  if (powers >= 4) {
    const stride = Math.ceil(powers / 8);
    return Array.from({ length: Math.ceil(powers / stride) }, (_, index) => 10 ** (first + index * stride));
  }
  const numbers: number[] = [];
  for (let power = first - 1; power <= last; power++) {
    for (const factor of [1, 2, 5]) {
      const number = Number(`${factor}e${power}`);
      if (number >= low * (1 - 1e-9) && number <= high * (1 + 1e-9)) numbers.push(number);
    }
  }
  return numbers.length >= 2 ? numbers : roundNumbers([low, high], 4);
}

/** Writes numbers of a range so that neighbours differ and large and small ones stay short: 0.25, 12,000, 3e-7. */
export function numberWriter([low, high]: readonly [number, number]): (value: number) => string {
  const size = Math.max(Math.abs(low), Math.abs(high));
  const span = high - low;
  const apart = span > 0 && size > 0 ? Math.ceil(Math.log10(size / span)) : 0;
  const digits = Math.min(15, Math.max(3, apart + 3));
  return (value) => {
    if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
    if (value === 0) return '0';
    const magnitude = Math.abs(value);
    if (magnitude >= 1e-3 && magnitude < (apart > 3 ? 1e15 : 1e6)) {
      return value.toLocaleString('en-US', { maximumSignificantDigits: Math.max(digits, 6) }).replace('-', '−');
    }
    const [mantissa = '', exponent = ''] = value.toExponential(digits - 1).split('e');
    const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
    return `${short}e${exponent.replace('+', '')}`.replaceAll('-', '−');
  };
}
