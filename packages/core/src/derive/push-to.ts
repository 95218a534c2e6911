/** Tangents of outputs from tangents of given values: the forward walk, with what it must not know filled in. */
import { type ForwardObserver, walkForward } from '../graph/walk-forward.ts';
import { uniform } from '../tensor/create.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { recordedIf } from './flow.ts';
import { isWatched, regionBetween } from './pull-to.ts';

/** The tangent of each output, zeros where it does not depend on the inputs. */
export function pushTo(
  seeds: readonly (readonly [input: Tensor, tangent: Tensor])[],
  outputs: readonly Tensor[],
  observer?: ForwardObserver<Tensor>,
): Tensor[] {
  return tangentsOf(seeds, outputs, observer).map((tangent, k) => tangent ?? uniform(outputs[k]!.spec, 0));
}

/** The tangent of each output, with holes where nothing flows. */
export function tangentsOf(
  seeds: readonly (readonly [input: Tensor, tangent: Tensor])[],
  outputs: readonly Tensor[],
  observer?: ForwardObserver<Tensor>,
): (Tensor | undefined)[] {
  const region = regionBetween(
    seeds.map(([input]) => input),
    outputs,
  );
  const watched = isWatched(
    region,
    seeds.map(([, tangent]) => tangent),
  );
  const tangents = recordedIf(watched, () =>
    walkForward<Tensor>({
      nodes: region.nodes.filter((node) => region.inner.has(node.id) && !region.roots.has(node)),
      seeds,
      sum: (a, b) => a.add(b),
      observer,
    }),
  );
  return outputs.map((output) => (output.id > 0 ? tangents.get(output.id) : undefined));
}
