/**
 * A very small WebAssembly assembler: functions of bytes, nested like the text format. An instruction is the bytes of
 * its operands followed by its own.
 *
 * @see WebAssembly Core Specification 2.0, https://www.w3.org/TR/wasm-core-2/, chapter 5 (binary format)
 */
import { unsigned, type Code } from './encoding.js';

/** Types of values, as encoded. */
const VALUE_TYPES = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;

/** Type of a parameter, a local variable or a result. */
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
  /** Undefined if the function gives nothing back. */
  readonly result: ValueType | undefined;
  readonly locals: readonly ValueType[];
  readonly body: Code;
}

const EMPTY = 0x40;

/** Runs `body` again for as long as the condition after it holds. */
export function doWhile(body: readonly Code[], condition: Code): Code {
  return [0x03, EMPTY, ...body.flat(), ...condition, 0x0d, 0, 0x0b];
}

/** Runs `body` for as long as the condition before it does not hold. */
export function loopUntil(isDone: Code, body: readonly Code[]): Code {
  return [0x02, EMPTY, 0x03, EMPTY, ...isDone, 0x0d, 1, ...body.flat(), 0x0c, 0, 0x0b, 0x0b];
}

/** Runs `body` if the condition holds. */
export function when(condition: Code, body: readonly Code[]): Code {
  return [...condition, 0x04, EMPTY, ...body.flat(), 0x0b];
}

/** Ends the function with a value. */
export function giveBack(value: Code): Code {
  return [...value, 0x0f];
}

/** A function with named parameters and locals; `write` gives its body, whose last value is the result if there is one. */
export function define<P extends string, L extends string>(
  name: string,
  parameters: Readonly<Record<P, ValueType>>,
  result: ValueType | undefined,
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

/** Bytes of a module of these functions, which work on the memory imported as `env.memory`. */
export function assemble(functions: readonly FunctionSource[]): Uint8Array<ArrayBuffer> {
  const list = (entries: readonly Code[]): Code => [...unsigned(entries.length), ...entries.flat()];
  const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content];
  const text = (value: string): Code => list([...new TextEncoder().encode(value)].map((byte) => [byte]));
  const type = (valueType: ValueType): Code => [VALUE_TYPES[valueType]];
  const results = ({ result }: FunctionSource): Code => list(result === undefined ? [] : [type(result)]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, list(functions.map((f) => [0x60, ...list(f.parameters.map(type)), ...results(f)]))),
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

/**
 * Compiles functions to a module.
 *
 * @returns undefined where WebAssembly or its SIMD instructions are missing, or a content security policy without
 * 'wasm-unsafe-eval' forbids to compile
 */
export function compileModule(functions: readonly FunctionSource[]): WebAssembly.Module | undefined {
  if (typeof WebAssembly !== 'object') return undefined;
  try {
    return new WebAssembly.Module(assemble(functions));
  } catch {
    return undefined;
  }
}
