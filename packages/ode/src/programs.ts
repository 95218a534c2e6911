/**
 * f and its derivative along a direction, where f is written with ops: called op by op at first, and as programs on flat
 * numbers from when they have been called so often that compiling pays.
 */
import {
  EdgewiseError,
  type FlatProgram,
  type Graph,
  type Spec,
  type Tensor,
  compileFlat,
  flatten,
  inference,
  jvp,
  spec,
  trace,
  unflatten,
} from '@edgewise/core';
import { exactDirectional } from './directional.ts';
import { isSameGraph } from './is-same-graph.ts';
import type { Directional } from './jacobian.ts';
import { type AnyRightHandSide, type Layout, flatDerivative, slopesOf, tensorsOf } from './problem.ts';
import type { Statistics } from './statistics.ts';
import type { Derivative } from './system.ts';

/** What is known of f, on flat numbers. */
export interface FlatFunctions {
  readonly derivative: Derivative;
  readonly directional: Directional;
  /** An event may have changed what f reads: what was traced holds no longer. */
  readonly forget: () => void;
}

/**
 * So many calls op by op take about as long as compiling, in a fresh process and in a warm one, so that no solve takes much
 * longer than the better of both. Counts and not times: the same solve has the same digits.
 */
const callsBefore = { derivative: 300, directional: 100 } as const;

/**
 * A function that was passed through `compile` is a program from its second call on, and the same one in later solves of
 * the same form, with other numbers in `params`. What f reads besides its arguments is what it was when the program was
 * made; Variables are read anew.
 *
 * Of any other function programs are kept too, but each solve traces it, which takes as long as some calls, and begins
 * with those only where it is what it was.
 */
export function functionsOf(
  f: AnyRightHandSide,
  layout: Layout,
  given: unknown,
  statistics: Statistics,
): FlatFunctions {
  const asked = isCompiled(f);
  const params = asked ? asInputs(given) : asConstants(given);
  const { programs, begins } = programsOf(f, layout, params, asked);
  const derivative = inTime(programs, 'derivative', asked, begins, statistics);
  const directional = inTime(programs, 'directional', asked, begins, statistics);
  return {
    derivative: derivativeBy(derivative, flatDerivative(f, layout, params.tree), params.values, layout.n),
    directional: directionalBy(directional, exactDirectional(f, layout, params.tree), params.values, layout.n),
    forget: () => {
      if (asked) return;
      derivative.forget();
      directional.forget();
    },
  };
}

/** What f is given as third argument, and as what it goes into a program. */
interface Params {
  readonly tree: never;
  /** A tree of specs where they are an argument of the program. */
  readonly specs: unknown;
  /** The numbers of that argument. */
  readonly values: Float64Array;
  readonly form: string;
}

/** Trees of anything: what is known of them is in the program for good. */
function asConstants(tree: unknown): Params {
  return { tree: tree as never, specs: undefined, values: new Float64Array(0), form: '' };
}

/** Numbers are f64, as in the state. */
function asInputs(given: unknown): Params {
  const { structure, leaves: parts } = flatten(given, 'solve', 'params');
  const leaves = tensorsOf(parts);
  return {
    tree: unflatten(structure, leaves),
    specs: unflatten(
      structure,
      leaves.map((leaf) => leaf.spec),
    ),
    values: Float64Array.from(leaves.flatMap((leaf) => [...leaf.data])),
    form: `${JSON.stringify(structure)} ${leaves.map((leaf) => leaf.spec).join(', ')}`,
  };
}

function derivativeBy(programs: InTime, opByOp: Derivative, params: Float64Array, n: number): Derivative {
  const time = new Float64Array(1);
  const inputs: Float64Array[] = [time, time, params];
  const computed = new Float64Array(n);
  return (t, y, dy) => {
    time[0] = t;
    inputs[1] = y;
    if (programs.current !== undefined) {
      programs.current(inputs, dy);
      return;
    }
    opByOp(t, y, dy);
    programs.called(inputs, dy, computed);
  };
}

function directionalBy(programs: InTime, opByOp: Directional, params: Float64Array, n: number): Directional {
  const time = new Float64Array(1);
  const timeDirection = new Float64Array(1);
  const inputs: Float64Array[] = [time, time, params, timeDirection, time];
  const computed = new Float64Array(n);
  return (t, y, dy, tDirection, v, along) => {
    time[0] = t;
    inputs[1] = y;
    timeDirection[0] = tDirection;
    inputs[4] = v;
    if (programs.current !== undefined) {
      programs.current(inputs, along);
      return;
    }
    opByOp(t, y, dy, tDirection, v, along);
    programs.called(inputs, along, computed);
  };
}

/** A program that is made when what it stands for has been called often. */
interface InTime {
  current: FlatProgram | undefined;
  /** After a call op by op, which gave `expected`. */
  called(inputs: readonly Float64Array[], expected: Float64Array, computed: Float64Array): void;
  forget(): void;
}

