/** Derivatives of what a solver finds, from the equation that it solves: the implicit function theorem. */
import { ruled } from '../control/custom-gradient.ts';
import { ArgumentError, ShapeError } from '../errors/edgewise-error.ts';
import { Graph, replay } from '../graph/graph.ts';
import { recording, remembering } from '../graph/recording.ts';
import { Scope, inScope } from '../graph/scope.ts';
import { inDtype } from '../op/cast.ts';
import { defineOp } from '../op/define-op.ts';
import type { Op } from '../op/op.ts';
import { concatenate } from '../ops/joining.ts';
import { linearSolve } from '../ops/linear-solve.ts';
import { asTensor } from '../tensor/create.ts';
import { type Dtype, isFloat, promote } from '../tensor/dtype.ts';
import { placeholder } from '../tensor/placeholder.ts';
import { sizeOf } from '../tensor/shape.ts';
import { type Spec, sameSpec, specOf } from '../tensor/spec.ts';
import { Tensor, denseData } from '../tensor/tensor.ts';
import {
  type FlatTree,
  type Structure,
  type TensorTree,
  type TreeLike,
  flatten,
  structureDifference,
  unflatten,
} from '../tensor/tree.ts';
import { grad } from './grad.ts';
import { jacobian } from './jacobian.ts';
import { vjp } from './vjp.ts';

/** A solver's call: from a start and parameters to the solution, one vector. It runs on numbers, when they are there. */
interface Search {
  readonly name: string;
  readonly solve: (start: never, params: never) => unknown;
  readonly start: Structure;
  readonly specs: readonly Spec[];
  readonly params: Structure;
  readonly dtype: Dtype;
}

/** The solution as one vector, by the solver; what it does inside is no part of the graph. Inputs: leaves of both trees. */
const search: Op<readonly Tensor[], [search: Search]> = defineOp<readonly Tensor[], [search: Search]>({
  name: 'search',
  infer: (_, [{ specs, dtype }]) => lengthOf(specs, dtype),
  forward: (inputs, [{ name, solve, start, specs, params, dtype }], { data }) => {
    const leaves = inputs.map((input) => {
      const only = input.data.length === 1 ? input.data[0] : undefined;
      return new Tensor(specOf(input.shape, input.dtype), only ?? input.data);
    });
    const [from, given] = [leaves.slice(0, specs.length), leaves.slice(specs.length)];
    const found = remembering({ since: recording.nextId, everything: 0 }, () =>
      solve(unflatten(start, from), unflatten(params, given)),
    );
    const solution = checkedSolution(name, found, start, specs);
    if (solution.some(({ isSymbolic }) => isSymbolic)) refuseTraced(name, found);
    let at = 0;
    for (const part of solution) {
      data.set(denseData(inDtype(part, dtype)), at);
      at += part.size;
    }
  },
  pull: { together: () => [] },
});

/** A solver runs on numbers: what it closes over has none while a function around it is traced or batched. */
function refuseTraced(name: string, found: unknown): never {
  throw new ArgumentError({
    code: 'traced-solver',
    op: name,
    problem: 'the solver uses a value from around it that is traced, so its solution has no numbers',
    expected: 'a solver of its start and its parameters',
    received: found,
    remedy: 'params: { a, b } with all that the solver uses, so that it is given their numbers',
  });
}

function checkedSolution(name: string, found: unknown, start: Structure, specs: readonly Spec[]): Tensor[] {
  const flat = flatten(found, name, 'solution');
  const difference = structureDifference(start, flat.structure, 'solution');
  const leaves = flat.leaves.map((leaf, k) => asTensor(leaf as Tensor, name, specs[k]?.dtype));
  const wrong = difference === undefined ? leaves.findIndex(({ spec }, k) => !sameSpec(spec, specs[k]!)) : -1;
  if (difference === undefined && wrong < 0) return leaves;
  throw new ShapeError({
    code: 'wrong-solution',
    op: name,
    problem:
      difference === undefined
        ? `${flat.paths[wrong]!} is ${leaves[wrong]!.spec}; the start is ${specs[wrong]!}`
        : `the solver gives another form than the start: ${difference}`,
    expected: specs,
    received: found,
  });
}

