/** Ops of one tensor that do one thing to each element, given attributes: what a definition says of that, in one place. */
import type { Expression } from '../kernel-ir/expression.ts';
import type { KernelLanguage, Lowering } from '../kernel-ir/language.ts';
import { type UnaryFunction, unaryLoop } from '../kernels/elementwise.ts';
import { FunctionByDtype } from '../kernels/function-by-dtype.ts';
import type { Spec } from '../tensor/spec.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { elementByElement } from './batch.ts';
import type { OpDefinition } from './op.ts';

type Attributes = readonly (number | boolean)[];

/** Functions that are kept, for as many values of the attributes. */
const KEPT = 16;

/**
 * The parts of a definition that say what happens to an element: at a number, and as an expression of programs, which eager
 * arrays are computed with where programs can be made.
 */
/* @__NO_SIDE_EFFECTS__ */
export function byElement<A extends Attributes>(
  value: (x: number, ...attributes: A) => number,
  lower: (x: Expression, kernel: KernelLanguage, ...attributes: A) => Expression,
): Pick<OpDefinition<[x: Tensor], A>, 'infer' | 'forward' | 'uniform' | 'lower' | 'batch'> {
  const known = new Map<string, FunctionByDtype<UnaryFunction>>();
  const functionsFor = (attributes: A): FunctionByDtype<UnaryFunction> => {
    const key = attributes.join(' ');
    let functions = known.get(key);
    if (functions === undefined) {
      const at = (x: number): number => value(x, ...attributes);
      functions = new FunctionByDtype({ at, loop: unaryLoop(at) }, (kernels, type) =>
        kernels.unary((x, kernel) => lower(x, kernel, ...attributes), type),
      );
      if (known.size >= KEPT) known.delete(known.keys().next().value!);
      known.set(key, functions);
    }
    return functions;
  };
  return {
    infer: ([x]: readonly [Spec]) => x,
    forward: ([x], attributes, { data }) => functionsFor(attributes).of(x.dtype).loop(data, x.data),
    uniform: ([x], attributes, [spec]) => functionsFor(attributes).of(spec.dtype).at(x!),
    lower: (({ at, position, attributes }, kernel) =>
      lower(at(0, position), kernel, ...attributes)) satisfies Lowering<A>,
    batch: elementByElement,
  };
}
