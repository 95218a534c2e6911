/** The value everything else is about: immutable, with a shape and a dtype, and the node that made it. */
import { ArgumentError } from '../errors/edgewise-error.ts';
import { userLine } from '../errors/user-line.ts';
import { Node, type Operation, type Value, openScope, takeIds } from '../graph/node.ts';
import { type Scope, currentPath } from '../graph/scope.ts';
import { type Dtype, type TypedArray, newArray } from './dtype.ts';
import { formatTensor, showAsText } from './format.ts';
import { type Shape, shapeText, sizeOf } from './shape.ts';
import type { Spec } from './spec.ts';
import { View } from './view.ts';

/**
 * What stands behind a tensor: one number where all elements are equal (so rank 0, zeros, ones and broadcast scalars
 * cost nothing), a typed array where they differ, a view of one where another op has only moved elements, nothing where
 * the tensor is symbolic.
 */
export type Storage = number | TypedArray | View | undefined;

/** Nested arrays of numbers or booleans, one level per axis. */
export type Nested = number | boolean | readonly Nested[];

/**
 * An immutable array of numbers with a shape and a dtype. Made by `tensor`, `zeros`, ... and by every op; without data
 * where it descends from a placeholder.
 *
 * @example
 * const x = tensor([[1, 2], [3, 4]]);
 * x.matmul(x.transpose()).sum().item(); // 52
 */
// Methods (x.add(y) for add(x, y)) are declared and put on the prototype by methods.ts.
export class Tensor implements Value<Tensor> {
  readonly spec: Spec;
  /** @internal See Storage. The numbers never change; a view becomes an array when somebody needs one. */
  storage: Storage;
  /** @internal The value's number among recorded values; 0 without a node. */
  id: number;
  /** @internal The op, where this is all that it made. */
  op: Operation<Tensor> | undefined;
  // From these a node of one or two inputs is made when somebody asks for it. In graphs of scalars nodes would be half of
  // what the garbage collector has to move, and a backward pass needs none.
  /** @internal */
  first: Tensor | undefined;
  /** @internal */
  second: Tensor | undefined;
  private scope: Scope<Tensor> | undefined;
  private made: Node<Tensor> | undefined;

  /** @internal Users make tensors with `tensor`, `zeros`, ... */
  constructor(spec: Spec, storage: Storage) {
    this.spec = spec;
    this.storage = storage;
    this.id = 0;
    this.op = undefined;
    this.first = undefined;
    this.second = undefined;
    this.scope = undefined;
    this.made = undefined;
  }

  /** The application of an op that made this, where anybody may ask for it. */
  get node(): Node<Tensor> | undefined {
    return this.made ?? (this.op === undefined ? undefined : this.makeNode(this.op));
  }

  /** @internal The node, where it has been asked for. */
  get knownNode(): Node<Tensor> | undefined {
    return this.made;
  }

  /** @internal Writes down that an op made this, and nothing else, from one or two tensors. */
  madeFrom(op: Operation<Tensor>, first: Tensor, second: Tensor | undefined): void {
    this.id = takeIds(1);
    this.op = op;
    this.first = first;
    this.second = second;
    this.scope = openScope();
  }

  /** @internal Writes down that this is one of the outputs of a node. */
  madeBy(node: Node<Tensor>, output: number, outputs: number): void {
    this.id = node.id + output;
    this.op = outputs === 1 ? node.op : undefined;
    this.made = node;
  }

  private makeNode(op: Operation<Tensor>): Node<Tensor> {
    this.made = new Node<Tensor>(this.id, op, noAttributes, this.scope, this.first, this.second);
    this.made.output = this;
    return this.made;
  }

  get shape(): Shape {
    return this.spec.shape;
  }

  get dtype(): Dtype {
    return this.spec.dtype;
  }

  /** How many axes there are. */
  get rank(): number {
    return this.spec.shape.length;
  }

  /** How many elements there are. */
  get size(): number {
    return sizeOf(this.spec.shape);
  }

