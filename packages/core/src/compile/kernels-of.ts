/** What a program does, as data: its statements in order, and which nodes of the graph each computes. */
import type { Node } from '../graph/node.ts';
import type { Buffer } from '../kernel-ir/expression.ts';
import { printStatement } from '../kernel-ir/print.ts';
import type { Statement } from '../kernel-ir/statement.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { bytesOfElement } from '../emit/arena.ts';
import type { Executable } from './executable.ts';
import { trafficOf } from '../emit/place-in-memory.ts';
import { operationsIn } from '../emit/work.ts';

/** One statement of a compiled program. */
export interface ProgramKernel {
  /** A loop nest; an op that the host is asked for; or all elements of one place copied to another. */
  readonly kind: 'kernel' | 'host' | 'copy';
  /** The ops whose results it was made for. */
  readonly name: string;
  /** Nodes of the program's last graph that it computes, in their order. What several kernels need may be in each of them. */
  readonly nodes: readonly Node<Tensor>[];
  /** Arithmetic in all, that of addresses left out; 0 for what the host computes. */
  readonly operations: number;
  /** The sizes of what it reads and of what it writes. */
  readonly bytes: number;
  /** Time of one step, where `profile` has measured it. */
  readonly milliseconds?: number;
  /** As `explain` prints it. */
  readonly text: string;
}

/** @param times milliseconds a step, by statement */
export function kernelsOf({ facts, graph }: Executable, times?: readonly number[]): readonly ProgramKernel[] {
  const { statements, lowered } = facts;
  const values = new Map<Buffer, Tensor>([...lowered.buffers].map(([value, buffer]) => [buffer, value]));
  const written = new Set(statements.flatMap((statement) => [...trafficOf(statement).writes]));
  const own = new Set(graph.nodes);

  /** What a statement stores, and what it is made of that nobody has stored. */
  const computedBy = (statement: Statement): Node<Tensor>[] => {
    if (statement.kind === 'host') return [lowered.hosted[statement.number]!];
    if (statement.kind === 'copy') return [];
    const found = new Set<Node<Tensor>>();
    const pending = [...trafficOf(statement).writes].flatMap((buffer) => values.get(buffer)?.node ?? []);
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      if (found.has(node) || !own.has(node)) continue;
      found.add(node);
      for (const input of node.inputs) {
        const buffer = lowered.buffers.get(input);
        const isStored = buffer !== undefined && written.has(buffer);
        if (!isStored && input.node !== undefined) pending.push(input.node);
      }
    }
    return [...found].sort((a, b) => a.id - b.id);
  };

  return statements.map((statement, k) => ({
    kind: statement.kind,
    name: statement.kind === 'copy' ? 'copy' : statement.name,
    nodes: computedBy(statement),
    operations: statement.kind === 'kernel' ? operationsIn(statement) : 0,
    bytes: bytesMovedBy(statement),
    ...(times === undefined ? {} : { milliseconds: times[k]! }),
    text: printStatement(statement),
  }));
}

function bytesMovedBy(statement: Statement): number {
  const { reads, writes } = trafficOf(statement);
  return [...reads, ...writes].reduce((total, { size, type }) => total + size * bytesOfElement[type], 0);
}
