/** What programs are measured against in JavaScript: loops on typed arrays, and steps without loops. */

/** A training step: squared error of four examples, steepest descent. Gives the loss. */
export type Step = (x: Float64Array, y: Float64Array) => number;

/** What the parameters of a network start as: weight and bias of each layer, flat. */
export function startOf(sizes: readonly number[]): Float64Array[] {
  const waves = (size: number, inputs: number): Float64Array =>
    Float64Array.from({ length: size }, (_, k) => Math.sin(1 + k) / Math.sqrt(inputs));
  return sizes.slice(1).flatMap((outputs, k) => [waves(sizes[k]! * outputs, sizes[k]!), waves(outputs, 9)]);
}

/** A step of a network 2-n-n-1 with tanh, for this network alone. */
export function loopStep(n: number, rate: number): Step {
  const [w0, b0, w1, b1, w2, b2] = startOf([2, n, n, 1]) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const [h0, h1, d0, d1] = [0, 0, 0, 0].map(() => new Float64Array(4 * n)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const out = new Float64Array(4);
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

/** A step of a network with sigmoids, written out number by number: text that V8 compiles, as short programs are fastest. */
export function straightLineStep(sizes: readonly number[], rate: number): Step {
  const parameters = Float64Array.from(startOf(sizes).flatMap((each) => [...each]));
  const range = (count: number): number[] => Array.from({ length: count }, (_, k) => k);
  const layers = sizes.slice(1).map((outputs, k) => ({ inputs: sizes[k]!, outputs }));
  const starts = layers.map((_, k) =>
    layers.slice(0, k).reduce((sum, each) => sum + (each.inputs + 1) * each.outputs, 0),
  );
  const weight = (k: number, i: number, o: number): string => `w${starts[k]! + i * layers[k]!.outputs + o}`;
  const bias = (k: number, o: number): string => weight(k, layers[k]!.inputs, o);
  const result = (k: number, e: number, o: number): string => (k < 0 ? `x${e}_${o}` : `h${k}_${e}_${o}`);
  const slope = (k: number, e: number, o: number): string => `d${k}_${e}_${o}`;
  const last = layers.length - 1;

  const lines = range(parameters.length).map((k) => `const w${k} = p[${k}];`);
  for (const e of range(4)) for (const i of range(sizes[0]!)) lines.push(`const x${e}_${i} = x[${e * sizes[0]! + i}];`);
  layers.forEach(({ inputs, outputs }, k) => {
    for (const e of range(4))
      for (const o of range(outputs)) {
        const terms = range(inputs).map((i) => `${result(k - 1, e, i)} * ${weight(k, i, o)}`);
        lines.push(`const ${result(k, e, o)} = 1 / (1 + Math.exp(-(${terms.join(' + ')} + ${bias(k, o)})));`);
      }
  });
  for (const e of range(4)) lines.push(`const e${e} = ${result(last, e, 0)} - y[${e}];`);
  for (const k of range(layers.length).reverse()) {
    const next = layers[k + 1];
    for (const e of range(4))
      for (const o of range(layers[k]!.outputs)) {
        const above =
          next === undefined
            ? `0.5 * e${e}`
            : range(next.outputs)
                .map((q) => `${slope(k + 1, e, q)} * ${weight(k + 1, o, q)}`)
                .join(' + ');
        const own = result(k, e, o);
        lines.push(`const ${slope(k, e, o)} = (${above}) * ${own} * (1 - ${own});`);
      }
  }
  layers.forEach(({ inputs, outputs }, k) => {
    for (const o of range(outputs)) {
      const sum = (of: (e: number) => string): string => range(4).map(of).join(' + ');
      for (const i of range(inputs)) {
        const name = weight(k, i, o);
        lines.push(
          `p[${name.slice(1)}] = ${name} - ${rate} * (${sum((e) => `${slope(k, e, o)} * ${result(k - 1, e, i)}`)});`,
        );
      }
      lines.push(`p[${bias(k, o).slice(1)}] = ${bias(k, o)} - ${rate} * (${sum((e) => slope(k, e, o))});`);
    }
  });
  lines.push(
    `return (${range(4)
      .map((e) => `e${e} * e${e}`)
      .join(' + ')}) / 4;`,
  );
  // oxlint-disable-next-line no-implied-eval -- the text is made above, from sizes alone
  const step = new Function('p', 'x', 'y', lines.join('\n')) as (p: Float64Array, ...given: Parameters<Step>) => number;
  return (x, y) => step(parameters, x, y);
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
