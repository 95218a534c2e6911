/**
 * When history is kept. Ids number values in order of creation; one number, `since`, says from which id on a value's
 * history still counts. There is no boolean mode: what is new inside still counts, so derivatives inside work.
 */
import type { Node } from './node.ts';
import type { Scope } from './scope.ts';

/** The state of recording, read at every op: one object, so that reading it costs one load. */
export const recording: {
  /** The id of the next value; 0 means "has no node". */
  nextId: number;
  /** Nodes older than this are nobody's history. Normally 1, the first id. */
  since: number;
  /**
   * Whether what only a backward walk needs is worth keeping. False while a forward derivative is taken: a loop then
   * computes it again should it be asked for.
   */
  backward: boolean;
  /** How many calls of `record` are open: inside, every node is kept. */
  everything: number;
  /**
   * Values from this id on are remembered also where no derivative passes, so that whoever asks for one can be told
   * which op cut the path. Infinite unless a derivative is being taken.
   */
  cutsSince: number;
  /** The innermost open scope. */
  scope: Scope<never> | undefined;
  /** The node whose derivative rule is running. */
  pulled: Node<never> | undefined;
  /** Whether that rule is one of a forward walk, of tangents. */
  pushing: boolean;
  /** Told of each node that is kept, once its outputs are known. */
  readonly watchers: Set<(node: Node<never>) => void>;
} = {
  nextId: 1,
  since: 1,
  backward: true,
  everything: 0,
  cutsSince: Number.POSITIVE_INFINITY,
  scope: undefined,
  pulled: undefined,
  pushing: false,
  watchers: new Set(),
};

/**
 * Calls `fn` without remembering how its results came from what exists already. Derivatives taken inside, of what is
 * made inside, work as ever; a recurrent loop of a million steps holds no history.
 *
 * @example
 * const w = variable(2);
 * const y = inference(() => w.value.mul(3));
 * y.node; // undefined: nothing was remembered
 */
export function inference<T>(fn: () => T): T {
  return remembering({ since: recording.nextId }, fn);
}

/**
 * Calls `fn` and keeps every node made inside, also where nothing asks for a derivative: for pictures and tests.
 *
 * @example
 * const y = record(() => tensor([1, 2]).square().sum());
 * toDot(y).includes('square'); // true
 */
export function record<T>(fn: () => T): T {
  return remembering({ everything: recording.everything + 1 }, fn);
}

/** Calls `fn` under another rule of what is kept, and restores the rule whatever happens. */
export function remembering<T>(
  rule: Partial<Pick<typeof recording, 'since' | 'backward' | 'everything' | 'cutsSince'>>,
  fn: () => T,
): T {
  const { since, backward, everything, cutsSince } = recording;
  recording.since = rule.since ?? since;
  recording.backward = rule.backward ?? backward;
  recording.everything = rule.everything ?? everything;
  recording.cutsSince = rule.cutsSince ?? cutsSince;
  try {
    return fn();
  } finally {
    recording.since = since;
    recording.backward = backward;
    recording.everything = everything;
    recording.cutsSince = cutsSince;
  }
}

/** Has `watcher` told of every node that is made until the returned function is called; until then, all are kept. */
export function watchNodes(watcher: (node: Node<never>) => void): () => void {
  recording.everything++;
  recording.watchers.add(watcher);
  return () => {
    if (recording.watchers.delete(watcher)) recording.everything--;
  };
}
