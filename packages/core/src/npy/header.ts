/**
 * The beginning of a `.npy` file: mark, version, length of the header, and the header itself.
 *
 * @see NumPy Enhancement Proposal 1, A Simple File Format for NumPy Arrays
 */
import { viewOf } from './bytes.js';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** What the first bytes of a file tell. */
export type NpyPrefix =
  /** Too few bytes to tell. */
  | { readonly kind: 'short' }
  /** Not a `.npy` file. */
  | { readonly kind: 'unmarked' }
  /** A version that is not known. */
  | { readonly kind: 'version'; readonly version: number }
  | {
      readonly kind: 'header';
      readonly version: 1 | 2 | 3;
      /** First byte of the header. */
      readonly start: number;
      /** First byte of the elements; may be behind the bytes that are there. */
      readonly end: number;
    };

/** Reads the first bytes of a file; 12 are always enough. */
export function npyPrefix(bytes: Uint8Array): NpyPrefix {
  if (MAGIC.some((byte, k) => k < bytes.length && bytes[k] !== byte)) return { kind: 'unmarked' };
  const version = bytes[6];
  if (version === undefined) return { kind: 'short' };
  if (version !== 1 && version !== 2 && version !== 3) return { kind: 'version', version };
  const start = version === 1 ? 10 : 12;
  if (bytes.length < start) return { kind: 'short' };
  const view = viewOf(bytes);
  return {
    kind: 'header',
    version,
    start,
    end: start + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true)),
  };
}

/**
 * Text of a header.
 *
 * @param bytes - from the beginning of the file to the end of the header at least
 * @param prefix - from {@link npyPrefix}
 */
export function npyHeaderText(
  bytes: Uint8Array,
  { version, start, end }: Extract<NpyPrefix, { readonly kind: 'header' }>,
): string {
  // Latin-1 before version 3, where every byte is the code of its character.
  const part = bytes.subarray(start, end);
  if (version === 3) return new TextDecoder().decode(part);
  let text = '';
  for (const byte of part) text += String.fromCharCode(byte);
  return text;
}

/**
 * Beginning of a `.npy` file of version 1.0, up to the elements; a multiple of 64 bytes.
 *
 * @param descr - dtype as Python writes it: `'<f4'` with its quotes, or a list of fields
 * @param shape - sizes of the axes
 * @throws RangeError where the header does not fit into version 1.0, which takes 65 535 bytes
 */
export function npyHeader(descr: string, shape: readonly number[]): Uint8Array {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const dictionary = `{'descr': ${descr}, 'fortran_order': False, 'shape': (${sizes}), }`;
  const text = new TextEncoder().encode(dictionary);
  const length = Math.ceil((10 + text.length + 1) / 64) * 64;
  if (length - 10 > 0xffff) throw new RangeError(`npyHeader: a header of ${length} bytes`);
  const start = new Uint8Array(length).fill(0x20);
  start.set(MAGIC);
  start.set([1, 0], 6);
  viewOf(start).setUint16(8, length - 10, true);
  start.set(text, 10);
  start[length - 1] = 0x0a;
  return start;
}
