/** What can be said on the command line: one table, from which the help text and the refusals are made. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { ArgumentError, nearestNames } from '@edgewise/core';

/** What the user asked for; what is undefined is the problem's choice. */
export interface Options {
  readonly help: boolean;
  /** A folder with IDX files of handwritten digits; without one, two spirals. */
  readonly data: string | undefined;
  readonly out: string;
  readonly seed: number;
  readonly epochs: number | undefined;
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[] | undefined;
  readonly learningRate: number | undefined;
  readonly batchSize: number | undefined;
}

/** A command line that makes no sense; the program ends with exit code 2. */
export class UsageError extends ArgumentError {}

interface OptionRow {
  /** The word for its value in the help text; an option without one is a switch. */
  readonly value?: string;
  readonly short?: string;
  readonly help: readonly string[];
}

const table = {
  data: {
    value: 'FOLDER',
    help: [
      'train on the images and labels in this folder: IDX files, gzipped or not,',
      'named as in MNIST (train-images-idx3-ubyte, train-labels-idx1-ubyte);',
      'of a single pair, one in five images is held out for the test',
    ],
  },
  out: { value: 'FOLDER', help: ['where pictures and page go, replaced at each run (default: out)'] },
  seed: { value: 'N', help: ['the same seed gives the same run, to the last digit (default: 1)'] },
  epochs: { value: 'N', help: ['passes over the training data'] },
  hidden: { value: 'N,N,...', help: ['widths of the hidden layers, such as 64,64'] },
  'learning-rate': { value: 'X', help: ['step size of Adam'] },
  'batch-size': { value: 'N', help: ['examples in a training step'] },
  help: { short: 'h', help: ['this text'] },
} as const satisfies Record<string, OptionRow>;

type OptionName = keyof typeof table;

const rows: readonly (readonly [OptionName, OptionRow])[] = Object.entries(table) as [OptionName, OptionRow][];

/** What `--help` prints. */
export const helpText = `Trains a small network, with Edgewise alone, and writes pictures of its graph and of what it learned.

  npm start                       two spirals, which the program generates
  npm start -- --data FOLDER      handwritten digits

Options
${rows.map(optionHelp).join('\n')}

Epochs, widths, step size and batch size have defaults for each problem; a run prints them.`;

/**
 * Reads the arguments behind \`npm start --\`.
 *
 * @throws UsageError `unknown-option`, `unexpected-argument`, `missing-value`, `bad-value`
 */
export function parseOptions(args: readonly string[]): Options {
  const given = givenOptions(args);
  const text = (name: OptionName): string | undefined => given.get(name);
  return {
    help: given.has('help'),
    data: text('data'),
    out: text('out') ?? 'out',
    seed: read('seed', text('seed'), wholeNumber(0, 2 ** 32 - 1)) ?? 1,
    epochs: read('epochs', text('epochs'), wholeNumber(1, 100_000)),
    hidden: read('hidden', text('hidden'), widths),
    learningRate: read('learning-rate', text('learning-rate'), positiveNumber),
    batchSize: read('batch-size', text('batch-size'), wholeNumber(1, 1_000_000)),
  };
}

function givenOptions(args: readonly string[]): ReadonlyMap<OptionName, string> {
  const given = new Map<OptionName, string>();
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: config,
  });
  for (const token of tokens) {
    if (token.kind === 'positional') throw unexpected(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName, value, inlineValue } = token;
    if (!isOption(name)) throw unknown(rawName);
    const isSwitch = config[name].type === 'boolean';
    if (isSwitch && value !== undefined) throw usage('unexpected-argument', `${rawName} takes no value`);
    // `--seed --out x` lacks the seed; `--out=--x` is meant.
    const isAbsent = value === undefined || value === '' || (inlineValue === false && value.startsWith('--'));
    if (!isSwitch && isAbsent) throw missing(name);
    given.set(name, value ?? '');
  }
  return given;
}

const config = Object.fromEntries(
  rows.map(([name, { value, short }]) => [
    name,
    { type: value === undefined ? 'boolean' : 'string', ...(short === undefined ? {} : { short }) },
  ]),
) as Record<OptionName, NonNullable<ParseArgsConfig['options']>[string]>;

function isOption(name: string): name is OptionName {
  return Object.hasOwn(table, name);
}

/** How a value is read: what is expected in words, and the value or undefined if it is something else. */
interface Reading<T> {
  readonly expected: string;
  readonly from: (text: string) => T | undefined;
}

function read<T>(name: OptionName, text: string | undefined, { expected, from }: Reading<T>): T | undefined {
  if (text === undefined) return undefined;
  const value = from(text);
  if (value !== undefined) return value;
  throw usage('bad-value', `--${name} takes ${expected}; received ${JSON.stringify(text)}`);
}

function wholeNumber(low: number, high: number): Reading<number> {
  return {
    expected: `a whole number from ${low} to ${high}`,
    from: (text) => {
      const value = Number(text);
      return /^\d+$/.test(text) && value >= low && value <= high ? value : undefined;
    },
  };
}

const positiveNumber: Reading<number> = {
  expected: 'a number above zero, such as 0.001',
  from: (text) => {
    const value = Number(text);
    return text.trim() !== '' && Number.isFinite(value) && value > 0 ? value : undefined;
  },
};

const widths: Reading<readonly number[]> = {
  expected: 'whole numbers from 1 to 10000 with commas between them, such as 64,64',
  from: (text) => {
    const numbers = text.split(',').map((part) => wholeNumber(1, 10_000).from(part.trim()));
    return numbers.every((number) => number !== undefined) ? numbers : undefined;
  },
};

function unknown(rawName: string): UsageError {
  const known = rows.map(([name]) => name);
  const near = nearestNames(rawName.replace(/^-+/, ''), known);
  const hint = near.length > 0 ? `\n  near: ${near.map((name) => `--${name}`).join(', ')}` : '';
  return usage('unknown-option', `no option named ${rawName}${hint}`);
}

/** npm keeps options for itself that do not stand behind `--`, and passes their values on. */
function unexpected(argument: string): UsageError {
  return usage(
    'unexpected-argument',
    `unexpected argument ${JSON.stringify(argument)}`,
    'npm start -- --data FOLDER, with the two dashes',
  );
}

function missing(name: OptionName): UsageError {
  return usage('missing-value', `--${name} needs a value: --${name} ${(table[name] as OptionRow).value}`);
}

function usage(code: string, problem: string, remedy = 'npm start -- --help'): UsageError {
  return new UsageError({ code, op: 'npm start', problem, remedy });
}

function optionHelp([name, { value, short, help }]: readonly [OptionName, OptionRow]): string {
  const left = `  --${name}${value === undefined ? '' : ` ${value}`}${short === undefined ? '' : `, -${short}`}`;
  return help.map((line, k) => `${(k === 0 ? left : '').padEnd(24)}${line}`).join('\n');
}
