/** In which order a product of several tensors costs least. Pure: labels and extents in, a tree of pairs out. */

/** One of the operands, by number, or the product of two. */
export type Contraction = number | readonly [Contraction, Contraction];

export interface Costed {
  readonly tree: Contraction;
  /** Multiplications in all: for each pair, the extents of all labels of the two. */
  readonly cost: number;
}

/** Up to so many operands every order is looked at (3^n pairs of subsets); beyond, the cheapest pair is taken each time. */
const ALL_ORDERS = 8;

/**
 * The cheapest order. A pair keeps the labels that the result or another operand needs, and is summed over the others.
 *
 * @param operands labels of each, no label twice
 * @param extents by label
 */
export function contractionOrder(
  operands: readonly (readonly string[])[],
  result: readonly string[],
  extents: ReadonlyMap<string, number>,
): Costed {
  return operands.length <= ALL_ORDERS ? bestOrder(operands, result, extents) : greedyOrder(operands, result, extents);
}

/** What is left of two operands: labels of the result, and those that the others have. */
export function keptLabels(
  labels: Iterable<string>,
  result: readonly string[],
  others: readonly (readonly string[])[],
): string[] {
  return [...new Set(labels)].filter(
    (label) => result.includes(label) || others.some((other) => other.includes(label)),
  );
}

function costOf(labels: Iterable<string>, extents: ReadonlyMap<string, number>): number {
  let cost = 1;
  for (const label of new Set(labels)) cost *= extents.get(label)!;
  return cost;
}

/** Subsets of operands are numbers, a bit an operand. A subset's best order is the best of its halves' best orders. */
function bestOrder(
  operands: readonly (readonly string[])[],
  result: readonly string[],
  extents: ReadonlyMap<string, number>,
): Costed {
  const whole = (1 << operands.length) - 1;
  const labels: string[][] = [];
  const best: (Costed | undefined)[] = [];
  for (let subset = 1; subset <= whole; subset++) {
    const isIn = (k: number): boolean => (subset >> k) % 2 === 1;
    const inside = operands.filter((_, k) => isIn(k));
    const outside = operands.filter((_, k) => !isIn(k));
    const only = inside.length === 1 ? Math.log2(subset) : undefined;
    labels[subset] = only === undefined ? keptLabels(inside.flat(), result, outside) : [...operands[only]!];
    if (only !== undefined) best[subset] = { tree: only, cost: 0 };
    // Each pair of halves once: the half with the lowest operand first.
    for (let half = (subset - 1) & subset; half > 0 && only === undefined; half = (half - 1) & subset) {
      const other = subset ^ half;
      if ((half & -half) > (other & -other)) continue;
      const [a, b] = [best[half]!, best[other]!];
      const cost = a.cost + b.cost + costOf([...labels[half]!, ...labels[other]!], extents);
      if (cost < (best[subset]?.cost ?? Number.POSITIVE_INFINITY)) best[subset] = { tree: [a.tree, b.tree], cost };
    }
  }
  return best[whole]!;
}

function greedyOrder(
  operands: readonly (readonly string[])[],
  result: readonly string[],
  extents: ReadonlyMap<string, number>,
): Costed {
  let parts = operands.map((labels, k): { tree: Contraction; labels: readonly string[] } => ({ tree: k, labels }));
  let total = 0;
  while (parts.length > 1) {
    let chosen: { pair: [number, number]; growth: number } | undefined;
    for (let i = 0; i < parts.length; i++) {
      for (let j = i + 1; j < parts.length; j++) {
        const others = parts.filter((_, k) => k !== i && k !== j).map(({ labels }) => labels);
        const kept = keptLabels([...parts[i]!.labels, ...parts[j]!.labels], result, others);
        // What a pair makes of memory, less what it frees: small for pairs that share much.
        const growth = costOf(kept, extents) - costOf(parts[i]!.labels, extents) - costOf(parts[j]!.labels, extents);
        if (chosen === undefined || growth < chosen.growth) chosen = { pair: [i, j], growth };
      }
    }
    const [i, j] = chosen!.pair;
    const [a, b] = [parts[i]!, parts[j]!];
    const rest = parts.filter((_, k) => k !== i && k !== j);
    total += costOf([...a.labels, ...b.labels], extents);
    const labels = keptLabels(
      [...a.labels, ...b.labels],
      result,
      rest.map((part) => part.labels),
    );
    parts = [...rest, { tree: [a.tree, b.tree], labels }];
  }
  return { tree: parts[0]!.tree, cost: total };
}
