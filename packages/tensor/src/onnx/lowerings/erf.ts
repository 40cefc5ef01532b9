import type { OnnxModelBuilder } from '../builder.js';
import type { Lowering } from './types.js';

/** erf(x) / x for |x| < 1 in powers of 2 x² - 1, lowest first; made by make_erf.py of the tests. */
const INNER = [
  0.9654687386698673, -0.1405360890227171, 0.019852496688983708, -0.0022854855611441132,
  0.00021751715604159932, -1.7537169441124866e-5, 1.223382738359897e-6, -7.511569286591727e-8,
  4.115800583208149e-9, -2.035228405815769e-10, 9.167619596865806e-12, -3.8078824063194953e-13,
  1.4543887079465116e-14,
];

/** exp(x²) erfc(x) for x from 1 to 6 in powers of the variable that runs over [-1, 1] as 1 / (x + 3) does. */
const OUTER = [
  0.20798329133342885, 0.15436117429436919, 0.0496984454033948, 0.012713147695691995, 0.0024793146970724187,
  0.00033160296057845436, 1.956358330834969e-5, -2.4255574811020284e-6, -5.541277438329464e-7,
  4.526722197970927e-9, 1.1340261055840323e-8, 2.6378817019432074e-10, -2.5809703293704675e-10,
  -6.030100178315267e-12, 6.716060821011204e-12, -4.468786282795809e-15, -1.6799777159311457e-13,
];

/** 1 / (x + 3) at x = 6 and x = 1. */
const [LOW, HIGH] = [1 / 9, 1 / 4];

/**
 * Error function. onnxruntime computes it in float32 only; in float64 it is composed here of two polynomials, to
 * about 1e-15.
 */
export const lowerErf: Lowering = (builder, { outputs: [output] }, [x]) => {
  if (output!.type.dtype === 'float32') return builder.node('Erf', [x!]);
  const number = (value: number): string => builder.scalar('float64', value);
  const size = builder.one('Abs', [x!]);
  const square = builder.one('Min', [builder.one('Mul', [x!, x!]), number(1)]);
  const centred = builder.one('Sub', [builder.one('Add', [square, square]), number(1)]);
  const inner = builder.one('Mul', [x!, horner(builder, INNER, centred)]);
  // Beyond 6 the result is 1 to all digits.
  const limited = builder.one('Min', [builder.one('Max', [size, number(1)]), number(6)]);
  const reciprocal = builder.one('Div', [number(1), builder.one('Add', [limited, number(3)])]);
  const shifted = builder.one('Sub', [reciprocal, number((LOW + HIGH) / 2)]);
  const variable = builder.one('Mul', [shifted, number(2 / (HIGH - LOW))]);
  const gauss = builder.one('Exp', [builder.one('Neg', [builder.one('Mul', [limited, limited])])]);
  const tail = builder.one('Mul', [gauss, horner(builder, OUTER, variable)]);
  const outer = builder.one('Mul', [builder.one('Sign', [x!]), builder.one('Sub', [number(1), tail])]);
  return builder.node('Where', [builder.one('Greater', [size, number(1)]), outer, inner]);
};

function horner(builder: OnnxModelBuilder, coefficients: readonly number[], variable: string): string {
  return coefficients
    .map((factor) => builder.scalar('float64', factor))
    .reduceRight((sum, factor) => builder.one('Add', [builder.one('Mul', [sum, variable]), factor]));
}