function inTime(
  programs: Programs,
  what: 'derivative' | 'directional',
  asked: boolean,
  begins: boolean,
  statistics: Statistics,
): InTime {
  let callsLeft: number = asked || (begins && programs.has(what)) ? 1 : callsBefore[what];
  const self: InTime = {
    current: undefined,
    called(inputs, expected, computed) {
      if (--callsLeft !== 0) return;
      const program = asked ? programs[what]() : unlessItReads(programs[what]);
      if (program === undefined) return;
      program(inputs, computed);
      // What does not follow from the arguments alone (noise, a count of calls) is not what was traced
      if (!isClose(expected, computed, programs.digits)) return;
      self.current = program;
      statistics.programs++;
    },
    forget() {
      self.current = undefined;
      callsLeft = callsBefore[what];
      programs.forget();
    },
  };
  return self;
}

/** A function that looks at numbers, as in `if (t.item() < 1)`, can't be traced, and stays as it is. */
function unlessItReads<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof EdgewiseError && error.code === 'symbolic-value') return undefined;
    throw error;
  }
}

/** Programs and ops round differently, most of all in f32 and where terms cancel. */
function isClose(expected: Float64Array, computed: Float64Array, digits: number): boolean {
  let size = 0;
  for (const value of expected) if (Number.isFinite(value)) size = Math.max(size, Math.abs(value));
  return expected.every((value, i) => Object.is(value, computed[i]) || Math.abs(value - computed[i]!) <= digits * size);
}

/** The programs of one f for states of one form, each made when it is first asked for. */
interface Programs {
  readonly derivative: () => FlatProgram;
  readonly directional: () => FlatProgram;
  /** Whether it has been made. */
  has(what: 'derivative' | 'directional'): boolean;
  /** Whether f, given these, is what it was when they were made. */
  hold(params: Params): boolean;
  /** Up to which they must agree with f called op by op, relative to the largest component. */
  readonly digits: number;
  forget(): void;
}

function newPrograms(f: AnyRightHandSide, layout: Layout, params: Params): Programs {
  const time = spec([], 'f64');
  const state = unflatten<Spec>(layout.structure, layout.specs);
  const isInput = params.specs !== undefined;
  const slopesFor =
    ({ tree }: Params) =>
    (t: unknown, y: unknown, p: unknown): Tensor[] =>
      slopesOf(layout, f(t as never, y as never, isInput ? (p as never) : tree));
  const slopes = slopesFor(params);
  const tangents = (t: unknown, y: unknown, p: unknown, tDirection: unknown, v: unknown): unknown => {
    const called = (at: { t: unknown; y: unknown }): Tensor[] => slopes(at.t, at.y, p);
    return jvp(called, { t, y } as never, { t: tDirection, y: v } as never)[1];
  };
  const traced = (given: Params): Graph<Tensor> => inference(() => trace(slopesFor(given), time, state, given.specs));
  let [derivative, directional]: (FlatProgram | undefined)[] = [];
  let graph: Graph<Tensor> | undefined;
  return {
    derivative: () => {
      if (derivative === undefined) {
        if (!isInput) graph = traced(params);
        derivative = inference(() => compileFlat(slopes, time, state, params.specs));
      }
      return derivative;
    },
    directional: () => (directional ??= inference(() => compileFlat(tangents, time, state, params.specs, time, state))),
    has: (what) => (what === 'derivative' ? derivative : directional) !== undefined,
    hold: (given) => {
      if (graph === undefined) return false;
      const now = unlessItReads(() => traced(given));
      return now !== undefined && isClosed(graph, layout) && isSameGraph(graph, now);
    },
    digits: layout.specs.every(({ dtype }) => dtype === 'f64') ? 1e-9 : 1e-3,
    forget() {
      derivative = undefined;
      directional = undefined;
      graph = undefined;
    },
  };
}

/** Whether nothing goes in but the arguments, and nothing out but the result: a graph does not say which Variables it reads. */
function isClosed({ inputs, outputs }: Graph<Tensor>, { specs }: Layout): boolean {
  return inputs.length === 1 + specs.length && outputs.length === specs.length;
}

interface Kept {
  readonly form: string;
  readonly programs: Programs;
}

const kept = new WeakMap<AnyRightHandSide, readonly Kept[]>();
/** As many as `compile` keeps. */
const mostKept = 8;

/**
 * The programs of f for states of this form, and whether a solve may begin with those that there are. Of a function that
 * was passed through `compile` its user has said that it is the same in each call.
 */
function programsOf(
  f: AnyRightHandSide,
  layout: Layout,
  params: Params,
  asked: boolean,
): { readonly programs: Programs; readonly begins: boolean } {
  const form = `${JSON.stringify(layout.structure)} ${layout.specs.join(', ')}; ${params.form}`;
  const before = kept.get(f) ?? [];
  const known = before.find((one) => one.form === form)?.programs;
  const begins = known !== undefined && (asked || known.hold(params));
  const programs = begins ? known : newPrograms(f, layout, params);
  kept.set(f, [{ form, programs }, ...before.filter((one) => one.form !== form)].slice(0, mostKept));
  return { programs, begins };
}

function isCompiled(f: AnyRightHandSide): boolean {
  return 'explain' in f && 'graphs' in f;
}
