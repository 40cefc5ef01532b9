/**
 * Functions of two float64 at once, with relative errors of a few times 10⁻¹⁶. What leaves the range saturates: exp is
 * 3·10⁻³⁰⁸ below −708 and 8·10³⁰⁷ above 709, log is 709.8 of infinity and −708.4 of what is below the least normal
 * number. NaN stays NaN.
 */
import {
  call,
  define,
  f64x2,
  i32,
  i64x2,
  v128,
  type Code,
  type FunctionSource,
  type Local,
} from '@pct/core/wasm';
import { complementaryError } from '../../m7/normal.js';
import { evaluate, interpolate } from './polynomials.js';

const { add, sub: subtract, mul: multiply, div: divide, pmax: most, pmin: least, abs: absolute } = f64x2;

/** Their places in a module, from 0 on. */
export const mathPlaces = { exp: 0, expm1: 1, log: 2, log1p: 3, tanh: 4, erf: 5, cbrt: 6 } as const;

/** Bits of constants; they stand twice each from the start of the memory. */
const constants: bigint[] = [];

/** A constant from memory: there it is one load, in the code it would be three instructions. */
function fromMemory(bits: bigint): Code {
  let place = constants.indexOf(bits);
  if (place < 0) place = constants.push(bits) - 1;
  return v128.load(16 * place, i32.constant(0));
}

const f64 = (value: number): Code => fromMemory(new BigInt64Array(Float64Array.of(value).buffer)[0]!);
const polynomial = (coefficients: readonly number[], powers: readonly Local[]): Code =>
  evaluate(
    coefficients.map((coefficient) => f64(coefficient)),
    powers,
  );

const log2 = Math.LN2;
/** The first 20 bits of ln 2, so that its products with small integers are exact, and the rest. */
const log2High = Math.floor(log2 * 2 ** 20) / 2 ** 20;
/** ln 2 has the digits 0.6931471805599453094172321214581766; what float64 lacks of it is 2.319e-17. */
const log2Low = log2 - log2High + 2.3190468138462996e-17;

/** (exp(r) − 1) / r up to half of ln 2. */
const exponentTerms = interpolate(11, -log2 / 2, log2 / 2, (r) => (r === 0 ? 1 : Math.expm1(r) / r));
/** 1.5 · 2⁵²: a float64 that it was added to has its whole part in the lowest bits. */
const toInteger = 1.5 * 2 ** 52;

const exponentLocals = {
  shifted: 'v128',
  whole: 'v128',
  r: 'v128',
  square: 'v128',
  fourth: 'v128',
  eighth: 'v128',
  scale: 'v128',
} as const;
type ExponentLocals = Readonly<Record<keyof typeof exponentLocals | 'x', Local>>;

/** Splits exp(x) into `scale` (1 + r). */
function splitExponent({ x, shifted, whole, r, square, fourth, eighth, scale }: ExponentLocals): Code[] {
  return [
    x.set(least(most(x.get, f64(-708)), f64(709))),
    shifted.set(add(multiply(x.get, f64(1 / log2)), f64(toInteger))),
    whole.set(subtract(shifted.get, f64(toInteger))),
    r.set(subtract(subtract(x.get, multiply(whole.get, f64(log2High))), multiply(whole.get, f64(log2Low)))),
    square.set(multiply(r.get, r.get)),
    fourth.set(multiply(square.get, square.get)),
    eighth.set(multiply(fourth.get, fourth.get)),
    r.set(multiply(r.get, polynomial(exponentTerms, [r, square, fourth, eighth]))),
    scale.set(i64x2.shiftLeft(i64x2.add(shifted.get, fromMemory(1023n)), i32.constant(52))),
  ];
}

const exponential = define('exp', { x: 'v128' }, 'v128', exponentLocals, (all) => [
  ...splitExponent(all),
  add(all.scale.get, multiply(all.scale.get, all.r.get)),
]);

const expMinusOne = define('expm1', { x: 'v128' }, 'v128', exponentLocals, (all) => [
  ...splitExponent(all),
  add(subtract(all.scale.get, f64(1)), multiply(all.scale.get, all.r.get)),
]);

