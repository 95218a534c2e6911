/**
 * What expressions of elements mean, in plain JavaScript: one primitive after another, each rounded to its type. For values
 * that are wanted too seldom to make a program for, and to hold programs to.
 */
import type { Buffer, Expression } from './expression.ts';
import { type Value, primitive } from './primitive.ts';

/** The values that loads of the buffers find, and the host's functions by name. */
export interface Surroundings {
  readonly loads: ReadonlyMap<Buffer, number>;
  readonly host: Readonly<Record<string, (...args: number[]) => number>>;
}

/** A function of the surroundings: the order of evaluation is worked out once. */
export function evaluator(expression: Expression): (surroundings: Surroundings) => Value {
  const places = new Map<Expression, number>();
  const steps: ((values: Value[], surroundings: Surroundings) => Value)[] = [];
  const visit = (x: Expression): void => {
    if (places.has(x)) return;
    x.parts.forEach(visit);
    steps.push(stepOf(x, (part) => places.get(part)!));
    places.set(x, steps.length - 1);
  };
  visit(expression);
  return (surroundings) => {
    const values: Value[] = [];
    for (const step of steps) values.push(step(values, surroundings));
    return values[values.length - 1]!;
  };
}

type Step = (values: Value[], surroundings: Surroundings) => Value;

function stepOf(x: Expression, placeOf: (part: Expression) => number): Step {
  switch (x.kind) {
    case 'constant':
      return () => x.value;
    case 'load':
      return (_, { loads }) => loads.get(x.buffer)!;
    case 'linear': {
      const terms = x.terms.map(([term, factor]) => [placeOf(term), factor] as const);
      return (values) =>
        terms.reduce((sum, [place, factor]) => (sum + Math.imul(Number(values[place]), factor)) | 0, x.constant);
    }
    case 'rare': {
      const [condition, fast] = [placeOf(x.condition), placeOf(x.fast)];
      const args = x.args.map(placeOf);
      return (values, { host }) => {
        if (values[condition] === 0) return values[fast]!;
        const value = host[x.slow]!(...args.map((place) => Number(values[place])));
        return x.type === 'f32' ? Math.fround(value) : value;
      };
    }
    case 'apply': {
      const { name, type } = x;
      const from = x.args[0]!.type;
      const [a, b, c] = x.args.map(placeOf);
      if (c !== undefined) return (values) => (values[a!] === 0 ? values[c]! : values[b!]!);
      if (b === undefined) return (values) => primitive(name, from, type, values[a!]!, 0);
      return (values) => primitive(name, from, type, values[a!]!, values[b]!);
    }
    default:
      throw new RangeError(`kernel language: a ${x.kind} has no value of its own`);
  }
}
