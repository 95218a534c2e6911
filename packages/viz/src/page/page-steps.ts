/** The steps that a page plays: forward in the order in which the ops ran, then backward as the walk was recorded. */
import type { GraphModel, ModelEdge, ModelNode } from '../graph/model.ts';
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
  // What happens inside of a graph that a node holds is not watched: no values are known there.
  const isWatched = ({ from, to, of }: ModelEdge): boolean =>
    model.nodes[from]?.held !== true &&
    (of !== undefined || model.nodes[to]?.held !== true) &&
    isOp(model.nodes[of ?? to]);
  model.edges.forEach((edge, index) => {
    const { to, of = to, slot } = edge;
    if (slot >= 0 && isWatched(edge)) last.set(of, index);
    edgeOf.set(`${of} ${slot}`, index);
  });
  const forward = model.edges.flatMap((edge, index): PageStep[] =>
    edge.kind === 'forward' && edge.slot >= 0 && isWatched(edge)
      ? [{ kind: 'forward', edge: index, completes: last.get(edge.of ?? edge.to) === index }]
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

function isOp(node: ModelNode | undefined): boolean {
  return node?.kind === 'op' && node.held !== true;
}
