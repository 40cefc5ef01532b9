/** Operations on numbers of one row. Comparisons give masks, which are no numbers until `number` makes 1 or 0 of them. */
export type Operation = keyof typeof evaluations;

type Numbers = readonly number[];

/** What operations do to constants; masks are 1 and 0 there. */
const evaluations = {
  add: ([a, b]: Numbers) => a! + b!,
  subtract: ([a, b]: Numbers) => a! - b!,
  multiply: ([a, b]: Numbers) => a! * b!,
  divide: ([a, b]: Numbers) => a! / b!,
  least: ([a, b]: Numbers) => (b! < a! ? b! : a!),
  most: ([a, b]: Numbers) => (a! < b! ? b! : a!),
  negate: ([a]: Numbers) => -a!,
  absolute: ([a]: Numbers) => Math.abs(a!),
  squareRoot: ([a]: Numbers) => Math.sqrt(a!),
  exp: ([a]: Numbers) => Math.exp(a!),
  expm1: ([a]: Numbers) => Math.expm1(a!),
  log: ([a]: Numbers) => Math.log(a!),
  log1p: ([a]: Numbers) => Math.log1p(a!),
  tanh: ([a]: Numbers) => Math.tanh(a!),
  erf: undefined,
  cbrt: ([a]: Numbers) => Math.cbrt(a!),
  equal: ([a, b]: Numbers) => Number(a! === b!),
  less: ([a, b]: Numbers) => Number(a! < b!),
  greater: ([a, b]: Numbers) => Number(a! > b!),
  lessEqual: ([a, b]: Numbers) => Number(a! <= b!),
  greaterEqual: ([a, b]: Numbers) => Number(a! >= b!),
  and: ([a, b]: Numbers) => Number(a! !== 0 && b! !== 0),
  or: ([a, b]: Numbers) => Number(a! !== 0 || b! !== 0),
  not: ([a]: Numbers) => Number(a! === 0),
  number: ([a]: Numbers) => a!,
  /** The second operand where the first, a mask, holds, else the third. */
  select: ([mask, a, b]: Numbers) => (mask! !== 0 ? a! : b!),
} as const satisfies Record<string, ((operands: Numbers) => number) | undefined>;

/** One number of a row: an operation on others, a constant, or a column of an input. */
export type Expression =
  | { readonly kind: 'operation'; readonly operation: Operation; readonly operands: readonly number[] }
  | { readonly kind: 'constant'; readonly value: number; readonly isMask: boolean }
  | { readonly kind: 'input'; readonly input: number; readonly column: number };

const maskOperations: readonly Operation[] = [
  'equal',
  'less',
  'greater',
  'lessEqual',
  'greaterEqual',
  'and',
  'or',
  'not',
];

/**
 * The numbers that a row program computes, each once: equal expressions have the same number, those of constants are
 * computed at once, and what is not needed is left out. All numbers are taken for finite, so that 0 times one is 0, and
 * a quotient of a constant is a product, which rounds differently.
 */
export class Expressions {
  readonly list: Expression[] = [];
  private readonly known = new Map<string, number>();

  constant(value: number, isMask = false): number {
    const text = Object.is(value, -0) ? '-0' : String(value);
    return this.keep(`${isMask ? 'mask' : 'number'} ${text}`, { kind: 'constant', value, isMask });
  }

  input(input: number, column: number): number {
    return this.keep(`input ${input} ${column}`, { kind: 'input', input, column });
  }

  apply(operation: Operation, ...operands: number[]): number {
    const values = operands.map((operand) => this.valueOf(operand));
    const evaluate = evaluations[operation];
    if (evaluate !== undefined && values.every((value) => value !== undefined)) {
      return this.constant(evaluate(values), this.givesMask(operation, operands));
    }
    const same = this.shortened(operation, operands, values);
    if (same !== undefined) return same;
    return this.keep(`${operation} ${operands.join(' ')}`, { kind: 'operation', operation, operands });
  }

  /** The number if it is a constant. */
  valueOf(expression: number): number | undefined {
    const found = this.list[expression]!;
    return found.kind === 'constant' ? found.value : undefined;
  }

  private givesMask(operation: Operation, operands: readonly number[]): boolean {
    if (operation !== 'select') return maskOperations.includes(operation);
    const chosen = this.list[operands[1]!]!;
    return chosen.kind === 'constant' && chosen.isMask;
  }

