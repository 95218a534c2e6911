/** Element types: their arrays, their order for promotion, and how a number becomes one of theirs. */

export type Dtype = 'f32' | 'f64' | 'i32' | 'bool';

/** What holds the elements of a tensor whose elements differ. */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array;

export const dtypes: readonly Dtype[] = ['bool', 'i32', 'f32', 'f64'];

export const bytesPerElement: Readonly<Record<Dtype, number>> = { f32: 4, f64: 8, i32: 4, bool: 1 };

export function isFloat(dtype: Dtype): boolean {
  return dtype === 'f32' || dtype === 'f64';
}

/** The dtype that holds both: the later one in bool < i32 < f32 < f64. */
export function promote(a: Dtype, b: Dtype): Dtype {
  if (a === b) return a;
  return dtypes.indexOf(a) > dtypes.indexOf(b) ? a : b;
}

export function newArray(dtype: Dtype, length: number): TypedArray {
  switch (dtype) {
    case 'f32':
      return new Float32Array(length);
    case 'f64':
      return new Float64Array(length);
    case 'i32':
      return new Int32Array(length);
    case 'bool':
      return new Uint8Array(length);
  }
}

export function dtypeOfArray(array: TypedArray): Dtype {
  if (array instanceof Float32Array) return 'f32';
  if (array instanceof Float64Array) return 'f64';
  return array instanceof Int32Array ? 'i32' : 'bool';
}

/** What an element of this dtype reads as after `value` is written to it: rank 0 equals rank 1 to the bit. */
export function rounded(value: number, dtype: Dtype): number {
  switch (dtype) {
    case 'f64':
      return value;
    case 'f32':
      return Math.fround(value);
    case 'i32':
      return value | 0;
    case 'bool':
      return value === 0 ? 0 : 1;
  }
}

/** Whether every number that a user may write for this dtype is meant as it stands: no fraction is cut off silently. */
export function holds(dtype: Dtype, value: number): boolean {
  if (dtype === 'i32') return value === (value | 0);
  if (dtype === 'bool') return value === 0 || value === 1;
  return true;
}
