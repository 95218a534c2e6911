import {
  type Tensor,
  type Variable,
  compile,
  hvp,
  hessian,
  random,
  tensor,
  valueAndGrad,
  variable,
} from '@edgewise/core';
import { MLP, crossEntropy, meanSquaredError } from '@edgewise/nn';
import { adam, optimizer, sgd } from '@edgewise/optim';
import { type Effort, cpuSeconds, distribution, race } from '../../harness.ts';
import { type Case, type Row, milliseconds, nanoseconds, raceRow } from '../../report.ts';
import { fusedByHand, tanhStepByHand } from './by-hand.ts';
import { type PeakLoop, peakLoop } from './peak-loop.ts';

const microseconds = (seconds: number): number => seconds * 1e6;

const corners = {
  x: [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ],
  y: [[0], [1], [1], [0]],
};

/** Inputs that differ from call to call, so that nothing can be kept. */
function inputs<T>(make: (seed: number) => T): () => T {
  const made = [1, 2, 3, 4].map(make);
  let call = 0;
  return () => made[call++ % made.length]!;
}

function smallNetworks({ quick, ...effort }: Effort): Row[] {
  const steps = quick ? 10 : 1000;
  const rows: Row[] = [];
  for (const { sizes, activation, atMost } of [
    { sizes: [2, 2, 1], activation: 'sigmoid', atMost: 80 },
    { sizes: [2, 16, 16, 1], activation: 'tanh', atMost: 700 },
  ] as const) {
    const model = new MLP(sizes, { activation, seed: 1 });
    const descent = optimizer(sgd({ learningRate: 0.05 }), model);
    const output = (y: Tensor): Tensor => (activation === 'sigmoid' ? y.sigmoid() : y);
    const program = compile((x: Tensor, y: Tensor) => {
      const loss = meanSquaredError(output(model.forward(x)), y);
      loss.backward();
      descent.step();
      return loss;
    });
    const next = inputs((seed) => [tensor(corners.x).add(seed * 1e-3), tensor(corners.y)] as const);
    const byHand = tanhStepByHand(sizes[1], 0.05);
    const flat = inputs(
      (seed) => [tensor(corners.x).add(seed * 1e-3).data, tensor(corners.y).data] as [Float32Array, Float32Array],
    );
    const what = `MLP ${sizes.join('-')}, batch 4, SGD`;
    for (let k = 0; k < 4; k++) program(...next());
    rows.push(
      raceRow(
        { what: `${what}: in run(${steps})`, unit: 'ns/step', bar: { of: 'ours', atMost } },
        race(
          {
            ours: () => program.run(steps, ...next()),
            byHand: () => {
              for (let k = 0; k < steps; k++) byHand(...flat());
            },
          },
          { quick, ...effort },
        ),
        (seconds) => nanoseconds(seconds) / steps,
      ),
      raceRow(
        {
          what: `${what}: one call a step`,
          unit: 'ns/step',
          ...(atMost === 80 ? { bar: { of: 'ours', atMost: 350 } } : {}),
        },
        race({ ours: () => program(...next()), byHand: () => byHand(...flat()) }, { quick, ...effort }),
        nanoseconds,
      ),
    );
  }
  return rows;
}

/**
 * What no optimizer of this kind can beat: four arrays read and three written, and a square root and a division for each
 * number. Whichever of the two takes longer.
 */
function adamLimit(count: number, effort: Effort): () => unknown {
  const [p, g, m, v, out] = [1, 2, 3, 4, 5].map((seed) =>
    variable(random.uniform(random.key(seed), [count], { min: 0.5, max: 1 })),
  ) as [Variable, Variable, Variable, Variable, Variable];
  const traffic = compile(() => {
    // Ever the same sizes: nothing becomes subnormal, and nothing overflows
    p.assign(g.value.sub(p.value));
    m.assign(g.value.sub(m.value));
    v.assign(g.value.sub(v.value));
  });
  const roots = compile(() => out.assign(g.value.div(m.value.square().sqrt())));
  const times = race({ ours: () => traffic(), byHand: () => roots() }, effort);
  return times.ours.median > times.byHand.median ? () => traffic() : () => roots();
}

/** Adam alone, by what it costs here on as many numbers. */
function adamAlone(count: number, effort: Effort): { row: Row; seconds: number } {
  const rule = adam();
  const [p, g] = [1, 2].map((seed) => variable(random.normal(random.key(seed), [count]))) as [Variable, Variable];
  const descent = optimizer(rule, [p]);
  const program = compile(() => {
    p.grad = g.value;
    descent.step();
  });
  for (let k = 0; k < 4; k++) program();
  const times = race({ ours: () => program(), byHand: adamLimit(count, effort) }, effort);
  return {
    row: raceRow(
      {
        what: `Adam on ${count} numbers, alone; by hand: the longer of its traffic, and a root and a division each`,
        unit: 'us',
        bar: { of: 'ratio', atMost: 1.3 },
      },
      times,
      microseconds,
    ),
    seconds: times.ours.median,
  };
}

