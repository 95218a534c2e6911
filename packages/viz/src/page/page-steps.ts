/** The steps that a page plays: forward in the order in which the ops ran, then backward as the walk was recorded. */
import type { GraphModel } from '../graph/model.ts';
import type { RecordedWalk } from '../graph/record-walk.ts';
import type { PageStep } from './page-data.ts';

/** A walk of more steps than this is not played: nobody would watch it, and the page would carry it. */
export const mostSteps = 20_000;

/** Steps of the walk that are not in the model, such as those of ops that are not drawn, are left out. */
export function pageSteps(model: GraphModel, walk: RecordedWalk): PageStep[] {
  const nodeOf = new Map<number, number>();
  model.nodes.forEach(({ id }, index) => {
    if (id !== undefined) nodeOf.set(id, index);
  });
  const last = new Map<number, number>();
  const edgeOf = new Map<string, number>();
  model.edges.forEach(({ to, slot }, index) => {
    last.set(to, index);
    edgeOf.set(`${to} ${slot}`, index);
  });
  const forward = model.edges.flatMap(({ kind, to }, edge): PageStep[] =>
    kind === 'forward' && model.nodes[to]?.kind === 'op'
      ? [{ kind: 'forward', edge, completes: last.get(to) === edge }]
      : [],
  );
  const backward = walk.steps.flatMap((step): PageStep[] => {
    const node = nodeOf.get(step.node);
    if (node === undefined) return [];
    if (step.kind === 'node') return [{ kind: 'node', node, total: step.total }];
    const edge = edgeOf.get(`${node} ${step.slot}`);
    if (edge === undefined) return [];
    const { total, local, share, sum } = step;
    return [{ kind: 'edge', edge, total, share, sum, ...(local === undefined ? {} : { local }) }];
  });
  return forward.length + backward.length > mostSteps ? [] : [...forward, ...backward];
}
