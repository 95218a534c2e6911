/** On which line of the user's own code each op was called. */
import { deepStack, userLine } from '../errors/user-line.ts';
import type { Node } from '../graph/node.ts';
import { watchNodes } from '../graph/recording.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Nodes are of any value type where they are watched. */
const lines = new WeakMap<object, string>();

/**
 * From now on, keeps for each op that runs the line of code that called it, for `lineOf` and for pages of graphs. Every node
 * is kept, and asking an engine for the line takes longer than most small ops do: for debugging.
 *
 * @returns a function that ends it; lines that were kept stay
 * @example
 * const end = debugLines();
 * const y = tensor([1, 2]).square();
 * end();
 * lineOf(y.node!)?.includes(':'); // true: such as 'model.ts:12:20'
 */
export function debugLines(): () => void {
  return watchNodes((node) => {
    const line = userLine(deepStack());
    if (line !== undefined) lines.set(node, line);
  });
}

/**
 * The line of code that called a node's op, `file:line:column`; undefined where `debugLines` was not on when it ran, or the
 * engine does not say. Of an op of the backward pass it is the line that asked for the derivative.
 *
 * @example
 * lineOf(record(() => tensor(2).exp()).node!); // undefined
 */
export function lineOf(node: Node<Tensor>): string | undefined {
  return lines.get(node);
}
