/** `compile`: a function, Variables, derivatives, optimizer and all, as one WebAssembly program. */
import { checkOptions } from '../errors/check-options.ts';
import { ArgumentError, EdgewiseError } from '../errors/edgewise-error.ts';
import { nativeDot } from '../emit/native-dot.ts';
import { nativeBinary, nativeUnary } from '../emit/native-elementwise.ts';
import { nativeMultiply } from '../emit/native-matmul.ts';
import type { Graph } from '../graph/graph.ts';
import { recording } from '../graph/recording.ts';
import { verify as verifyGraph } from '../graph/verify.ts';
import { checkStatement } from '../kernel-ir/check-statement.ts';
import { native } from '../kernels/native.ts';
import { type TracedGraph, trace } from '../op/trace.ts';
import { draws } from '../random/threefry.ts';
import { asTensor } from '../tensor/create.ts';
import { type Dtype, holds, promote } from '../tensor/dtype.ts';
import { type Cell, isFramed, read, write } from '../tensor/frame.ts';
import { sameSpec } from '../tensor/spec.ts';
import { Tensor } from '../tensor/tensor.ts';
import { type Leaf, type Structure, type TensorTree, type TreeLike, flatten, unflatten } from '../tensor/tree.ts';
import { Executable } from './executable.ts';
import { explain } from './explain.ts';
import { type ProgramKernel, kernelsOf } from './kernels-of.ts';
import { type Pass, passesFor } from './passes.ts';
import { verifyAgainstInterpreter } from './verify-program.ts';

// Whoever can compile has the kernels of programs for eager ops too: both give the same bits.
native.kernels = { unary: nativeUnary, binary: nativeBinary, multiply: nativeMultiply, dot: nativeDot };

export interface CompileOptions {
  /** Also rules of algebra that hold for real numbers only, such as `x * 0 = 0` (false). */
  fastMath?: boolean;
  /**
   * Compares each call with the interpreter, and throws at the first node that differs (false); checks the graph after each
   * pass, and every kernel. For tests and doubts.
   */
  verify?: boolean;
  /** How many programs are kept, one for each combination of shapes and dtypes; the one unused for longest goes (8). */
  programs?: number;
}

/** How often a compiled function did what. */
export interface ProgramStats {
  readonly calls: number;
  /** Traces and compilations: one for each combination of shapes and dtypes, and for whether gradients are there. */
  readonly compiled: number;
  /** Programs that had to go for others. */
  readonly dropped: number;
  /** Calls that ran op by op, because somebody traces, records or differentiates what was called. */
  readonly inlined: number;
  /** Time spent on tracing and compiling, in milliseconds. */
  readonly compileTime: number;
}

/** What `compile` gives: the function, which runs as a program. */
export interface Program<Args extends readonly unknown[], R> {
  (...args: { [K in keyof Args]: TreeLike<Args[K]> }): TensorTree<R>;
  /** Takes `count` steps on the same arguments without coming back to JavaScript, and gives what the last one gave. */
  run(count: number, ...args: { [K in keyof Args]: TreeLike<Args[K]> }): TensorTree<R>;
  /**
   * Takes `count` steps as `run` does, and measures each kernel. `kernels` and `explain` have the times from then on.
   *
   * @throws EdgewiseError `not-run-as-program` where somebody traces or differentiates; ArgumentError `not-a-count`
   */
  profile(count: number, ...args: { [K in keyof Args]: TreeLike<Args[K]> }): readonly ProgramKernel[];
  /** Kernels, memory and work of the program that was called last, as text. */
  explain(): string;
  /** What the program that was called last does, in order, with the nodes of its last graph that each kernel computes. */
  readonly kernels: readonly ProgramKernel[];
  /** The graphs of the program that was called last: as traced, and after each pass. */
  readonly graphs: readonly { readonly after: string; readonly graph: Graph<Tensor> }[];
  readonly stats: ProgramStats;
}

