/**
 * A very small WebAssembly assembler: functions of bytes, one per instruction, nested like the text format.
 *
 * An instruction is the bytes of its operands followed by its own. See the WebAssembly Core Specification 2.0,
 * https://www.w3.org/TR/wasm-core-2/, chapter 5 (binary format).
 */

/** Encoded instructions. */
export type Code = readonly number[];

/** Types of values, as encoded. */
export const VALUE_TYPES = { i32: 0x7f, f64: 0x7c, v128: 0x7b } as const;
export type ValueType = keyof typeof VALUE_TYPES;

/** A parameter or local variable of a function. */
export interface Local {
  readonly get: Code;
  set(value: Code): Code;
}

/** A function of a module, to be exported under its name. */
export interface FunctionSource {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly result: ValueType;
  readonly locals: readonly ValueType[];
  readonly body: Code;
}

/** Unsigned LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

/** Signed LEB128 of 32 bits. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value | 0; ; rest >>= 7) {
    if (rest >= -0x40 && rest < 0x40) return [...bytes, rest & 0x7f];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

/** An instruction that takes its operands from the stack. */
function plain(...opcode: number[]): (...operands: Code[]) => Code {
  return (...operands) => [...operands.flat(), ...opcode];
}

/** A load or store at a constant offset from an address. */
function memory(opcode: readonly number[]): (offset: number, ...operands: Code[]) => Code {
  return (offset, ...operands) => [...operands.flat(), ...opcode, 0, ...unsigned(offset)];
}

const simd = (opcode: number): number[] => [0xfd, ...unsigned(opcode)];

export const i32 = {
  constant: (value: number): Code => [0x41, ...signed(value)],
  add: plain(0x6a),
  sub: plain(0x6b),
  shiftLeft: plain(0x74),
  shiftRight: plain(0x76),
  lessUnsigned: plain(0x49),
  less: plain(0x48),
  and: plain(0x71),
  or: plain(0x72),
  countTrailingZeros: plain(0x68),
  load: memory([0x28]),
  store: memory([0x36]),
};

export const f64 = {
  constant: (value: number): Code => [0x44, ...new Uint8Array(Float64Array.of(value).buffer)],
  equal: plain(0x61),
  less: plain(0x63),
  min: plain(0xa4),
  max: plain(0xa5),
  store: memory([0x39]),
};

export const v128 = {
  load: memory(simd(0x00)),
  /** Two float32 into the lower half. */
  load64Zero: memory(simd(0x5d)),
  store: memory(simd(0x0b)),
  and: plain(...simd(0x4e)),
  or: plain(...simd(0x50)),
  /** Bits of the first operand where the third has ones, of the second elsewhere. */
  select: plain(...simd(0x52)),
  anyTrue: plain(...simd(0x53)),
};

export const f64x2 = {
  splat: plain(...simd(0x14)),
  lane: (lane: 0 | 1, value: Code): Code => [...value, ...simd(0x21), lane],
  promoteLow: plain(...simd(0x5f)),
  equal: plain(...simd(0x47)),
  greater: plain(...simd(0x4a)),
  lessEqual: plain(...simd(0x4b)),
  abs: plain(...simd(0xec)),
  add: plain(...simd(0xf0)),
  sub: plain(...simd(0xf1)),
  /** `b < a ? b : a` per lane: one machine instruction, where `min` needs several to treat NaN and -0. */
  pmin: plain(...simd(0xf6)),
  /** `a < b ? b : a` per lane. */
  pmax: plain(...simd(0xf7)),
};

export const i64x2 = {
  allTrue: plain(...simd(0xc3)),
  /** The signs of both lanes as bits. */
  signs: plain(...simd(0xc4)),
  /** From the lower half of four i32. */
  extendLow: plain(...simd(0xc7)),
};

const EMPTY = 0x40;

/** Runs `body` again for as long as the condition after it holds. */
export function doWhile(body: readonly Code[], condition: Code): Code {
  return [0x03, EMPTY, ...body.flat(), ...condition, 0x0d, 0, 0x0b];
}

export function when(condition: Code, body: readonly Code[]): Code {
  return [...condition, 0x04, EMPTY, ...body.flat(), 0x0b];
}

export function giveBack(value: Code): Code {
  return [...value, 0x0f];
}

/** A function with named parameters and locals; `write` gives its body, whose last value is the result. */
export function define<P extends string, L extends string>(
  name: string,
  parameters: Readonly<Record<P, ValueType>>,
  result: ValueType,
  locals: Readonly<Record<L, ValueType>>,
  write: (variables: Readonly<Record<P | L, Local>>) => readonly Code[],
): FunctionSource {
  const types = { ...parameters, ...locals } as Record<string, ValueType>;
  const variables: Record<string, Local> = {};
  Object.keys(types).forEach((key, index) => {
    variables[key] = {
      get: [0x20, ...unsigned(index)],
      set: (value) => [...value, 0x21, ...unsigned(index)],
    };
  });
  return {
    name,
    parameters: Object.values(parameters),
    result,
    locals: Object.values(locals),
    body: write(variables as Record<P | L, Local>).flat(),
  };
}

/** A module of these functions, which work on the memory imported as `env.memory`. */
export function assemble(functions: readonly FunctionSource[]): Uint8Array<ArrayBuffer> {
  const list = (entries: readonly Code[]): Code => [...unsigned(entries.length), ...entries.flat()];
  const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content];
  const text = (value: string): Code => list([...new TextEncoder().encode(value)].map((byte) => [byte]));
  const type = (valueType: ValueType): Code => [VALUE_TYPES[valueType]];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(
      1,
      list(functions.map((f) => [0x60, ...list(f.parameters.map(type)), ...list([type(f.result)])])),
    ),
    ...section(2, list([[...text('env'), ...text('memory'), 0x02, 0x00, 0x00]])),
    ...section(3, list(functions.map((_, index) => unsigned(index)))),
    ...section(7, list(functions.map((f, index) => [...text(f.name), 0x00, ...unsigned(index)]))),
    ...section(
      10,
      list(
        functions.map((f) => {
          const body = [...list(f.locals.map((local) => [1, ...type(local)])), ...f.body, 0x0b];
          return [...unsigned(body.length), ...body];
        }),
      ),
    ),
  ]);
}