function digits(batch: number, activation: 'relu' | 'tanh', effort: Effort, peak: PeakLoop): Row[] {
  const sizes = effort.quick ? [16, 8, 8, 4] : [784, 128, 64, 10];
  const model = new MLP(sizes, { activation, seed: 1 });
  const descent = optimizer(adam(), model);
  const program = compile((x: Tensor, labels: Tensor) => {
    const loss = crossEntropy(model.forward(x), labels);
    loss.backward();
    descent.step();
    return loss;
  });
  const next = inputs(
    (seed) =>
      [
        random.uniform(random.key(seed), [batch, sizes[0]!]),
        random.integers(random.key(seed), [batch], { min: 0, max: sizes.at(-1)! }),
      ] as const,
  );
  for (let k = 0; k < 4; k++) program(...next());
  // Forward, and the two products of backward; the first layer's inputs have no derivative.
  const products = sizes.slice(1).map((columns, k) => 2 * batch * sizes[k]! * columns);
  const flops = products.reduce((sum, each, k) => sum + (k === 0 ? 2 : 3) * each, 0);
  const count = model.parameters().reduce((sum, { spec }) => sum + spec.shape.reduce((a, b) => a * b, 1), 0);
  const alone = adamAlone(count, effort);
  const times = race({ ours: () => program(...next()), byHand: () => peak.run(flops) }, effort);
  const limit = microseconds(times.byHand.median + alone.seconds);
  return [
    raceRow(
      {
        what: `MLP ${sizes.join('-')}, ${activation}, batch ${batch}, Adam; by hand: its ${(flops / 1e6).toFixed(1)} MFLOP in registers`,
        unit: 'us/step',
        bar: { of: 'ours', atMost: Math.round(1.1 * limit) },
      },
      times,
      microseconds,
    ),
    ...(batch === 128 ? [alone.row] : []),
  ];
}

function products({ quick, ...effort }: Effort, peak: PeakLoop): Row[] {
  return (quick ? [8] : [64, 128, 256, 512, 1024]).map((n) => {
    const [a, b, c] = [1, 2, 3].map((seed) => variable(random.uniform(random.key(seed), [n, n]))) as [
      Variable,
      Variable,
      Variable,
    ];
    const program = compile(() => c.assign(a.value.matmul(b.value)));
    for (let k = 0; k < 3; k++) program();
    const flops = 2 * n ** 3;
    return raceRow(
      {
        what: `matmul n = ${n}; by hand: as many operations in registers`,
        unit: 'GFLOP/s',
        bar: { of: 'ratio', atMost: 1 / 0.9 },
      },
      race({ ours: () => program(), byHand: () => peak.run(flops) }, { quick, ...effort }),
      (seconds) => flops / seconds / 1e9,
    );
  });
}

function elementwise({ quick, ...effort }: Effort, peak: PeakLoop): Row[] {
  const n = quick ? 1000 : 1_000_000;
  const f = valueAndGrad((x: Tensor) => x.tanh().mul(x.square().neg().exp()).add(x.sin()).sum());
  const x = variable(random.uniform(random.key(1), [n], { min: -3, max: 3 }));
  const [gradient, total] = [variable(x.value), variable(0)];
  const program = compile(() => {
    const [value, slope] = f(x.value);
    gradient.assign(slope);
    total.assign(value);
  });
  for (let k = 0; k < 3; k++) program();
  const operations = program.kernels.reduce((sum, kernel) => sum + kernel.operations, 0);
  const [plain, out] = [Float32Array.from(x.value.data), new Float32Array(n)];
  const what = `value and gradient of sum(tanh(x) exp(-x²) + sin(x)), ${n}`;
  const each = (seconds: number): number => nanoseconds(seconds) / n;
  return [
    raceRow(
      { what: `${what}; by hand: a loop in JavaScript`, unit: 'ns/element' },
      race({ ours: () => program(), byHand: () => fusedByHand(plain, out) }, { quick, ...effort }),
      each,
    ),
    raceRow(
      {
        what: `the same; by hand: as many operations in registers (${Math.round(operations / n)} an element)`,
        unit: 'ns/element',
        bar: { of: 'ours', atMost: 3.3 },
      },
      race({ ours: () => program(), byHand: () => peak.run(operations) }, { quick, ...effort }),
      each,
    ),
  ];
}

const rosenbrock = (x: Tensor): Tensor => {
  const [head, tail] = [x.slice([[0, -1]]), x.slice([[1, null]])];
  return tail.sub(head.square()).square().mul(100).add(head.neg().add(1).square()).sum();
};