/** A program, and what it was compiled for. */
interface Entry {
  readonly executable: Executable;
  readonly structure: Structure;
  readonly traced: TracedGraph;
  readonly graphs: Program<[], unknown>['graphs'];
  /** Whether a step of it fills what it found empty or empties what it found filled, so that the next is another program's. */
  readonly isForOneStep: boolean;
  /** How often random bits were drawn while it was traced: from keys that are the same at every call. */
  readonly drawn: number;
  /** Milliseconds a step, by statement; where they have been measured. */
  times?: readonly number[];
}

/**
 * The same function as one WebAssembly program, made when it is called with shapes and dtypes for the first time. It may
 * take and return trees of tensors, read and assign Variables, and call `loss.backward()` and an optimizer's `step()`:
 * a whole training step is one program. What it does besides (printing, counting) happens when it is traced, once.
 *
 * Called where somebody traces or differentiates, it is the function itself. A call that throws leaves Variables as they
 * were.
 *
 * @throws EdgewiseError `out-of-memory`, `program-is-running`; ArgumentError `not-a-count`, `unknown-option`; and whatever
 *   `fn` throws when it is traced, such as `symbolic-value` where it reads a number
 * @example
 * const w = variable([1, 2], { name: 'w' });
 * const step = compile((x: Tensor) => {
 *   const loss = w.value.mul(x).sum();
 *   loss.backward();
 *   w.assign(w.value.sub(w.grad!.mul(0.1)));
 *   w.clearGrad();
 *   return loss;
 * });
 * step(tensor([1, 1])).item(); // 3
 * step(tensor([1, 1])).item(); // 2.8
 */
