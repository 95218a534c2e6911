/** What is true of every op. Each law throws on an op that breaks it, so that planted faults can be shown to be caught. */
import {
  DtypeError,
  EdgewiseError,
  type Sample,
  Tensor,
  compile,
  full,
  grad,
  jvp,
  random,
  tensor,
  variable,
  vjp,
  zeros,
  zerosLike,
} from '../../src/index.ts';
import { stridesOf } from '../../src/tensor/shape.ts';
import { View } from '../../src/tensor/view.ts';
import { checkGradients } from '../../src/testing/index.ts';
import { type Case, type Lawful, casesOf, isFloating, slotsWithRules } from './every-op.ts';

export interface Law {
  /** Completes the sentence "<op>: ..." */
  readonly title: string;
  readonly holds: (op: Lawful, seed: number) => void;
}

/** Largest error of a derivative in f64, times (1 + |derivative|). */
const F64 = 1e-7;
/** A result in f32 carries 7 digits, so a difference over a step of 1e-3 carries 3. */
const F32 = 1e-3;

export const laws: readonly Law[] = [
  {
    title: 'states samples to be tested on',
    holds: (op) => {
      if (casesOf(op).length === 0) throw new Error(`${op.definition.name} states no samples`);
    },
  },
  {
    title: 'first derivatives agree with central differences, and forward with reverse',
    holds: (op, seed) => forDifferentiable(op, seed, (one) => checkCase(op, one, [1], seed)),
  },
  {
    title: 'second derivatives agree with central differences over every pair of slots',
    holds: (op, seed) => forDifferentiable(op, seed, (one) => checkCase(op, one, [2], seed)),
  },
  {
    title: 'third derivatives of smooth ops agree with central differences of the second',
    holds: (op, seed) =>
      forDifferentiable(op, seed, (one) => {
        if (isSmoothSample(one.sample)) checkThird(op, one, seed);
      }),
  },
  {
    title: 'at 0, at ties, at 1, -1, 1000 and -1000 no derivative is NaN, and all ways to it agree',
    holds: (op, seed) =>
      // The points are the same for every seed but for the ties.
      forDifferentiable(op, seed, (one) => seed > 2 || checkCase(op, one, [1, 2], seed, { probe: true })),
  },
  {
    title: 'a second derivative is the same by grad of grad, forward over reverse and reverse over forward',
    holds: (op, seed) =>
      forDifferentiable(op, seed, ({ inputs, of, title }) => {
        for (const slot of slotsWithRules(op, inputs)) {
          const x = inputs[slot]!;
          const f = (at: Tensor): Tensor =>
            sumOf(of(...inputs.map((other, k) => (k === slot ? at : other))).map((output) => output.mul(output)));
          const v = x.mul(0.3).add(0.1);
          const ways = [
            grad((at: Tensor) => grad(f)(at).mul(v).sum())(x),
            jvp(grad(f), x, v)[1],
            grad((at: Tensor) => jvp(f, at, v)[1])(x),
          ];
          for (const other of ways.slice(1)) {
            ways[0]!.data.forEach((value, k) => {
              const error = Math.abs(value - other.data[k]!) / (1 + Math.abs(value));
              if (!(error < 1e-6)) throw new Error(`${title}: ${value} and ${other.data[k]} by another way`);
            });
          }
        }
      }),
  },
  {
    title: 'a slot without a rule says so by name, or gives zeros where that is its meaning',
    holds: (op, seed) => {
      for (const { inputs, of, title } of casesOf(op, { seed })) {
        const ruled = slotsWithRules(op, inputs);
        inputs.forEach((input, slot) => {
          if (!isFloating(input) || ruled.includes(slot)) return;
          expectRefusedOrZero(
            (x) => of(...inputs.map((other, k) => (k === slot ? x : other))),
            input,
            op.definition.name,
            title,
          );
        });
      }
    },
  },
  {
    title: 'a floating slot that has no rule moves no floating result, unless the op is there to cut',
    holds: (op, seed) => {
      for (const one of casesOf(op, { seed })) {
        if (isThereToCut(one)) continue;
        const { inputs, of, title } = one;
        const ruled = slotsWithRules(op, inputs);
        inputs.forEach((input, slot) => {
          if (!isFloating(input) || ruled.includes(slot)) return;
          const line = random.uniform(random.key(1000 * seed + slot), input.shape, { min: 0.5, max: 1, dtype: 'f64' });
          const at = (h: number): Tensor[] => of(...inputs.map((x, k) => (k === slot ? line.mul(h).add(x) : x)));
          const slopes = [1e-4, 1e-5].map((h) => {
            const below = at(-h);
            return at(h).map(
              (above, k) =>
                above
                  .cast('f64')
                  .sub(below[k]!.cast('f64'))
                  .div(2 * h).data,
            );
          });
          of(...inputs).forEach((output, k) => {
            if (!isFloating(output)) return;
            // A step of a whole number has no slope: what differences make of it grows as they get smaller.
            slopes[0]![k]!.forEach((slope, j) => {
              if (Math.abs(slope) > 1e-6 && Math.abs(slopes[1]![k]![j]! - slope) < 0.1 * Math.abs(slope))
                throw new Error(
                  `${title}: slot ${slot} has no rule, and moves element ${j} of result ${k} by ${slope}`,
                );
            });
          });
        });
      }
    },
  },
  {
    title: 'in f32 the derivatives, pulled and pushed, are those of f64, rounded',
    holds: (op, seed) =>
      forDifferentiable(
        op,
        seed,
        ({ inputs, of, title }) => {
          for (const slot of slotsWithRules(op, inputs)) {
            const [single, double] = [inputs, inputs.map((x) => (isFloating(x) ? x.cast('f64') : x))].map((given) => {
              const f = (x: Tensor): Tensor =>
                of(...given.map((other, k) => (k === slot ? x : other)))
                  .filter(isFloating)
                  .map((output, k) =>
                    random
                      .uniform(random.key(1000 * seed + k), output.shape)
                      .cast(output.dtype)
                      .mul(output)
                      .sum(),
                  )
                  .reduce((total, part) => total.add(part));
              const x = given[slot]!;
              const along = random.uniform(random.key(seed), x.shape, { min: 0.5, max: 1 }).cast(x.dtype);
              const [, pushed] = jvp(f, x, along);
              const pulled = vjp(f, x)[1](1);
              return { pulled, pushed, shares: pulled.mul(along) };
            });
            sameWhenRounded(`${title}, pulled to slot ${slot}`, single!.pulled, double!.pulled, double!.pulled);
            sameWhenRounded(`${title}, pushed from slot ${slot}`, single!.pushed, double!.pushed, double!.shares);
          }
        },
        'f32',
      ),
  },
  {
    title: 'in f32 the results are those of f64, rounded',
    holds: (op, seed) => {
      for (const { inputs, of, title } of casesOf(op, { dtype: 'f32', seed })) {
        const precise = of(...inputs.map((input) => (isFloating(input) ? input.cast('f64') : input)));
        of(...inputs).forEach((output, k) => {
          const exact = precise[k]!.data;
          output.data.forEach((value, at) => {
            const error = Math.abs(value - exact[at]!) / (1 + Math.abs(exact[at]!));
            if (!(error <= 2e-6) && !Object.is(value, exact[at]))
              throw new Error(`${title}: ${value} in f32, ${exact[at]} in f64`);
          });
        });
      }
    },
  },
  {
    title:
      'whole numbers and booleans are refused, kept whole, or give what they give as f64: no fraction is lost silently',
    holds: (op, seed) => {
      for (const dtype of ['i32', 'bool'] as const) {
        for (const { inputs, of, title } of casesOf(op, { seed })) {
          if (!inputs.some(isFloating)) continue;
          const whole = inputs.map((input) => (isFloating(input) ? input.cast(dtype) : input));
          const outputs = unlessRefused(() => of(...whole), title);
          if (outputs === undefined) continue;
          const expected = of(...whole.map((input, k) => (isFloating(inputs[k]!) ? input.cast('f64') : input)));
          outputs.forEach((output, k) => {
            output.data.forEach((value, at) => {
              const exact = Number(expected[k]!.data[at]);
              const same =
                output.dtype === 'f32'
                  ? value === Math.fround(exact) || Math.abs(value - exact) < 1e-6
                  : value === exact;
              if (!same && !(value === 0 && exact === 0) && !Object.is(value, exact))
                throw new Error(`${title}: ${value} for ${dtype}, ${exact} for f64`);
            });
          });
        }
      }
    },
  },
  {
    title: 'a tensor that keeps its equal elements as one number gives the same bits as one that keeps them all',
    holds: (op, seed) => {
      for (const { inputs, of, title } of casesOf(op, { seed })) {
        // Each input alone made uniform, and all together.
        for (const chosen of [...inputs.map((_, k) => [k]), [...inputs.keys()]]) {
          const value = (input: Tensor): number => input.data[0] ?? 0;
          const asNumber = inputs.map((input, k) =>
            chosen.includes(k) ? full(input.shape, value(input), input.dtype) : input,
          );
          const asArray = inputs.map((input, k) => (chosen.includes(k) ? spread(input, value(input)) : input));
          sameBits(`${title}, inputs ${chosen.join(', ')} uniform`, of(...asNumber), of(...asArray));
          const slots = slotsWithRules(op, inputs).filter((slot) => of(...inputs).some(isFloating) && slot >= 0);
          for (const slot of slots) {
            const pulled = (at: readonly Tensor[]): Tensor =>
              vjp((x: Tensor) => sumOf(of(...at.map((other, k) => (k === slot ? x : other)))), at[slot]!)[1](1);
            sameBits(`${title}, cotangent of slot ${slot}`, [pulled(asNumber)], [pulled(asArray)]);
          }
        }
      }
    },
  },
  {
    title: 'elements that lie in another order give the same bits as elements side by side',
    holds: (op, seed) => {
      for (const { inputs, of, title } of casesOf(op, { seed })) {
        for (const chosen of [...inputs.map((_, k) => [k]), [...inputs.keys()]]) {
          const viewed = inputs.map((input, k) => (chosen.includes(k) ? backToFront(input) : input));
          sameBits(`${title}, inputs ${chosen.join(', ')} viewed`, of(...viewed), of(...inputs));
        }
      }
    },
  },
  {
    title: 'in f32, rank 0 gives the same bits as rank 1',
    holds: (op, seed) => {
      for (const { inputs, of, title } of casesOf(op, { dtype: 'f32', seed })) {
        if (!inputs.every(({ rank, dtype }) => rank === 0 && dtype === 'f32')) continue;
        const ranked = inputs.map((input) => tensor([input.item()]));
        const [flat, line] = [of(...inputs), of(...ranked)];
        flat.forEach((output, k) => {
          output.data.forEach((value, at) => {
            if (!Object.is(value, line[k]!.data[at]))
              throw new Error(`${title}: ${value}, and ${line[k]!.data[at]} in rank 1`);
          });
        });
      }
    },
  },
  {
    title: 'a derivative on plain numbers, which nobody watches, gives the same bits as one on tensors',
    holds: (op, seed) => {
      const holdsIn = (dtype: 'f32' | 'f64'): void =>
        forDifferentiable(
          op,
          seed,
          ({ inputs, of, title }) => {
            if (!inputs.every((input) => input.rank === 0 && input.dtype === dtype)) return;
            for (const slot of slotsWithRules(op, inputs)) {
              // Twice the same graph of one number: an observer makes the walk give it tensors. Used twice, so that shares add up.
              const pulled = [{}, { observer: {} }].map((options) => {
                const at = variable(inputs[slot]!);
                const results = (): Tensor => sumOf(of(...inputs.map((other, k) => (k === slot ? at.value : other))));
                results().mul(0.7).add(results().square()).backward(options);
                return at.grad!;
              });
              sameBits(`${dtype}, ${title}, slot ${slot}`, [pulled[0]!], [pulled[1]!]);
            }
          },
          dtype,
        );
      holdsIn('f32');
      holdsIn('f64');
    },
  },
  {
    title: 'the forward derivative of a known function is known',
    holds: (op, seed) =>
      forDifferentiable(op, seed, ({ inputs, of, title }) => {
        for (const slot of slotsWithRules(op, inputs)) {
          const at = (x: Tensor): Tensor[] => of(...inputs.map((other, k) => (k === slot ? x : other)));
          const [values, tangents] = jvp(at, inputs[slot]!, inputs[slot]!);
          if ([...values, ...tangents].some((output) => output.isSymbolic))
            throw new Error(`${title}: a symbolic tangent`);
        }
      }),
  },
  {
    title:
      'of empty axes, and of rank 0, it gives what compiled it gives too and derivatives of its inputs, or refuses by its name',
    holds: (op, seed) => {
      for (const { inputs, of, title } of casesOf(op, { seed })) {
        for (const given of otherShapes(inputs)) {
          const at = `${title}, of ${given.map(({ spec }) => String(spec)).join(', ')}`;
          const results = unlessRefusedByName(() => of(...given), op, at);
          if (results === undefined) continue;
          const program = compile((...inner: Tensor[]) => of(...inner));
          const compiled = unlessRefusedByName(() => program(...given) as Tensor[], op, `${at}, compiled`);
          if (compiled !== undefined && specsOf(compiled) !== specsOf(results))
            throw new Error(`${at}: ${specsOf(results)}, and compiled ${specsOf(compiled)}`);
          if (!results.some(isFloating)) continue;
          for (const slot of slotsWithRules(op, given)) {
            const f = (x: Tensor): Tensor => sumOf(of(...given.map((other, k) => (k === slot ? x : other))));
            const gradient = grad(f)(given[slot]!);
            if (String(gradient.spec) !== String(given[slot]!.spec))
              throw new Error(`${at}: the derivative in slot ${slot} is ${gradient.spec}`);
          }
        }
      }
    },
  },
  {
    title: 'inputs are never written to, and the same call gives the same bits again',
    holds: (op, seed) => {
      for (const { inputs, of, title } of casesOf(op, { seed })) {
        const before = inputs.map((input) => input.data);
        const first = of(...inputs);
        sameBits(title, first, of(...inputs));
        before.forEach((data, k) => {
          if (data.some((value, at) => !Object.is(value, inputs[k]!.data[at])))
            throw new Error(`${title}: input ${k} changed`);
        });
      }
    },
  },
];

