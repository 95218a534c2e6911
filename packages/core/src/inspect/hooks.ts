/** Functions called as a model runs, chosen by where in the model: for logging, statistics, checks. */
import { ArgumentError } from '../errors/edgewise-error.ts';
import { observersOfAll } from '../derive/flow.ts';
import type { Node, Total } from '../graph/node.ts';
import { watchNodes } from '../graph/recording.ts';
import { pulledFrom } from '../graph/scope.ts';
import type { Observer } from '../graph/walk-backward.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Whether a hook is running. What it computes of a value is not of the model: no hook is called for that. */
let isCalling = false;

function callHook(hook: () => void): void {
  isCalling = true;
  try {
    hook();
  } finally {
    isCalling = false;
  }
}

/**
 * Calls `fn` for every op that runs forward under a scope (`mlp/hidden0`, or '' for everywhere), as it runs: in a loop at
 * every step, and once without numbers where the loop's body is traced. It may run ops itself, for which no hook is called.
 *
 * @returns a function that removes the hook
 * @throws ArgumentError `not-a-scope`, `not-a-function`
 * @example
 * const names: string[] = [];
 * const remove = onForward('', (node) => names.push(node.op.name));
 * tensor([1, 2]).square().sum();
 * remove();
 * names; // ['square', 'sum']
 */
export function onForward(scope: string, fn: (node: Node<Tensor>) => void): () => void {
  checkHook('onForward', scope, fn, '(node) => console.log(node.op.name)');
  return watchNodes((made) => {
    const node = made as unknown as Node<Tensor>;
    if (isCalling || node.op.leaf || node.op.transparent || pulledFrom(node) !== undefined) return;
    if (isUnder(node, scope)) callHook(() => fn(node));
  });
}

/**
 * Calls `fn` for every op under a scope that a backward walk reaches, with the complete cotangent of its output. A loop is
 * one op to it: what flows inside is another loop, whose ops `onForward` does not count as forward.
 *
 * @returns a function that removes the hook
 * @throws ArgumentError `not-a-scope`, `not-a-function`
 * @example
 * const w = variable([3, 4]);
 * const cotangents: unknown[] = [];
 * const remove = onBackward('loss', (_, cotangent) => cotangents.push(cotangent));
 * scope('loss', () => w.value.square().sum()).backward();
 * remove();
 * cotangents.length; // 2: of the sum and of the square
 */
export function onBackward(scope: string, fn: (node: Node<Tensor>, cotangent: Total<Tensor>) => void): () => void {
  checkHook('onBackward', scope, fn, '(node, cotangent) => console.log(node.op.name, String(cotangent))');
  const observer: Observer<Tensor> = {
    onNode: (node, total) => {
      if (isCalling || node.op.leaf || node.op.transparent) return;
      if (isUnder(node, scope)) callHook(() => fn(node, total));
    },
  };
  observersOfAll.add(observer);
  return () => void observersOfAll.delete(observer);
}

function isUnder(node: Node<Tensor>, scope: string): boolean {
  const path = node.scope?.path ?? '';
  return scope === '' || path === scope || path.startsWith(`${scope}/`);
}

/** A hook that is none would be silent, or fail far from here when an op runs. */
function checkHook(op: string, scope: unknown, fn: unknown, example: string): void {
  if (typeof scope !== 'string') {
    throw new ArgumentError({
      code: 'not-a-scope',
      op,
      problem: `the scope is ${typeof scope === 'function' ? 'a function' : String(scope)}; expected a path of names, or '' for everywhere`,
      expected: 'a string',
      received: scope,
      remedy: `${op}('', ${example})`,
    });
  }
  if (typeof fn === 'function') return;
  throw new ArgumentError({
    code: 'not-a-function',
    op,
    problem: `expected a function to call under "${scope}"; received ${fn === null ? 'null' : typeof fn}`,
    expected: 'a function',
    received: fn,
    remedy: `${op}('${scope}', ${example})`,
  });
}
