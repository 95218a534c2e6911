/** What a program does, as text: kernels, memory, work. */
import { bytesOfElement } from '../emit/arena.ts';
import type { Executable } from './executable.ts';
import { kernelsOf } from './kernels-of.ts';

interface Counts {
  readonly calls: number;
  readonly compiled: number;
  readonly inlined: number;
  readonly compileTime: number;
}

interface Explained {
  readonly executable: Executable;
  /** How often random bits were drawn while it was traced. */
  readonly drawn: number;
  /** Milliseconds a step, by statement, where they have been measured. */
  readonly times?: readonly number[];
}

export function explain(name: string, program: Explained | undefined, counts: Counts): string {
  if (program === undefined) return `${name}: not called yet, so nothing is compiled`;
  const { executable, drawn, times } = program;
  const { placement, emitted, lowered } = executable.facts;
  const kernels = kernelsOf(executable, times);
  const count = (wanted: string): number => kernels.filter(({ kind }) => kind === wanted).length;
  const flops = kernels.reduce((sum, { operations }) => sum + operations, 0);
  const bytes = kernels.reduce((sum, kernel) => sum + kernel.bytes, 0);
  const total = times?.reduce((sum, time) => sum + time, 0);
  return [
    `${name}: ${executable.traced.nodes.length} nodes traced, ${executable.graph.nodes.length} after passes, ${count('kernel')} kernels, hostCalls ${count('host')}`,
    `  work      ${flops} operations, ${bytes} bytes moved, ${(flops / Math.max(1, bytes)).toFixed(2)} operations a byte`,
    `  memory    ${placement.bytes} bytes (${placement.bytesWithoutReuse} without reuse), constants ${[...lowered.constants.keys()].reduce((sum, { size, type }) => sum + size * bytesOfElement[type], 0)} bytes`,
    `  module    ${emitted.bytes.length} bytes`,
    `  compiled  ${counts.compiled} times in ${counts.compileTime.toFixed(1)} ms; ${counts.calls} calls, ${counts.inlined} of them op by op`,
    ...(drawn === 0
      ? []
      : [
          `  random    ${drawn} draws while it was traced, the same at every call: keep the key in a Variable, or pass it`,
        ]),
    ...(total === undefined ? [] : [`  measured  ${microseconds(total)} a step, one kernel after the other`]),
    ...kernels.flatMap(({ text, milliseconds }) => [
      '',
      ...text.split('\n').map((line) => `  ${line}`),
      ...(milliseconds === undefined
        ? []
        : [`  takes ${microseconds(milliseconds)}, ${share(milliseconds, total)} of the step`]),
    ]),
  ].join('\n');
}

function microseconds(milliseconds: number): string {
  return `${(1000 * milliseconds).toFixed(1)} µs`;
}

function share(time: number, total: number = 0): string {
  return `${total === 0 ? 0 : Math.round((100 * time) / total)} %`;
}
