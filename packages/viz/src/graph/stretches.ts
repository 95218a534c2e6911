/** The last resort for a graph without modules that is too large to draw: stretches of it in order, each of which can be opened. */
import { type GraphModel, type ModelGroup, type ModelNode, type Part, partsOf } from './model.ts';

/**
 * The model with no more than `most` parts in any group or at the top, as far as inputs and outputs allow: what is more is
 * put into groups `ops 1 to 500`, and these into groups in their turn.
 */
export function withStretches(model: GraphModel, most: number): GraphModel {
  const groups: ModelGroup[] = [...model.groups];
  const nodes: ModelNode[] = [...model.nodes];
  for (const [parent, all] of partsOf(model)) {
    if (all.length <= most) continue;
    let parts = all.filter(({ kind, index }) => kind === 'group' || isInner(model.nodes[index]));
    while (parts.length > most) {
      const size = Math.ceil(parts.length / Math.ceil(parts.length / most));
      const outer: Part[] = [];
      for (let from = 0; from < parts.length; from += size) {
        const inside = parts.slice(from, from + size);
        const name = `part ${outer.length + 1} of ${Math.ceil(parts.length / size)}`;
        const around = groups[parent];
        const path = around === undefined ? name : `${around.path}/${name}`;
        const index = groups.push({ name, path, kind: 'stretch', ...(around === undefined ? {} : { parent }) }) - 1;
        for (const part of inside) {
          if (part.kind === 'group') groups[part.index] = { ...(groups[part.index] as ModelGroup), parent: index };
          else nodes[part.index] = { ...(nodes[part.index] as ModelNode), group: index };
        }
        outer.push({ kind: 'group', index });
      }
      parts = outer;
    }
  }
  return { ...model, nodes, groups };
}

/** What may be put away without hiding what the graph is a function of. */
function isInner(node: ModelNode | undefined): boolean {
  return node?.kind !== 'input' && node?.kind !== 'output';
}
