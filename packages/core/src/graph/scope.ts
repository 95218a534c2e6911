/** Where in the model a node was built: a path of names, innermost first, kept on every node for pictures and errors. */
import type { Node, Value } from './node.ts';
import { recording } from './recording.ts';

/** One name on the path from the root of the model to a node. */
export class Scope<V extends Value<V>> {
  readonly name: string;
  readonly parent: Scope<V> | undefined;
  /** A named function of ops: drawn as one box that can be opened. */
  readonly composite: boolean;
  /** The forward node whose derivative rule made what is inside. */
  readonly pulled: Node<V> | undefined;

  constructor(name: string, parent: Scope<V> | undefined, composite: boolean = false, pulled?: Node<V>) {
    this.name = name;
    this.parent = parent;
    this.composite = composite;
    this.pulled = pulled;
  }

  /** Names from the root, joined by "/". */
  get path(): string {
    const names: string[] = [];
    for (let scope: Scope<V> | undefined = this; scope !== undefined; scope = scope.parent) {
      if (scope.name !== '') names.push(scope.name);
    }
    return names.reverse().join('/');
  }
}

/**
 * Calls `fn` under a name: nodes made inside are drawn in a box of that name, and errors say it.
 *
 * @example
 * const y = record(() => scope('encoder', () => tensor([1, 2]).tanh()));
 * y.node?.scope?.path; // 'encoder'
 */
export function scope<T>(name: string, fn: () => T): T {
  return inScope(new Scope(name, recording.scope), fn);
}

/** Calls `fn` in a scope that exists, and leaves it whatever happens. */
export function inScope<V extends Value<V>, T>(inner: Scope<V> | undefined, fn: () => T): T {
  const before = recording.scope;
  // The stack of scopes is shared by graphs of all value types; each graph only ever reads its own nodes' scopes.
  recording.scope = inner as Scope<never> | undefined;
  try {
    return fn();
  } finally {
    recording.scope = before;
  }
}

/** The path of the innermost open scope; empty outside of any. */
export function currentPath(): string {
  return recording.scope?.path ?? '';
}

/** The scope that a new node is built under: while a derivative rule runs, one that points to the forward node. */
export function currentScope(): Scope<never> | undefined {
  return recording.pulled === undefined ? recording.scope : pulledScope(recording.pulled);
}

function pulledScope(pulled: Node<never>): Scope<never> {
  const { scope: open } = recording;
  if (lastPull?.pulled !== pulled || lastPull.parent !== open) lastPull = new Scope('', open, false, pulled);
  return lastPull;
}

let lastPull: Scope<never> | undefined;

/** Whether a node was made by a derivative rule, and for which forward node. */
export function pulledFrom<V extends Value<V>>(node: Node<V>): Node<V> | undefined {
  for (let at = node.scope; at !== undefined; at = at.parent) if (at.pulled !== undefined) return at.pulled;
  return undefined;
}
