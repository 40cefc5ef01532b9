/** How numbers and instructions are written in WebAssembly's binary format. */

/** Encoded instructions. */
export type Code = readonly number[];

/** Unsigned LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

/** Signed LEB128 of 32 bits. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value | 0; ; rest >>= 7) {
    if (rest >= -0x40 && rest < 0x40) return [...bytes, rest & 0x7f];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

/** An instruction that takes its operands from the stack. */
export function plain(...opcode: number[]): (...operands: Code[]) => Code {
  return (...operands) => [...operands.flat(), ...opcode];
}

/** A load or store at a constant offset from an address; no alignment is promised. */
export function memory(opcode: readonly number[]): (offset: number, ...operands: Code[]) => Code {
  return (offset, ...operands) => [...operands.flat(), ...opcode, 0, ...unsigned(offset)];
}

/** Opcode of a 128-bit SIMD instruction. */
export function simd(opcode: number): number[] {
  return [0xfd, ...unsigned(opcode)];
}
