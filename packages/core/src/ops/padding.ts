/** Elements added around a tensor. */
import { checkOptions } from '../errors/check-options.ts';
import { ArgumentError, ShapeError } from '../errors/edgewise-error.ts';
import { type Composite, composite } from '../op/composite.ts';
import { type TensorLike, asTensor, full, tensor } from '../tensor/create.ts';
import { shapeText } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Range, take } from './indexing.ts';
import { replaceSlice } from './update.ts';

/** How many elements to add: on every side of every axis, or `[before, after]` for each axis. */
export type PadWidths = number | readonly (readonly [before: number, after: number])[];

export interface PadOptions {
  /** What is added: one value, the elements mirrored at the outermost one, or the outermost one again. */
  mode?: 'constant' | 'reflect' | 'edge';
  /** The value that mode 'constant' adds (0). */
  value?: number;
}

/**
 * Elements added around a tensor.
 *
 * @throws ArgumentError `not-widths`, `unknown-mode`; ShapeError `nothing-to-repeat`; DtypeError `not-this-dtype`
 * @example
 * pad([1, 2], 1).toArray(); // [0, 1, 2, 0]
 * pad([1, 2, 3], [[2, 0]], { mode: 'reflect' }).toArray(); // [3, 2, 1, 2, 3]
 */
export const pad: Composite<(x: TensorLike, widths: PadWidths, options?: PadOptions) => Tensor> = composite(
  'pad',
  (like: TensorLike, widths: PadWidths, options: PadOptions = {}) => {
    checkOptions('pad', options, ['mode', 'value']);
    const x = asTensor(like, 'pad');
    const sides = sidesOf(x, widths);
    const { mode = 'constant', value = 0 } = options;
    if (mode === 'constant') {
      const shape = x.shape.map((extent, axis) => extent + sides[axis]![0] + sides[axis]![1]);
      return replaceSlice(
        full(shape, value, x.dtype),
        x,
        x.shape.map((extent, axis): Range => [sides[axis]![0], sides[axis]![0] + extent]),
      );
    }
    if (mode !== 'reflect' && mode !== 'edge') {
      throw new ArgumentError({
        code: 'unknown-mode',
        problem: `no mode ${JSON.stringify(mode)}; the modes are 'constant', 'reflect' and 'edge'`,
        expected: ['constant', 'reflect', 'edge'],
        received: mode,
      });
    }
    return sides.reduce((padded, side, axis) => repeatedAround(padded, side, axis, mode), x);
  },
  {
    samples: [
      { shapes: [[2, 3]], arguments: [1, { value: 2 }] },
      {
        shapes: [[3]],
        arguments: [[[2, 1]], { mode: 'reflect' }],
      },
      {
        shapes: [[2, 2]],
        arguments: [
          [
            [0, 3],
            [1, 0],
          ],
          { mode: 'edge' },
        ],
      },
      { shapes: [[0]], arguments: [2] },
    ],
  },
);

function sidesOf(x: Tensor, widths: PadWidths): readonly (readonly [before: number, after: number])[] {
  const sides = typeof widths === 'number' ? x.shape.map((): [number, number] => [widths, widths]) : widths;
  const isSide = (side: readonly number[]): boolean =>
    Array.isArray(side) && side.length === 2 && side.every((width) => Number.isInteger(width) && width >= 0);
  const isList = Array.isArray(sides as unknown);
  if (isList && sides.length === x.rank && sides.every(isSide)) return sides;
  throw new ArgumentError({
    code: 'not-widths',
    problem: `widths are a whole number from 0 on, or [before, after] for each of the ${x.rank} axes of shape ${shapeText(x.shape)}; received ${JSON.stringify(widths)}`,
    received: widths,
  });
}

function repeatedAround(x: Tensor, [before, after]: readonly [number, number], axis: number, mode: string): Tensor {
  if (before === 0 && after === 0) return x;
  const extent = x.shape[axis]!;
  if (extent === 0) {
    throw new ShapeError({
      code: 'nothing-to-repeat',
      problem: `axis ${axis} of shape ${shapeText(x.shape)} has no element that mode '${mode}' could repeat`,
      received: x.shape,
      remedy: "pad(x, widths, { mode: 'constant' })",
    });
  }
  // Mirrored at both ends, positions run up and down again: a wave of this length.
  const period = Math.max(1, 2 * (extent - 1));
  const source = (position: number): number => {
    if (mode === 'edge') return Math.min(Math.max(position, 0), extent - 1);
    const within = ((position % period) + period) % period;
    return within < extent ? within : period - within;
  };
  const indices = Array.from({ length: before + extent + after }, (_, k) => source(k - before));
  return take(x, tensor(indices, { dtype: 'i32' }), { axis });
}
