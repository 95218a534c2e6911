/** A backward walk as it happened, as plain data: what a page plays. It is core's own walk, seen through core's observer. */
import { type Observer, Tensor, type Total, byRules, inference, onesLike, walkBackward } from '@edgewise/core';
import { badArgument, described } from '../bad-argument.ts';
import type { Statistics } from './model.ts';
import { shortValue, statisticsOf } from './statistics.ts';

/** One call of the observer. Nodes are named by core's number, values are short texts. */
export type WalkStep =
  | {
      readonly kind: 'node';
      readonly node: number;
      /** The complete sum at the node. */
      readonly total: string;
    }
  | {
      readonly kind: 'edge';
      /** The node the edge leads into. */
      readonly node: number;
      readonly slot: number;
      /** What had arrived at that node. */
      readonly total: string;
      /** The derivative of the node with respect to this slot, where both are single numbers. */
      readonly local?: string;
      /** What the edge hands on: total times local derivative. */
      readonly share: string;
      /** The running sum at the edge's source, this share included. */
      readonly sum: string;
    };

export interface RecordedWalk {
  /** In the order in which the walk took them. */
  readonly steps: readonly WalkStep[];
  /** What the complete sums are like, by core's number of the node. */
  readonly gradients: ReadonlyMap<number, Statistics>;
}

/**
 * Records a backward walk from a loss, step by step, for `toHtml` to play.
 *
 * @param loss a recorded tensor of one element
 * @param walk takes the walk with an observer; core's, with gradients kept nowhere, unless said otherwise
 * @returns every edge with its local derivative and what it adds to the sum at its source, every node with its complete sum
 * @throws ArgumentError `not-recorded`, `needs-one-element`
 * @example
 * const w = variable(3, { name: 'w' });
 * recordWalk(w.value.square()).steps.map(({ kind }) => kind); // ['node', 'edge', 'node']
 */
export function recordWalk(
  loss: Tensor,
  walk: (observer: Observer<Tensor>) => void = (observer) => walkFrom(loss, observer),
): RecordedWalk {
  const given: unknown = loss;
  if (!(given instanceof Tensor)) {
    throw badArgument('recordWalk', {
      code: 'not-recorded',
      problem: `expected a recorded tensor, received ${described(given)}`,
      received: given,
      remedy: 'recordWalk(record(() => f(x)))',
    });
  }
  if (loss.node === undefined) {
    throw badArgument('recordWalk', {
      code: 'not-recorded',
      problem: `the tensor (${loss.spec.toString()}) has no history to walk`,
      received: loss.spec.toString(),
      remedy: 'recordWalk(record(() => f(x)))',
    });
  }
  if (loss.size !== 1) {
    throw badArgument('recordWalk', {
      code: 'needs-one-element',
      problem: `the walk starts from one number; the tensor is ${loss.spec.toString()}`,
      expected: 1,
      received: loss.size,
      remedy: 'recordWalk(loss.sum())',
    });
  }
  const steps: WalkStep[] = [];
  const gradients = new Map<number, Statistics>();
  const sums = new Map<Tensor, Tensor>();
  let at: Total<Tensor> = onesLike(loss);
  walk({
    onNode: (node, total) => {
      at = total;
      steps.push({ kind: 'node', node: node.id, total: totalText(total) });
      const statistics = isOne(total) ? statisticsOf(total) : undefined;
      if (statistics !== undefined) gradients.set(node.id, statistics);
    },
    onEdge: ({ target, slot, value }, share) => {
      const before = sums.get(value);
      const sum = before === undefined ? share : inference(() => before.add(share));
      sums.set(value, sum);
      const local = value.size === 1 && isOne(at) && at.size === 1 ? localOf(target, slot, at) : undefined;
      steps.push({
        kind: 'edge',
        node: target.id,
        slot,
        total: totalText(at),
        ...(local === undefined ? {} : { local }),
        share: shortValue(share),
        sum: shortValue(sum),
      });
    },
  });
  return { steps, gradients };
}

function walkFrom(loss: Tensor, observer: Observer<Tensor>): void {
  inference(() =>
    walkBackward<Tensor>({
      seeds: [[loss, onesLike(loss)]],
      // Constants have derivatives, too, but nobody draws where they lead.
      pull: byRules((input) => input.node !== undefined),
      sum: (a, b) => a.add(b),
      observer,
    }),
  );
}

/** The slot's rule, asked with a cotangent of one. */
function localOf(
  target: Parameters<NonNullable<Observer<Tensor>['onNode']>>[0],
  slot: number,
  total: Tensor,
): string | undefined {
  const shares = inference(() => target.op.shares(target, onesLike(total), (input) => input.node !== undefined));
  const local = shares[slot];
  return local === undefined || local.isSymbolic ? undefined : shortValue(local);
}

function totalText(total: Total<Tensor>): string {
  return isOne(total)
    ? shortValue(total)
    : total.map((each) => (each === undefined ? 'nothing' : shortValue(each))).join('; ');
}

function isOne(total: Total<Tensor>): total is Tensor {
  return !Array.isArray(total);
}
