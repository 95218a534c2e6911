/**
 * Trees: tensors nested in objects, arrays, Maps and class instances. Taken apart into leaves with readable paths, and put
 * together again in the same form.
 */
import { ArgumentError } from '../errors/edgewise-error.ts';
import { asTensor } from './create.ts';
import type { TypedArray } from './dtype.ts';
import { Spec } from './spec.ts';
import { Tensor } from './tensor.ts';
import { Variable } from './variable.ts';

type Static = string | boolean | bigint | symbol | null | undefined | ((...args: never[]) => unknown);

/** Whether a tensor fits `T`: then it is a leaf, also where other things fit that make one. */
type IsLeaf<T> = unknown extends T ? false : [Tensor] extends [T] ? true : false;

/** What a tree may hold where a function expects `T`: Variables and typed arrays stand for tensors. */
export type TreeOf<T, Leaf = Tensor | Variable | TypedArray> =
  IsLeaf<T> extends true
    ? Leaf
    : T extends number | Static | Variable
      ? T
      : T extends Map<infer K, infer V>
        ? Map<K, TreeOf<V, Leaf>>
        : { [K in keyof T]: TreeOf<T[K], Leaf> };

/** The same, where plain numbers stand for tensors too. */
export type TreeLike<T> = TreeOf<T, Tensor | Variable | TypedArray | number>;

/** A tree of the same form with a tensor at each leaf; what is neither number nor tensor stays as it is. */
export type TensorTree<T> =
  IsLeaf<T> extends true
    ? Tensor
    : T extends Variable | Spec | number | TypedArray
      ? Tensor
      : T extends Static
        ? T
        : T extends Map<infer K, infer V>
          ? Map<K, TensorTree<V>>
          : { [K in keyof T]: TensorTree<T[K]> };

/** The form of a tree without its leaves. */
export type Structure =
  | { readonly kind: 'leaf' }
  | { readonly kind: 'static'; readonly value: unknown }
  | { readonly kind: 'array'; readonly items: readonly Structure[] }
  | { readonly kind: 'map'; readonly keys: readonly unknown[]; readonly items: readonly Structure[] }
  | {
      readonly kind: 'object';
      readonly prototype: object | null;
      readonly keys: readonly string[];
      readonly items: readonly Structure[];
    };

/** What sits at the ends of a tree. */
export type Leaf = Tensor | Variable | Spec | number | TypedArray;

export interface FlatTree {
  readonly leaves: readonly Leaf[];
  /** Where each leaf sits: `params.layers[2].w`. */
  readonly paths: readonly string[];
  readonly structure: Structure;
}

const leafStructure: Structure = { kind: 'leaf' };
/** Keys through which a tree from outside could reach into objects that are not its own. */
const refusedKeys = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Takes a tree apart.
 *
 * @param root how the tree is called in paths
 * @throws ArgumentError `refused-key`, `cyclic-tree`
 */
export function flatten(tree: unknown, op: string, root = ''): FlatTree {
  if (isLeaf(tree)) return { leaves: [tree], paths: [root], structure: leafStructure };
  const leaves: Leaf[] = [];
  const paths: string[] = [];
  const open = new Set<object>();

  const take = (part: unknown, path: string): Structure => {
    if (isLeaf(part)) {
      leaves.push(part);
      paths.push(path);
      return leafStructure;
    }
    if (typeof part !== 'object' || part === null) return { kind: 'static', value: part };
    if (open.has(part)) {
      throw new ArgumentError({
        code: 'cyclic-tree',
        op,
        problem: `${path || 'the tree'} contains itself`,
        received: part,
      });
    }
    open.add(part);
    const structure = takeWithin(part, path);
    open.delete(part);
    return structure;
  };

  const takeWithin = (part: object, path: string): Structure => {
    if (Array.isArray(part)) return { kind: 'array', items: part.map((item, k) => take(item, `${path}[${k}]`)) };
    if (part instanceof Map) {
      const keys = [...part.keys()];
      return {
        kind: 'map',
        keys,
        items: keys.map((key) => take(part.get(key), `${path}.get(${JSON.stringify(key)})`)),
      };
    }
    const keys = Object.keys(part);
    const items = keys.map((key) => {
      if (refusedKeys.has(key)) {
        throw new ArgumentError({
          code: 'refused-key',
          op,
          problem: `the key "${key}" is refused in trees (${path || 'the tree'})`,
          received: key,
          remedy: 'another name for the key',
        });
      }
      return take((part as Record<string, unknown>)[key], path === '' ? key : `${path}.${key}`);
    });
    return { kind: 'object', prototype: Object.getPrototypeOf(part) as object | null, keys, items };
  };

  const structure = take(tree, root);
  return { leaves, paths, structure };
}