/** Largest s² = ((m − 1) / (m + 1))² of mantissas m from √½ to √2. */
const largestSquare = ((Math.SQRT2 - 1) / (Math.SQRT2 + 1)) ** 2;

/** (artanh(s) / s − 1) / s² in powers of s². */
const logarithmTerms = interpolate(8, 0, largestSquare, (square) => {
  let sum = 0;
  for (let n = 24; n >= 1; n--) sum = sum * square + 1 / (2 * n + 1);
  return sum;
});

/** The bits of the exponent of a positive number as a whole number: those of 2⁵² have it in the lowest bits. */
const exponentOf = (x: Code): Code =>
  subtract(v128.or(i64x2.shiftRight(x, i32.constant(52)), f64(2 ** 52)), f64(2 ** 52 + 1023));

/** Its mantissa, 1 to 2. */
const mantissaOf = (x: Code): Code => v128.or(v128.and(x, fromMemory(0xfffffffffffffn)), f64(1));

const logarithm = define(
  'log',
  { x: 'v128' },
  'v128',
  { given: 'v128', power: 'v128', large: 'v128', s: 'v128', z: 'v128', z2: 'v128', z4: 'v128' },
  ({ x, given, power, large, s, z, z2, z4 }) => [
    given.set(most(x.get, f64(2 ** -1022))),
    power.set(exponentOf(given.get)),
    s.set(mantissaOf(given.get)),
    large.set(f64x2.greater(s.get, f64(Math.SQRT2))),
    power.set(add(power.get, v128.and(large.get, f64(1)))),
    // Half of large mantissas, less 1.
    s.set(subtract(subtract(s.get, v128.and(large.get, multiply(s.get, f64(0.5)))), f64(1))),
    s.set(divide(s.get, add(s.get, f64(2)))),
    z.set(multiply(s.get, s.get)),
    z2.set(multiply(z.get, z.get)),
    z4.set(multiply(z2.get, z2.get)),
    s.set(add(s.get, s.get)),
    z.set(multiply(multiply(s.get, z.get), polynomial(logarithmTerms, [z, z2, z4]))),
    z.set(add(s.get, add(z.get, multiply(power.get, f64(log2Low))))),
    z.set(add(multiply(power.get, f64(log2High)), z.get)),
    // All bits set are NaN: of what is not 0 and not above it.
    v128.select(
      z.get,
      v128.or(v128.not(f64x2.equal(x.get, f64(0))), f64(-Infinity)),
      f64x2.greater(x.get, f64(0)),
    ),
  ],
);

const logOfOneAnd = define('log1p', { x: 'v128' }, 'v128', { sum: 'v128' }, ({ x, sum }) => [
  sum.set(add(x.get, f64(1))),
  // What rounding took from 1 + x, over 1 + x.
  add(call(mathPlaces.log, sum.get), divide(subtract(x.get, subtract(sum.get, f64(1))), sum.get)),
]);

const hyperbolicTangent = define('tanh', { x: 'v128' }, 'v128', { e: 'v128' }, ({ x, e }) => [
  // It is 1 beyond 20.
  e.set(call(mathPlaces.expm1, multiply(f64(2), most(least(x.get, f64(20)), f64(-20))))),
  divide(e.get, add(e.get, f64(2))),
]);

/** Up to here erf is a polynomial, and from the other end on 1. */
const [errorStart, errorEnd] = [0.5, 6] as const;

