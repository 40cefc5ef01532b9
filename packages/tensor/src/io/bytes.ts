/** The same bytes as a plain `Uint8Array`: `slice` of a Node.js `Buffer` would not copy. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