export function compile<Args extends readonly unknown[], R>(
  fn: (...args: Args) => R,
  options: CompileOptions = {},
): Program<Args, R> {
  checkOptions('compile', options, ['fastMath', 'verify', 'programs']);
  const { fastMath = false, verify = false, programs = 8 } = options;
  const passes: readonly Pass[] = passesFor({ fastMath });
  const name = fn.name === '' ? 'compile' : fn.name;
  /** The last one used first. */
  let entries: Entry[] = [];
  const counts = { calls: 0, compiled: 0, dropped: 0, inlined: 0, compileTime: 0 };

  function call(args: readonly unknown[], count: number): unknown {
    counts.calls++;
    const { leaves, structure } = leavesOf(args, entries[0]?.structure);
    if (isFramed() || recording.everything > 0 || leaves.some(isWatched)) {
      counts.inlined++;
      let result: unknown;
      for (let k = 0; k < count; k++) result = fn(...unflatten<Args>(structure, leaves));
      return result;
    }
    const entry = entryFor(leaves, structure);
    if (count > 1 && (verify || entry.isForOneStep)) return callOneByOne(entry, leaves, structure, count);
    return resultOf(entry, leaves, count);
  }

  function resultOf({ executable, traced }: Entry, leaves: readonly Tensor[], count: number): unknown {
    const results = verify ? verifyAgainstInterpreter(executable, leaves) : executable.call(leaves, count);
    return traced.resultForm.kind === 'leaf' ? results[0] : unflatten(traced.resultForm, results);
  }

  /** Each step, or the rest of them, by the program that is due then. A throw leaves Variables as they were before the first. */
  function callOneByOne(first: Entry, leaves: readonly Tensor[], structure: Structure, count: number): unknown {
    const before = new Map<Cell, Tensor | undefined>();
    let result: unknown;
    try {
      for (let left = count, entry = first; left > 0; entry = left > 0 ? entryFor(leaves, structure) : entry) {
        for (const [cell] of entry.traced.writes) if (!before.has(cell)) before.set(cell, read(cell));
        const taken = verify || entry.isForOneStep ? 1 : left;
        result = resultOf(entry, leaves, taken);
        left -= taken;
      }
    } catch (error) {
      for (const [cell, content] of before) write(cell, content);
      throw error;
    }
    return result;
  }

  function profile(args: readonly unknown[], count: number): readonly ProgramKernel[] {
    counts.calls++;
    const { leaves, structure } = leavesOf(args, entries[0]?.structure);
    if (isFramed() || recording.everything > 0 || leaves.some(isWatched)) {
      throw new EdgewiseError({
        code: 'not-run-as-program',
        op: 'profile',
        problem:
          'a program cannot be measured where somebody traces, records or differentiates: there it runs op by op',
        remedy: 'program.profile(100, x) outside of trace, record and grad',
      });
    }
    let entry = entryFor(leaves, structure);
    let left = count;
    for (; left > 1 && entry.isForOneStep; left--) {
      entry.executable.call(leaves, 1);
      entry = entryFor(leaves, structure);
    }
    const measured = new Executable(entry.traced, entry.executable.graph, true);
    try {
      entry.times = measured.profile(leaves, left);
    } finally {
      measured.release();
    }
    return kernelsOf(entry.executable, entry.times);
  }

  function entryFor(leaves: readonly Tensor[], structure: Structure): Entry {
    const last = entries[0];
    if (last !== undefined && fits(last, leaves, structure)) return last;
    const found = entries.findIndex((entry) => fits(entry, leaves, structure));
    const entry = found < 0 ? compiled(leaves, structure) : entries[found]!;
    entries = [entry, ...entries.filter((other) => other !== entry)];
    while (entries.length > Math.max(1, programs)) {
      entries.pop()!.executable.release();
      counts.dropped++;
    }
    return entry;
  }

  function compiled(leaves: readonly Tensor[], structure: Structure): Entry {
    const start = performance.now();
    const before = draws.count;
    const traced = trace(fn, ...unflatten<never>(structure, leaves)) as unknown as TracedGraph;
    const drawn = draws.count - before;
    const graphs: { after: string; graph: Graph<Tensor> }[] = [{ after: 'trace', graph: traced }];
    let graph: Graph<Tensor> = traced;
    for (const pass of passes) {
      graph = pass.apply(graph);
      if (verify) verifyGraph(graph);
      graphs.push({ after: pass.name, graph });
    }
    const executable = new Executable(traced, graph);
    if (verify) executable.facts.statements.forEach(checkStatement);
    counts.compiled++;
    counts.compileTime += performance.now() - start;
    const isForOneStep = traced.writes.some(([cell, output]) =>
      (output === undefined ? traced.reads : traced.empties).includes(cell),
    );
    return { executable, structure, traced, graphs, isForOneStep, drawn };
  }

  const program = (...args: readonly unknown[]): unknown => call(args, 1);
  Object.defineProperty(program, 'name', { value: name });
  return Object.defineProperties(program, {
    run: {
      value: (count: number, ...args: readonly unknown[]) => {
        checkCount('run', count);
        return call(args, count);
      },
    },
    profile: {
      value: (count: number, ...args: readonly unknown[]) => {
        checkCount('profile', count);
        return profile(args, count);
      },
    },
    explain: { value: () => explain(name, entries[0], counts) },
    kernels: { get: () => (entries[0] === undefined ? [] : kernelsOf(entries[0].executable, entries[0].times)) },
    graphs: { get: () => entries[0]?.graphs ?? [] },
    stats: { get: () => ({ ...counts }) },
  }) as unknown as Program<Args, R>;
}

function checkCount(op: string, count: number): void {
  if (Number.isInteger(count) && count >= 1) return;
  throw new ArgumentError({
    code: 'not-a-count',
    op,
    problem: `the number of steps is a whole number from 1 on; received ${String(count)}`,
    received: count,
  });
}

const leafStructure: Structure = { kind: 'leaf' };