/** erf(x) / x in powers of x². */
const nearTerms = interpolate(9, 0, errorStart ** 2, (square) => {
  // Abramowitz and Stegun 1964, 7.1.5
  let [sum, term] = [0, 1];
  for (let n = 0; n < 20; n++) {
    sum += term / (2 * n + 1);
    term *= -square / (n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
});

/** u = (t − middle) / half of t = 2 / (2 + x) between both ends. */
const [firstT, lastT] = [2 / (2 + errorEnd), 2 / (2 + errorStart)] as const;
const [middleT, halfT] = [(firstT + lastT) / 2, (lastT - firstT) / 2] as const;
/** ln(erfc(x) exp(x²) / t) in powers of u. */
const farTerms = interpolate(16, -1, 1, (u) => {
  const t = middleT + halfT * u;
  const x = 2 / t - 2;
  return Math.log(complementaryError(x) / t) + x * x;
});

const errorFunction = define(
  'erf',
  { x: 'v128' },
  'v128',
  { size: 'v128', t: 'v128', u: 'v128', u2: 'v128', u4: 'v128', u8: 'v128', far: 'v128' },
  ({ x, size, t, u, u2, u4, u8, far }) => {
    const powersOf = (value: Code): Code[] => [
      u.set(value),
      u2.set(multiply(u.get, u.get)),
      u4.set(multiply(u2.get, u2.get)),
      u8.set(multiply(u4.get, u4.get)),
    ];
    const powers = [u, u2, u4, u8];
    return [
      size.set(least(absolute(x.get), f64(errorEnd))),
      t.set(divide(f64(2), add(size.get, f64(2)))),
      ...powersOf(multiply(subtract(t.get, f64(middleT)), f64(1 / halfT))),
      far.set(subtract(polynomial(farTerms, powers), multiply(size.get, size.get))),
      far.set(subtract(f64(1), multiply(t.get, call(mathPlaces.exp, far.get)))),
      far.set(v128.select(f64x2.neg(far.get), far.get, f64x2.less(x.get, f64(0)))),
      ...powersOf(multiply(x.get, x.get)),
      v128.select(
        multiply(x.get, polynomial(nearTerms, powers)),
        far.get,
        f64x2.less(size.get, f64(errorStart)),
      ),
    ];
  },
);

/** ∛m of mantissas; the error of 10⁻⁶ is what Halley's step makes of 10⁻¹⁸. */
const rootTerms = interpolate(6, 1, 2, Math.cbrt);
/** 2^(k/3) of k = −1, 0 and 1 as 1 + k (a + k b). */
const thirdSlope = (Math.cbrt(2) - Math.cbrt(0.5)) / 2;
const thirdBend = (Math.cbrt(2) + Math.cbrt(0.5)) / 2 - 1;

/** ∛x of positive x; NaN below 0. */
const cubeRoot = define(
  'cbrt',
  { x: 'v128' },
  'v128',
  {
    given: 'v128',
    rest: 'v128',
    shifted: 'v128',
    m: 'v128',
    m2: 'v128',
    m4: 'v128',
    y: 'v128',
    cube: 'v128',
  },
  ({ x, given, rest, shifted, m, m2, m4, y, cube }) => [
    given.set(most(x.get, f64(2 ** -1022))),
    rest.set(exponentOf(given.get)),
    shifted.set(add(multiply(rest.get, f64(1 / 3)), f64(toInteger))),
    rest.set(subtract(rest.get, multiply(f64(3), subtract(shifted.get, f64(toInteger))))),
    m.set(mantissaOf(given.get)),
    m2.set(multiply(m.get, m.get)),
    m4.set(multiply(m2.get, m2.get)),
    y.set(i64x2.shiftLeft(i64x2.add(shifted.get, fromMemory(1023n)), i32.constant(52))),
    rest.set(add(f64(1), multiply(rest.get, add(f64(thirdSlope), multiply(rest.get, f64(thirdBend)))))),
    y.set(multiply(multiply(y.get, rest.get), polynomial(rootTerms, [m, m2, m4]))),
    // Halley: y (y³ + 2 x) / (2 y³ + x)
    cube.set(multiply(multiply(y.get, y.get), y.get)),
    rest.set(add(cube.get, x.get)),
    y.set(multiply(y.get, divide(add(rest.get, x.get), add(rest.get, cube.get)))),
    // All bits set are NaN.
    v128.or(y.get, f64x2.less(x.get, f64(0))),
  ],
);

/** The functions in the order of {@link mathPlaces}. */
export const mathFunctions: readonly FunctionSource[] = [
  exponential,
  expMinusOne,
  logarithm,
  logOfOneAnd,
  hyperbolicTangent,
  errorFunction,
  cubeRoot,
];

/** What the functions need at the start of the memory. */
export const mathConstants: BigInt64Array = BigInt64Array.from(constants.flatMap((bits) => [bits, bits]));
