/** What is known of a value before it has numbers: shape and dtype. */
import { DtypeError } from '../errors/edgewise-error.ts';
import { nearestNames } from '../errors/nearest-name.ts';
import { type Dtype, dtypes } from './dtype.ts';
import { type Shape, checkShape, sameShape, shapeText } from './shape.ts';

export class Spec {
  readonly shape: Shape;
  readonly dtype: Dtype;

  constructor(shape: Shape, dtype: Dtype) {
    this.shape = shape;
    this.dtype = dtype;
  }

  toString(): string {
    return `${this.dtype} ${shapeText(this.shape)}`;
  }
}

/** One object a dtype for rank 0, so that comparing scalars' specs is comparing identities. */
const scalars: Readonly<Record<Dtype, Spec>> = {
  f32: new Spec([], 'f32'),
  f64: new Spec([], 'f64'),
  i32: new Spec([], 'i32'),
  bool: new Spec([], 'bool'),
};

/** A spec whose shape is known to be sound. */
export function specOf(shape: Shape, dtype: Dtype): Spec {
  return shape.length === 0 ? scalars[dtype] : new Spec(shape, dtype);
}

/**
 * Shape and dtype of a value, for `trace` and wherever a placeholder is described.
 *
 * @throws ShapeError `not-a-shape`; DtypeError `not-a-dtype`
 * @example
 * spec([32, 784]); // f32 [32, 784]
 */
export function spec(shape: Shape, dtype: Dtype = 'f32'): Spec {
  checkShape('spec', shape);
  checkDtype('spec', dtype);
  return specOf([...shape], dtype);
}

export function sameSpec(a: Spec, b: Spec): boolean {
  return a === b || (a.dtype === b.dtype && sameShape(a.shape, b.shape));
}

export function checkDtype(op: string, dtype: string): void {
  if ((dtypes as readonly string[]).includes(dtype)) return;
  // As options of `tensor` have it
  const given: unknown = dtype;
  const parts: readonly unknown[] = typeof given === 'object' && given !== null ? Object.values(given) : [];
  const inOptions = parts.find((part) => typeof part === 'string');
  const written = inOptions ?? String(dtype);
  const near = nearestNames(written, dtypes);
  throw new DtypeError({
    code: 'not-a-dtype',
    op,
    problem: `${inOptions === undefined ? `no dtype named "${written}"` : 'the dtype stands by itself here, and not in options'}; the dtypes are ${dtypes.map((d) => `"${d}"`).join(', ')}`,
    expected: dtypes,
    received: dtype,
    remedy: near[0] === undefined ? undefined : `'${near[0]}'`,
  });
}