  /** What is equal to an operation up to rounding, and less to do. */
  private shortened(
    operation: Operation,
    [a, b, c]: readonly number[],
    [x, y, z]: readonly (number | undefined)[],
  ): number | undefined {
    switch (operation) {
      case 'add':
        return this.sum(a!, b!, x, y);
      case 'subtract': {
        if (x === 0) return this.apply('negate', b!);
        if (y === 0) return a;
        const opposite = this.operandsOf('negate', b!);
        return opposite && this.apply('add', a!, opposite[0]!);
      }
      case 'multiply':
        return this.product(a!, b!, x, y);
      case 'divide':
        if (y === undefined || y === 0 || !Number.isFinite(1 / y)) return undefined;
        return this.apply('multiply', a!, this.constant(1 / y));
      case 'negate':
        return this.operandsOf('negate', a!)?.[0];
      case 'exp':
        return this.root(a!);
      case 'and':
        if (x === 0 || y === 0) return this.constant(0, true);
        if (x !== undefined) return b;
        return y === undefined ? undefined : a;
      case 'select':
        if (x !== undefined) return x !== 0 ? b : c;
        return b === c ? b : this.limit(a!, b!, y, c!, z);
      default:
        return undefined;
    }
  }

  /** exp(ln(x) / 3), its square, and exp(ln(x) / 3 + c). */
  private root(exponent: number): number | undefined {
    const sum = this.operandsOf('add', exponent);
    const constant = sum && this.valueOf(sum[1]!);
    if (constant !== undefined) {
      const root = this.root(sum![0]!);
      return root && this.apply('multiply', root, this.constant(Math.exp(constant)));
    }
    const product = this.operandsOf('multiply', exponent);
    const factor = product && this.valueOf(product[1]!);
    if (factor !== 1 / 3 && factor !== 2 / 3) return undefined;
    const power = this.operandsOf('log', product![0]!);
    if (power === undefined) return undefined;
    const root = this.apply('cbrt', power[0]!);
    return factor === 1 / 3 ? root : this.apply('multiply', root, root);
  }

  private sum(a: number, b: number, x: number | undefined, y: number | undefined): number | undefined {
    if (x === 0) return b;
    if (y === 0) return a;
    const right = this.operandsOf('negate', b);
    if (right !== undefined) return this.apply('subtract', a, right[0]!);
    const left = this.operandsOf('negate', a);
    return left && this.apply('subtract', b, left[0]!);
  }

  private product(a: number, b: number, x: number | undefined, y: number | undefined): number | undefined {
    if (x === 0 || y === 0) return this.constant(0);
    if (x === 1) return b;
    if (y === 1) return a;
    if (x === -1) return this.apply('negate', b);
    if (y === -1) return this.apply('negate', a);
    const [left, right] = [this.operandsOf('number', a), this.operandsOf('number', b)];
    if (left !== undefined) return this.apply('select', left[0]!, b, this.constant(0));
    return right && this.apply('select', right[0]!, a, this.constant(0));
  }

  /** `select(x < low, low, x)` and `select(x > high, high, x)`, as `clip` writes them, also one in the other. */
  private limit(
    mask: number,
    chosen: number,
    bound: number | undefined,
    other: number,
    otherBound: number | undefined,
  ): number | undefined {
    if (bound === undefined || otherBound !== undefined) return undefined;
    for (const [comparison, operation] of [
      ['less', 'most'],
      ['greater', 'least'],
    ] as const) {
      const compared = this.operandsOf(comparison, mask);
      if (compared === undefined || compared[1] !== chosen) continue;
      if (compared[0] === other) return this.apply(operation, other, chosen);
      // The lower bound is below the upper one, so it does not matter which comes first.
      const upper = comparison === 'less' ? this.operandsOf('least', other) : undefined;
      const limit = upper && this.valueOf(upper[1]!);
      if (upper?.[0] === compared[0] && limit !== undefined && bound <= limit) {
        return this.apply('most', other, chosen);
      }
    }
    return undefined;
  }

  private operandsOf(operation: Operation, expression: number): readonly number[] | undefined {
    const found = this.list[expression]!;
    return found.kind === 'operation' && found.operation === operation ? found.operands : undefined;
  }

  private keep(key: string, expression: Expression): number {
    let found = this.known.get(key);
    if (found === undefined) {
      found = this.list.push(expression) - 1;
      this.known.set(key, found);
    }
    return found;
  }
}