/** Puts a tree together: the structure with `leaves` in order. The caller knows what type it took apart. */
export function unflatten<T>(structure: Structure, leaves: readonly unknown[]): T {
  if (structure.kind === 'leaf') return leaves[0] as T;
  const next = leaves[Symbol.iterator]();
  const build = (part: Structure): unknown => {
    switch (part.kind) {
      case 'leaf':
        return next.next().value;
      case 'static':
        return part.value;
      case 'array':
        return part.items.map(build);
      case 'map':
        return new Map(part.items.map((item, k) => [part.keys[k], build(item)]));
      case 'object': {
        const object = Object.create(part.prototype) as Record<string, unknown>;
        part.items.forEach((item, k) => (object[part.keys[k]!] = build(item)));
        return object;
      }
    }
  };
  return build(structure) as T;
}

/**
 * A tree of the same form, with `fn` applied to the leaves that stand at the same place in each of the trees. Numbers,
 * Variables and typed arrays are given to it as the tensors that they stand for.
 *
 * @throws ArgumentError `structure-mismatch` where the trees have different forms
 * @example
 * mapTree((w, g) => w.sub(g), { w: tensor(3) }, { w: tensor(1) }).w.item(); // 2
 */
export function mapTree<T>(fn: (...leaves: Tensor[]) => Tensor, tree: T, ...others: readonly T[]): T {
  const read = (leaf: Leaf): Tensor => asTensor(leaf as Exclude<Leaf, Spec>, 'mapTree');
  const flat = flatten(tree, 'mapTree');
  const rest = others.map((other) => flatten(other, 'mapTree'));
  for (const other of rest) {
    const difference = structureDifference(flat.structure, other.structure, '');
    if (difference !== undefined)
      throw new ArgumentError({
        code: 'structure-mismatch',
        op: 'mapTree',
        problem: `trees of different form: ${difference}`,
        received: others,
      });
  }
  return unflatten(
    flat.structure,
    flat.leaves.map((leaf, k) => fn(read(leaf), ...rest.map((other) => read(other.leaves[k]!)))),
  );
}

/** Where two trees of different form part, in words; undefined where they have the same form. */
export function structureDifference(a: Structure, b: Structure, path: string): string | undefined {
  const here = path || 'the tree';
  if (a.kind !== b.kind) return `${here} is ${nameOf(a)} in one and ${nameOf(b)} in the other`;
  if (a.kind === 'leaf' || b.kind === 'leaf' || a.kind === 'static' || b.kind === 'static') return undefined;
  const keysOf = (s: typeof a): readonly unknown[] => (s.kind === 'array' ? [...s.items.keys()] : s.keys);
  const [p, q] = [keysOf(a), keysOf(b)];
  if (p.length !== q.length || p.some((key, k) => key !== q[k]))
    return `${here} has entries ${p.join(', ')} in one and ${q.join(', ')} in the other`;
  for (let k = 0; k < a.items.length; k++) {
    const inner = structureDifference(
      a.items[k]!,
      b.items[k]!,
      a.kind === 'array' ? `${path}[${k}]` : `${path}${path && '.'}${String(p[k])}`,
    );
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function nameOf(structure: Structure): string {
  return structure.kind === 'leaf'
    ? 'a tensor'
    : structure.kind === 'static'
      ? `${String(structure.value)}`
      : `an ${structure.kind}`.replace('an map', 'a Map');
}

function isLeaf(part: unknown): part is Leaf {
  return (
    part instanceof Tensor ||
    typeof part === 'number' ||
    part instanceof Variable ||
    part instanceof Spec ||
    (ArrayBuffer.isView(part) && !(part instanceof DataView))
  );
}
