/** `loss.backward()`: derivatives with respect to Variables, added to their `grad`. */
import { checkOptions } from '../errors/check-options.ts';
import { ArgumentError, DtypeError, ShapeError } from '../errors/edgewise-error.ts';
import { recording, remembering } from '../graph/recording.ts';
import { currentPath } from '../graph/scope.ts';
import { type Observer, totalOf } from '../graph/walk-backward.ts';
import { type TensorLike, asTensor, uniform } from '../tensor/create.ts';
import { isFloat } from '../tensor/dtype.ts';
import { sameShape, shapeText } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { variableOf } from '../tensor/variable.ts';
import { pullBack, tensorOf } from './flow.ts';

export interface BackwardOptions {
  /** What flows in at the tensor, of its shape; 1 where it has one element. */
  cotangent?: TensorLike;
  /** Watches the walk, edge by edge. */
  observer?: Observer<Tensor>;
}

/**
 * Walks back from `loss` and adds to the `grad` of every trainable Variable it was made from. Gradients are plain
 * numbers; calling it twice adds twice.
 *
 * @throws ArgumentError `not-recorded`, `no-variable`, `needs-cotangent`; DtypeError `not-differentiable`
 * @example
 * const w = variable(3);
 * w.value.square().backward();
 * w.grad?.item(); // 6
 */
export function backward(loss: Tensor, options: BackwardOptions = {}): void {
  checkOptions('backward', options, ['cotangent', 'observer']);
  const seed = seedOf('backward', loss, options.cotangent);
  if (loss.node === undefined) {
    throw new ArgumentError({
      code: 'not-recorded',
      op: 'backward',
      problem:
        'nothing was recorded below this tensor: it depends on no trainable Variable, or was made inside inference()',
      scope: currentPath(),
      received: loss.spec,
      remedy: 'variable(...) for what is to be trained; grad(f) for derivatives with respect to arguments',
    });
  }
  // Gradients are plain numbers: nobody can ask how they came about.
  const totals = pullBack({
    seeds: [[loss, seed]],
    wanted: leadsToVariable,
    watched: false,
    observer: options.observer,
  });
  let reached = 0;
  remembering({ since: recording.nextId }, () => {
    for (const { output } of totals.keys()) {
      if (!(output instanceof Tensor)) continue;
      const variable = variableOf(output);
      const total = totalOf(output, totals);
      if (variable?.trainable !== true || total === undefined) continue;
      reached++;
      const share = tensorOf(total, output);
      const sum = variable.grad === undefined ? share : variable.grad.add(share);
      variable.grad = sum.storage === undefined ? sum : new Tensor(sum.spec, sum.storage);
    }
  });
  if (reached === 0) {
    throw new ArgumentError({
      code: 'no-variable',
      op: 'backward',
      problem: 'no derivative reaches a trainable Variable from this tensor',
      scope: currentPath(),
      received: loss.spec,
      remedy: 'grad(f)(x) for derivatives with respect to arguments',
    });
  }
}

/** While tracing, placeholders are leaves of no interest; what is known has a history because of a Variable. */
function leadsToVariable(input: Tensor): boolean {
  if (input.storage !== undefined || input.node === undefined) return input.id > 0;
  return !input.node.op.leaf || variableOf(input)?.trainable === true;
}

/** The cotangent that flows in at `output`: given, or 1 where it has a single element. */
export function seedOf(op: string, output: Tensor, given?: TensorLike): Tensor {
  if (!isFloat(output.dtype)) {
    throw new DtypeError({
      code: 'not-differentiable',
      op,
      problem: `the result is ${output.dtype}; only f32 and f64 have derivatives`,
      scope: currentPath(),
      expected: 'f32 or f64',
      received: output.dtype,
      remedy: 'the loss itself, before comparisons and casts',
    });
  }
  if (given === undefined) {
    if (output.size === 1) return uniform(output.spec, 1);
    throw new ArgumentError({
      code: 'needs-cotangent',
      op,
      problem: `the result has shape ${shapeText(output.shape)}; a gradient needs one number, or a cotangent of that shape`,
      scope: currentPath(),
      expected: [],
      received: output.shape,
      remedy:
        op === 'backward'
          ? 'loss.mean().backward(), or loss.backward({ cotangent })'
          : 'a function that ends in .sum() or .mean(), or vjp(f, x)[1](cotangent)',
    });
  }
  const cotangent = asTensor(given, op, output.dtype);
  if (!sameShape(cotangent.shape, output.shape) || cotangent.dtype !== output.dtype) {
    throw new ShapeError({
      code: 'shape-mismatch',
      op,
      problem: `the cotangent is ${cotangent.spec}; the result is ${output.spec}`,
      scope: currentPath(),
      expected: output.spec,
      received: cotangent.spec,
    });
  }
  return cotangent;
}
