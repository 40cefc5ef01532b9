import { add, matmul, mul, relu, sub } from '@pct/tensor';
import { conservedSpecies, massGroups, outputCount, outputIndex } from '../../data/columns.js';
import { before, matrix, row } from '../tensors.js';
import type { OutputLayer } from './types.js';

/** Changes and water without any constraint: what the network says, times standard deviation, plus mean. */
export const standardOutput: OutputLayer = {
  name: 'standard',
  width: outputCount,
  values: (raw, inputs, { mean, deviation }) => add(before(inputs), add(mul(raw, row(deviation)), row(mean))),
};

/** Member of each species whose change is made minus the sum of the others'. */
const completed = [outputIndex('SO4_CS'), outputIndex('BC_CS'), outputIndex('OC_CS'), outputIndex('DU_AS')];

/**
 * Exact mass by overwriting one change per species with minus the sum of the others (SO4, BC and OC in CS, DU in AS),
 * after training without. The overwritten values can become negative.
 *
 * @see Harder et al. 2022, Environmental Data Science 1:e20, section 4.2, "completion"
 */
export const completionOutput: OutputLayer = {
  name: 'completion',
  width: outputCount,
  training: standardOutput,
  values(raw, inputs, scaling, dt) {
    const entries: [number, number, number][] = [];
    for (let output = 0; output < outputCount; output++) {
      if (!completed.includes(output)) entries.push([output, output, 1]);
    }
    conservedSpecies.forEach((species, k) => {
      const last = completed[k]!;
      for (const output of massGroups[species]) if (output !== last) entries.push([output, last, -1]);
    });
    const start = before(inputs);
    const changes = sub(standardOutput.values(raw, inputs, scaling, dt), start);
    return add(start, matmul(changes, matrix(outputCount, outputCount, entries)));
  },
};

/**
 * No negative values: those below 0 become 0, after training without. This adds mass.
 *
 * @see Harder et al. 2022, Environmental Data Science 1:e20, section 4.2, "correction"
 */
export const correctionOutput: OutputLayer = {
  name: 'correction',
  width: outputCount,
  training: standardOutput,
  values: (raw, inputs, scaling, dt) => relu(standardOutput.values(raw, inputs, scaling, dt)),
};