function secondOrder(effort: Effort): Row[] {
  const points = inputs((seed) => random.uniform(random.key(seed), [100], { dtype: 'f64' }));
  const direction = random.normal(random.key(9), [100], { dtype: 'f64' });
  const product = compile((x: Tensor, v: Tensor) => hvp(rosenbrock, x, v));
  const whole = compile((x: Tensor) => hessian(rosenbrock)(x));
  const byHand = (x: Float64Array, v: Float64Array): Float64Array => {
    const out = new Float64Array(x.length);
    for (let k = 0; k + 1 < x.length; k++) {
      out[k]! += (1200 * x[k]! ** 2 - 400 * x[k + 1]! + 2) * v[k]! - 400 * x[k]! * v[k + 1]!;
      out[k + 1]! += 200 * v[k + 1]! - 400 * x[k]! * v[k]!;
    }
    return out;
  };
  const [plain, along] = [Float64Array.from(points().data), Float64Array.from(direction.data)];
  const timesOf = (ours: () => unknown): ReturnType<typeof race> =>
    race({ ours, byHand: () => byHand(plain, along) }, effort);
  return [
    raceRow(
      { what: 'Rosenbrock-100, f64: Hessian-vector product', unit: 'us', bar: { of: 'ours', atMost: 1 } },
      timesOf(() => product(points(), direction)),
      microseconds,
    ),
    raceRow(
      {
        what: 'Rosenbrock-100, f64: coloured Hessian; by hand: one product',
        unit: 'us',
        bar: { of: 'ours', atMost: 10 },
      },
      timesOf(() => whole(points())),
      microseconds,
    ),
  ];
}

function calls(effort: Effort): Row[] {
  const tree = Object.fromEntries(Array.from({ length: 10 }, (_, k) => [`x${k}`, tensor([k])]));
  const program = compile((given: Record<string, Tensor>) => given['x0']!.add(1));
  program(tree);
  let count = 0;
  const times = race({ ours: () => program(tree), byHand: () => count++ }, effort);
  return [
    raceRow(
      {
        what: 'a call with a tree of ten one-element arrays, copies included',
        unit: 'ns',
        bar: { of: 'ours', atMost: 1000 },
      },
      times,
      nanoseconds,
    ),
  ];
}

/** The first and the third program of this process that is unlike others, from trace to result. */
function firstCalls(): Row[] {
  return [
    { sizes: [2, 2, 1], batch: 4, bars: [50, 10] },
    { sizes: [784, 128, 64, 10], batch: 32, bars: [100, 25] },
  ].map(({ sizes, batch, bars }): Row => {
    const samples = [1, 2, 3].map((seed) => {
      const model = new MLP(sizes, { activation: seed === 1 ? 'tanh' : 'sigmoid', seed });
      const descent = optimizer(seed === 2 ? sgd({ learningRate: 0.1 }) : adam(), model);
      const program = compile((x: Tensor) => {
        const loss = model.forward(x).square().mean();
        loss.backward();
        descent.step();
        return loss;
      });
      const x = random.uniform(random.key(seed), [batch, sizes[0]!]);
      const start = cpuSeconds();
      program(x).item();
      return cpuSeconds() - start;
    });
    const third = distribution([milliseconds(samples[2]!)]);
    return {
      what: `trace to first result, MLP ${sizes.join('-')}: third program (first: ${milliseconds(samples[0]!).toFixed(0)} ms, bar ${bars[0]})`,
      unit: 'ms',
      ours: third,
      bar: { of: 'ours', atMost: bars[1]! },
    };
  });
}

export const compiled: Case = {
  question: 'How fast are programs, against loops by hand and against what WebAssembly can do at most?',

  run(effort) {
    const first = firstCalls(); // before anything else is compiled
    const peak = peakLoop(cpuSeconds);
    return {
      rows: [
        ...smallNetworks(effort),
        ...digits(32, 'relu', effort, peak),
        ...digits(32, 'tanh', effort, peak),
        ...digits(128, 'relu', effort, peak),
        ...products(effort, peak),
        ...elementwise(effort, peak),
        adamAlone(effort.quick ? 1000 : 1_000_000, effort).row,
        ...secondOrder(effort),
        ...calls(effort),
        ...first,
      ],
      remarks: [
        'Inputs differ from call to call. "In registers" is a loop of f32x4 multiplications and additions without memory, the best of 8 to 16 sums: no program is faster.',
        'The bar of the digits is 1.1 times their operations in registers and Adam alone. Units of relu that never answer have moments that fade into subnormal numbers after some 800 steps, which the machine adds slowly; those of tanh have none.',
      ],
    };
  },
};
