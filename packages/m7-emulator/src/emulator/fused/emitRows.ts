import {
  call,
  define,
  doWhile,
  f32x4,
  f64x2,
  i32,
  i64x2,
  v128,
  type Code,
  type FunctionSource,
  type Local,
} from '@pct/core/wasm';
import type { Expression, Operation } from './expressions.js';
import type { RowProgram } from './fromGraph.js';
import { mathPlaces } from './mathFunctions.js';

/** How the numbers of an array stand in memory: [column][lane]. */
export type ElementType = 'float32' | 'float64';

/** Lanes, that is rows, of a block: all arrays in memory have so many. */
export const blockLanes = 64;

/** Bytes of an element. */
const bytesOf = (type: ElementType): number => (type === 'float32' ? 4 : 8);

/** Lanes that one instruction works on. */
const together = 2;

const math = (name: keyof typeof mathPlaces) => (x: Code) => call(mathPlaces[name], x);

const instructions: Readonly<Record<Operation, (...operands: Code[]) => Code>> = {
  add: f64x2.add,
  subtract: f64x2.sub,
  multiply: f64x2.mul,
  divide: f64x2.div,
  least: f64x2.pmin,
  most: f64x2.pmax,
  negate: f64x2.neg,
  absolute: f64x2.abs,
  squareRoot: f64x2.sqrt,
  exp: math('exp'),
  expm1: math('expm1'),
  log: math('log'),
  log1p: math('log1p'),
  tanh: math('tanh'),
  erf: math('erf'),
  cbrt: math('cbrt'),
  equal: f64x2.equal,
  less: f64x2.less,
  greater: f64x2.greater,
  lessEqual: f64x2.lessEqual,
  greaterEqual: f64x2.greaterEqual,
  and: v128.and,
  or: v128.or,
  not: v128.not,
  number: (mask) => v128.and(mask, f64x2.constant(1)),
  select: (mask, a, b) => v128.select(a, b, mask),
};

/** Element types of the arrays of a program. */
export interface RowTypes {
  readonly inputs: readonly ElementType[];
  readonly outputs: readonly ElementType[];
}

/**
 * A row program as a WebAssembly function of a number of lanes, at least 1, and the addresses of its inputs and outputs,
 * in this order. Lanes are computed in pairs: one more than there are may be written, within the block.
 */
export function emitRows(name: string, program: RowProgram, types: RowTypes): FunctionSource {
  const { list } = program.expressions;
  const uses = countUses(program);
  const pointers = [...types.inputs.map((_, k) => `input${k}`), ...types.outputs.map((_, k) => `output${k}`)];
  const named = (names: readonly string[], type: 'i32' | 'v128') =>
    Object.fromEntries(names.map((one) => [one, type]));
  const kept = list.flatMap(({ kind }, k) => (uses[k]! > 1 && kind !== 'constant' ? [`e${k}`] : []));
  return define(name, { lanes: 'i32', ...named(pointers, 'i32') }, undefined, named(kept, 'v128'), (all) => {
    const body: Code[] = [];
    const computed = new Set<number>();
    const isZero = (k: number): boolean => program.expressions.valueOf(k) === 0;
    const codeOf = (k: number): Code => {
      const local = all[`e${k}`];
      if (computed.has(k)) return local!.get;
      const code = write(list[k]!, isZero, codeOf, all, types);
      if (local === undefined) return code;
      body.push(local.set(code));
      computed.add(k);
      return local.get;
    };
    program.outputs.forEach((columns, output) => {
      const type = types.outputs[output]!;
      columns.forEach((k, column) => {
        body.push(storeColumn(type, column, all[`output${output}`]!, codeOf(k)));
      });
    });
    const typeOf = [...types.inputs, ...types.outputs];
    const { lanes } = all as Readonly<Record<'lanes', Local>>;
    return [
      doWhile(
        [
          ...body,
          ...pointers.map((pointer, k) => advance(all[pointer]!, together * bytesOf(typeOf[k]!))),
          lanes.set(i32.sub(lanes.get, i32.constant(together))),
        ],
        i32.less(i32.constant(0), lanes.get),
      ),
    ];
  });
}

const advance = (pointer: Local, bytes: number): Code =>
  pointer.set(i32.add(pointer.get, i32.constant(bytes)));

function countUses({ expressions, outputs }: RowProgram): Uint32Array {
  const uses = new Uint32Array(expressions.list.length);
  const visit = (k: number): void => {
    uses[k]!++;
    const expression = expressions.list[k]!;
    if (uses[k] === 1 && expression.kind === 'operation') expression.operands.forEach(visit);
  };
  outputs.flat().forEach(visit);
  return uses;
}

function write(
  expression: Expression,
  isZero: (k: number) => boolean,
  codeOf: (k: number) => Code,
  all: Readonly<Record<string, Local>>,
  types: RowTypes,
): Code {
  switch (expression.kind) {
    case 'constant': {
      const { value, isMask } = expression;
      return isMask ? i64x2.constant(value === 0 ? 0n : -1n) : f64x2.constant(value);
    }
    case 'input': {
      const { input, column } = expression;
      return loadColumn(types.inputs[input]!, column, all[`input${input}`]!);
    }
    case 'operation': {
      const { operation, operands } = expression;
      const [mask, chosen, other] = operands;
      if (operation === 'select' && isZero(other!)) return v128.and(codeOf(mask!), codeOf(chosen!));
      if (operation === 'select' && isZero(chosen!)) return v128.andNot(codeOf(other!), codeOf(mask!));
      return instructions[operation](...operands.map(codeOf));
    }
  }
}

const offsetOf = (type: ElementType, column: number): number => column * blockLanes * bytesOf(type);

function loadColumn(type: ElementType, column: number, { get }: Local): Code {
  const offset = offsetOf(type, column);
  if (type === 'float64') return v128.load(offset, get);
  return f64x2.promoteLow(v128.load64Zero(offset, get));
}

function storeColumn(type: ElementType, column: number, { get }: Local, value: Code): Code {
  const offset = offsetOf(type, column);
  if (type === 'float64') return v128.store(offset, get, value);
  return v128.store64Low(offset, get, f32x4.demote(value));
}
