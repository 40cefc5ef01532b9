/**
 * NumPy's files for the packages that read and write them: headers of `.npy`, archives of `.npz`. What the arrays
 * become and the words of errors are the packages' own.
 */
export { joinBytes, piped, viewOf } from './bytes.js';
export { crc32 } from './crc32.js';
export { npyHeader, npyHeaderText, npyPrefix } from './header.js';
export type { NpyPrefix } from './header.js';
export { parseLiteral } from './literal.js';
export type { Literal } from './literal.js';
export { readZipDirectory, zipMemberStart } from './zip.js';
export type { RandomBytes, ZipMember, ZipProblem } from './zip.js';
export { zipChunks } from './zipWriter.js';
export type { PackedMember } from './zipWriter.js';
