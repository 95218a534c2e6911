/**
 * What windows over planes hold: the largest, the average, and their derivatives. All planes (an image and channel each)
 * have the same windows, so which elements they hold is worked out once, whatever leads to them: a stride, a dilation, a
 * padding that they reach into, or parts of unequal extent.
 */
import type { TypedArray } from '../tensor/dtype.ts';
import { type Shape, stridesOf } from '../tensor/shape.ts';

/** Window j holds the elements `members[ends[j - 1]]` up to and without `members[ends[j]]` of a plane. */
export interface Windows {
  readonly ends: Int32Array;
  readonly members: Int32Array;
  readonly shifts: Int32Array;
  /** Elements of a plane. */
  readonly size: number;
}

/** @param along for each axis of a plane and each window along it, the positions that it meets */
export function windowsOf(extents: Shape, along: readonly (readonly (readonly number[])[])[]): Windows {
  const strides = stridesOf(extents);
  let ends = Int32Array.of(1);
  let members = Int32Array.of(0);
  along.forEach((windows, axis) => {
    const stride = strides[axis]!;
    const length = windows.reduce((total, positions) => total + positions.length, 0);
    const nextEnds = new Int32Array(ends.length * windows.length);
    const nextMembers = new Int32Array(members.length * length);
    let [at, j] = [0, 0];
    ends.forEach((end, k) => {
      const start = k === 0 ? 0 : ends[k - 1]!;
      for (const positions of windows) {
        for (let m = start; m < end; m++) {
          for (const position of positions) nextMembers[at++] = members[m]! + position * stride;
        }
        nextEnds[j++] = at;
      }
    });
    ends = nextEnds;
    members = nextMembers;
  });
  return { ends, members, shifts: shiftsOf(ends, members), size: extents.reduce((a, b) => a * b, 1) };
}

/**
 * For each window, how much further the elements of the next one lie, of the one after it and so on, up to the third: these
 * four are gone through together, and none waits for another. 0 where they are not so alike.
 */
function shiftsOf(ends: Int32Array, members: Int32Array): Int32Array {
  const shifts = new Int32Array(ends.length);
  for (let j = 0, start = 0; j + 3 < ends.length; start = ends[j++]!) {
    const count = ends[j]! - start;
    const shift = members[start + count]! - members[start]!;
    let alike = ends[j + 3]! - start === 4 * count;
    for (let w = 1; alike && w < 4; w++) {
      alike = ends[j + w]! - ends[j + w - 1]! === count;
      for (let k = start; alike && k < start + count; k++) alike = members[k + w * count] === members[k]! + w * shift;
    }
    if (alike) shifts[j] = shift;
  }
  return shifts;
}

/** The largest element of each window, NaN if there is one. */
export function maxOfWindows(x: TypedArray, { ends, members, shifts, size }: Windows, out: TypedArray): void {
  for (let at = 0, base = 0; at < out.length; base += size) {
    for (let j = 0, k = 0; j < ends.length;) {
      const end = ends[j]!;
      const shift = shifts[j]!;
      if (shift === 0) {
        out[at++] = largest(x, base, members, k, end);
        k = end;
        j++;
        continue;
      }
      const count = end - k;
      let a = Number.NEGATIVE_INFINITY;
      let b = a;
      let c = a;
      let d = a;
      for (; k < end; k++) {
        const place = base + members[k]!;
        a = Math.max(a, x[place]!);
        b = Math.max(b, x[place + shift]!);
        c = Math.max(c, x[place + 2 * shift]!);
        d = Math.max(d, x[place + 3 * shift]!);
      }
      out[at] = a;
      out[at + 1] = b;
      out[at + 2] = c;
      out[at + 3] = d;
      k += 3 * count;
      j += 4;
      at += 4;
    }
  }
}

function largest(x: TypedArray, base: number, members: Int32Array, from: number, to: number): number {
  let best = x[base + members[from]!]!;
  for (let k = from + 1; k < to; k++) {
    const value = x[base + members[k]!]!;
    if (value > best || value !== value) best = value;
  }
  return best;
}

function countOfEqual(
  x: TypedArray,
  base: number,
  members: Int32Array,
  from: number,
  to: number,
  best: number,
): number {
  let count = 0;
  for (let k = from; k < to; k++) if (x[base + members[k]!] === best) count++;
  return count;
}

/** Adds each window's number to the elements of `out` where `x` is largest in the window, in equal shares. */
export function shareAmongLargest(
  numbers: TypedArray,
  x: TypedArray,
  { ends, members, size }: Windows,
  out: TypedArray,
): void {
  for (let at = 0, base = 0; at < numbers.length; base += size) {
    for (let j = 0, from = 0; j < ends.length; j++) {
      const to = ends[j]!;
      const best = largest(x, base, members, from, to);
      const share = numbers[at++]! / countOfEqual(x, base, members, from, to, best);
      for (let k = from; k < to; k++) if (x[base + members[k]!] === best) out[base + members[k]!]! += share;
      from = to;
    }
  }
}

