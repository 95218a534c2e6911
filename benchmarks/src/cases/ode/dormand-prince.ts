/** Dormand and Prince's method written out by hand: flat arrays, plain loops, and the step control of SciPy's RK45. */

type Derivative = (t: number, y: Float64Array, dy: Float64Array) => void;

const nodes = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1];
const stages = [
  [],
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
];
const weights = [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84];
const estimate = [-71 / 57600, 0, 71 / 16695, -71 / 1920, 17253 / 339200, -22 / 525, 1 / 40];

export interface HandRun {
  readonly y: Float64Array;
  readonly steps: number;
}

/** From 0 to `end`; nothing is kept but the last state. */
export function dormandPrince(
  f: Derivative,
  y0: readonly number[] | Float64Array,
  end: number,
  rtol: number,
  atol: number,
  longest = Infinity,
): HandRun {
  const n = y0.length;
  const k = Array.from({ length: 7 }, () => new Float64Array(n));
  const y = Float64Array.from(y0);
  const z = new Float64Array(n);
  const change = new Float64Array(n);
  const scale = y.map((value) => atol + rtol * Math.abs(value));
  const norm = (v: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (v[i]! / scale[i]!) ** 2;
    return Math.sqrt(sum / n);
  };

  f(0, y, k[0]!);
  const [size, slope] = [norm(y), norm(k[0]!)];
  const euler = size < 1e-5 || slope < 1e-5 ? 1e-6 : (0.01 * size) / slope;
  for (let i = 0; i < n; i++) z[i] = y[i]! + euler * k[0]![i]!;
  f(euler, z, k[1]!);
  for (let i = 0; i < n; i++) change[i] = k[1]![i]! - k[0]![i]!;
  const steepest = Math.max(slope, norm(change) / euler);
  let h = Math.min(100 * euler, steepest <= 1e-15 ? Math.max(1e-6, euler * 1e-3) : (0.01 / steepest) ** (1 / 5));

  let t = 0;
  let steps = 0;
  let rejected = false;
  while (t < end) {
    h = Math.min(h, longest);
    if (t + h > end) h = end - t;
    for (let s = 1; s < 6; s++) {
      const a = stages[s]!;
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let j = 0; j < s; j++) sum += a[j]! * k[j]![i]!;
        z[i] = y[i]! + h * sum;
      }
      f(t + nodes[s]! * h, z, k[s]!);
    }
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < 6; j++) sum += weights[j]! * k[j]![i]!;
      z[i] = y[i]! + h * sum;
    }
    f(t + h, z, k[6]!);
    let squares = 0;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < 7; j++) sum += estimate[j]! * k[j]![i]!;
      const ratio = (sum * h) / (atol + rtol * Math.max(Math.abs(y[i]!), Math.abs(z[i]!)));
      squares += ratio * ratio;
    }
    const error = Math.sqrt(squares / n);
    if (error < 1) {
      const factor = error === 0 ? 10 : Math.min(10, 0.9 * error ** -0.2);
      t += h;
      h *= rejected ? Math.min(1, factor) : factor;
      y.set(z);
      k[0]!.set(k[6]!);
      steps++;
      rejected = false;
    } else {
      h *= Math.max(0.2, 0.9 * error ** -0.2);
      rejected = true;
    }
  }
  return { y, steps };
}
