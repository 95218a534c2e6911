/** Options come in one last object; a name nobody knows is a typing mistake and is refused with the nearest one. */
import { ArgumentError } from './edgewise-error.ts';
import { nearestNames } from './nearest-name.ts';

/**
 * Throws unless `options` is an object whose keys are all in `known`.
 *
 * @throws ArgumentError `unknown-option`, naming the nearest known option; `null-axis`
 */
export function checkOptions(op: string, options: object, known: readonly string[]): void {
  // A call such as list.map(op) passes the index where options stand.
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new ArgumentError({
      code: 'not-options',
      op,
      problem: `expected an object of options, received ${Array.isArray(options) ? 'an array' : String(options)}`,
      expected: known,
      received: options,
      remedy: known.length > 0 ? `${op}(..., { ${known[0]}: ... })` : undefined,
    });
  }
  for (const [name, value] of Object.entries(options)) {
    if (known.includes(name)) {
      if (name === 'axis' && value === null) refuseNullAxis(op);
      continue;
    }
    const near = nearestNames(name, known);
    throw new ArgumentError({
      code: 'unknown-option',
      op,
      problem: `no option named "${name}"${near.length > 0 ? `\n  near: ${near.map((n) => `"${n}"`).join(', ')}` : ''}; the options are ${known.map((k) => `"${k}"`).join(', ')}`,
      expected: known,
      received: name,
    });
  }
}

/** NumPy's None, which means all axes, or the flat order. */
function refuseNullAxis(op: string): never {
  throw new ArgumentError({
    code: 'null-axis',
    op,
    problem: 'axis is null',
    received: null,
    remedy: 'no axis at all, for what is usual',
  });
}
