/** What the numbers were measured on, and with what. */
import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, platform, totalmem } from 'node:os';
import Benchmark from 'benchmark';

export function machineLines(): string[] {
  const cores = availableParallelism();
  return [
    `machine: ${cpus()[0]?.model.trim() ?? 'unknown'}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ` +
      `${Math.round(totalmem() / 2 ** 30)} GiB, ${platform()} ${arch()}, load ${loadavg()[0]!.toFixed(1)}`,
    `versions: @edgewise/core ${coreVersion()}, Node ${process.versions.node}, V8 ${process.versions.v8}, ` +
      `benchmark ${Benchmark.version}`,
  ];
}

function coreVersion(): string {
  const path = new URL(import.meta.resolve('@edgewise/core/package.json'));
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}
