/** Random steps over Variables that programs share: written down as lines, and taken op by op or as programs. */
import fc from 'fast-check';
import {
  type Dtype,
  type Program,
  type Shape,
  Tensor,
  type Variable,
  arange,
  checkpoint,
  compile,
  concatenate,
  cond,
  einsum,
  flip,
  forLoop,
  grad,
  jvp,
  matmul,
  maximum,
  pad,
  random,
  roll,
  scan,
  scatterAdd,
  segmentSum,
  sort,
  tensor,
  variable,
  vjp,
  vmap,
  where,
} from '../../src/index.ts';

/** What a line does, and numbers from which it takes the values, Variables and places that it uses. */
export type Line = readonly [kind: number, first: number, second: number, third: number];

/** What is done between programs' calls, with which program or Variable, on which arguments, how often. */
export type Deed = readonly [kind: number, which: number, on: number, count: number];

/** Two programs of the same Variables, and the order in which they are called. */
export interface Course {
  readonly programs: readonly (readonly Line[])[];
  readonly deeds: readonly Deed[];
}

const nat = fc.nat({ max: 1000 });
const lines = fc.array(fc.tuple(nat, nat, nat, nat), { minLength: 1, maxLength: 14, size: 'max' });
const deeds = fc.array(fc.tuple(nat, nat, nat, nat), { minLength: 2, maxLength: 9, size: 'max' });
export const courses: fc.Arbitrary<Course> = fc.record({ programs: fc.tuple(lines, lines), deeds });

/** A value, and its name in the text. */
interface Named {
  readonly name: string;
  readonly value: Tensor;
}

interface Row {
  readonly text: (x: string, y: string, n: number) => string;
  readonly value: (x: Tensor, y: Tensor, n: number) => Tensor;
}

/** Numbers that are no sums of others, so that rounding decides no comparison. */
const JUMP = 0.1234;