function checkCase(
  op: Lawful,
  { inputs, of, title }: Case,
  orders: readonly (1 | 2)[],
  seed: number,
  { probe = false } = {},
): void {
  const slots = slotsWithRules(op, inputs);
  const varied = slots.map((slot) => inputs[slot]!);
  const fn = (...at: Tensor[]): Tensor[] =>
    of(...inputs.map((input, k) => (slots.includes(k) ? at[slots.indexOf(k)]! : input)));
  const tolerance = of(...inputs).some(({ dtype }) => dtype === 'f32') ? F32 : F64;
  try {
    checkGradients(fn, varied, { orders, tolerance, seed, probe });
  } catch (error) {
    throw new Error(`${title}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** A sample keeps away from neither kinks nor ties: there the op says of itself that it has none. */
export function isSmoothSample({ kinks = [], distinct = 0 }: Sample): boolean {
  return kinks.length === 0 && distinct === 0;
}

/** With some arguments at least: the average pool of an op that also gives the largest. */
export function isSmooth({ definition: { samples = [] } }: Lawful): boolean {
  return samples.some(isSmoothSample);
}

/** All inputs move at once along one line, so the third derivative is that of a function of one number. */
export function checkThird(op: Lawful, { inputs, of, title }: Case, seed: number): void {
  const slots = slotsWithRules(op, inputs);
  const draw = (k: number, { shape }: Tensor): Tensor =>
    random.uniform(random.key(1000 * seed + k), shape, { min: -1, max: 1, dtype: 'f64' });
  const lines = inputs.map((input, k) => (slots.includes(k) ? draw(k, input) : undefined));
  const weights = of(...inputs).map((output, k) => (isFloating(output) ? draw(100 + k, output) : undefined));
  const onLine = (t: Tensor): Tensor =>
    of(...inputs.map((input, k) => (lines[k] === undefined ? input : lines[k].mul(t).add(input))))
      .flatMap((output, k) => (weights[k] === undefined ? [] : [output.mul(weights[k]).sum()]))
      .reduce((total, part) => total.add(part))
      .cast('f64');
  const second = grad(grad(onLine));
  const third = grad(second)(tensor(0, { dtype: 'f64' })).item();
  const at = (h: number): number => second(tensor(h, { dtype: 'f64' })).item();
  const h = 1e-3;
  const central = (step: number): number => (at(step) - at(-step)) / (2 * step);
  const expected = (4 * central(h / 2) - central(h)) / 3;
  const error = Math.abs(third - expected) / (1 + Math.abs(expected));
  if (!(error <= F64))
    throw new Error(
      `${title}: third derivative is ${third}; differences give ${expected} (error ${error.toExponential(1)}, allowed ${F64})`,
    );
}

/** Its result is its input, bit for bit: without a rule it has no other use than to let no derivative through. */
function isThereToCut({ inputs, of }: Case): boolean {
  const results = of(...inputs);
  const [input, output] = [inputs[0]!, results[0]!];
  if (inputs.length !== 1 || results.length !== 1 || String(input.spec) !== String(output.spec)) return false;
  const data = output.data;
  return input.data.every((value, k) => Object.is(value, data[k]));
}

/** Differences are measured by the largest share of what is summed up: smaller ones may cancel. */
function sameWhenRounded(title: string, single: Tensor, double: Tensor, shares: Tensor): void {
  let largest = 0;
  for (const share of shares.data) largest = Math.max(largest, Math.abs(share));
  const exact = double.data;
  single.data.forEach((value, k) => {
    const error = Math.abs(value - exact[k]!);
    if (!(error <= 1e-4 * largest + 1e-7) && !Object.is(value, exact[k]))
      throw new Error(`${title}: ${value} in f32, ${exact[k]} in f64, at ${k}`);
  });
}

/** Cases in which some derivative can flow: a floating slot that has a rule, and a floating result. */
function forDifferentiable(
  op: Lawful,
  seed: number,
  check: (one: Case) => unknown,
  dtype: 'f32' | 'f64' = 'f64',
): void {
  for (const one of casesOf(op, { seed, dtype })) {
    if (slotsWithRules(op, one.inputs).length > 0 && one.of(...one.inputs).some(isFloating)) check(one);
  }
}

function expectRefusedOrZero(of: (x: Tensor) => Tensor[], x: Tensor, name: string, title: string): void {
  let gradient: Tensor;
  try {
    gradient = grad((at: Tensor) => sumOf(of(at).map((output) => output.cast('f64'))))(x);
  } catch (error) {
    if (error instanceof EdgewiseError && error.message.includes(name)) return;
    throw new Error(`${title}: the refusal does not name the op`, { cause: error });
  }
  sameBits(title, [gradient], [zerosLike(x)]);
}

function unlessRefused(attempt: () => Tensor[], title: string): Tensor[] | undefined {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof DtypeError) return undefined;
    throw new Error(`${title}: refused by something else than a DtypeError`, { cause: error });
  }
}

/** Each extent in turn made 0, wherever an input has it; and all inputs of rank 0. */
function otherShapes(inputs: readonly Tensor[]): Tensor[][] {
  const empty = [...new Set(inputs.flatMap(({ shape }) => shape))].map((gone) =>
    inputs.map((x) =>
      x.shape.includes(gone)
        ? zeros(
            x.shape.map((extent) => (extent === gone ? 0 : extent)),
            x.dtype,
          )
        : x,
    ),
  );
  return [...empty, inputs.map(({ dtype }) => tensor(1, { dtype: 'f64' }).cast(dtype))];
}

function specsOf(outputs: readonly Tensor[]): string {
  return outputs.map(({ spec }) => String(spec)).join(', ');
}

function unlessRefusedByName(attempt: () => Tensor[], op: Lawful, title: string): Tensor[] | undefined {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof EdgewiseError && String(error).includes(op.definition.name)) return undefined;
    throw new Error(`${title}: refused by something else than an error that names it`, { cause: error });
  }
}

function sumOf(outputs: readonly Tensor[]): Tensor {
  return outputs
    .filter(isFloating)
    .map((output) => output.sum())
    .reduce((total, part) => total.add(part));
}

/** The same tensor, its elements kept from the last to the first. */
function backToFront(input: Tensor): Tensor {
  const { shape, size } = input;
  const data = input.data;
  const place = { offset: size - 1, strides: stridesOf(shape).map((stride) => 0 - stride) };
  return size < 2 ? input : new Tensor(input.spec, new View(data.slice().reverse(), place, () => data));
}

/** Equal elements, kept one by one. */
function spread(input: Tensor, value: number): Tensor {
  return tensor(input.data.fill(value), { shape: input.shape, dtype: input.dtype });
}

export function sameBits(title: string, some: readonly Tensor[], others: readonly Tensor[]): void {
  if (some.length !== others.length) throw new Error(`${title}: ${some.length} and ${others.length} outputs`);
  some.forEach((one, k) => {
    const other = others[k]!;
    if (String(one.spec) !== String(other.spec)) throw new Error(`${title}: ${one.spec} and ${other.spec}`);
    const [a, b] = [one.data, other.data];
    a.forEach((value, at) => {
      if (!Object.is(value, b[at])) throw new Error(`${title}: element ${at} is ${value} and ${b[at]}`);
    });
  });
}
