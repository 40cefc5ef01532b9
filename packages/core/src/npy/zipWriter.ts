/** Writing ZIP archives below 4 GiB. */
import { viewOf } from './bytes.js';
import { CENTRAL_HEADER, END_RECORD, LOCAL_HEADER } from './zip.js';

/** 1 January 1980, the earliest date of the format: archives do not depend on when they are written. */
const DATE = 0x21;
/** Bit of the flags that says names are UTF-8; without it they are taken as code page 437. */
const UTF8 = 0x0800;

/** One file to write. */
export interface PackedMember {
  readonly name: string;
  /** 0 stored, 8 deflated. */
  readonly method: 0 | 8;
  /** CRC-32 of the file. */
  readonly crc: number;
  /** Bytes of the file before it was packed. */
  readonly size: number;
  readonly packed: Uint8Array;
}

/**
 * Chunks of an archive: headers, and the packed bytes as they are.
 *
 * @param members - together below 4 GiB, and at most 65 535; the caller checks that
 */
export function* zipChunks(members: Iterable<PackedMember>): Generator<Uint8Array> {
  const directory: Uint8Array[] = [];
  let at = 0;
  let size = 0;
  for (const member of members) {
    const [local, central] = headersOf(member, at);
    yield local;
    yield member.packed;
    directory.push(central);
    at += local.length + member.packed.length;
    size += central.length;
  }
  yield* directory;
  const end = new Uint8Array(22);
  const fields = viewOf(end);
  fields.setUint32(0, END_RECORD, true);
  fields.setUint16(8, directory.length, true);
  fields.setUint16(10, directory.length, true);
  fields.setUint32(12, size, true);
  fields.setUint32(16, at, true);
  yield end;
}

/** The header before the file, and its entry of the directory. */
function headersOf(
  { name, method, crc, size, packed }: PackedMember,
  position: number,
): [local: Uint8Array, central: Uint8Array] {
  const bytes = new TextEncoder().encode(name);
  const local = new Uint8Array(30 + bytes.length);
  const central = new Uint8Array(46 + bytes.length);
  const shared = (header: DataView, at: number): void => {
    header.setUint16(at, 20, true); // version needed
    header.setUint16(at + 2, bytes.length === name.length ? 0 : UTF8, true);
    header.setUint16(at + 4, method, true);
    header.setUint16(at + 8, DATE, true);
    header.setUint32(at + 10, crc, true);
    header.setUint32(at + 14, packed.length, true);
    header.setUint32(at + 18, size, true);
    header.setUint16(at + 22, bytes.length, true);
  };
  viewOf(local).setUint32(0, LOCAL_HEADER, true);
  shared(viewOf(local), 4);
  local.set(bytes, 30);
  const fields = viewOf(central);
  fields.setUint32(0, CENTRAL_HEADER, true);
  fields.setUint16(4, 20, true); // version made by
  shared(fields, 6);
  fields.setUint32(42, position, true);
  central.set(bytes, 46);
  return [local, central];
}
