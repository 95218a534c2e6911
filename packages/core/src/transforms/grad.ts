/** Gradients of functions: `grad`, `valueAndGrad`. Each takes a function and gives a function, so they compose. */
import { checkOptions } from '../errors/check-options.ts';
import { ArgumentError } from '../errors/edgewise-error.ts';
import { recording, remembering } from '../graph/recording.ts';
import { seedOf } from '../derive/backward.ts';
import { type Arguments, listOf, markArguments } from '../derive/argument.ts';
import { pullTo, regionBetween } from '../derive/pull-to.ts';
import { parameterNames } from '../op/parameter-names.ts';
import { asTensor } from '../tensor/create.ts';
import { Tensor } from '../tensor/tensor.ts';
import { type Leaf, type TensorTree, type TreeLike, type TreeOf, flatten, unflatten } from '../tensor/tree.ts';

/** What is differentiated: one argument by its number, or several. */
export type Argnums = number | readonly number[];

/**
 * The arguments of a function of tensors. Variables and typed arrays stand for tensors in all of them; numbers do in
 * those that are differentiated, while in the others a number is passed on as a number.
 */
export type ArgumentsOf<Args extends readonly unknown[], N extends Argnums> = {
  [K in keyof Args]: K extends `${N extends readonly (infer Each extends number)[] ? Each : N & number}`
    ? TreeLike<Args[K]>
    : TreeOf<Args[K]>;
};
/** The gradient's type: the tree of the argument, or with several a tuple of them. */
export type GradientOf<Args extends readonly unknown[], N extends Argnums> = N extends readonly number[]
  ? { -readonly [K in keyof N]: TensorTree<Args[N[K] & keyof Args]> }
  : TensorTree<Args[N & keyof Args]>;

/** What is differentiated: the argument, or with several a tuple of them. */
export type ChosenOf<Args extends readonly unknown[], N extends Argnums> = N extends readonly number[]
  ? { -readonly [K in keyof N]: Args[N[K] & keyof Args] }
  : Args[N & keyof Args];

export interface GradOptions<N extends Argnums> {
  /** Which argument (0), or which arguments, to differentiate. */
  argnums?: N;
}

/**
 * The gradient of a function that gives one number, with respect to its first argument: a function that takes the same
 * arguments and gives a tree of the form of that argument. Variables that the function reads are constants to it.
 *
 * Zeros for what the result does not depend on.
 *
 * @param options.argnums which argument, or which arguments (the result is then a tuple)
 * @param options.hasAux the function gives `[value, aux]`; the result is `[gradient, aux]`
 * @throws ArgumentError `needs-cotangent`, `no-derivative`; DtypeError `not-differentiable`
 * @example
 * grad((x: Tensor) => x.square().sum())(tensor([1, 2])).toArray(); // [2, 4]
 * grad(grad((x: Tensor) => x.pow(3)))(tensor(2)).item(); // 12
 */
export function grad<const Args extends readonly unknown[], Aux, const N extends Argnums = 0>(
  fn: (...args: Args) => readonly [Tensor, Aux],
  options: GradOptions<N> & { hasAux: true },
): (...args: ArgumentsOf<Args, N>) => [GradientOf<Args, N>, TensorTree<Aux>];
export function grad<const Args extends readonly unknown[], const N extends Argnums = 0>(
  fn: (...args: Args) => Tensor,
  options?: GradOptions<N>,
): (...args: ArgumentsOf<Args, N>) => GradientOf<Args, N>;
export function grad(
  fn: (...args: never[]) => unknown,
  options: GradOptions<Argnums> & { hasAux?: true } = {},
): (...args: unknown[]) => unknown {
  checkOptions('grad', options, ['argnums', 'hasAux']);
  return gradientOf(fn, options);
}

/** The gradient as a function of any arguments; with `hasAux`, `[gradient, aux]`. */
export function gradientOf(
  fn: (...args: never[]) => unknown,
  options: GradOptions<Argnums> & { hasAux?: boolean },
): (...args: unknown[]) => unknown {
  return (...args) => {
    const { aux, gradient } = differentiate('grad', fn, args, options);
    return options.hasAux === true ? [gradient, aux] : gradient;
  };
}

/**
 * Like `grad`, and gives the value too: `[value, gradient]`, or with `hasAux` `[[value, aux], gradient]`.
 *
 * @example
 * const [value, gradient] = valueAndGrad((x: Tensor) => x.square().sum())(tensor([1, 2])); // 5 and [2, 4]
 */
export function valueAndGrad<const Args extends readonly unknown[], Aux, const N extends Argnums = 0>(
  fn: (...args: Args) => readonly [Tensor, Aux],
  options: GradOptions<N> & { hasAux: true },
): (...args: ArgumentsOf<Args, N>) => [[Tensor, TensorTree<Aux>], GradientOf<Args, N>];
export function valueAndGrad<const Args extends readonly unknown[], const N extends Argnums = 0>(
  fn: (...args: Args) => Tensor,
  options?: GradOptions<N>,
): (...args: ArgumentsOf<Args, N>) => [Tensor, GradientOf<Args, N>];
export function valueAndGrad(
  fn: (...args: never[]) => unknown,
  options: GradOptions<Argnums> & { hasAux?: true } = {},
): (...args: unknown[]) => unknown {
  checkOptions('valueAndGrad', options, ['argnums', 'hasAux']);
  return (...args) => {
    const { value, aux, gradient } = differentiate('valueAndGrad', fn, args, options);
    return [options.hasAux === true ? [value, aux] : value, gradient];
  };
}