// Of f32 matrices [2, 3]: x and y may be the same one. Values stay moderate
const rows: readonly Row[] = [
  { text: (x) => `${x}.tanh()`, value: (x) => x.tanh() },
  { text: (x, y) => `${x}.add(${y}).mul(0.5)`, value: (x, y) => x.add(y).mul(0.5) },
  { text: (x, y) => `${x}.sub(${y}).mul(0.5)`, value: (x, y) => x.sub(y).mul(0.5) },
  { text: (x, y) => `${x}.mul(${y}.sin())`, value: (x, y) => x.mul(y.sin()) },
  { text: (x, y) => `maximum(${x}, ${y}.neg())`, value: (x, y) => maximum(x, y.neg()) },
  {
    text: (x, y) => `where(${x}.greater(${JUMP}), ${x}, ${y})`,
    value: (x, y) => where(x.greater(JUMP), x, y),
  },
  { text: (x) => `${x}.slice([null, [null, null, -1]])`, value: (x) => x.slice([null, [null, null, -1]]) },
  { text: (x) => `flip(${x})`, value: (x) => flip(x) },
  { text: (x, _, n) => `roll(${x}, ${n % 5})`, value: (x, _, n) => roll(x, n % 5) },
  { text: (x) => `${x}.permute([1, 0]).reshape([2, 3])`, value: (x) => x.permute([1, 0]).reshape([2, 3]) },
  {
    text: (x, y) => `${x}.sub(${y}.mean({ axis: 1, keepDims: true }))`,
    value: (x, y) => x.sub(y.mean({ axis: 1, keepDims: true })),
  },
  {
    text: (x, y) => `${x}.mul(0.3).add(${y}.sum({ axis: 0 }).tanh())`,
    value: (x, y) => x.mul(0.3).add(y.sum({ axis: 0 }).tanh()),
  },
  { text: (x, _, n) => `${x}.softmax({ axis: ${n % 2} })`, value: (x, _, n) => x.softmax({ axis: n % 2 }) },
  {
    text: (x, _, n) => `${x}.mul(0.4).cumsum({ axis: ${n % 2} })`,
    value: (x, _, n) => x.mul(0.4).cumsum({ axis: n % 2 }),
  },
  { text: (x) => `sort(${x})`, value: (x) => sort(x) },
  {
    text: (x, y) => `matmul(${x}, matmul(${y}, ${x}, { transposeA: true })).tanh()`,
    value: (x, y) => matmul(x, matmul(y, x, { transposeA: true })).tanh(),
  },
  {
    text: (x, y) => `einsum('ij,kj->ik', ${x}, ${y}).matmul(${x}).tanh()`,
    value: (x, y) => einsum('ij,kj->ik', x, y).matmul(x).tanh(),
  },
  {
    text: (x) => `pad(${x}, [[1, 0], [0, 2]]).slice([[0, 2], [1, 4]])`,
    value: (x) =>
      pad(x, [
        [1, 0],
        [0, 2],
      ]).slice([
        [0, 2],
        [1, 4],
      ]),
  },
  {
    text: (x, y) => `concatenate([${x}, ${y}]).slice([[null, null, -2]])`,
    value: (x, y) => concatenate([x, y]).slice([[null, null, -2]]),
  },
  {
    text: (x, y, n) => `${x}.at([${n % 2}]).set(${y}.slice([0]))`,
    value: (x, y, n) => x.at([n % 2]).set(y.slice([0])),
  },
  {
    text: (x, y, n) => `scatterAdd(${x}.mul(0.5), [${n % 2}, 1], ${y}.mul(0.5))`,
    value: (x, y, n) => scatterAdd(x.mul(0.5), [n % 2, 1], y.mul(0.5)),
  },
  {
    text: (x, _, n) => `segmentSum(${x}, [${n % 2}, 1], 2).tanh()`,
    value: (x, _, n) => segmentSum(x, [n % 2, 1], 2).tanh(),
  },
  { text: (x, _, n) => `${x}.take([${n % 2}, 0], { axis: 0 })`, value: (x, _, n) => x.take([n % 2, 0], { axis: 0 }) },
];

/** What is done with a function of a matrix, made of a row and whatever stands around it. */
const uses: readonly { readonly text: string; readonly value: (f: (z: Tensor) => Tensor, x: Tensor) => Tensor }[] = [
  {
    text: 'grad((z) => f(z).square().sum())(x).tanh()',
    value: (f, x) => grad((z: Tensor) => f(z).square().sum())(x).tanh(),
  },
  {
    text: 'grad((y) => grad((z) => f(z).sin().sum())(y).mul(y).sum())(x).tanh()',
    value: (f, x) =>
      grad((y: Tensor) =>
        grad((z: Tensor) => f(z).sin().sum())(y)
          .mul(y)
          .sum(),
      )(x).tanh(),
  },
  { text: 'jvp(f, x, x)[1].tanh()', value: (f, x) => jvp(f, x, x)[1].tanh() },
  { text: 'vjp(f, x)[1](x).tanh()', value: (f, x) => vjp(f, x)[1](x).tanh() },
  { text: 'checkpoint(f)(x)', value: (f, x) => checkpoint(f)(x) },
  { text: 'forLoop(3, (_, z) => f(z), x)', value: (f, x) => forLoop(3, (_, z: Tensor) => f(z), x) },
  {
    text: 'scan((c, z) => [f(c).add(z).tanh(), undefined], x, x)[0]',
    value: (f, x) => scan((c: Tensor, z: Tensor) => [f(c).add(z).tanh(), undefined], x, x)[0],
  },
  {
    text: 'cond(x.sum().greater(JUMP), f, (z) => z.neg(), x)',
    value: (f, x) => cond(x.sum().greater(JUMP), f, (z: Tensor) => z.neg(), x),
  },
  {
    text: 'vmap(f)(stack of x and x.neg())[1]',
    value: (f, x) => vmap(f)(concatenate([x, x.neg()]).reshape([2, 2, 3])).slice([1]),
  },
];

