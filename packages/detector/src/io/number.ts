/** 10^0 … 10^22: the powers of ten that a double holds exactly. */
const powersOfTen = Float64Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));

/** Up to here one accumulator takes another digit: 15 digits in all, below 2^53, so that it stays exact. */
const headLimit = 1e14;

/** Further digits that are kept; 21 in all cover every shortest round-trip double and more. */
const maxTailDigits = 6;

/** Half-width of the interval that surely holds the quotient's second term, relative to it. */
const uncertainty = 2 ** -50;

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** The bytes `[start, end)` as text, one character for each byte. */
export function asciiText(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}

/**
 * Reads the decimal number that the bytes `[start, end)` spell, with spaces and tabs around it allowed.
 *
 * The value is the double that `Number()` gives. Up to 15 digits are one exact integer times or divided by
 * an exact power of ten, which rounds once. Up to 21 digits are held as an unevaluated sum of two doubles;
 * where the quotient lies too close to the middle of two doubles to tell, and for the rare rest,
 * `Number()` itself decides.
 *
 * @returns the number, or NaN where the bytes are no decimal number (hexadecimal, `nan` and `inf` are none);
 *   a literal beyond the range of doubles gives ±Infinity
 * @see Clinger 1990, How to read floating point numbers accurately, doi:10.1145/93542.93557 (exact cases)
 * @see Dekker 1971, Numer. Math. 18, 224-242, doi:10.1007/BF01397083 (exact products)
 */
export function parseDecimal(bytes: Uint8Array, start: number, end: number): number {
  while (start < end && (bytes[start] === 32 || bytes[start] === 9)) start++;
  while (start < end && (bytes[end - 1] === 32 || bytes[end - 1] === 9)) end--;
  let i = start;
  const sign = i < end ? bytes[i]! : 0;
  if (sign === 45 || sign === 43) i++;

  const first = i;
  let head = 0;
  let tail = 0;
  let tailDigits = 0;
  let point = -1;
  for (; i < end; i++) {
    const digit = bytes[i]! - 48;
    if (digit >= 0 && digit <= 9) {
      if (head < headLimit) {
        head = head * 10 + digit;
      } else if (tailDigits < maxTailDigits) {
        tail = tail * 10 + digit;
        tailDigits++;
      } else {
        return parseSlowly(bytes, start, end);
      }
    } else if (digit === -2 && point < 0) {
      point = i;
    } else {
      break;
    }
  }
  if (i - first === (point < 0 ? 0 : 1)) return NaN;
  let exponent = point < 0 ? 0 : point + 1 - i;
  if (i < end) {
    const letter = bytes[i]!;
    if (letter !== 101 && letter !== 69) return NaN;
    i++;
    const exponentSign = i < end ? bytes[i]! : 0;
    if (exponentSign === 45 || exponentSign === 43) i++;
    let written = 0;
    if (i === end) return NaN;
    for (; i < end; i++) {
      const digit = bytes[i]! - 48;
      if (digit < 0 || digit > 9) return NaN;
      if (written < 100_000) written = written * 10 + digit;
    }
    exponent += exponentSign === 45 ? -written : written;
  }

  let value: number;
  if (head === 0) {
    value = 0;
  } else if (exponent < -22 || exponent > (tailDigits === 0 ? 22 : 0)) {
    return parseSlowly(bytes, start, end);
  } else if (tailDigits === 0) {
    value = exponent < 0 ? head / powersOfTen[-exponent]! : head * powersOfTen[exponent]!;
  } else {
    value = longQuotient(head, tail, tailDigits, powersOfTen[-exponent]!);
    if (Number.isNaN(value)) return parseSlowly(bytes, start, end);
  }
  return sign === 45 ? -value : value;
}

/**
 * (head · 10^tailDigits + tail) / divisor, correctly rounded, or NaN where that is not certain.
 *
 * The numerator is exactly high + low. With q = fl(high / divisor), the remainder high − q·divisor is exact,
 * and the rest of the quotient, (remainder + low) / divisor, carries two roundings, a relative error below
 * 2^-51. Rounding is monotonic: if both ends of that interval give one double, it is the right one.
 */
function longQuotient(head: number, tail: number, tailDigits: number, divisor: number): number {
  const scale = powersOfTen[tailDigits]!;
  const product = head * scale;
  const productError = exactProductError(head, scale, product);
  const high = product + tail;
  // Both are integers far below 2^53, so that their sum is exact.
  const low = productError + (tail - (high - product));
  const quotient = high / divisor;
  const back = quotient * divisor;
  const remainder = high - back - exactProductError(quotient, divisor, back);
  const rest = (remainder + low) / divisor;
  const below = quotient + rest * (1 - uncertainty);
  const above = quotient + rest * (1 + uncertainty);
  return below === above ? below : NaN;
}

/** a·b − fl(a·b), exactly (Dekker's product with Veltkamp's splitting). */
function exactProductError(a: number, b: number, product: number): number {
  const splitA = 134_217_729 * a;
  const aHigh = splitA - (splitA - a);
  const aLow = a - aHigh;
  const splitB = 134_217_729 * b;
  const bHigh = splitB - (splitB - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

function parseSlowly(bytes: Uint8Array, start: number, end: number): number {
  const text = asciiText(bytes, start, end);
  return decimal.test(text) ? Number(text) : NaN;
}
