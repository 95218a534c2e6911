/** How tensors come into being: from numbers, nested arrays and typed arrays, and by rule. */
import { checkOptions } from '../errors/check-options.ts';
import { ArgumentError, DtypeError, ShapeError } from '../errors/edgewise-error.ts';
import { type Dtype, type TypedArray, holds, newArray, promote, rounded } from './dtype.ts';
import { type Shape, checkShape, shapeText, sizeOf } from './shape.ts';
import { type Spec, checkDtype, specOf } from './spec.ts';
import { type Nested, Tensor } from './tensor.ts';
import { Variable } from './variable.ts';

/** Arrays that `tensor` copies: the four that hold dtypes, and small integers (pixels, labels), which become i32. */
type NumberArray =
  | Float32Array
  | Float64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array;

/** Whatever a tensor can be made from. */
export type TensorData = Nested | NumberArray;

/** What is accepted wherever a tensor is. A plain number is weak: it takes the dtype of what it meets. */
export type TensorLike = Tensor | Variable | TensorData;

/**
 * A tensor of the given values, copied.
 *
 * @param values a number, nested arrays of numbers or booleans, or a typed array
 * @param options.dtype f32 for numbers, bool for booleans, and the array's own for typed arrays, unless said otherwise
 * @param options.shape of the result; for flat values
 * @throws ShapeError `ragged-array`, `size-mismatch`; DtypeError `not-this-dtype` where a number does not fit the dtype
 * @example
 * tensor([[1, 2], [3, 4]]); // f32 [2, 2]
 * tensor(new Float64Array([1, 2, 3, 4]), { shape: [2, 2] }); // f64 [2, 2]
 */
export function tensor(values: TensorData, options: { dtype?: Dtype; shape?: Shape } = {}): Tensor {
  checkOptions('tensor', options, ['dtype', 'shape']);
  if (options.dtype !== undefined) checkDtype('tensor', options.dtype);
  const made = isNumberArray(values) ? fromArray(values, options.dtype) : fromNested(values, options.dtype);
  if (options.shape === undefined) return made;
  checkShape('tensor', options.shape);
  if (sizeOf(options.shape) !== made.size) {
    throw new ShapeError({
      code: 'size-mismatch',
      op: 'tensor',
      problem: `${made.size} values do not fill shape ${shapeText(options.shape)}, which has ${sizeOf(options.shape)}`,
      expected: sizeOf(options.shape),
      received: made.size,
    });
  }
  return new Tensor(specOf([...options.shape], made.dtype), made.storage);
}

/** All zeros. @example zeros([2, 3]).sum().item(); // 0 */
export function zeros(shape: Shape, dtype: Dtype = 'f32'): Tensor {
  return filled('zeros', shape, 0, dtype);
}

/** All ones. @example ones([2, 3]).sum().item(); // 6 */
export function ones(shape: Shape, dtype: Dtype = 'f32'): Tensor {
  return filled('ones', shape, 1, dtype);
}

/** The same value everywhere; takes no memory whatever the shape. @example full([2], 7).toArray(); // [7, 7] */
export function full(shape: Shape, value: number, dtype: Dtype = 'f32'): Tensor {
  return filled('full', shape, value, dtype);
}

function filled(op: string, shape: Shape, value: number, dtype: Dtype): Tensor {
  checkShape(op, shape);
  checkDtype(op, dtype);
  checkHolds(op, dtype, value);
  return uniform(specOf([...shape], dtype), value);
}

/** Zeros of the shape and dtype of `x`. @example zerosLike(tensor([1, 2])).toArray(); // [0, 0] */
export function zerosLike(x: Tensor | Spec): Tensor {
  return uniform(specIn(x), 0);
}

/** Ones of the shape and dtype of `x`. @example onesLike(tensor([1, 2])).toArray(); // [1, 1] */
export function onesLike(x: Tensor | Spec): Tensor {
  return uniform(specIn(x), 1);
}

/** One value in the shape and dtype of `x`. @example fullLike(tensor([1, 2]), 7).toArray(); // [7, 7] */
export function fullLike(x: Tensor | Spec, value: number): Tensor {
  const { shape, dtype } = specIn(x);
  return filled('fullLike', shape, value, dtype);
}

/** The identity matrix `[n, m]`, ones where row equals column. @example eye(2).toArray(); // [[1, 0], [0, 1]] */
export function eye(n: number, m: number = n, dtype: Dtype = 'f32'): Tensor {
  checkShape('eye', [n, m]);
  checkDtype('eye', dtype);
  const data = newArray(dtype, n * m);
  for (let k = 0; k < Math.min(n, m); k++) data[k * m + k] = 1;
  return new Tensor(specOf([n, m], dtype), data);
}

