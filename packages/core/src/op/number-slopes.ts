/**
 * Derivatives of elementwise ops at plain numbers, which graphs of scalars are pulled through where nobody watches. They
 * are made from the rule for tensors: what it does to placeholders, done to numbers by the same functions in the same order.
 */
import { Graph } from '../graph/graph.ts';
import type { Node, NumberSlope, Precision } from '../graph/node.ts';
import { scalar } from '../tensor/create.ts';
import { inFrame } from '../tensor/frame.ts';
import { placeholder } from '../tensor/placeholder.ts';
import { rounded } from '../tensor/dtype.ts';
import { specOf } from '../tensor/spec.ts';
import { Tensor, denseData } from '../tensor/tensor.ts';
import { Definition } from './op.ts';

/** A slope written with ops, of the inputs of a node and its output. */
export type SlopeRule = (inputs: readonly Tensor[], output: Tensor) => Tensor | number;

/** A number of a graph of numbers, from the inputs and the output of the node that the graph is about. */
type Formula = (x: number, y: number, z: number) => number;

const places: readonly Formula[] = [(x) => x, (_, y) => y, (_x, _y, z) => z];

/**
 * The slopes, a rule a slot; none where a rule does what cannot be repeated at numbers: where it reads them, or a
 * Variable, or makes arrays.
 */
export function numberSlopes(rules: readonly SlopeRule[], precision: Precision): readonly NumberSlope[] | undefined {
  const spec = specOf([], precision === 'double' ? 'f64' : 'f32');
  const inputs = rules.map(() => placeholder(spec, ''));
  const output = placeholder(spec, '');
  const given = new Map<Tensor, Formula>([...inputs, output].map((value, place) => [value, places[place]!]));
  const slopes: NumberSlope[] = [];
  for (const rule of rules) {
    const slope = ofPlaceholders(rule, inputs, output);
    const known = slope instanceof Tensor ? formulaOf(slope, given) : slope;
    if (known === undefined) return undefined;
    slopes.push(typeof known === 'number' ? rounded(known, spec.dtype) : known);
  }
  return slopes;
}

/** The number behind a rank-0 value that is known. */
export function numberOf(x: Tensor): number {
  const { storage } = x;
  return typeof storage === 'number' ? storage : denseData(x)[0]!;
}

function ofPlaceholders(rule: SlopeRule, inputs: readonly Tensor[], output: Tensor): Tensor | number | undefined {
  try {
    return inFrame(refuseRead, () => rule(inputs, output)).result;
  } catch {
    return undefined; // a rule that needs numbers is asked again with tensors that have them, and what it throws is seen
  }
}

/** Slopes are made once. */
function refuseRead(): never {
  throw new RangeError('a Variable will hold something else');
}

function formulaOf(value: Tensor, given: ReadonlyMap<Tensor, Formula>): Formula | undefined {
  const { nodes, captures } = new Graph({ inputs: [...given.keys()], outputs: [value] });
  const formulas = new Map(given);
  for (const constant of captures) {
    if (constant.storage === undefined || constant.rank > 0) return undefined;
    const number = numberOf(constant);
    formulas.set(constant, () => number);
  }
  const uses = new Map<Tensor, number>();
  for (const { inputs } of nodes) for (const input of inputs) uses.set(input, (uses.get(input) ?? 0) + 1);
  for (const node of nodes) {
    const result = node.output;
    if (!(result instanceof Tensor) || result.rank > 0) return undefined;
    const formula = appliedIn(
      node,
      node.inputs.map((input) => formulas.get(input)!),
    );
    formulas.set(result, uses.get(result)! > 1 ? onceAPoint(formula) : formula);
  }
  return formulas.get(value);
}

/** What the op of `step` does, done to the numbers that its inputs are. */
function appliedIn({ op, attributes, inputs }: Node<Tensor>, parts: readonly Formula[]): Formula {
  const [a, b] = parts;
  const value = op instanceof Definition ? op.ofNumbers?.(inputs[0]!.dtype) : undefined;
  if (value === undefined || a === undefined) {
    return (x, y, z) => {
      const numbers = inputs.map(({ dtype }, slot) => scalar(parts[slot]!(x, y, z), dtype));
      return numberOf(op.apply(numbers, attributes)[0]!);
    };
  }
  // A function of what is given needs no function around it
  if (b === undefined) return a === places[0] ? value : (x, y, z) => value(a(x, y, z), 0);
  if (a === places[0] && b === places[1]) return value;
  return (x, y, z) => value(a(x, y, z), b(x, y, z));
}

/** For a value that is used several times. */
function onceAPoint(formula: Formula): Formula {
  let [lastX, lastY, lastZ] = [Number.NaN, Number.NaN, Number.NaN];
  let number = Number.NaN;
  let isKnown = false;
  return (x, y, z) => {
    if (!isKnown || !Object.is(x, lastX) || !Object.is(y, lastY) || !Object.is(z, lastZ)) {
      number = formula(x, y, z);
      [lastX, lastY, lastZ] = [x, y, z];
      isKnown = true;
    }
    return number;
  };
}
