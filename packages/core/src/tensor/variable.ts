/** The one mutable thing: a named cell that holds a tensor. Parameters, optimizer state, random state. */
import { ArgumentError, DtypeError, ShapeError } from '../errors/edgewise-error.ts';
import { Operation, newNode } from '../graph/node.ts';
import { recording } from '../graph/recording.ts';
import { currentPath } from '../graph/scope.ts';
import { isFloat } from './dtype.ts';
import { showAsText } from './format.ts';
import { type Cell, read, write } from './frame.ts';
import { sameShape, shapeText } from './shape.ts';
import type { Spec } from './spec.ts';
import { Tensor, onlyOutput, refuseArithmetic } from './tensor.ts';

/**
 * Reading a Variable makes a graph start here. What a Variable holds has no history: after an assignment inside a traced
 * function the read keeps the assigned tensor as its data, and no derivative passes.
 */
export const variableRead: Operation<Tensor> = new Operation<Tensor>({
  name: 'variable',
  leaf: true,
  differentiable: () => false,
  shares: () => [],
  push: () => [undefined],
  apply: ([content], [of]) => [readOf(of as Variable | string, content, (content ?? (of as Variable)).spec)],
});

/** Reading a gradient that `backward()` made while tracing: its numbers, and nothing of how they came about. Not drawn. */
const gradientRead: Operation<Tensor> = new Operation<Tensor>({
  name: 'gradient',
  leaf: true,
  transparent: true,
  differentiable: () => false,
  shares: () => [],
  push: () => [undefined],
  apply: ([content]) => [numbersOf(content!)],
  reads: 'copies',
  batch: ({ inputs: [content] }) => [{ value: numbersOf(content!), batched: true }],
});

function numbersOf(content: Tensor): Tensor {
  const plain = new Tensor(content.spec, content.storage);
  return content.storage === undefined ? onlyOutput(newNode(gradientRead, [], [content], 1), plain) : plain;
}

/**
 * A named cell that holds a tensor of fixed shape and dtype. Accepted wherever a tensor is.
 * Made by `variable(value, { name, trainable })`.
 */
export class Variable {
  /** How it is called in pictures and errors; a Module gives it the name of its field. */
  name: string | undefined;
  /** Whether `backward()` fills its gradient. */
  readonly trainable: boolean;
  readonly spec: Spec;
  readonly #value: Cell;
  readonly #gradient: Cell;

  constructor(
    initial: Tensor,
    { name, trainable = true }: { name?: string | undefined; trainable?: boolean | undefined } = {},
  ) {
    if (initial.isSymbolic) {
      throw new ArgumentError({
        code: 'symbolic-variable',
        op: 'variable',
        problem: 'a Variable cannot be made from a placeholder while tracing',
        scope: currentPath(),
        remedy: 'make the Variable outside of the traced function',
      });
    }
    this.name = name;
    this.trainable = trainable && isFloat(initial.dtype);
    this.spec = initial.spec;
    this.#value = {
      of: this,
      holds: 'value',
      label: () => this.name ?? 'variable',
      asRead: (content) => this.#leaf(content),
      content: undefined,
      away: undefined,
    };
    this.#gradient = {
      of: this,
      holds: 'gradient',
      label: () => `${this.name ?? 'variable'}.grad`,
      asRead: (content) => (content.storage === undefined ? numbersOf(content) : content),
      content: undefined,
      away: undefined,
    };
    this.#value.content = this.#leaf(initial);
  }

  /** What it holds now, as a tensor in the graph. */
  get value(): Tensor {
    const value = read(this.#value)!;
    // Inside inference nothing older counts, so a read is a plain number.
    return recording.since > 1 && value.storage !== undefined ? new Tensor(value.spec, value.storage) : value;
  }

  /**
   * Replaces what it holds. The history of `next` is cut.
   *
   * @throws ShapeError `shape-mismatch`, DtypeError `dtype-mismatch`: a Variable keeps its shape and dtype
   */
  assign(next: Tensor): void {
    if (!(next instanceof Tensor)) {
      throw new ArgumentError({
        code: 'not-a-tensor',
        op: 'assign',
        problem: `${this.label} takes a tensor`,
        received: next,
        remedy: 'assign(tensor(value))',
      });
    }
    if (next.dtype !== this.spec.dtype) {
      throw new DtypeError({
        code: 'dtype-mismatch',
        op: 'assign',
        problem: `${this.label} is ${this.spec.dtype}; received ${next.dtype}`,
        scope: currentPath(),
        expected: this.spec.dtype,
        received: next.dtype,
        remedy: `assign(x.cast('${this.spec.dtype}'))`,
      });
    }
    if (!sameShape(next.shape, this.spec.shape)) {
      throw new ShapeError({
        code: 'shape-mismatch',
        op: 'assign',
        problem: `${this.label} has shape ${shapeText(this.spec.shape)}; received ${shapeText(next.shape)}`,
        scope: currentPath(),
        expected: this.spec.shape,
        received: next.shape,
      });
    }
    write(this.#value, next);
  }

  /** What `backward()` has added up since it was last cleared; none before the first, which is not zero. */
  get grad(): Tensor | undefined {
    return read(this.#gradient);
  }

  /** @internal `backward()` puts sums here, plain numbers without history. */
  set grad(next: Tensor | undefined) {
    write(this.#gradient, next);
  }

  clearGrad(): void {
    write(this.#gradient, undefined);
  }

  toString(): string {
    return `variable(${this.label}, ${this.spec})`;
  }

  [Symbol.toPrimitive](hint: string): string {
    return refuseArithmetic('a Variable', hint) ?? this.toString();
  }

  private get label(): string {
    return this.name === undefined ? 'the Variable' : `"${this.name}"`;
  }

  /** A fixed start of graphs for as long as the content stays. Numbers that nobody trains need no node. */
  #leaf(content: Tensor): Tensor {
    if (!this.trainable && content.storage !== undefined)
      return content.node === undefined ? content : new Tensor(content.spec, content.storage);
    return readOf(this, content);
  }
}

showAsText(Variable.prototype);

/**
 * A new start of graphs. While tracing it keeps what was assigned as its data; otherwise the history is let go.
 *
 * @param of the Variable whose value it is, or how the gradient is called
 */
function readOf(of: Variable | string, content: Tensor | undefined, spec: Spec = content!.spec): Tensor {
  const inputs = content !== undefined && content.storage === undefined ? [content] : [];
  const node = newNode(variableRead, [of], inputs, 1);
  return onlyOutput(node, new Tensor(spec, content?.storage));
}

/** @internal What stands for a cell's content in a frame: symbolic, and known to be that Variable's where it is its value. */
export function symbolicRead(cell: Cell, spec: Spec = cell.of.spec): Tensor {
  return readOf(cell.holds === 'value' ? cell.of : cell.label(), undefined, spec);
}

/** @internal The Variable that a leaf stands for. */
export function variableOf(value: Tensor): Variable | undefined {
  const [of] = value.node?.op === variableRead ? value.node.attributes : [];
  return of instanceof Variable ? of : undefined;
}
