/** Another derivative rule for an op, for as long as a function runs. */
import { ArgumentError } from '../errors/edgewise-error.ts';
import type { AnyOp } from '../op/op.ts';
import { overriding } from '../op/overrides.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type CustomPullContext, ruled } from './custom-gradient.ts';

export interface OverrideContext extends CustomPullContext {
  /** Of the application that is differentiated, in the form in which rules of definitions see them. */
  readonly attributes: readonly unknown[];
}

/**
 * Calls `fn`; wherever it applies `op`, the derivative is `rule` instead of the op's own: guided backpropagation,
 * straight-through estimators, ablations, without a change to the model. Values stay what they are. The rule is used by
 * every derivative of what is made inside, taken inside or later, of every order; of two around each other the inner one
 * counts, and inside of the rule the op is itself. Ops without derivatives (`argMax`, ...) may be given one.
 *
 * @param op an op with one output; of a composite, one of the ops it is made of
 * @param rule from the cotangent of the result to a share for each input, as `pull` of `customGradient`
 * @throws ArgumentError `composite-op`, `several-outputs`, `wrong-shares`; ShapeError `wrong-share`
 * @example
 * const straightThrough = ({ cotangent }: CustomPullContext): Tensor[] => [cotangent];
 * grad((x: Tensor) => withGradient(round, straightThrough, () => x.round().square().sum()))(tensor([1.7])).toArray(); // [4]
 */
export function withGradient<T>(
  op: AnyOp,
  rule: (context: OverrideContext) => readonly (Tensor | undefined)[],
  fn: () => T,
): T {
  const { definition } = op;
  if ('composite' in definition) {
    throw new ArgumentError({
      code: 'composite-op',
      op: 'withGradient',
      problem: `${definition.name} is made of other ops, which have the rules`,
      received: definition.name,
      remedy: 'withGradient of the op inside of it, or customGradient around it',
    });
  }
  const { name } = definition;
  return overriding(
    definition,
    (inputs, attributes) =>
      overriding(definition, undefined, () => {
        const outputs = definition.apply(inputs, attributes);
        if (outputs.length !== 1) {
          throw new ArgumentError({
            code: 'several-outputs',
            op: 'withGradient',
            problem: `${name} has ${outputs.length} outputs; a rule from one cotangent takes an op with one`,
            received: outputs.length,
          });
        }
        return [ruled(name, outputs[0]!, inputs, (context) => rule({ ...context, attributes }))];
      }),
    fn,
  );
}