/**
 * Numbers from `start` (0) up to and without `stop`, `step` (1) apart: `arange(stop)` or `arange(start, stop, step)`.
 * i32 where all three are whole numbers, else f32, unless said otherwise.
 *
 * @example
 * arange(3).toArray(); // [0, 1, 2]
 * arange(1, 0, -0.5).toArray(); // [1, 0.5]
 */
export function arange(first: number, stop?: number, step = 1, dtype?: Dtype): Tensor {
  const [from, to] = stop === undefined ? [0, first] : [first, stop];
  if (step === 0 || ![from, to, step].every(Number.isFinite)) {
    throw new ArgumentError({
      code: 'bad-range',
      op: 'arange',
      problem: `no numbers from ${from} to ${to} in steps of ${step}`,
      received: [from, to, step],
    });
  }
  const whole = [from, to, step].every(Number.isInteger);
  const count = Math.max(0, Math.ceil((to - from) / step));
  const data = newArray(dtype ?? (whole ? 'i32' : 'f32'), count);
  for (let k = 0; k < count; k++) data[k] = from + k * step;
  return new Tensor(specOf([count], dtype ?? (whole ? 'i32' : 'f32')), data);
}

/**
 * `count` evenly spaced numbers from `start` to `stop`, both included; whole numbers are rounded down.
 *
 * @example
 * linspace(0, 1, 3).toArray(); // [0, 0.5, 1]
 */
export function linspace(start: number, stop: number, count: number, dtype: Dtype = 'f32'): Tensor {
  checkShape('linspace', [count]);
  const data = newArray(dtype, count);
  for (let k = 0; k < count; k++) {
    // The last one is `stop` itself, not `stop` up to rounding.
    const value = k === count - 1 && count > 1 ? stop : start + ((stop - start) * k) / Math.max(1, count - 1);
    data[k] = dtype === 'i32' ? Math.floor(value) : value;
  }
  return new Tensor(specOf([count], dtype), data);
}

/**
 * A Variable that starts with `value`: a named cell, accepted wherever a tensor is.
 *
 * @param options.name how it is called in pictures and errors; a Module gives it the name of its field
 * @param options.trainable whether `backward()` fills its `grad` (true); whole numbers never are
 * @example
 * const w = variable([1, 2], { name: 'w' });
 * w.assign(w.value.mul(2));
 * w.value.toArray(); // [2, 4]
 */
export function variable(value: TensorLike, options: { name?: string; trainable?: boolean } = {}): Variable {
  checkOptions('variable', options, ['name', 'trainable']);
  return new Variable(asTensor(value, 'variable'), options);
}

/** @internal A tensor whose elements all have one value. */
export function uniform(spec: Spec, value: number): Tensor {
  return new Tensor(spec, rounded(value, spec.dtype));
}

/** @internal A constant of rank 0. */
export function scalar(value: number, dtype: Dtype): Tensor {
  return new Tensor(specOf([], dtype), rounded(value, dtype));
}

/**
 * @internal The tensor that `value` is or stands for. A weak number takes dtype `beside`, that of the tensor it meets;
 * alone it is f32.
 */
export function asTensor(value: TensorLike, op: string, beside?: Dtype): Tensor {
  if (value instanceof Tensor) return value;
  if (typeof value === 'number') {
    const dtype = beside === 'bool' ? (Number.isInteger(value) ? 'i32' : 'f32') : (beside ?? 'f32');
    checkHolds(op, dtype, value, beside);
    return scalar(value, dtype);
  }
  if (value instanceof Variable) return value.value;
  if (isTensorData(value))
    return tensor(
      value,
      beside !== undefined && beside !== 'bool' && !hasBooleans(value) && !isNumberArray(value)
        ? { dtype: beside }
        : {},
    );
  const received: unknown = value;
  throw new ArgumentError({
    code: 'not-a-tensor',
    op,
    problem: `expected a tensor, a Variable, a number, nested arrays or a typed array; received ${describe(received)}`,
    expected: 'a tensor',
    received,
  });
}

/**
 * @internal The tensors that the inputs of one op are. Plain numbers and nested arrays take the dtype of the tensors they
 * stand beside, or the one that `plain` gives for their slot.
 */
export function asTensors(
  values: readonly TensorLike[],
  op: string,
  plain?: readonly (Dtype | undefined)[],
): readonly Tensor[] {
  if (areTensors(values)) return values;
  let beside: Dtype | undefined;
  values.forEach((value, slot) => {
    const dtype =
      plain?.[slot] === undefined && (value instanceof Tensor || value instanceof Variable)
        ? value.spec.dtype
        : undefined;
    if (dtype !== undefined) beside = beside === undefined ? dtype : promote(beside, dtype);
  });
  return values.map((value, slot) => asTensor(value, op, plain?.[slot] ?? beside));
}

