import * as core from '@edgewise/core';
import { type AnyOp, type Composite, Tensor } from '@edgewise/core';
import { samplesOf } from '@edgewise/core/testing';

/** Exported ops that give for each element what they give for it alone: found by trying, so that none can be forgotten. */
export function elementwiseOps(): string[] {
  return Object.entries(core).flatMap(([name, op]) => (isOp(op) && isElementwise(op) ? [name] : []));
}

type Lawful = (AnyOp | Composite<unknown>) & ((...args: readonly unknown[]) => unknown);

function isOp(exported: unknown): exported is Lawful {
  return typeof exported === 'function' && 'definition' in exported;
}

function isElementwise(op: Lawful): boolean {
  const cases = [1, 2, 3].flatMap((seed) => samplesOf(op, { seed }));
  const several = cases.filter(
    ({ inputs }) =>
      inputs.every(({ dtype, size }) => dtype === 'f64' && size > 0) && inputs.some(({ size }) => size > 1),
  );
  return several.length > 0 && several.every(({ inputs, written }) => givesEachAlone(op, inputs, written));
}

function givesEachAlone(op: Lawful, inputs: readonly Tensor[], written: readonly unknown[]): boolean {
  const call = (given: readonly Tensor[]): unknown => op(...given, ...written);
  try {
    const whole = call(inputs);
    if (!(whole instanceof Tensor) || whole.dtype !== 'f64' || inputs.some(({ size }) => size > whole.size))
      return false;
    const spread = inputs.map((input) => input.broadcastTo(whole.shape).data);
    return whole.data.every((value, k) => {
      const alone = call(spread.map((data) => core.tensor(data[k]!, { dtype: 'f64' })));
      return alone instanceof Tensor && alone.rank === 0 && Object.is(alone.item(), value);
    });
  } catch (error) {
    if (error instanceof core.EdgewiseError) return false;
    throw error;
  }
}