const cells: readonly (readonly [dtype: Dtype, shape: Shape])[] = [
  ['f32', [2, 3]],
  ['f32', [2, 3]],
  ['f32', [3]],
  ['f64', [2, 3]],
  ['i32', [3]],
  ['i32', [3]],
  ['bool', [2, 3]],
];

const numbers = (seed: number, [dtype, shape]: (typeof cells)[number]): Tensor => {
  const size = shape.reduce((product, extent) => product * extent, 1);
  const waves = arange(size).cast('f64').mul(2.3).add(seed).sin();
  if (dtype === 'bool') return waves.greater(0).reshape(shape);
  return (dtype === 'i32' ? waves.mul(3).round() : waves).cast(dtype).reshape(shape);
};

/** A value with as many elements as another has, in its shape and dtype; repeated or cut where it has others. */
function fitted({ name, value }: Named, { dtype, shape }: { readonly dtype: Dtype; readonly shape: Shape }): Named {
  const size = shape.reduce((product, extent) => product * extent, 1);
  let [text, fit] = [name, value];
  if (value.size !== size) {
    fit = fit.reshape([-1]).take(arange(size).remainder(value.size).cast('i32'));
    text = `${text}.reshape([-1]).take(0 to ${size - 1}, repeated)`;
  }
  if (fit.shape.join() !== shape.join()) {
    fit = fit.reshape(shape);
    text = `${text}.reshape([${shape.join(', ')}])`;
  }
  if (fit.dtype === dtype) return { name: text, value: fit };
  // A truth by a jump, and whole numbers from truths: rounding decides neither
  if (dtype === 'bool') return { name: `${text}.greater(${JUMP})`, value: fit.cast('f64').greater(JUMP) };
  if (dtype === 'i32' && fit.dtype !== 'bool') fit = fit.greater(JUMP);
  return { name: `${text} as ${dtype}`, value: fit.cast(dtype) };
}

const matrix = { dtype: 'f32', shape: [2, 3] } as const;

/**
 * Does what the lines say. Which operands they take depends on specs alone, so it is the same where values are symbolic.
 *
 * @param write takes the text, line by line
 */
