/**
 * What flows backward where nobody asks for its history: a plain number for each rank-0 value in f64, a tensor for
 * everything else. A graph of scalars then makes no object an edge.
 */
import { type Pull, byRules } from '../graph/walk-backward.ts';
import { scalar } from '../tensor/create.ts';
import type { Tensor } from '../tensor/tensor.ts';

export type Flow = Tensor | number;

/** The flow that stands for a tensor. */
export function flowOf(value: Tensor): Flow {
  return value.rank === 0 && value.dtype === 'f64' && typeof value.storage === 'number' ? value.storage : value;
}

export function tensorOf(flow: Flow): Tensor {
  return typeof flow === 'number' ? scalar(flow, 'f64') : flow;
}

/** At one value all flows are numbers, or all are tensors. */
export function sumOfFlows(a: Flow, b: Flow): Flow {
  return typeof a === 'number' && typeof b === 'number' ? a + b : tensorOf(a).add(tensorOf(b));
}

/** The chain rule: on numbers where the op has it for numbers, and by its rules on tensors otherwise. */
export function pullFlows(wanted: (input: Tensor) => boolean): Pull<Tensor, Flow> {
  const pullTensors = byRules(wanted);
  return (node, total, give) => {
    const { shareOfNumber } = node.op;
    if (typeof total === 'number' && shareOfNumber !== undefined) {
      for (let slot = 0; slot < node.inputs.length; slot++) {
        if (wanted(node.inputs[slot]!)) give(slot, shareOfNumber(node, slot, total));
      }
      return;
    }
    const tensors = isFlowList(total)
      ? total.map((flow) => (flow === undefined ? undefined : tensorOf(flow)))
      : tensorOf(total);
    pullTensors(node, tensors, (slot, share) => give(slot, flowOf(share)));
  };
}

function isFlowList(total: Flow | readonly (Flow | undefined)[]): total is readonly (Flow | undefined)[] {
  return Array.isArray(total);
}