/**
 * A root of equations as a function of their parameters, with derivatives: `x` with `residual(x, params) = 0`. The solver
 * may be anything that finds it, on plain numbers; the derivatives, in both directions and of every order, follow from
 * the equations at the root, `dx = -(d residual / d x)^-1 (d residual / d params) d params`, and not from the solver's steps.
 *
 * Derivatives flow to `params`, and to what else `residual` uses: a value of the function around it, a Variable. None flow
 * to the start, nor to what `solve` alone uses.
 *
 * @param residual as many equations as `x` has elements: a tree of the form of `x`
 * @param solve from a start and parameters to the root, a tree of the form of the start
 * @throws ShapeError `wrong-solution`, `wrong-residual`; ArgumentError `singular-matrix` where the root is not simple,
 *   when a derivative is asked for, `traced-solver` where the solver is to run and uses a value that has no numbers
 * @example
 * const root = implicitRoot(
 *   (x: Tensor, a: Tensor) => x.square().sub(a),
 *   (_, a) => a.sqrt(), // or any other search
 * );
 * root(tensor(1), tensor(9)).item(); // 3
 * grad((a: Tensor) => root(tensor(1), a))(tensor(9)).item(); // 0.16667: 1 / (2 sqrt(9))
 *
 * Griewank, Walther, "Evaluating Derivatives", 2nd ed., chapter 15; Blondel and others 2022, "Efficient and modular
 * implicit differentiation".
 */
export function implicitRoot<X, P>(
  residual: (x: X, params: P) => unknown,
  solve: (start: X, params: P) => unknown,
): (start: TreeLike<X>, params: TreeLike<P>) => TensorTree<X> {
  return (start, params) => rootOf('implicitRoot', residual, solve, start, params);
}

/**
 * A minimum as a function of the parameters of what is minimized, with derivatives: `x` at which `objective(x, params)`
 * has a gradient of 0 and an invertible Hessian. As `implicitRoot` of the gradient: the solver may be anything.
 *
 * @param objective gives one number
 * @param solve from a start and parameters to the minimum, a tree of the form of the start
 * @throws what `implicitRoot` throws
 * @example
 * const ridge = implicitMinimum(
 *   (w: Tensor, strength: Tensor) => w.sub(6).square().add(w.square().mul(strength)),
 *   (_, strength) => strength.add(1).reciprocal().mul(6),
 * );
 * grad((strength: Tensor) => ridge(tensor(0), strength))(tensor(1)).item(); // -1.5
 */
export function implicitMinimum<X, P>(
  objective: (x: X, params: P) => Tensor,
  solve: (start: X, params: P) => unknown,
): (start: TreeLike<X>, params: TreeLike<P>) => TensorTree<X> {
  const gradient = (x: X, params: P): unknown => grad((at: X) => objective(at, params))(x as never);
  return (start, params) => rootOf('implicitMinimum', gradient, solve, start, params);
}

function rootOf<X, P>(
  name: string,
  residual: (x: X, params: P) => unknown,
  solve: (start: X, params: P) => unknown,
  start: TreeLike<X>,
  params: TreeLike<P>,
): TensorTree<X> {
  const [from, given] = [flatten(start, name, 'start'), flatten(params, name, 'params')];
  const [starts, inputs] = [tensorsOf(from, name), tensorsOf(given, name)];
  const specs = starts.map(({ spec }) => spec);
  checkFloats(name, specs, from.paths);
  const dtype = specs.reduce<Dtype>((common, spec) => promote(common, spec.dtype), 'f32');
  const problem: Search = { name, solve, start: from.structure, specs, params: given.structure, dtype };
  const found = search.definition.apply([...starts, ...inputs], [problem])[0]!;

  const equations = inScope(new Scope(name, recording.scope), () =>
    equationsOf(name, specs, dtype, (x) =>
      residual(unflatten(from.structure, parts(x, specs)), unflatten(given.structure, inputs)),
    ),
  );
  const { at, moving } = equations;
  const root = ruled(name, found, moving, ({ cotangent, output: x, inputs: to }) => {
    const matrix = jacobian((unknown: Tensor) => at(unknown, to))(x);
    const adjoint = linearSolve(matrix.transpose(), cotangent.neg().reshape([-1, 1]), {
      op: name,
      ...(name === 'implicitMinimum' ? flatMinimum : multipleRoot),
    }).reshape([-1]);
    return sharesOf((list) => at(x, list), to, adjoint);
  });
  return unflatten<TensorTree<X>>(from.structure, parts(root, specs));
}