  /** Whether this is a placeholder or made from one: shape and dtype, and no numbers yet. */
  get isSymbolic(): boolean {
    return this.storage === undefined;
  }

  /** The elements as a flat copy, last axis fastest. */
  get data(): TypedArray {
    const known = knownStorage(this, 'data');
    return typeof known === 'number' ? newArray(this.dtype, this.size).fill(known) : known.slice();
  }

  /**
   * The only element, as a number (0 or 1 for bool).
   *
   * @throws ArgumentError `not-one-element`, `symbolic-value`
   */
  item(): number {
    if (this.size !== 1) {
      throw new ArgumentError({
        code: 'not-one-element',
        op: 'item',
        problem: `the tensor has ${this.size} elements, shape ${shapeText(this.shape)}; item() reads exactly one`,
        expected: 1,
        received: this.size,
        remedy: 'x.toArray(), or x.sum().item()',
      });
    }
    const known = knownStorage(this, 'item');
    return typeof known === 'number' ? known : known[0]!;
  }

  /** The elements nested as the shape says; booleans for bool. Rank 0 gives the element itself. */
  toArray(): Nested {
    const flat = knownStorage(this, 'toArray');
    const { shape, dtype } = this;
    let at = 0;
    const read = (axis: number): Nested => {
      if (axis < shape.length) return Array.from({ length: shape[axis]! }, () => read(axis + 1));
      const value = typeof flat === 'number' ? flat : flat[at++]!;
      return dtype === 'bool' ? value !== 0 : value;
    };
    return read(0);
  }

  /** Values (large tensors abridged), dtype and shape: `tensor([1, 2], f32 [2])`. */
  toString(): string {
    return formatTensor(this.spec, this.isSymbolic ? undefined : knownStorage(this, 'toString'));
  }

  /** Text in templates; an error in arithmetic and comparisons, where JavaScript would go on silently with NaN. */
  [Symbol.toPrimitive](hint: string): string {
    return refuseArithmetic('a tensor', hint) ?? this.toString();
  }
}

const noAttributes: readonly unknown[] = [];

showAsText(Tensor.prototype);

/** @internal Says of a node and a tensor that it makes that tensor, and nothing else. */
export function onlyOutput(node: Node<Tensor>, output: Tensor): Tensor {
  node.output = output;
  output.madeBy(node, 0, 1);
  return output;
}

/** Shared by Tensor and Variable: JavaScript's operators do not work on them, and must not seem to. */
export function refuseArithmetic(what: string, hint: string): undefined {
  if (hint === 'string') return undefined;
  throw new ArgumentError({
    code: 'tensor-as-number',
    problem: `${what} stands in arithmetic or in a comparison (+, -, *, <, ==, ...), which JavaScript cannot do`,
    scope: currentPath(),
    expected: 'a method call',
    received: what,
    remedy: 'x.add(y), x.neg(), x.mul(y), x.greater(y); x.item() for the number in a condition',
  });
}

/** @internal The storage of a tensor that must have numbers. */
export function knownStorage(x: Tensor, reader: string): number | TypedArray {
  if (x.storage instanceof View) x.storage = x.storage.copy();
  if (x.storage !== undefined) return x.storage;
  const line = userLine();
  throw new ArgumentError({
    code: 'symbolic-value',
    op: reader,
    problem: `the tensor (${x.spec}) is made from a placeholder while tracing: it has a shape and no numbers yet${line === undefined ? '' : `\n  read at ${line}`}`,
    scope: currentPath(),
    received: x.spec,
    remedy:
      'cond(condition, then, otherwise, ...) or whileLoop for control by value; where(condition, a, b) for a choice element by element; else read numbers outside of the traced function',
  });
}

/** @internal The elements as an array that must not be written to; a uniform tensor is spread out. */
export function denseData(x: Tensor): TypedArray {
  const known = knownStorage(x, 'data');
  return typeof known === 'number' ? newArray(x.dtype, x.size).fill(known) : known;
}