function differentiate(
  op: string,
  fn: (...args: never[]) => unknown,
  args: readonly unknown[],
  { argnums = 0, hasAux }: GradOptions<Argnums> & { hasAux?: boolean },
): { value: Tensor; aux: unknown; gradient: unknown } {
  const { called, chosen } = markChosen(op, fn, args, argnums);
  const { leaves, paths } = chosen;
  const result = remembering(
    { backward: true, cutsSince: Math.min(recording.cutsSince, leaves[0]?.id ?? recording.nextId) },
    () => fn(...(called as never[])),
  );
  const [output, aux] = withAux(op, result, hasAux);
  const value = checkedOutput(op, output);
  const region = regionBetween(leaves, [value]);
  const cotangents = pullTo(op, [[value, seedOf(op, value)]], leaves, paths, { region });
  return {
    value: region.watched ? value : settled(value),
    aux: region.watched || hasAux !== true ? aux : settledTree(aux),
    gradient: chosen.rebuild(cotangents),
  };
}

/** The result taken apart into the value and what rides along. */
export function withAux(
  op: string,
  result: unknown,
  hasAux: boolean | undefined,
): readonly [value: unknown, aux?: unknown] {
  if (hasAux !== true) return [result];
  if (Array.isArray(result) && result.length === 2) return result as unknown as readonly [unknown, unknown];
  throw new ArgumentError({
    code: 'no-aux',
    op,
    problem: 'with hasAux the function gives [value, aux]',
    expected: '[value, aux]',
    received: result,
  });
}

/** Marks what is differentiated: one argument, or several as the list of them. */
export function markChosen(
  op: string,
  fn: (...args: never[]) => unknown,
  args: readonly unknown[],
  argnums: Argnums,
): { called: unknown[]; chosen: Arguments<unknown> } {
  const numbers = typeof argnums === 'number' ? [argnums] : argnums;
  const { called, marked } = markSome(op, fn, args, numbers, '{ argnums } to name another argument');
  return { called, chosen: typeof argnums === 'number' ? marked[0]! : listOf(marked) };
}

/** Marks the arguments of the given numbers; the others are passed on as they are. */
export function markSome(
  op: string,
  fn: (...args: never[]) => unknown,
  args: readonly unknown[],
  numbers: readonly number[],
  others = 'a function of the rest alone: (x) => f(x, indices)',
): { called: unknown[]; marked: Arguments<unknown>[] } {
  const names = parameterNames(op, fn);
  const called = args.map((arg, k) => (numbers.includes(k) ? arg : readTree(arg, op, names[k] ?? '')));
  const marked = numbers.map((number) => {
    if (!Number.isInteger(number) || number < 0 || number >= args.length) {
      throw new ArgumentError({
        code: 'no-such-argument',
        op,
        problem: `argument ${number} is to be differentiated; the call has ${args.length}`,
        expected: number,
        received: args.length,
      });
    }
    const part = markArguments<unknown>(
      args[number],
      op,
      names[number] ?? (args.length > 1 ? `argument ${number}` : ''),
      others,
    );
    called[number] = part.tree;
    return part;
  });
  return { called, marked };
}

/** Tensors for the Variables, numbers and typed arrays that stand in an argument which expects tensors. */
function readTree(tree: unknown, op: string, root: string): unknown {
  const flat = flatten(tree, op, root);
  return unflatten(
    flat.structure,
    flat.leaves.map((leaf) => (typeof leaf === 'number' ? leaf : asTensor(leaf as Tensor, op))),
  );
}

export function checkedOutput(op: string, output: unknown): Tensor {
  if (output instanceof Tensor) return output;
  const [what, remedy] =
    output === undefined
      ? ['nothing', 'return in the function']
      : typeof output === 'object'
        ? [Array.isArray(output) ? 'a list' : 'an object', 'one tensor, or [value, aux] with { hasAux: true }']
        : [`a ${typeof output}`, 'x.sum() instead of x.item() inside'];
  throw new ArgumentError({
    code: 'not-a-tensor',
    op,
    problem: `the function gives ${what}; expected a tensor`,
    expected: 'a tensor',
    received: output,
    remedy,
  });
}

/** A value whose history nobody needs any more. */
export function settled(value: Tensor): Tensor {
  return value.node === undefined || value.storage === undefined ? value : new Tensor(value.spec, value.storage);
}

export function settledTree(tree: unknown): unknown {
  const flat = flatten(tree, 'grad');
  return unflatten(
    flat.structure,
    flat.leaves.map((leaf: Leaf) => (leaf instanceof Tensor ? settled(leaf) : leaf)),
  );
}
