/** What programs are measured against: loops in plain JavaScript on typed arrays. */

/** A step of a network 2-n-n-1 with tanh, squared error, four examples and steepest descent, for this network alone. */
export function tanhStepByHand(n: number, rate: number): (x: Float32Array, y: Float32Array) => number {
  const start = (size: number, inputs: number): Float32Array =>
    Float32Array.from({ length: size }, (_, k) => Math.sin(1 + k) / Math.sqrt(inputs));
  const [w0, b0, w1, b1, w2, b2] = [
    start(2 * n, 2),
    start(n, 9),
    start(n * n, n),
    start(n, 9),
    start(n, n),
    start(1, 9),
  ];
  const [h0, h1, d0, d1] = [0, 0, 0, 0].map(() => new Float32Array(4 * n)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const out = new Float32Array(4);
  return (x, y) => {
    let loss = 0;
    for (let e = 0; e < 4; e++) {
      for (let j = 0; j < n; j++) {
        h0[e * n + j] = Math.tanh(x[2 * e]! * w0[j]! + x[2 * e + 1]! * w0[n + j]! + b0[j]!);
      }
      let sum = b2[0]!;
      for (let j = 0; j < n; j++) {
        let inner = b1[j]!;
        for (let i = 0; i < n; i++) inner += h0[e * n + i]! * w1[i * n + j]!;
        h1[e * n + j] = Math.tanh(inner);
        sum += h1[e * n + j]! * w2[j]!;
      }
      const error = sum - y[e]!;
      loss += error * error;
      out[e] = 0.5 * error;
    }
    for (let e = 0; e < 4; e++) {
      for (let j = 0; j < n; j++) d1[e * n + j] = out[e]! * w2[j]! * (1 - h1[e * n + j]! ** 2);
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let j = 0; j < n; j++) sum += d1[e * n + j]! * w1[i * n + j]!;
        d0[e * n + i] = sum * (1 - h0[e * n + i]! ** 2);
      }
    }
    for (let e = 0; e < 4; e++) {
      b2[0]! -= rate * out[e]!;
      for (let j = 0; j < n; j++) {
        w2[j]! -= rate * out[e]! * h1[e * n + j]!;
        b1[j]! -= rate * d1[e * n + j]!;
        b0[j]! -= rate * d0[e * n + j]!;
        w0[j]! -= rate * d0[e * n + j]! * x[2 * e]!;
        w0[n + j]! -= rate * d0[e * n + j]! * x[2 * e + 1]!;
        for (let i = 0; i < n; i++) w1[i * n + j]! -= rate * d1[e * n + j]! * h0[e * n + i]!;
      }
    }
    return loss / 4;
  };
}

/** `sum(tanh(x) exp(-x^2) + sin(x))` and its gradient, in one loop. */
export function fusedByHand(x: Float32Array, gradient: Float32Array): number {
  let sum = 0;
  for (let k = 0; k < x.length; k++) {
    const at = x[k]!;
    const [t, g] = [Math.tanh(at), Math.exp(-at * at)];
    sum += t * g + Math.sin(at);
    gradient[k] = (1 - t * t) * g - 2 * at * t * g + Math.cos(at);
  }
  return sum;
}
