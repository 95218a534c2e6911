/**
 * Whether, and how, a loop may run along the lanes of a vector: read off the slopes of indices. A load that moves by one
 * element a step is a vector load, one that does not move is spread over the lanes, and one that jumps is read lane by lane.
 */
import { type Expression, type Loop, slopeOf } from '../kernel-ir/expression.ts';

export interface Vectors {
  /** Elements in a vector of 128 bits. */
  readonly lanes: 2 | 4;
  /** Loads that have to be read lane by lane. */
  readonly jumps: number;
}

/** What depends on a loop. */
export type Varies = (x: Expression) => boolean;

/** How the values would be computed along `loop`; undefined where they cannot be. All of them are as wide as lanes. */
export function vectorsAlong(values: readonly Expression[], loop: Loop, varies: Varies): Vectors | undefined {
  const widths = new Set(values.flatMap((value) => widthOf(value) ?? []));
  if (widths.size > 1) return undefined;
  let [width] = widths;
  let jumps = 0;
  const met = new Set<Expression>();
  const fits = (x: Expression): boolean => {
    if (met.has(x) || !varies(x)) return true; // the same in all lanes: computed once and spread
    met.add(x);
    const own = widthOf(x);
    if (own !== undefined && width !== undefined && own !== width) return false;
    width ??= own;
    switch (x.kind) {
      case 'load': {
        const slope = slopeOf(x.index, loop);
        if (slope === undefined || (x.buffer.type === 'u8' && slope !== 1)) return false;
        if (slope !== 1) jumps++;
        return true;
      }
      case 'loop':
        return true;
      case 'apply':
        if (x.name === 'quotient' || x.name === 'modulo') return false;
        if (x.name === 'mul' && x.type === 'i64') return false;
        return x.args.every(fits);
      case 'reduce':
        return fits(x.body);
      default:
        return x.parts.every(fits);
    }
  };
  if (!values.every(fits)) return undefined;
  return { lanes: width === 64 ? 2 : 4, jumps };
}

/** Bits of a lane; undefined where the value takes the width of what it stands beside. */
function widthOf(x: Expression): 32 | 64 | undefined {
  if (x.type === 'bool') return undefined;
  return x.type === 'f64' || x.type === 'i64' ? 64 : 32;
}
