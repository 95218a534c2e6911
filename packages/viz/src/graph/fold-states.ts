/** Which groups are open at first, and which other states of folding a page can show. */
import { type Open, closed, groupsAround, openKey, opened } from './fold.ts';
import { type GraphModel, type GroupKind, partsOf } from './model.ts';

/** Whether a group is drawn as one box, by what `toDot` is told of it, too. */
export type FoldChoice = (path: string, isComposite: boolean) => boolean;

/**
 * What is folded: every outermost module (`true`), nothing (`false`), parts that follow each other and are equal inside
 * (`repetitions`: one box `block × 12`) together with composites, or by path (`mlp/hidden0`) and whether it is a composite's.
 */
export type Fold = boolean | 'repetitions' | FoldChoice;

/** How many boxes a state draws. */
export function boxCount(parts: ReturnType<typeof partsOf>, open: Open): number {
  const count = (group: number): number =>
    (parts.get(group) ?? []).reduce(
      (sum, part) => sum + (part.kind === 'group' && open.has(part.index) ? count(part.index) : 1),
      0,
    );
  return count(-1);
}

/**
 * As told by `choice`. Otherwise modules, and ops with the graphs that they hold, are opened from the outside in, as long as there are no more than `most` boxes;
 * composites, repetitions and stretches stay folded.
 */
export function openAtFirst(model: GraphModel, most: number, choice?: FoldChoice): Set<number> {
  const open = new Set<number>();
  if (choice !== undefined) {
    model.groups.forEach(({ path, kind }, index) => {
      if (!choice(path, kind === 'composite')) open.add(index);
    });
    return open;
  }
  const parts = partsOf(model);
  let boxes = parts.get(-1)?.length ?? 0;
  let level = [-1];
  while (level.length > 0) {
    const inner = level
      .flatMap((group) => parts.get(group) ?? [])
      .filter(({ kind, index }) => kind === 'group' && opensByItself(model.groups[index]?.kind))
      .map(({ index }) => index);
    level = [];
    for (const group of inner) {
      const more = (parts.get(group)?.length ?? 1) - 1;
      if (boxes + more > most) continue;
      boxes += more;
      open.add(group);
      level.push(group);
    }
  }
  return open;
}

function opensByItself(kind: GroupKind | undefined): boolean {
  return kind === 'module' || kind === 'graph';
}

/** What limits the states of a page. */
export interface FoldBudget {
  /** Boxes in one picture. */
  readonly boxes: number;
  /** Boxes in all pictures together. */
  readonly total: number;
}

/**
 * The states of folding to lay out: the first one, those that one click leads to from there, every group opened alone, and
 * then what further clicks lead to, nearest first, until the budget is spent.
 */
export function foldStates(model: GraphModel, first: Open, budget: FoldBudget): Set<number>[] {
  const parts = partsOf(model);
  const states: Set<number>[] = [];
  const met = new Set<string>();
  let total = 0;
  const add = (open: Set<number>): boolean => {
    const key = openKey(model, open);
    if (met.has(key)) return false;
    const boxes = boxCount(parts, open);
    if (boxes > budget.boxes && states.length > 0) return false;
    if (total + boxes > budget.total && states.length > 0) return false;
    met.add(key);
    total += boxes;
    states.push(new Set([...open].filter((group) => groupsAround(model, group).every((around) => open.has(around)))));
    return true;
  };
  add(new Set(first));
  const all = model.groups.map((_, index) => index);
  for (const group of all) if (!first.has(group)) add(opened(model, first, group));
  for (const group of all) if (first.has(group)) add(closed(model, first, group));
  for (const group of all) add(new Set(groupsAround(model, group)));
  add(new Set());
  add(new Set(all));
  for (let at = 1; at < states.length && total < budget.total; at++) {
    const from = states[at] ?? new Set();
    for (const group of all) {
      if (from.has(group)) add(closed(model, from, group));
      else if (
        groupsAround(model, group)
          .slice(1)
          .every((around) => from.has(around))
      )
        add(opened(model, from, group));
    }
  }
  return states;
}