function areTensors(values: readonly TensorLike[]): values is readonly Tensor[] {
  for (const value of values) if (!(value instanceof Tensor)) return false;
  return true;
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'function') return `the function ${value.name || '(anonymous)'}`;
  if (typeof value === 'object') return `an object of class ${value.constructor?.name ?? 'none'}`;
  return `the ${typeof value} ${(value as string | bigint | symbol).toString()}`;
}

/** @param beside the dtype of the tensor that a weak number stands beside, where that is why it is to be `dtype` */
function checkHolds(op: string, dtype: Dtype, value: number, beside?: Dtype): void {
  if (typeof value === 'number' && holds(dtype, value)) return;
  throw new DtypeError({
    code: 'not-this-dtype',
    op,
    problem: `${String(value)} is not ${dtype === 'i32' ? 'a whole number within 32 bits' : dtype === 'bool' ? 'true or false, 1 or 0' : 'a number'}${beside === undefined ? `, and ${dtype} was asked for` : `, and the tensor beside it is ${beside}`}`,
    expected: dtype,
    received: value,
    remedy: dtype === 'i32' && beside !== undefined ? "x.cast('f32') first" : undefined,
  });
}

function specIn(x: Tensor | Spec): Spec {
  return x instanceof Tensor ? x.spec : x;
}

function isNumberArray(values: unknown): values is NumberArray {
  return ArrayBuffer.isView(values) && !(values instanceof DataView);
}

function isTensorData(value: unknown): value is TensorData {
  return typeof value === 'boolean' || Array.isArray(value) || isNumberArray(value);
}

function hasBooleans(values: Nested | NumberArray): boolean {
  let first: unknown = values;
  while (Array.isArray(first)) first = first[0];
  return typeof first === 'boolean';
}

function fromArray(values: NumberArray, asked: Dtype | undefined): Tensor {
  const own = values instanceof Float32Array ? 'f32' : values instanceof Float64Array ? 'f64' : 'i32';
  const known = [
    Float32Array,
    Float64Array,
    Int32Array,
    Int16Array,
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Uint16Array,
  ];
  if (!known.some((kind) => values instanceof kind)) {
    throw new DtypeError({
      code: 'not-a-number-array',
      op: 'tensor',
      problem: `cannot read an array of class ${(values as object).constructor.name}`,
      remedy: 'Float64Array.from(values, Number)',
    });
  }
  const dtype = asked ?? own;
  const data = newArray(dtype, values.length);
  if (dtype === own || dtype === 'f32' || dtype === 'f64') data.set(values);
  else values.forEach((value, k) => (checkHolds('tensor', dtype, value), (data[k] = value)));
  return new Tensor(specOf([values.length], dtype), data);
}

function fromNested(values: Nested, asked: Dtype | undefined): Tensor {
  const dtype = asked ?? (hasBooleans(values) ? 'bool' : 'f32');
  if (typeof values === 'number' || typeof values === 'boolean') {
    checkHolds('tensor', dtype, Number(values));
    return scalar(Number(values), dtype);
  }
  const shape: number[] = [];
  for (let level: Nested | undefined = values; Array.isArray(level); level = level[0] as Nested | undefined)
    shape.push(level.length);
  const data: TypedArray = newArray(dtype, sizeOf(shape));
  let at = 0;
  const read = (level: unknown, axis: number, path: string): void => {
    if (axis < shape.length) {
      if (!Array.isArray(level) || level.length !== shape[axis]) {
        const found = Array.isArray(level) ? `${level.length} entries` : 'a value';
        throw new ShapeError({
          code: 'ragged-array',
          op: 'tensor',
          problem: `nested arrays are ragged: ${path} holds ${found}, expected ${shape[axis]} entries`,
          expected: shape[axis],
          received: level,
        });
      }
      level.forEach((entry, k) => read(entry, axis + 1, `${path}[${k}]`));
      return;
    }
    if (typeof level !== 'number' && typeof level !== 'boolean') {
      const code = Array.isArray(level) ? 'ragged-array' : 'not-a-number';
      throw new (Array.isArray(level) ? ShapeError : ArgumentError)({
        code,
        op: 'tensor',
        problem: `${path} is ${Array.isArray(level) ? 'an array; nested arrays are ragged' : describe(level)}, expected a number`,
        received: level,
      });
    }
    checkHolds('tensor', dtype, Number(level));
    data[at++] = Number(level);
  };
  read(values, 0, 'values');
  return new Tensor(specOf(shape, dtype), data);
}
