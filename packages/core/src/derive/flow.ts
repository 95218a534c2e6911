/**
 * What flows backward where nobody asks for its history: a plain number for each value of rank 0, a tensor for
 * everything else. A graph of scalars then makes no object an edge.
 */
import { type Node, isList } from '../graph/node.ts';
import { recording, remembering } from '../graph/recording.ts';
import {
  type BackwardWalk,
  type Observer,
  type Pull,
  type Totals,
  byRules,
  walkBackward,
} from '../graph/walk-backward.ts';
import { numberOf } from '../op/number-slopes.ts';
import { scalar } from '../tensor/create.ts';
import { isFloat, rounded } from '../tensor/dtype.ts';
import type { Tensor } from '../tensor/tensor.ts';

export type Flow = Tensor | number;

/** The flow that stands for a tensor. */
export function flowOf(value: Tensor): Flow {
  return value.rank === 0 && isFloat(value.dtype) && typeof value.storage === 'number' ? value.storage : value;
}

/** @param at where it flows */
export function tensorOf(flow: Flow, at: Tensor): Tensor {
  return typeof flow === 'number' ? scalar(flow, at.dtype) : flow;
}

function sumOfFlows(a: Flow, b: Flow, at: Tensor): Flow {
  return typeof a === 'number' && typeof b === 'number'
    ? rounded(a + b, at.dtype)
    : tensorOf(a, at).add(tensorOf(b, at));
}

/** Observers of every backward walk: hooks. */
export const observersOfAll: Set<Observer<Tensor>> = new Set();

export interface FlowWalk {
  readonly seeds: readonly (readonly [output: Tensor, cotangent: Tensor])[];
  readonly wanted: (input: Tensor) => boolean;
  readonly kept?: ReadonlySet<Node<Tensor> | undefined>;
  /** Whether somebody may ask for the derivative of the result. */
  readonly watched: boolean;
  readonly observer?: Observer<Tensor> | undefined;
}

/**
 * Walks back from `seeds`. What the walk makes is recorded only if it is watched: otherwise a loop of gradient steps
 * would hold all of them. Who watches, and every observer, sees tensors.
 */
export function pullBack({ seeds, wanted, kept, watched, observer: own }: FlowWalk): Totals<Tensor, Flow> {
  const isObserved = own !== undefined || observersOfAll.size > 0;
  // Numbers can flow only where there are numbers.
  const isSymbolic = seeds.some((seed) => seed[0].isSymbolic);
  if (watched || isSymbolic || isObserved || recording.everything > 0) {
    const observers = own === undefined ? [...observersOfAll] : [...observersOfAll, own];
    const observer: Observer<Tensor> = {
      onNode: (node, total) => observers.forEach((each) => each.onNode?.(node, total)),
      onEdge: (edge, share) => observers.forEach((each) => each.onEdge?.(edge, share)),
    };
    const sum = (a: Tensor, b: Tensor): Tensor => a.add(b);
    const walk = { seeds, pull: byRules(wanted), sum, kept, observer: isObserved ? observer : undefined };
    return recordedIf(watched, () => walkBackward<Tensor>(walk));
  }
  const flows = seeds.map((seed) => [seed[0], flowOf(seed[1])] as const);
  return recordedIf(watched, () =>
    walkBackward<Tensor, Flow>({
      seeds: flows,
      pull: pullFlows(wanted),
      sum: sumOfFlows,
      kept,
      pullNumber: pullNumbers(wanted, kept),
    }),
  );
}

/** Runs a walk so that what it makes is recorded if somebody may ask for its derivative, and not otherwise. */
export function recordedIf<T>(watched: boolean, walk: () => T): T {
  return watched ? walk() : remembering({ since: recording.nextId }, walk);
}

/** The chain rule by the rules of ops, on tensors. */
function pullFlows(wanted: (input: Tensor) => boolean): Pull<Tensor, Flow> {
  const pullTensors = byRules(wanted);
  return (node, total, give) => {
    const tensors = isList<Flow | undefined>(total)
      ? total.map((flow, k) => (flow === undefined ? undefined : tensorOf(flow, node.outputs[k]!)))
      : tensorOf(total, node.outputs[0]!);
    pullTensors(node, tensors, (slot, share) => give(slot, flowOf(share)));
  };
}

/** The chain rule on numbers, where the op has it for numbers. */
function pullNumbers(
  wanted: (input: Tensor) => boolean,
  kept: ReadonlySet<Node<Tensor> | undefined> | undefined,
): NonNullable<BackwardWalk<Tensor>['pullNumber']> {
  return (value, total, give) => {
    const precision = value.dtype === 'f64' ? 'double' : 'single';
    const slopes = value.op!.numberSlopes(precision);
    const x = value.first;
    if (slopes === false || x === undefined || (kept !== undefined && kept.has(value.knownNode))) return false;
    const y = value.second;
    for (let slot = 0; slot < 2; slot++) {
      const input = slot === 0 ? x : y;
      if (input === undefined || !wanted(input)) continue;
      let slope = slopes[slot]!;
      if (typeof slope !== 'number') {
        const out = numberOf(value);
        slope = y === undefined ? slope(numberOf(x), out, 0) : slope(numberOf(x), numberOf(y), out);
      }
      give(input, precision === 'double' ? total * slope : Math.fround(total * Math.fround(slope)), precision);
    }
    return true;
  };
}
