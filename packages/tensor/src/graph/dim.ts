import { InvalidArgumentError } from '@pct/core';

/**
 * Size of an axis: a number, or a polynomial with integer coefficients of named sizes, such as `'batch'`,
 * `'2*batch'`, `'a+b'` or `'height*width-1'`. Texts inside programs are always in canonical form (terms by
 * falling degree, then by name; see {@link normalizeDim}), so that `===` is equality of sizes.
 */
export type Dim = number | string;

/** Sizes of the named axes in one run. */
export type DimBindings = ReadonlyMap<string, number>;

/** Coefficient of each product of names; names in a key are sorted and joined by `*`, '' is the constant. */
type Polynomial = Map<string, number>;

const cache = new Map<string, Polynomial>();
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Canonical form of a size.
 *
 * @param dim - a whole number of at least 0, a name, or sums and products of them: `'2*batch + 1'`
 * @throws {@link InvalidArgumentError} if it is not such
 * @example
 * ```ts
 * normalizeDim('b + a*3'); // '3*a+b'
 * ```
 */
export function normalizeDim(dim: Dim): Dim {
  if (typeof dim === 'string') return print(parse(dim));
  if (!Number.isSafeInteger(dim) || dim < 0)
    throw new InvalidArgumentError(
      `size of an axis must be a whole number of at least 0 or a name, got ${dim}`,
    );
  return dim;
}

/** Sum of two sizes. */
export function addDims(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  const sum = new Map(parse(a));
  for (const [key, factor] of parse(b)) accumulate(sum, key, factor);
  return print(sum);
}

/** Difference of two sizes. */
export function subtractDims(a: Dim, b: Dim): Dim {
  return addDims(a, multiplyDims(-1, b));
}

/** Product of two sizes. */
export function multiplyDims(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return a * b;
  return print(multiply(parse(a), parse(b)));
}

/** Quotient of two sizes where the division leaves no rest, whatever the named sizes are; else undefined. */
export function divideDims(a: Dim, b: Dim): Dim | undefined {
  if (b === 0) return undefined;
  const divisor = parse(b);
  const [leadKey, leadFactor] = sorted(divisor)[0] ?? ['', 0];
  let rest: Polynomial = new Map(parse(a));
  const quotient: Polynomial = new Map();
  while (rest.size > 0) {
    const [key, factor] = sorted(rest)[0] ?? ['', 0];
    const names = without(namesOf(key), namesOf(leadKey));
    if (names === undefined || factor % leadFactor !== 0) return undefined;
    const term: Polynomial = new Map([[names.join('*'), factor / leadFactor]]);
    for (const [termKey, termFactor] of term) accumulate(quotient, termKey, termFactor);
    rest = new Map(rest);
    for (const [productKey, product] of multiply(divisor, term)) accumulate(rest, productKey, -product);
  }
  return print(quotient);
}

/** Number of elements of an array with this shape. */
export function sizeOfShape(shape: readonly Dim[]): Dim {
  return shape.reduce(multiplyDims, 1);
}

/** Names that occur in a size. */
export function namesInDim(dim: Dim): string[] {
  if (typeof dim === 'number') return [];
  return [...new Set([...parse(dim).keys()].flatMap(namesOf))];
}

/**
 * Number that a size has once the named sizes are known.
 *
 * @throws {@link InvalidArgumentError} if a name has no size or the result is negative
 */
export function evaluateDim(dim: Dim, bindings: DimBindings): number {
  if (typeof dim === 'number') return dim;
  const known = bindings.get(dim);
  if (known !== undefined) return known;
  let sum = 0;
  for (const [key, factor] of parse(dim)) {
    let product = factor;
    for (const name of namesOf(key)) {
      const size = bindings.get(name);
      if (size === undefined)
        throw new InvalidArgumentError(`size '${name}' is not known: no input has this axis`);
      product *= size;
    }
    sum += product;
  }
  if (sum < 0) {
    const given = namesInDim(dim).map((name) => `${name} = ${bindings.get(name)}`);
    throw new InvalidArgumentError(`size ${dim} would be negative (${sum}) with ${given.join(', ')}`);
  }
  return sum;
}

function parse(dim: Dim): Polynomial {
  if (typeof dim === 'number') return new Map<string, number>(dim === 0 ? [] : [['', dim]]);
  let polynomial = cache.get(dim);
  if (polynomial === undefined) {
    polynomial = parseText(dim);
    cache.set(dim, polynomial);
  }
  return polynomial;
}

function parseText(text: string): Polynomial {
  const result: Polynomial = new Map();
  const terms = text.replaceAll(/\s+/g, '').replaceAll('-', '+-').split('+');
  if (terms[0] === '' && terms.length > 1) terms.shift();
  for (const signed of terms) {
    const negative = signed.startsWith('-');
    const names: string[] = [];
    let factor = negative ? -1 : 1;
    for (const part of (negative ? signed.slice(1) : signed).split('*')) {
      if (NAME.test(part)) names.push(part);
      else if (/^\d+$/.test(part)) factor *= Number(part);
      else
        throw new InvalidArgumentError(
          `size of an axis must be a number, a name or sums and products of them such as '2*batch+1', got '${text}'`,
        );
    }
    accumulate(result, names.sort().join('*'), factor);
  }
  return result;
}

function accumulate(polynomial: Polynomial, key: string, factor: number): void {
  const sum = (polynomial.get(key) ?? 0) + factor;
  if (sum === 0) polynomial.delete(key);
  else polynomial.set(key, sum);
}

function multiply(a: Polynomial, b: Polynomial): Polynomial {
  const product: Polynomial = new Map();
  for (const [keyA, factorA] of a)
    for (const [keyB, factorB] of b)
      accumulate(product, [...namesOf(keyA), ...namesOf(keyB)].sort().join('*'), factorA * factorB);
  return product;
}

function namesOf(key: string): string[] {
  return key === '' ? [] : key.split('*');
}

/** The names that are left after taking some away once each; undefined if one is not there. */
function without(names: readonly string[], taken: readonly string[]): string[] | undefined {
  const left = [...names];
  for (const name of taken) {
    const at = left.indexOf(name);
    if (at < 0) return undefined;
    left.splice(at, 1);
  }
  return left;
}

/** Terms in graded lexicographic order, the largest first: an order that products respect. */
function sorted(polynomial: Polynomial): [string, number][] {
  return [...polynomial].sort(([a], [b]) => {
    const namesA = namesOf(a);
    const namesB = namesOf(b);
    if (namesA.length !== namesB.length) return namesB.length - namesA.length;
    const at = namesA.findIndex((name, i) => name !== namesB[i]);
    return at < 0 ? 0 : (namesA[at] ?? '') < (namesB[at] ?? '') ? -1 : 1;
  });
}

function print(polynomial: Polynomial): Dim {
  const constant = polynomial.get('') ?? 0;
  if (polynomial.size === 0 || (polynomial.size === 1 && constant !== 0)) return constant;
  let text = '';
  for (const [key, factor] of sorted(polynomial)) {
    const size = Math.abs(factor);
    const term = key === '' ? `${size}` : size === 1 ? key : `${size}*${key}`;
    text += factor < 0 ? `-${term}` : text === '' ? term : `+${term}`;
  }
  return text;
}