/** For each window, the average of `values` over the elements where `x` is largest in it; 0 where that is NaN. */
export function averageOfLargest(
  values: TypedArray,
  x: TypedArray,
  { ends, members, size }: Windows,
  out: TypedArray,
): void {
  for (let at = 0, base = 0; at < out.length; base += size) {
    for (let j = 0, from = 0; j < ends.length; j++) {
      const to = ends[j]!;
      const best = largest(x, base, members, from, to);
      let sum = 0;
      let count = 0;
      for (let k = from; k < to; k++) {
        if (x[base + members[k]!] !== best) continue;
        sum += values[base + members[k]!]!;
        count++;
      }
      out[at++] = count === 0 ? 0 : sum / count;
      from = to;
    }
  }
}

/** The sum of each window's elements, divided by its own number. */
export function averageOfWindows(
  x: TypedArray,
  { ends, members, shifts, size }: Windows,
  divisors: Float64Array,
  out: TypedArray,
): void {
  for (let at = 0, base = 0; at < out.length; base += size) {
    for (let j = 0, k = 0; j < ends.length;) {
      const end = ends[j]!;
      const shift = shifts[j]!;
      if (shift === 0) {
        let sum = 0;
        for (; k < end; k++) sum += x[base + members[k]!]!;
        out[at++] = sum / divisors[j++]!;
        continue;
      }
      const count = end - k;
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (; k < end; k++) {
        const place = base + members[k]!;
        a += x[place]!;
        b += x[place + shift]!;
        c += x[place + 2 * shift]!;
        d += x[place + 3 * shift]!;
      }
      out[at] = a / divisors[j]!;
      out[at + 1] = b / divisors[j + 1]!;
      out[at + 2] = c / divisors[j + 2]!;
      out[at + 3] = d / divisors[j + 3]!;
      k += 3 * count;
      j += 4;
      at += 4;
    }
  }
}

/** Windows that all lie inside of planes, and so hold as many elements, in rows: where they are needs no table. */
export interface Grid {
  /** Elements of a plane. */
  readonly size: number;
  readonly rows: number;
  readonly columns: number;
  /** From a window to the one below, and to the one beside it. */
  readonly down: number;
  readonly along: number;
  /** From an element of a window to the one below and the one beside it, and the same times their number. */
  readonly elementDown: number;
  readonly elementAlong: number;
  readonly height: number;
  readonly width: number;
}

/** The sum of each window's elements, in the order in which the table has them, divided by their number. */
export function averageOfGrid(x: TypedArray, grid: Grid, out: TypedArray): void {
  const { size, rows, columns, down, along, elementDown, elementAlong, height, width } = grid;
  const count = (height / elementDown) * (width / elementAlong);
  if (count === 4) {
    averageOfFour(x, grid, out);
    return;
  }
  const [second, third, fourth] = [along, 2 * along, 3 * along];
  for (let at = 0, base = 0; at < out.length; base += size) {
    for (let i = 0; i < rows; i++) {
      let from = base + i * down;
      let j = 0;
      // Four windows together, none of which waits for another
      for (; j + 4 <= columns; j += 4, from += 4 * along, at += 4) {
        let a = 0;
        let b = 0;
        let c = 0;
        let d = 0;
        for (let row = from, below = from + height; row < below; row += elementDown) {
          for (let k = row, end = row + width; k < end; k += elementAlong) {
            a += x[k]!;
            b += x[k + second]!;
            c += x[k + third]!;
            d += x[k + fourth]!;
          }
        }
        out[at] = a / count;
        out[at + 1] = b / count;
        out[at + 2] = c / count;
        out[at + 3] = d / count;
      }
      for (; j < columns; j++, from += along) {
        let sum = 0;
        for (let row = from, below = from + height; row < below; row += elementDown) {
          for (let k = row, end = row + width; k < end; k += elementAlong) sum += x[k]!;
        }
        out[at++] = sum / count;
      }
    }
  }
}

/** The same of windows of four elements, the usual ones, which loops would take longer to go through than to add. */
function averageOfFour(x: TypedArray, grid: Grid, out: TypedArray): void {
  const { size, rows, columns, down, along, elementDown, elementAlong, height, width } = grid;
  const places: number[] = [];
  for (let row = 0; row < height; row += elementDown) {
    for (let k = row; k < row + width; k += elementAlong) places.push(k);
  }
  const [, second = 0, third = 0, fourth = 0] = places;
  for (let at = 0, base = 0; at < out.length; base += size) {
    for (let i = 0; i < rows; i++) {
      let from = base + i * down;
      for (let j = 0; j < columns; j++, from += along) {
        out[at++] = (0 + x[from]! + x[from + second]! + x[from + third]! + x[from + fourth]!) / 4;
      }
    }
  }
}

/** Adds each window's number, divided by its divisor, to every element of the window. */
export function spreadOverWindows(
  numbers: TypedArray,
  { ends, members, size }: Windows,
  divisors: Float64Array,
  out: TypedArray,
): void {
  for (let at = 0, base = 0; at < numbers.length; base += size) {
    for (let j = 0, k = 0; j < ends.length; j++) {
      const share = numbers[at++]! / divisors[j]!;
      for (const end = ends[j]!; k < end; k++) out[base + members[k]!]! += share;
    }
  }
}