function take(
  lines: readonly Line[],
  variables: readonly Variable[],
  x: Tensor,
  write: (line: string) => void,
): Tensor[] {
  const known: Named[] = [{ name: 'x', value: x }];
  const give = (text: string, value: Tensor): void => {
    const name = `t${known.length}`;
    write(`${name} = ${text}`);
    known.push({ name, value });
  };
  const back = (by: number): Named => known[known.length - 1 - (by % known.length)]!;
  const content = (cell: number): Named => ({ name: `v${cell}.value`, value: variables[cell]!.value });
  const floats = variables.flatMap(({ trainable }, k) => (trainable ? [k] : []));
  for (const [kind, first, second, third] of lines) {
    const cell = first % variables.length;
    switch (kind % 10) {
      case 0:
        give(`v${cell}.value`, variables[cell]!.value);
        break;
      case 1:
      case 2: {
        const next = fitted(back(second), variables[cell]!.spec);
        write(`v${cell}.assign(${next.name})`);
        variables[cell]!.assign(next.value);
        break;
      }
      case 3:
      case 4: {
        // A Variable from what another holds, or itself, as it is or in another order
        const source = fitted(content(second % variables.length), variables[cell]!.spec);
        const isWhole = source.value.dtype === 'i32';
        const moves: readonly Row[] = [
          { text: (y) => y, value: (y) => y },
          { text: (y) => `flip(${y})`, value: (y) => flip(y) },
          { text: (y) => `roll(${y}, 1)`, value: (y) => roll(y, 1) },
          {
            text: (y) => `where(${y} > 0, ${y}, flip(${y}))`,
            value: (y) => where(y.cast('f64').greater(0), y, flip(y)),
          },
          isWhole
            ? { text: (y) => `${y}.cumsum({ axis: 0 }).remainder(5)`, value: (y) => y.cumsum({ axis: 0 }).remainder(5) }
            : { text: (y) => y, value: (y) => y },
        ];
        const move = moves[third % moves.length]!;
        write(`v${cell}.assign(${move.text(source.name, '', 0)})`);
        variables[cell]!.assign(move.value(source.value, source.value, 0));
        break;
      }
      case 5: {
        const at = floats[first % floats.length]!;
        const by = fitted(back(second), variables[at]!.spec);
        write(`v${at}.value.mul(${by.name}).sin().sum().backward()`);
        variables[at]!.value.mul(by.value).sin().sum().backward();
        const { grad: slope } = variables[at]!;
        if (third % 3 > 0 && slope !== undefined) give(`v${at}.grad.tanh()`, slope.tanh());
        if (third % 2 === 0) {
          write(`v${at}.clearGrad()`);
          variables[at]!.clearGrad();
        }
        break;
      }
      case 6: {
        const use = uses[third % uses.length]!;
        const row = rows[first % rows.length]!;
        const [of, around] = [fitted(back(second), matrix), fitted(back(third), matrix)];
        const read = fitted(content(third % variables.length), matrix);
        const f = (z: Tensor): Tensor => row.value(z.add(read.value).mul(0.5), around.value, third).tanh();
        const inside = row.text(`z.add(${read.name}).mul(0.5)`, around.name, third);
        give(`${use.text}, where x is ${of.name} and f is (z) => ${inside}.tanh()`, use.value(f, of.value));
        break;
      }
      case 7: {
        const key = fitted({ name: 'v4.value', value: variables[4]!.value }, { dtype: 'i32', shape: [2] });
        give(`random.uniform(${key.name}, [2, 3])`, random.uniform(key.value, [2, 3]));
        break;
      }
      default: {
        const row = rows[first % rows.length]!;
        const [a, b] = [fitted(back(second), matrix), fitted(back(third), matrix)];
        give(row.text(a.name, b.name, third), row.value(a.value, b.value, third));
      }
    }
  }
  // The last values, a Variable as it is then, and one of them again
  const given = [...known.slice(-3), content(lines.length % variables.length), known.at(-1)!];
  write(`return [${given.map(({ name }) => name).join(', ')}]`);
  return given.map(({ value }) => value);
}

/** What was seen, where. */
export interface Seen {
  readonly where: string;
  readonly spec: string;
  readonly numbers: readonly number[];
  readonly isFloat: boolean;
}

/** Goes the whole way, and gives what is seen on it: results when they come and once more at the end, and Variables. */
export function goThrough({ programs, deeds }: Course, isCompiled: boolean, verify = false): Seen[] {
  const variables = cells.map((cell, k) => variable(numbers(k, cell), { name: `v${k}` }));
  const steps = programs.map((lines) => {
    const step = (x: Tensor): Tensor[] => take(lines, variables, x, () => {});
    return isCompiled ? compile(step, { verify, programs: 2 }) : manyTimes(step);
  });
  const seen: Seen[] = [];
  const held: Named[] = [];
  const look = (where: string, value: Tensor): void => {
    const isFloat = value.dtype === 'f32' || value.dtype === 'f64';
    seen.push({ where, spec: String(value.spec), numbers: [...value.data], isFloat });
  };
  const lookAtVariables = (when: string): void =>
    variables.forEach((cell, k) => {
      look(`v${k} ${when}`, cell.value);
      // A program fills the gradient of what a branch reads whether or not it is taken: with zeros where it is not
      if (cell.trainable) look(`v${k}.grad ${when}`, cell.grad ?? cell.value.mul(0));
    });
  deeds.forEach(([kind, which, on, count], k) => {
    const cell = which % variables.length;
    const { spec } = variables[cell]!;
    switch (kind % 6) {
      case 0:
        if (count % 2 === 0) lookAtVariables(`before deed ${k}`);
        else variables[cell]!.clearGrad();
        return;
      case 1: {
        // From outside: new numbers, or what another holds, or an earlier result
        const result = held.length === 0 ? undefined : held[on % held.length]!.value;
        const other = [numbers(on, [spec.dtype, spec.shape]), variables[on % variables.length]!.value, result][
          count % 3
        ];
        variables[cell]!.assign(fitted({ name: '', value: settled(other ?? variables[cell]!.value) }, spec).value);
        return;
      }
      default: {
        const step = steps[which % steps.length]!;
        const x = numbers(on % 3, ['f32', on % 4 === 3 ? [3, 2] : [2, 3]]);
        const results = kind % 6 === 2 ? step.run(1 + (count % 4), x) : step(x);
        results.forEach((value, at) => {
          look(`result ${at} of deed ${k}`, value);
          held.push({ name: `result ${at} of deed ${k}`, value });
        });
      }
    }
  });
  lookAtVariables('at the end');
  for (const { name, value } of held) look(`${name}, held`, value);
  return seen;
}

