/** One event of a file, as TensorBoard would read it. */
export interface ReadEvent {
  wallTime?: number;
  step?: number;
  fileVersion?: string;
  scalars: Record<string, number>;
}

/** Bit by bit, without a table. */
function castagnoli(data: Uint8Array): bigint {
  let remainder = 0xffffffffn;
  for (const byte of data) {
    remainder ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++)
      remainder = remainder & 1n ? (remainder >> 1n) ^ 0x82f63b78n : remainder >> 1n;
  }
  return remainder ^ 0xffffffffn;
}

function checkMasked(data: Uint8Array, masked: number): void {
  const crc = castagnoli(data);
  const rotated = ((crc >> 15n) | (crc << 17n)) & 0xffffffffn;
  if (BigInt(masked) !== ((rotated + 0xa282ead8n) & 0xffffffffn)) throw new Error('checksum does not fit');
}

type Field = [number: number, value: bigint | Buffer];

/** Fields of a message: integers, or the bytes of the others. */
function fieldsOf(data: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = BigInt(data[at++]!);
      value |= (byte & 127n) << shift;
      if (byte < 128n) return value;
    }
  };
  while (at < data.length) {
    const key = varint();
    const number = Number(key >> 3n);
    const wire = Number(key & 7n);
    if (wire === 0) {
      fields.push([number, varint()]);
      continue;
    }
    const length = wire === 1 ? 8 : wire === 5 ? 4 : Number(varint());
    fields.push([number, data.subarray(at, at + length)]);
    at += length;
  }
  if (at !== data.length) throw new Error('message is cut off');
  return fields;
}

/** Reads an event file by the definitions of its formats, without the code under test. */
export function readEvents(file: Uint8Array): ReadEvent[] {
  const data = Buffer.from(file);
  const events: ReadEvent[] = [];
  for (let at = 0; at < data.length;) {
    const length = Number(data.readBigUInt64LE(at));
    checkMasked(data.subarray(at, at + 8), data.readUInt32LE(at + 8));
    const body = data.subarray(at + 12, at + 12 + length);
    checkMasked(body, data.readUInt32LE(at + 12 + length));
    at += 16 + length;
    const event: ReadEvent = { scalars: {} };
    for (const [number, value] of fieldsOf(body)) {
      if (number === 1) event.wallTime = (value as Buffer).readDoubleLE();
      if (number === 2) event.step = Number(value);
      if (number === 3) event.fileVersion = (value as Buffer).toString();
      if (number !== 5) continue;
      for (const [, scalar] of fieldsOf(value as Buffer)) {
        const parts = new Map(fieldsOf(scalar as Buffer));
        event.scalars[(parts.get(1) as Buffer).toString()] = (parts.get(2) as Buffer).readFloatLE();
      }
    }
    events.push(event);
  }
  return events;
}
