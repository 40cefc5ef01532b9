import {
  add,
  binaryCrossEntropy,
  cast,
  concat,
  exp,
  greater,
  matmul,
  mean,
  mul,
  square,
  sub,
} from '@pct/tensor';
import type { Tensor } from '@pct/tensor';
import { outputCount, pairOutputs } from '../../data/columns.js';
import { before, columns, logMagnitude, matrix, row } from '../tensors.js';
import type { OutputLayer } from './types.js';

/** Outputs whose change can have either sign: those have a classifier. */
const open = pairOutputs.filter(({ sign }) => sign === 0).map(({ index }) => index);
const fixedSigns = pairOutputs.map(({ sign }) => sign);
/** [open, 28]: puts the classified signs into their columns. */
const spread = (): Tensor =>
  matrix(
    open.length,
    outputCount,
    open.map((output, k) => [k, output, 1] as const),
  );

/**
 * Magnitudes as ln(|change| + 10⁻⁸), and a classifier for the signs of the 11 outputs that can have either; the other
 * signs are those that M7 allows. Learned as squared error of the logarithms and cross-entropy of the signs.
 *
 * @see Harder et al. 2022, Environmental Data Science 1:e20, section 4.1, "log transform"
 */
export const logOutput: OutputLayer = {
  name: 'log',
  width: outputCount + open.length,
  values(raw, inputs, { logMean, logDeviation }) {
    const logs = add(mul(columns(raw, 0, outputCount), row(logDeviation)), row(logMean));
    const magnitudes = sub(exp(logs), 1e-8);
    const votes = cast(greater(columns(raw, outputCount, outputCount + open.length), 0), 'float64');
    const signs = add(matmul(sub(mul(votes, 2), 1), spread()), row(fixedSigns));
    return add(before(inputs), mul(signs, magnitudes));
  },
  loss(raw, inputs, outputs, { logMean, logDeviation }) {
    const changes = sub(outputs, before(inputs));
    const wanted = mul(sub(logMagnitude(changes), row(logMean)), row(logDeviation.map((one) => 1 / one)));
    const magnitudes = mean(square(sub(columns(raw, 0, outputCount), wanted)));
    const rising = cast(
      greater(
        concat(
          open.map((output) => columns(changes, output, output + 1)),
          1,
        ),
        0,
      ),
      'float64',
    );
    const signs = mean(binaryCrossEntropy(columns(raw, outputCount, outputCount + open.length), rising));
    return add(magnitudes, signs);
  },
};
