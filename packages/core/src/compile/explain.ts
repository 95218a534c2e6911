/** What a program does, as text: kernels, memory, work. */
import { printStatement } from '../kernel-ir/print.ts';
import type { Kernel } from '../kernel-ir/statement.ts';
import type { Executable } from './executable.ts';
import { buffersOf } from '../emit/place-in-memory.ts';
import { bytesOfElement } from '../emit/arena.ts';
import { operationsIn } from '../emit/work.ts';

interface Counts {
  readonly calls: number;
  readonly compiled: number;
  readonly inlined: number;
  readonly compileTime: number;
}

export function explain(name: string, executable: Executable | undefined, counts: Counts): string {
  if (executable === undefined) return `${name}: not called yet, so nothing is compiled`;
  const { statements, placement, emitted, lowered } = executable.facts;
  const kernels = statements.filter((statement): statement is Kernel => statement.kind === 'kernel');
  const work = kernels.map(operationsIn);
  const flops = work.reduce((sum, count) => sum + count, 0);
  const bytes = statements.reduce((sum, statement) => {
    const { reads, writes } = buffersOf(statement);
    return sum + [...reads, ...writes].reduce((total, { size, type }) => total + size * bytesOfElement[type], 0);
  }, 0);
  const hosts = statements.filter(({ kind }) => kind === 'host');
  return [
    `${name}: ${executable.traced.nodes.length} nodes traced, ${executable.graph.nodes.length} after passes, ${kernels.length} kernels, hostCalls ${hosts.length}`,
    `  work      ${flops} operations, ${bytes} bytes moved, ${(flops / Math.max(1, bytes)).toFixed(2)} operations a byte`,
    `  memory    ${placement.bytes} bytes (${placement.bytesWithoutReuse} without reuse), constants ${[...lowered.constants.keys()].reduce((sum, { size, type }) => sum + size * bytesOfElement[type], 0)} bytes`,
    `  module    ${emitted.bytes.length} bytes`,
    `  compiled  ${counts.compiled} times in ${counts.compileTime.toFixed(1)} ms; ${counts.calls} calls, ${counts.inlined} of them op by op`,
    ...statements.flatMap((statement) => [
      '',
      ...printStatement(statement)
        .split('\n')
        .map((line) => `  ${line}`),
    ]),
  ].join('\n');
}
