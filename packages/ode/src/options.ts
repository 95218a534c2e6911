/** What a solve can be told, checked, with defaults filled in. */
import { ArgumentError, DtypeError, checkOptions, flatten, nearestNames } from '@edgewise/core';
import type { Method } from './method.ts';
import { type MethodName, methods } from './methods.ts';
import type { Layout } from './problem.ts';
import type { Tolerance } from './tolerance.ts';

export interface SolveOptions<Y0, P = undefined> {
  /** Where from and where to; backward where the second is less. */
  t: readonly [from: number, to: number];
  /** The state at `t[0]`: a number, a tensor, or a tree of them. Plain numbers are f64. */
  y0: Y0;
  /** Handed to f as its third argument. */
  params?: P;
  /** A name, or a method of one's own. */
  method?: MethodName | Method;
  /** Relative error allowed in a step, a pure number (1e-6; 1e-3 where y0 is f32). */
  rtol?: number;
  /** Absolute error allowed in a step, in units of y: a number, or a tree like y0 (1e-9; 1e-6 where y0 is f32). */
  atol?: number | Y0;
  /** The first step, in units of t; of methods without an estimate every step. */
  dt?: number;
}

const optionNames = [
  't',
  'y0',
  'params',
  'method',
  'rtol',
  'atol',
  'dt',
] as const satisfies readonly (keyof SolveOptions<unknown>)[];

export interface Settings {
  readonly from: number;
  readonly to: number;
  readonly direction: 1 | -1;
  readonly method: Method;
  readonly dt: number | undefined;
}

/** @throws ArgumentError `unknown-option`, `bad-interval`, `unknown-method`, `no-step`, `out-of-range` */
export function readOptions(options: SolveOptions<unknown, unknown>): Settings {
  checkOptions('solve', options, optionNames);
  const interval: unknown = options.t;
  if (!Array.isArray(interval) || interval.length !== 2 || !interval.every(Number.isFinite)) {
    throw new ArgumentError({
      code: 'bad-interval',
      op: 'solve',
      problem: `t is ${String(interval)}; expected two finite numbers, where from and where to`,
      received: interval,
      remedy: '{ t: [0, 10] }',
    });
  }
  const [from, to] = options.t;
  const method = methodOf(options.method ?? 'dopri5');
  const { dt } = options;
  if (dt !== undefined && !(Number.isFinite(dt) && dt > 0)) {
    throw new ArgumentError({
      code: 'out-of-range',
      op: 'solve',
      problem: `dt is ${String(dt)}; expected a positive number, also where t goes backward`,
      received: dt,
    });
  }
  if (dt === undefined && method.errorOrder === undefined) {
    throw new ArgumentError({
      code: 'no-step',
      op: 'solve',
      problem: `${method.name} has no error estimate, so it needs to be told its step`,
      expected: 'dt',
      received: options,
      remedy: `{ method: '${method.name}', dt: ${String(Math.abs(to - from) / 100 || 0.01)} }`,
    });
  }
  return { from, to, direction: to < from ? -1 : 1, method, dt };
}

function methodOf(named: MethodName | Method): Method {
  if (typeof named !== 'string') return named;
  if (Object.hasOwn(methods, named)) return methods[named];
  const near = nearestNames(named, Object.keys(methods));
  throw new ArgumentError({
    code: 'unknown-method',
    op: 'solve',
    problem: `no method named "${String(named)}"${near.length > 0 ? `\n  near: ${near.map((n) => `"${n}"`).join(', ')}` : ''}; all names are in \`methods\``,
    expected: Object.keys(methods),
    received: named,
  });
}

/** @throws ArgumentError `out-of-range`, `structure-mismatch` */
export function readTolerance(layout: Layout, { rtol, atol }: SolveOptions<unknown>): Tolerance {
  const single = layout.specs.some(({ dtype }) => dtype === 'f32');
  const relative = rtol ?? (single ? 1e-3 : 1e-6);
  if (typeof relative !== 'number' || !(relative >= 0 && relative < Infinity)) refuse('rtol', relative);
  const absolute = new Float64Array(layout.n);
  if (atol === undefined || typeof atol === 'number') absolute.fill(atol ?? (single ? 1e-6 : 1e-9));
  else {
    const { leaves } = flatten(atol, 'solve', 'atol');
    if (leaves.length !== layout.specs.length) {
      throw new ArgumentError({
        code: 'structure-mismatch',
        op: 'solve',
        problem: `atol has ${leaves.length} leaves; y0 has ${layout.specs.length}`,
        received: atol,
      });
    }
    leaves.forEach((leaf, k) => {
      const [start, end] = [layout.starts[k]!, layout.starts[k + 1]!];
      if (typeof leaf === 'number') absolute.fill(leaf, start, end);
      else if ('data' in leaf && leaf.data.length === end - start) absolute.set(leaf.data, start);
      else if (ArrayBuffer.isView(leaf) && leaf.length === end - start) absolute.set(leaf, start);
      else
        throw new DtypeError({
          code: 'not-this-dtype',
          op: 'solve',
          problem: `atol does not fit ${layout.paths[k]!}`,
          received: leaf,
        });
    });
  }
  for (const value of absolute) if (!(value >= 0 && value < Infinity)) refuse('atol', value);
  // Below this rounding would be taken for error: the floor that SciPy has.
  return { rtol: Math.max(relative, 100 * Number.EPSILON), atol: absolute };
}

function refuse(name: string, value: unknown): never {
  throw new ArgumentError({
    code: 'out-of-range',
    op: 'solve',
    problem: `${name} is ${String(value)}; expected a number from 0 on`,
    expected: '[0, infinity)',
    received: value,
  });
}
