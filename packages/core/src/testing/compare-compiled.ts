/** What `compile` makes of a function and of its derivatives, held to the function itself. */
import { EdgewiseError, type Tensor, compile, inference } from '../index.ts';
import { compareLowered } from './compare-lowered.ts';
import { firstIn, namedInputs, secondIn } from './derivatives.ts';
import { largestFinite } from './largest-finite.ts';
import { allowedIn } from './rounding.ts';

/** What is computed both ways: tensors, and what each is called in a sentence. */
interface Quantity {
  readonly of: (...at: Tensor[]) => readonly Tensor[];
  readonly name: (k: number) => string;
}

export interface CompiledOptions {
  /** All results, of any dtype. */
  readonly values: (...at: Tensor[]) => readonly Tensor[];
  /** One number from the floating ones. */
  readonly scalar: (...at: Tensor[]) => Tensor;
  /** The inputs in which derivatives are taken. */
  readonly varied: readonly number[];
  /** For each input, the direction along which a gradient is made one number to be differentiated again. */
  readonly lines: readonly Tensor[];
  readonly orders: readonly (1 | 2)[];
  /** The same inputs in f64, where some are f32: there less is rounding, and more is wrong. */
  readonly double: readonly Tensor[] | undefined;
}

/**
 * Compares all elements of the values, and of the derivatives of the orders asked for, each as a program of its own; then
 * every op that runs in them with what its `lower` says.
 *
 * @returns for each tensor the largest error of an element, divided by 1 + the largest element
 * @throws EdgewiseError `program-differs`, naming the order, the input, both numbers and, where it is known, the op; and
 *   `not-run-as-program` inside of `record` or `trace`, where there are no programs
 */
export function compareCompiled(
  inputs: readonly Tensor[],
  { values, scalar, varied, lines, orders, double }: CompiledOptions,
): number[] {
  const pairs = varied.flatMap((k) => varied.map((other) => [k, other] as const));
  const quantities: Quantity[] = [{ of: values, name: (k) => `result ${k}` }];
  if (orders.includes(1)) {
    quantities.push({
      of: (...at) => varied.map((k) => firstIn(scalar, at, k)),
      name: (k) => `the first derivative in ${namedInputs(varied[k]!)}`,
    });
  }
  if (orders.includes(2)) {
    quantities.push({
      of: (...at) => pairs.map(([k, other]) => secondIn(scalar, at, k, other, lines[k]!)),
      name: (k) => `the second derivative in ${namedInputs(...pairs[k]!)}`,
    });
  }
  const errors = quantities.flatMap((quantity) => errorsOf(quantity, inputs));
  // To the derivative of the highest order all that comes before is computed, too.
  const all = quantities.at(-1)!;
  for (const at of double === undefined ? [inputs] : [inputs, double]) compareLowered(() => all.of(...at));
  return errors;
}

function errorsOf({ of, name }: Quantity, inputs: readonly Tensor[]): number[] {
  const expected = inference(() => of(...inputs));
  const program = compile((...at: Tensor[]) => [...of(...at)]);
  // What the inputs come from is nobody's business here; with it, the program would be the function.
  const computed = inference(() => program(...inputs));
  if (program.stats.inlined > 0) {
    throw new EdgewiseError({
      code: 'not-run-as-program',
      op: 'checkGradients',
      problem: 'nothing runs as a program where somebody traces, records or differentiates',
      remedy: 'checkGradients(fn, inputs, { compiled: true }) outside of trace, record and grad',
    });
  }
  return expected.map((eager, k) => {
    const own = computed[k]!;
    const what = name(k);
    if (String(own.spec) !== String(eager.spec))
      throw refusal(`${what} is ${own.spec}; without compile it is ${eager.spec}`, eager.spec, own.spec);
    const [numbers, right] = [own.data, eager.data];
    const scale = 1 + largestFinite(right);
    const allowed = allowedIn[eager.dtype];
    let worst = 0;
    right.forEach((value, at) => {
      const given = numbers[at]!;
      const error = Object.is(value, given) || value === given ? 0 : Math.abs(value - given) / scale;
      worst = Math.max(worst, error);
      if (error <= allowed) return;
      const place = eager.rank === 0 ? '' : `element ${at} of `;
      const size = `(error ${error.toExponential(1)}, allowed ${allowed.toExponential(1)})`;
      const problem = `${place}${what} is ${given}; without compile it is ${value} ${size}`;
      throw refusal(problem + firstPlace(of, inputs), value, given);
    });
    return worst;
  });
}

function refusal(problem: string, expected: unknown, received: unknown): EdgewiseError {
  return new EdgewiseError({
    code: 'program-differs',
    op: 'checkGradients',
    problem: `the compiled program differs: ${problem}`,
    expected,
    received,
    remedy: 'a `lower` that says what `forward` does; an op without one is called back, and right',
  });
}

/** The first op whose own values differ, in words; nothing where it cannot be told. */
function firstPlace(of: Quantity['of'], inputs: readonly Tensor[]): string {
  try {
    inference(() => compile((...at: Tensor[]) => [...of(...at)], { verify: true })(...inputs));
  } catch (error) {
    if (error instanceof EdgewiseError && error.code === 'program-differs') return `\n  ${error.problem}`;
  }
  return '';
}
