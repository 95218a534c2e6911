/**
 * Products whose right side has long rows: one column of it lies in memory a row apart, often at the same places of the
 * cache. Its columns are copied to panels as wide as a tile first, in which what a tile reads lies side by side.
 *
 * Goto, van de Geijn 2008, "Anatomy of high-performance matrix multiplication"; the left side is read as it is.
 */
import {
  type Buffer,
  type Expression,
  type Load,
  type Loop,
  add,
  allParts,
  constant,
  linearForm,
  load,
  loopIndex,
  mul,
  replace,
  slopeOf,
  substitute,
} from '../kernel-ir/expression.ts';
import type { Kernel, Statement } from '../kernel-ir/statement.ts';

/** Rows of so many elements are long: from there on a copy pays. */
const LONG = 512;
/** So often at least is each element of the panel read. */
const OFTEN = 16;
/** Elements in two vectors of 128 bits: the width of a tile. */
const WIDTHS = { f32: 8, f64: 4 } as const;

export function packPanels(statements: readonly Statement[]): Statement[] {
  return statements.flatMap((statement) => (statement.kind === 'kernel' ? packed(statement) : [statement]));
}

function packed(kernel: Kernel): Statement[] {
  const [i, j, deeper] = kernel.loops;
  const parts = allParts(kernel.stores.map(({ value }) => value));
  const reductions = parts.filter((x) => x.kind === 'reduce');
  const [reduction] = reductions;
  if (i === undefined || j === undefined || deeper !== undefined || reduction === undefined) return [kernel];
  if (reductions.length > 1 || kernel.along !== undefined || i.extent < OFTEN) return [kernel];
  const right = allParts([reduction.body]).find((x) => x.kind === 'load' && isLongColumn(x, i, j, reduction.loop));
  if (right?.kind !== 'load' || right.type === 'bool' || right.type === 'i32') return [kernel];
  const width = WIDTHS[right.type === 'f64' ? 'f64' : 'f32'];
  if (j.extent % width !== 0) return [kernel];

  const panels: Buffer = {
    ...right.buffer,
    name: `${right.buffer.name} in panels`,
    size: reduction.loop.extent * j.extent,
  };
  const [panel, within]: [Loop, Loop] = [{ extent: j.extent / width }, { extent: width }];
  const column = add(mul(loopIndex(panel), constant(width, 'i32')), loopIndex(within));
  const place = (p: Expression): Expression =>
    add(
      mul(add(mul(loopIndex(panel), constant(reduction.loop.extent, 'i32')), p), constant(width, 'i32')),
      loopIndex(within),
    );
  const inPanels = new Map([[j, column]]);
  const p = loopIndex(reduction.loop);
  const source = substitute([right], inPanels)[0]!;
  const copy: Kernel = {
    kind: 'kernel',
    name: 'pack',
    loops: [panel, reduction.loop, within],
    stores: [{ buffer: panels, index: place(p), value: source }],
  };
  const made = replace(
    substitute(
      kernel.stores.flatMap(({ index, value }) => [index, value]),
      inPanels,
    ),
    (x) => (x === source ? load(panels, place(p)) : undefined),
  );
  return [
    copy,
    {
      ...kernel,
      loops: [panel, i, within],
      stores: kernel.stores.map(({ buffer }, k) => ({ buffer, index: made[2 * k]!, value: made[2 * k + 1]! })),
    },
  ];
}

/** Read side by side along `j`, a long row apart along `p`, and the same for every `i`: and nothing else matters. */
function isLongColumn(x: Load, i: Loop, j: Loop, p: Loop): boolean {
  if (slopeOf(x.index, i) !== 0 || slopeOf(x.index, j) !== 1 || (slopeOf(x.index, p) ?? 0) < LONG) return false;
  return linearForm(x.index).terms.every(([term]) => term.kind === 'loop' && (term.loop === j || term.loop === p));
}
