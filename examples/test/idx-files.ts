/** Small IDX files of pictures that are easy to tell apart: in a picture of class k, row k is bright. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

export const [rows, columns, classes] = [4, 5, 3];

/** The bytes of an IDX file of u8. */
export function idxBytes(shape: readonly number[], data: readonly number[]): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.writeUInt32BE(0x0800 + shape.length, 0);
  shape.forEach((extent, axis) => header.writeUInt32BE(extent, 4 + 4 * axis));
  return Buffer.concat([header, Buffer.from(data)]);
}

export function imageBytes(count: number): Buffer {
  const pixels = Array.from({ length: count * rows * columns }, (_, k) => {
    const [image, row] = [Math.floor(k / (rows * columns)), Math.floor(k / columns) % rows];
    return row === image % classes ? 200 + (k % 50) : (k * 7) % 60;
  });
  return idxBytes([count, rows, columns], pixels);
}

export function labelBytes(count: number): Buffer {
  return idxBytes(
    [count],
    Array.from({ length: count }, (_, k) => k % classes),
  );
}

/** Writes one set under the names that MNIST uses. */
export function writeSet(folder: string, name: string, count: number, { gzipped = false } = {}): void {
  const ending = gzipped ? '.gz' : '';
  const packed = (bytes: Buffer): Buffer => (gzipped ? gzipSync(bytes) : bytes);
  writeFileSync(join(folder, `${name}-images-idx3-ubyte${ending}`), packed(imageBytes(count)));
  writeFileSync(join(folder, `${name}-labels-idx1-ubyte${ending}`), packed(labelBytes(count)));
}
