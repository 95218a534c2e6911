/** Grey pixels as a PNG file in a data URL: the way to put an image into an SVG that fetches nothing. */

/** A grey image; `pixels` run row by row from 0 (black) to 1 (white), NaN is transparent. */
export async function greyPng(pixels: Float64Array, width: number, height: number): Promise<string> {
  // Each row starts with its filter (0: none), then two bytes a pixel: grey and opacity.
  const rows = new Uint8Array(height * (1 + 2 * width));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = pixels[y * width + x] ?? Number.NaN;
      const at = y * (1 + 2 * width) + 1 + 2 * x;
      rows[at] = Math.round(255 * Math.min(1, Math.max(0, value)));
      rows[at + 1] = Number.isNaN(value) ? 0 : 255;
    }
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 4, 0, 0, 0], 8); // 8 bits a sample, grey with opacity, no interlacing
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  const file = joined([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', await deflated(rows)),
    chunk('IEND', new Uint8Array(0)),
  ]);
  return `data:image/png;base64,${btoa(Array.from(file, (byte) => String.fromCharCode(byte)).join(''))}`;
}

async function deflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Length, name, content, and a check sum of name and content. */
function chunk(name: string, content: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const named = joined([Uint8Array.from(name, (letter) => letter.charCodeAt(0)), content]);
  const made = new Uint8Array(named.length + 8);
  const view = new DataView(made.buffer);
  view.setUint32(0, content.length);
  made.set(named, 4);
  view.setUint32(4 + named.length, crc32(named));
  return made;
}

/** CRC-32 as PNG wants it: ISO 3309, reflected polynomial 0xedb88320. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const made = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    made.set(part, at);
    at += part.length;
  }
  return made;
}
