/** The first op that makes a NaN or an infinity: which, where in the model, from what, and on which line it was called. */
import { runningSteps } from '../control/interpret.ts';
import { EdgewiseError } from '../errors/edgewise-error.ts';
import { deepTrace, userLine } from '../errors/user-line.ts';
import { Graph } from '../graph/graph.ts';
import type { Node } from '../graph/node.ts';
import { recording, watchNodes } from '../graph/recording.ts';
import { type Scope, pulledFrom } from '../graph/scope.ts';
import { formatNumber } from '../tensor/format.ts';
import { isFloat } from '../tensor/dtype.ts';
import { type Tensor, knownStorage } from '../tensor/tensor.ts';

/**
 * From now on, throws at the first op, forward or backward, whose result holds a NaN or an infinity. Inside loops too, with
 * the number of the step (from 0). Of an op of a derivative, the line that called the forward op is said too, where that
 * ran since this call. Slower, since every result is looked at and kept: for debugging.
 *
 * @returns a function that ends it
 * @throws EdgewiseError `not-finite`, later, with the node's scope, its inputs' ranges and the calling line
 * @example
 * const end = debugNaN();
 * try {
 *   log(-1);
 * } catch (error) {
 *   String(error).includes('log: made NaN'); // true
 * } finally {
 *   end();
 * }
 */
export function debugNaN(): () => void {
  const traces: Traces = new WeakMap();
  return watchNodes((made) => {
    const node = made as unknown as Node<Tensor>;
    const trace = deepTrace();
    const bad = node.outputs.find((output) => isFloat(output.dtype) && !isFinite(output));
    if (bad !== undefined) throw report(node, bad, trace, traces);
    if (!node.op.leaf) traces.set(node, trace);
  });
}

/** From where each op was called, for as long as its node is anybody's. */
type Traces = WeakMap<Node<Tensor>, Error>;

function report(node: Node<Tensor>, bad: Tensor, trace: Error, traces: Traces): EdgewiseError {
  const forward = pulledFrom(node);
  const path = [node.scope?.path ?? '', node.op.name].filter((part) => part !== '').join('/');
  const line = userLine(trace.stack);
  const inputs = node.inputs.map((input) => `${input.spec} in ${rangeOf(input)}`);
  const derivative = recording.pushing ? 'forward derivative' : 'backward pass';
  const forwardLine = lineOfForward(node.scope, traces);
  return new EdgewiseError({
    code: 'not-finite',
    op: node.op.name,
    problem: [
      [
        `made ${kindOf(bad)}`,
        ...(forward === undefined ? [] : [`in the ${derivative} of ${forward.op.name}`]),
        ...runningSteps.toReversed().map(({ loop, step }) => `in step ${step} of ${loop}`),
      ].join(', '),
      ...inputs.map((text, slot) => `  input ${slot}: ${text}`),
      ...(forwardLine === undefined ? [] : [`  called at ${forwardLine}`]),
      ...(line === undefined ? [] : [`  ${forward === undefined ? 'called' : derivedBy()} at ${line}`]),
    ].join('\n'),
    scope: path,
    expected: 'finite numbers',
    received: bad,
    graph: new Graph({ inputs: [], outputs: [bad] }),
  });
}

/** What a line does that asks for a derivative. */
function derivedBy(): string {
  return recording.pushing ? 'pushed' : 'pulled';
}

/**
 * The line that called the op whose derivative this is: of derivatives of derivatives, and of those of an op in a loop,
 * the outermost that is known, which is what the user wrote.
 */
function lineOfForward(scope: Scope<Tensor> | undefined, traces: Traces): string | undefined {
  let trace: Error | undefined;
  for (let at = scope; at !== undefined; at = at.parent) {
    if (at.pulled !== undefined) trace = traces.get(at.pulled) ?? trace;
  }
  return trace === undefined ? undefined : userLine(trace.stack);
}

function elementsOf(x: Tensor): Iterable<number> {
  const known = x.isSymbolic ? [] : knownStorage(x, 'debugNaN');
  return typeof known === 'number' ? [known] : known;
}

function isFinite(x: Tensor): boolean {
  for (const value of elementsOf(x)) if (!Number.isFinite(value)) return false;
  return true;
}

function kindOf(x: Tensor): string {
  let count = 0;
  let nan = 0;
  for (const value of elementsOf(x)) {
    if (Number.isNaN(value)) nan++;
    else if (!Number.isFinite(value)) count++;
  }
  const parts = [...(nan > 0 ? [`${nan} NaN`] : []), ...(count > 0 ? [`${count} infinite`] : [])];
  return x.size === 1 ? (nan > 0 ? 'NaN' : 'an infinity') : `${parts.join(' and ')} of ${x.size} numbers`;
}

/** Smallest and largest number; NaN is named if there is one. */
function rangeOf(x: Tensor): string {
  if (x.storage === undefined) return 'unknown range: it is symbolic';
  if (x.size === 0) return 'no elements';
  let [low, high, nan] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, false];
  for (const value of elementsOf(x)) {
    if (Number.isNaN(value)) nan = true;
    low = Math.min(low, Number.isNaN(value) ? low : value);
    high = Math.max(high, Number.isNaN(value) ? high : value);
  }
  return `[${formatNumber(low)}, ${formatNumber(high)}]${nan ? ', with NaN' : ''}`;
}