/** @param expected the form of the arguments of the call before: most often it is that of these, too */
function leavesOf(
  args: readonly unknown[],
  expected: Structure | undefined,
): { leaves: readonly Tensor[]; structure: Structure } {
  const leaves: Tensor[] = [];
  if (expected !== undefined && collect(expected, args, leaves)) return { leaves, structure: expected };
  if (args.every((arg) => arg instanceof Tensor)) {
    return { leaves: args, structure: { kind: 'array', items: args.map(() => leafStructure) } };
  }
  const flat = flatten(args, 'compile', '');
  return { leaves: besideEachOther(flat.leaves), structure: flat.structure };
}

/**
 * The tensors that arguments stand for. A plain number takes the dtype that all others have together, as it does beside
 * the inputs of an op; beside whole numbers alone, one that is none is f32, since it need not meet them.
 */
function besideEachOther(leaves: readonly Leaf[]): readonly Tensor[] {
  const tensors = leaves.map((leaf) => (typeof leaf === 'number' ? leaf : asTensor(leaf as Tensor, 'compile')));
  let common: Dtype | undefined;
  for (const one of tensors) if (one instanceof Tensor) common = promote(common ?? one.dtype, one.dtype);
  return tensors.map((one) => {
    if (one instanceof Tensor) return one;
    return asTensor(one, 'compile', common === 'i32' && !holds('i32', one) ? undefined : common);
  });
}

/** Collects the leaves of a tree that has this form, without a look at what it might be otherwise. */
function collect(form: Structure, part: unknown, leaves: Tensor[]): boolean {
  switch (form.kind) {
    case 'leaf':
      if (!(part instanceof Tensor)) return false;
      leaves.push(part);
      return true;
    case 'static':
      return Object.is(form.value, part);
    case 'array': {
      if (!Array.isArray(part) || part.length !== form.items.length) return false;
      for (let k = 0; k < part.length; k++) if (!collectItem(form.items[k]!, part[k], leaves)) return false;
      return true;
    }
    case 'map':
      return false;
    case 'object': {
      if (typeof part !== 'object' || part === null || Object.getPrototypeOf(part) !== form.prototype) return false;
      let at = 0;
      for (const key in part) {
        if (key !== form.keys[at] || !collectItem(form.items[at]!, (part as Record<string, unknown>)[key], leaves))
          return false;
        at++;
      }
      return at === form.keys.length;
    }
  }
}

/** Most items are leaves: they need no call, unlike `collect`, which calls itself and so is never compiled into its caller. */
function collectItem(form: Structure, part: unknown, leaves: Tensor[]): boolean {
  if (form.kind !== 'leaf' || !(part instanceof Tensor)) return collect(form, part, leaves);
  leaves.push(part);
  return true;
}

/** Whether somebody may ask for a derivative with respect to the value, or it has no numbers yet. */
function isWatched(value: Tensor): boolean {
  return value.storage === undefined || value.id >= recording.since;
}

function fits({ traced, structure }: Entry, leaves: readonly Tensor[], asked: Structure): boolean {
  if (structure !== asked && !isSameStructure(structure, asked)) return false;
  for (let k = 0; k < leaves.length; k++) {
    const [own, wanted] = [leaves[k]!.spec, traced.inputs[k]!.spec];
    if (own !== wanted && !sameSpec(own, wanted)) return false;
  }
  // Loops, as this is asked at every call
  for (const cell of traced.reads) if (!isFilled(cell)) return false;
  for (const cell of traced.empties) if (isFilled(cell)) return false;
  return true;
}

function isFilled({ content, away }: Cell): boolean {
  return content !== undefined || away !== undefined;
}

function isSameStructure(a: Structure, b: Structure): boolean {
  if (a.kind === 'static' || b.kind === 'static') {
    return a.kind === 'static' && b.kind === 'static' && Object.is(a.value, b.value);
  }
  if (a.kind === 'leaf' || b.kind === 'leaf') return a.kind === b.kind;
  if (a.kind !== b.kind || a.items.length !== b.items.length) return false;
  if (a.kind !== 'array' && b.kind !== 'array' && a.keys.some((key, k) => key !== b.keys[k])) return false;
  return a.items.every((item, k) => isSameStructure(item, b.items[k]!));
}