/** The numbers alone: where what they came from was recorded, a program would not run as one. */
function settled(value: Tensor): Tensor {
  return tensor(value.data, { dtype: value.dtype }).reshape(value.shape);
}

function manyTimes(step: (x: Tensor) => Tensor[]): Pick<Program<[x: Tensor], Tensor[]>, 'run'> & typeof step {
  const run = (count: number, x: Tensor): Tensor[] => {
    for (let k = 1; k < count; k++) step(x);
    return step(x);
  };
  return Object.assign((x: Tensor) => step(x), { run });
}

/** Throws with the course as text where a program's numbers are not those of the same function without `compile`. */
export function expectSame(course: Course, expected: readonly Seen[], computed: readonly Seen[]): void {
  expected.forEach(({ where: place, spec, numbers: wanted, isFloat }, k) => {
    const got = computed[k]!;
    const wrong = (what: string): Error => new Error(`${place}: ${what}, in this course:\n${courseText(course)}`);
    if (got.where !== place || got.spec !== spec) throw wrong(`${got.where} is ${got.spec}, expected ${spec}`);
    const largest = Math.max(1, ...wanted.map(Math.abs).filter(Number.isFinite));
    wanted.forEach((value, at) => {
      const off = Object.is(value, got.numbers[at]) ? 0 : Math.abs(value - got.numbers[at]!);
      if (!(off <= (isFloat ? 1e-3 * largest : 0)))
        throw wrong(`element ${at} is ${got.numbers[at]}, expected ${value}`);
    });
  });
}

export function courseText({ programs, deeds }: Course): string {
  const variables = cells.map((cell, k) => variable(numbers(k, cell)));
  const parts = programs.map((lines, k) => {
    const written: string[] = [];
    take(lines, variables, numbers(0, ['f32', [2, 3]]), (line) => written.push(line));
    return [`p${k} = compile((x) => {`, ...written.map((line) => `  ${line}`), '})'].join('\n');
  });
  const done = deeds.map(([kind, which, on, count]) => {
    const [p, x] = [`p${which % programs.length}`, `x${on % 3}${on % 4 === 3 ? ' [3, 2]' : ''}`];
    const cell = `v${which % variables.length}`;
    switch (kind % 6) {
      case 0:
        return count % 2 === 0 ? 'all Variables are read' : `${cell}.clearGrad()`;
      case 1: {
        const sources = ['new numbers', `v${on % variables.length}.value`, 'an earlier result'];
        return `${cell}.assign(${sources[count % 3]})`;
      }
      case 2:
        return `${p}.run(${1 + (count % 4)}, ${x})`;
      default:
        return `${p}(${x})`;
    }
  });
  return [...parts, ...done].join('\n');
}
