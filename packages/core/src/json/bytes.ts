/** Bytes as base64, in pages and in Node. */

export function toBase64({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  let text = '';
  // In pieces: a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

/** Undefined where the text is no base64 of so many bytes. */
export function fromBase64(text: string, byteLength: number): ArrayBuffer | undefined {
  if (text.length !== 4 * Math.ceil(byteLength / 3) || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const decoded = atob(text);
  if (decoded.length !== byteLength) return undefined;
  return Uint8Array.from(decoded, (character) => character.charCodeAt(0)).buffer;
}
