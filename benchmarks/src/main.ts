/** `npm run bench -- [case ...] [--quick] [--write]`: measures, and prints a table a case. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { nearestNames } from '@edgewise/core';
import { cases } from './cases.ts';
import { type Effort, quickEffort, thoroughEffort } from './harness.ts';
import { machineLines } from './machine.ts';
import type { Case } from './report.ts';
import { table } from './table.ts';

const results = new URL('../../docs/benchmarks/results.md', import.meta.url);

const help = `npm run bench -- [case ...] [options]

cases (all of them unless named):
${Object.entries(cases)
  .map(([name, { question }]) => `  ${name.padEnd(13)} ${question}`)
  .join('\n')}

options:
  --quick       small sizes and one short turn: shows that everything runs, measures nothing
  --write       also writes docs/benchmarks/results.md; all cases, and not with --quick
  --help        this text`;

interface Request {
  readonly names: readonly string[];
  readonly effort: Effort;
  readonly write: boolean;
}

/** What the command line asks for, or in words why it cannot be done. */
function requestOf(args: readonly string[]): Request | string {
  const flags = args.filter((arg) => arg.startsWith('-'));
  const named = args.filter((arg) => !arg.startsWith('-'));
  for (const flag of flags) {
    if (!['--quick', '--write'].includes(flag)) return refusal('option', flag, ['--quick', '--write', '--help']);
  }
  for (const name of named) if (!Object.hasOwn(cases, name)) return refusal('case', name, Object.keys(cases));
  const quick = flags.includes('--quick');
  const write = flags.includes('--write');
  if (write && (quick || named.length > 0)) return '--write is for all cases, measured in full';
  return { names: named.length > 0 ? named : Object.keys(cases), effort: quick ? quickEffort : thoroughEffort, write };
}

function refusal(kind: string, wrong: string, known: readonly string[]): string {
  const [nearest] = nearestNames(wrong, known);
  const near = nearest === undefined ? '' : `\n  near: ${nearest}`;
  return `no ${kind} named "${wrong}"${near}\n  there are: ${known.join(', ')}`;
}

async function measure(name: string, measured: Case, effort: Effort): Promise<string> {
  const { rows, remarks = [] } = await measured.run(effort);
  const below = remarks.length === 0 ? '' : `\n\n${remarks.map((remark) => `- ${remark}`).join('\n')}`;
  return `## ${name}\n\n${measured.question}\n\n${table(rows, { judged: !effort.quick })}${below}\n`;
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    console.log(help);
    return 0;
  }
  const request = requestOf(args);
  if (typeof request === 'string') {
    console.error(request);
    return 1;
  }
  const { names, effort, write } = request;
  const texts: string[] = [];
  const say = (text: string): void => {
    texts.push(text);
    console.log(text);
  };
  say(
    `# Speed\n\n${machineLines()
      .map((line) => `- ${line}`)
      .join('\n')}\n`,
  );
  if (effort.quick) say('Quick: these numbers only show that everything runs.\n');
  for (const name of names) say(await measure(name, cases[name]!, effort));
  if (write) {
    mkdirSync(new URL('.', results), { recursive: true });
    writeFileSync(results, `<!-- npm run bench -- --write -->\n\n${texts.join('\n')}`);
  }
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
