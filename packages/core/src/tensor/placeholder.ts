/** A tensor with shape and dtype and no numbers: calling a function with placeholders is tracing it. */
import { EdgewiseError } from '../errors/edgewise-error.ts';
import { Operation, newNode } from '../graph/node.ts';
import type { Spec } from './spec.ts';
import { Tensor, onlyOutput } from './tensor.ts';
import { Variable } from './variable.ts';

const placeholderOp: Operation<Tensor> = new Operation<Tensor>({
  name: 'placeholder',
  leaf: true,
  differentiable: () => false,
  shares: () => [],
  push: () => [undefined],
  apply: () => {
    throw new EdgewiseError({
      code: 'invalid-graph',
      problem: 'a placeholder stands inside a graph without being one of its inputs',
    });
  },
});

/** @internal */
export function placeholder(spec: Spec, name: string): Tensor {
  const node = newNode(placeholderOp, [name], [], 1);
  return onlyOutput(node, new Tensor(spec, undefined));
}

/** @internal How a placeholder, or a Variable's stand-in, is called. */
export function placeholderName({ node }: Tensor): string {
  const [of] = node?.attributes ?? [];
  if (typeof of === 'string') return of;
  return of instanceof Variable ? (of.name ?? 'variable') : '';
}
