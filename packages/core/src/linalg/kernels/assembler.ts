/**
 * The few instructions of WebAssembly that the kernels need, as bytes, and the frame of a module around them.
 * A function body is a flat list of bytes; helpers return such lists so that code reads in the order it runs.
 *
 * @see WebAssembly Core Specification 2.0, chapter 5 "Binary Format"
 */

/** Some bytes of a module. */
export type Code = readonly number[];

/** Value types. */
const I32 = 0x7f;
const V128 = 0x7b;

/** Unsigned LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

/** Signed LEB128. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    const done = rest === (low & 0x40 ? -1 : 0);
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

const simd = (opcode: number): number[] => [0xfd, ...unsigned(opcode)];
/** log2 of the alignment (8 bytes: rows begin anywhere) and the offset in bytes. */
const at = (offset: number): number[] => [3, ...unsigned(offset)];

export const localGet = (local: number): Code => [0x20, ...unsigned(local)];
export const localSet = (local: number): Code => [0x21, ...unsigned(local)];
export const i32Const = (value: number): Code => [0x41, ...signed(value)];
export const i32LessThan: Code = [0x48];
export const i32Add: Code = [0x6a];
export const i32Subtract: Code = [0x6b];
export const i32ShiftLeft: Code = [0x74];
export const f64Add: Code = [0xa0];
export const f64Store = (offset: number): Code => [0x39, ...at(offset)];
/** Two float64 from memory. */
export const loadPair = (offset: number): Code => [...simd(0x00), ...at(offset)];
/** One float64 from memory, the other lane zero. */
export const loadOne = (offset: number): Code => [...simd(0x5d), ...at(offset)];
export const extractLane = (lane: 0 | 1): Code => [...simd(0x21), lane];
/** Both lanes the one float64 from memory. */
export const loadTwice = (offset: number): Code => [...simd(0x0a), ...at(offset)];
export const storePair = (offset: number): Code => [...simd(0x0b), ...at(offset)];
/** Lane 0 to memory. */
export const storeOne = (offset: number): Code => [...simd(0x5b), ...at(offset), 0];
export const pairSubtract: Code = simd(0xf1);
export const pairAdd: Code = simd(0xf0);
export const pairMultiply: Code = simd(0xf2);

/** Runs `body` again and again; leaves once `isDone` gives a number other than 0. */
export function loopUntil(isDone: Code, body: Code): Code {
  return [0x02, 0x40, 0x03, 0x40, ...isDone, 0x0d, 1, ...body, 0x0c, 0, 0x0b, 0x0b];
}

/** An exported function without results, all of whose parameters are i32. */
export interface FunctionSource {
  readonly name: string;
  readonly parameters: number;
  /** Number of v128 locals; they follow the parameters and begin as zero. */
  readonly vectors: number;
  readonly body: Code;
}

const list = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content];
const text = (value: string): Code => list([...value].map((character) => [character.charCodeAt(0)]));

/** Bytes of a module that imports its memory as `env.memory` and exports the functions. */
export function assembleModule(functions: readonly FunctionSource[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }) => [
    0x60,
    ...list(Array.from({ length: parameters }, () => [I32])),
    0,
  ]);
  const bodies = functions.map(({ vectors, body }) => {
    const code = [...list([[...unsigned(vectors), V128]]), ...body, 0x0b];
    return [...unsigned(code.length), ...code];
  });
  const memory = [...text('env'), ...text('memory'), 0x02, 0x00, 0];
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list(types)),
    ...section(2, list([memory])),
    ...section(3, list(functions.map((_, index) => unsigned(index)))),
    ...section(7, list(functions.map(({ name }, index) => [...text(name), 0x00, ...unsigned(index)]))),
    ...section(10, list(bodies)),
  ]);
}
