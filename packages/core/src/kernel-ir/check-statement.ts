/** States what is true of every statement: what is said of types, loops and places is what the emitter relies on. */
import { type Buffer, type Expression, type Loop, type ScalarType, rangeOf } from './expression.ts';
import { printStatement } from './print.ts';
import { type Kernel, type Statement, type Store, allStores } from './statement.ts';

/** @throws RangeError saying what is not so, and the statement as text */
export function checkStatement(statement: Statement): void {
  if (statement.kind === 'kernel') checkKernel(statement);
  if (statement.kind !== 'copy') return;
  const { from, to } = statement;
  if (from.type !== to.type || from.size !== to.size) {
    throw new RangeError(`kernel language: ${nameOf(from)} is copied to ${nameOf(to)}`);
  }
}

function checkKernel(kernel: Kernel): void {
  const fail = (problem: string): never => {
    throw new RangeError(`kernel language: ${problem}, in\n${printStatement(kernel)}`);
  };
  const loops = new Set(kernel.loops);
  if (loops.size < kernel.loops.length) fail('a loop stands in itself');
  for (const { extent } of loops) if (!Number.isInteger(extent) || extent < 0) fail(`a loop has extent ${extent}`);
  // What is stored on the way stands in the loop of the reduction
  const inside = kernel.along === undefined ? loops : new Set([...loops, kernel.along.loop]);
  const onTheWay = new Set(kernel.along?.stores);
  for (const store of allStores(kernel)) checkStore(store, onTheWay.has(store) ? inside : loops, fail);
}

type Fail = (problem: string) => never;

function checkStore({ buffer, index, value }: Store, loops: ReadonlySet<Loop>, fail: Fail): void {
  if (elementType(buffer) !== value.type) fail(`a ${value.type} is stored in ${nameOf(buffer)}`);
  const check = new ExpressionCheck(fail);
  check.visit(index, loops);
  check.visit(value, loops);
  // Of what is empty nothing is stored
  if ([...loops].every(({ extent }) => extent > 0)) checkPlace('stored', buffer, index, fail);
}

function checkPlace(what: string, buffer: Buffer, index: Expression, fail: Fail): void {
  if (index.type !== 'i32') fail(`the place of what is ${what} is a ${index.type}`);
  const range = rangeOf(index);
  if (range !== undefined && (range[0] < 0 || range[1] >= buffer.size)) {
    fail(`an element is ${what} at ${range[0]} to ${range[1]} of ${nameOf(buffer)}`);
  }
}

class ExpressionCheck {
  private readonly fail: Fail;
  /** Expressions that are right where these loops run. */
  private readonly met = new Map<ReadonlySet<Loop>, Set<Expression>>();

  constructor(fail: Fail) {
    this.fail = fail;
  }

  visit(x: Expression, loops: ReadonlySet<Loop>): void {
    let met = this.met.get(loops);
    if (met === undefined) this.met.set(loops, (met = new Set<Expression>()));
    if (met.has(x)) return;
    met.add(x);
    const inner = x.kind === 'reduce' ? new Set([...loops, x.loop]) : loops;
    for (const part of x.parts) {
      if (part.id >= x.id) this.fail('an expression is part of itself');
      this.visit(part, inner);
    }
    this.checkOne(x, loops);
  }

  private checkOne(x: Expression, loops: ReadonlySet<Loop>): void {
    switch (x.kind) {
      case 'loop':
        if (!loops.has(x.loop)) this.fail(`the index of a loop of ${x.loop.extent} steps is used outside of it`);
        return;
      case 'linear':
        if (x.parts.some(({ type }) => type !== 'i32')) this.fail('a sum of indices has a part that is no i32');
        return;
      case 'load':
        if (x.index.type !== 'i32') this.fail(`the place of what is loaded is a ${x.index.type}`);
        if (elementType(x.buffer) !== x.type) this.fail(`a ${x.type} is loaded from ${nameOf(x.buffer)}`);
        return;
      case 'rare':
        if (x.condition.type !== 'bool') this.fail(`a condition is a ${x.condition.type}`);
        return;
      case 'reduce':
        if (loops.has(x.loop)) this.fail('a reduction runs along a loop that runs already');
        return;
      case 'apply': {
        const [first, second, third] = x.args;
        const same = third === undefined ? [first!, second ?? first!] : [second!, third];
        const isShift = x.name.startsWith('shift');
        if (!isShift && same[0]!.type !== same[1]!.type) {
          this.fail(`${x.name} is of ${same[0]!.type} and ${same[1]!.type}`);
        }
        if (third !== undefined && first!.type !== 'bool') this.fail(`a condition is a ${first!.type}`);
        return;
      }
      case 'constant':
        return;
    }
  }
}

/** Loads under a choice may stand beyond the buffer; what is stored may not. */
function elementType({ type }: Buffer): ScalarType {
  return type === 'u8' ? 'bool' : type;
}

function nameOf({ name, type, size }: Buffer): string {
  return `${name} (${type} [${size}])`;
}