const multipleRoot = {
  matrix: 'the Jacobian of the residual at the root',
  remedy:
    'a residual whose root is simple, such as x - a instead of (x - a)^2; or start the solver nearer to one that is',
};
const flatMinimum = {
  matrix: 'the Hessian of the objective at the minimum',
  remedy: 'an objective that curves in every direction, such as objective + 1e-6 * |x|^2',
};

/** The residual as a graph of the unknown, and all that it is made from besides. */
interface Unknowns {
  /** What the residual uses that is no constant, whether it came as a parameter or from around the function. */
  readonly moving: readonly Tensor[];
  /** The residual at `x`, with others in place of those. */
  readonly at: (x: Tensor, others: readonly Tensor[]) => Tensor;
}

/**
 * Calls the residual once, with a placeholder for the unknown. What its graph captures are the parameters, or what was made
 * of them without the unknown: their history leads on from there.
 */
function equationsOf(name: string, specs: readonly Spec[], dtype: Dtype, residual: (x: Tensor) => unknown): Unknowns {
  const unknown = placeholder(lengthOf(specs, dtype), 'x');
  const graph = new Graph({ inputs: [unknown], outputs: [residualOf(name, residual(unknown), specs, dtype)] });
  const moving = graph.captures.filter(({ dtype: its, node }) => isFloat(its) && node !== undefined);
  return {
    moving,
    at: (x, others) => {
      const standIn = new Map(moving.map((value, k) => [value, others[k]!]));
      const now = (value: Tensor): Tensor => standIn.get(value) ?? value;
      const [result] = replay(graph, [x], (node, given) =>
        inScope(node.scope, () => node.op.apply(given.map(now), node.attributes)),
      );
      return now(result!);
    },
  };
}

function sharesOf(
  fn: (list: readonly Tensor[]) => Tensor,
  at: readonly Tensor[],
  cotangent: Tensor,
): readonly Tensor[] {
  if (at.length === 0) return [];
  const [, pullback] = vjp(fn, at);
  return pullback(cotangent) as readonly Tensor[];
}

/** Of all unknowns as one vector. */
function lengthOf(specs: readonly Spec[], dtype: Dtype): Spec {
  return specOf([specs.reduce((sum, { shape }) => sum + sizeOf(shape), 0)], dtype);
}

function tensorsOf(flat: FlatTree, name: string): Tensor[] {
  return flat.leaves.map((leaf) => asTensor(leaf as Tensor, name));
}

/** The leaves that a vector holds one after the other. */
function parts(x: Tensor, specs: readonly Spec[]): Tensor[] {
  let at = 0;
  return specs.map(({ shape, dtype }) => {
    const size = sizeOf(shape);
    const part = specs.length === 1 ? x : x.slice([[at, at + size]]);
    at += size;
    return inDtype(part.reshape(shape), dtype);
  });
}

function residualOf(name: string, given: unknown, specs: readonly Spec[], dtype: Dtype): Tensor {
  const flat = flatten(given, name, 'residual');
  const leaves = tensorsOf(flat, name);
  const wrong = specs.findIndex(({ shape }, k) => String(leaves[k]?.shape) !== String(shape));
  if (leaves.length !== specs.length || wrong >= 0) {
    throw new ShapeError({
      code: 'wrong-residual',
      op: name,
      problem:
        leaves.length === specs.length
          ? `${flat.paths[wrong]!} is ${leaves[wrong]!.spec}; the unknown at its place is ${specs[wrong]!}`
          : `tensors in the residual: ${leaves.length}, in the unknown: ${specs.length}; expected as many`,
      expected: specs,
      received: leaves.map(({ spec }) => spec),
    });
  }
  const flatLeaves = leaves.map((leaf) => inDtype(leaf.reshape([-1]), dtype));
  return flatLeaves.length === 1 ? flatLeaves[0]! : concatenate(flatLeaves);
}

function checkFloats(name: string, specs: readonly Spec[], paths: readonly string[]): void {
  specs.forEach(({ dtype }, k) => {
    if (isFloat(dtype)) return;
    throw new ArgumentError({
      code: 'not-floating',
      op: name,
      problem: `${paths[k]!} is ${dtype}; unknowns are f32 or f64`,
      expected: 'f32 or f64',
      received: dtype,
    });
  });
}
