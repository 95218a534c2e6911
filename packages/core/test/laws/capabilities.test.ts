/** docs/reference/capabilities.md: what the laws found of each op. The page is this test's snapshot, so it cannot go stale. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { DtypeError } from '../../src/index.ts';
import { type Lawful, casesOf, everyOp, isFloating, slotsWithRules } from './every-op.ts';
import { watchNodes } from '../../src/graph/recording.ts';
import { isSmooth, isSmoothSample, laws } from './laws.ts';

const reference = new URL('../../../../docs/reference/', import.meta.url);

const intro = `# Capabilities

What each op of core can do, as the run of its tests found it. \`yes\` under a derivative: it agrees with central differences
in f64, for every input that has a derivative, over all shapes that the op's samples state. \`no\`: nothing to derive, the
result is a whole number, a truth, or constant. \`kinks\` under the third derivative: the op's samples keep away from kinks
or ties, and only two orders are held to differences; \`partly\`: some of its samples do. Forward is \`jvp\`, which gives
the same numbers as \`vjp\`.

Under \`vmap\`, \`rule\`: on the whole batch at once; \`loop\`: the op has no batch rule and is applied once an example, in a
scope of the graph that says so. Either gives what a loop gives.

Dtypes are those that inputs may have where numbers are meant; indices and conditions have their own. Errors are in units in
the last place, f64 and f32, from [accuracy](accuracy.md).

\`\`\`sh
npm test -- packages/core/test/laws/capabilities --update # measures, and writes this page
\`\`\`

`;

const yes = 'yes';

/** \`yes\`, or what the law said when it failed. */
function heldTo(part: string, op: Lawful): string {
  const found = laws.filter(({ title }) => title.includes(part));
  if (found.length !== 1) throw new RangeError(`${found.length} laws are about "${part}"`);
  try {
    found[0]!.holds(op, 1);
    return yes;
  } catch (error) {
    return `FAILS: ${String(error)}`;
  }
}

function derivativesOf(op: Lawful): string[] {
  const differentiable = casesOf(op).some(
    ({ inputs, of }) => slotsWithRules(op, inputs).length > 0 && of(...inputs).some(isFloating),
  );
  if (!differentiable) return ['no', 'no', 'no', 'no'];
  return [
    heldTo('first derivatives', op),
    heldTo('second derivatives', op),
    thirdOf(op),
    heldTo('the forward derivative', op),
  ];
}

/** `partly`: some samples keep away from kinks, and the others are held to it. */
function thirdOf(op: Lawful): string {
  if (!isSmooth(op)) return 'kinks';
  const held = heldTo('third derivatives', op);
  return held === yes && !casesOf(op).every(({ sample }) => isSmoothSample(sample)) ? 'partly' : held;
}

/** Those that the op takes in place of the floating inputs of its samples; else those that the samples state. */
function dtypesOf(op: Lawful): string {
  const cases = casesOf(op);
  const asked = cases.filter(({ inputs }) => inputs.some(isFloating));
  if (asked.length === 0)
    return [...new Set(cases.flatMap(({ inputs }) => inputs.map(({ dtype }) => dtype)))].join(', ');
  const taken = (['f64', 'f32', 'i32', 'bool'] as const).filter((dtype) =>
    asked.every(({ inputs, of }) => {
      try {
        of(...inputs.map((input) => (isFloating(input) ? input.cast(dtype) : input)));
        return true;
      } catch (error) {
        if (error instanceof DtypeError) return false;
        throw error;
      }
    }),
  );
  return taken.join(', ');
}

/** Under vmap: by batch rules, its own or those of its parts; or, for ops without one, as a loop over the examples. */
function batchedBy(op: Lawful): 'rule' | 'loop' {
  let looped = false;
  const stop = watchNodes((node) => {
    looped ||= node.op.batch === undefined && !node.op.leaf;
  });
  try {
    for (const { inputs, of } of casesOf(op)) of(...inputs);
  } finally {
    stop();
  }
  return looped ? 'loop' : 'rule';
}

/** What docs/reference/accuracy.md states. */
function statedErrors(): Map<string, string> {
  const rows = readFileSync(new URL('accuracy.md', reference), 'utf8').matchAll(
    /^\| (\S+) +\| (\d\S*) +\| (\d\S*) +\|/gm,
  );
  return new Map(Array.from(rows, ([, name, f64, f32]) => [name!, `${f64}, ${f32}`]));
}

function tableOf(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, k) => Math.max(...rows.map((row) => row[k]!.length)));
  const line = (row: readonly string[]): string => `| ${row.map((cell, k) => cell.padEnd(widths[k]!)).join(' | ')} |`;
  return `${[line(rows[0]!), line(widths.map((width) => '-'.repeat(width))), ...rows.slice(1).map(line)].join('\n')}\n`;
}

test('the capability page says what the laws find, and they find no failure', { timeout: 120_000 }, async () => {
  const errors = statedErrors();
  const rows = everyOp
    .map(([name, op]) => [name, ...derivativesOf(op), batchedBy(op), dtypesOf(op), errors.get(name) ?? ''])
    .sort(([a], [b]) => a!.localeCompare(b!, 'en'));
  expect(rows.flat().filter((cell) => cell.startsWith('FAILS'))).toEqual([]);
  // An accuracy under a name that is no op's would be lost.
  expect([...errors.keys()].filter((name) => !everyOp.some(([op]) => op === name) && !name.includes('-'))).toEqual([]);
  const looped = rows.filter(([, , , , , batch]) => batch === 'loop').map(([name]) => name);
  const count = `Run once an example under \`vmap\`: ${looped.length} of ${rows.length} (${looped.join(', ')}).\n\n`;
  const page =
    intro + count + tableOf([['op', 'first', 'second', 'third', 'forward', 'vmap', 'dtypes', 'ulp'], ...rows]);
  await expect(page).toMatchFileSnapshot(fileURLToPath(new URL('capabilities.md', reference)));
});
