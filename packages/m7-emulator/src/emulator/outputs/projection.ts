import {
  add,
  cast,
  concat,
  div,
  greater,
  matmul,
  maximum,
  minimum,
  mul,
  relu,
  reshape,
  sub,
  sum,
  where,
} from '@pct/tensor';
import type { Tensor } from '@pct/tensor';
import { conservedSpecies, massGroups, outputCount, pairOutputs } from '../../data/columns.js';
import { before, columns, matrix, row } from '../tensors.js';
import { standardOutput } from './standard.js';
import type { OutputLayer } from './types.js';

const groups = conservedSpecies.map((species) => massGroups[species]);
const longest = Math.max(...groups.map(({ length }) => length));
const masses = groups.flat().length;
/** Where each mass stands among the padded groups. */
const places = groups.flatMap((members, group) =>
  members.map((output, k) => [output, group * longest + k] as const),
);
const numberSigns = pairOutputs.filter(({ kind }) => kind === 'number').map(({ sign }) => sign);

/** [batch, 28] to [batch, 4, 5]: the masses by species, filled up with 0. */
function byGroup(values: Tensor): Tensor {
  const spread = matrix(
    outputCount,
    groups.length * longest,
    places.map(([output, place]) => [output, place, 1] as const),
  );
  return reshape(matmul(values, spread), [values.shape[0]!, groups.length, longest]);
}

/**
 * Exact in mass and sign: the masses that the network says are moved to the nearest ones that are not negative and add
 * up to what there was,
 *
 * z = argmin Σᵢ ((zᵢ − vᵢ) / dᵢ)², zᵢ ≥ 0, Σ z = Σ x,
 *
 * with dᵢ the standard deviation of the change, so that large modes take the most. Numbers stay at or above 0; those of
 * KI, AI and CI cannot rise, that of CS cannot fall. Active in training, as it has a derivative almost everywhere.
 * Negative inputs count as 0.
 *
 * @see Michelot 1986, Journal of Optimization Theory and Applications 50, 195-200, doi:10.1007/BF00938486
 */
export const projectionOutput: OutputLayer = {
  name: 'projection',
  width: outputCount,
  values(raw, inputs, scaling, dt) {
    const start = relu(before(inputs));
    const free = add(start, sub(standardOutput.values(raw, inputs, scaling, dt), before(inputs)));
    const mass = project(byGroup(free), byGroup(start), scaling.deviation);
    const back = matrix(
      groups.length * longest,
      masses,
      places.map(([output, place]) => [place, output, 1] as const),
    );
    const flat = matmul(reshape(mass, [inputs.shape[0]!, groups.length * longest]), back);
    const count = numberSigns.length;
    const numbers = signedNumbers(
      columns(free, masses, masses + count),
      columns(start, masses, masses + count),
    );
    return concat([flat, numbers, relu(columns(free, masses + count, outputCount))], 1);
  },
};

/** Weighted projection on simplices; at most as many passes as members, since each pass frees at least one. */
function project(wanted: Tensor, start: Tensor, deviation: Float64Array): Tensor {
  const squares = new Float64Array(groups.length * longest);
  for (const [output, place] of places) squares[place] = deviation[output]! ** 2;
  // Only ratios matter within a species.
  groups.forEach((_, group) => {
    const part = squares.subarray(group * longest, (group + 1) * longest);
    const most = Math.max(...part);
    part.forEach((square, k) => (part[k] = square / most));
  });
  const give = reshape(row(squares), [groups.length, longest]);
  const total = sum(start, { axes: [-1], keepDims: true });
  let active = cast(greater(add(mul(wanted, 0), give), 0), 'float64');
  let values = wanted;
  for (let pass = 0; pass < longest; pass++) {
    const room = sum(mul(active, give), { axes: [-1], keepDims: true });
    const excess = sub(sum(mul(active, wanted), { axes: [-1], keepDims: true }), total);
    const step = div(excess, where(greater(room, 0), room, 1));
    values = sub(wanted, mul(step, give));
    active = mul(active, cast(greater(values, 0), 'float64'));
  }
  const kept = mul(active, values);
  const sums = sum(kept, { axes: [-1], keepDims: true });
  const found = greater(sums, 0);
  // What rounding of large proposals left open is closed here; where it left nothing, nothing moves.
  return where(found, mul(kept, div(total, where(found, sums, 1))), start);
}

/** Numbers that are not negative and keep the signs of M7. */
function signedNumbers(wanted: Tensor, start: Tensor): Tensor {
  const parts = numberSigns.map((sign, k) => {
    const [value, old] = [columns(wanted, k, k + 1), columns(start, k, k + 1)];
    if (sign < 0) return relu(minimum(value, old));
    return sign > 0 ? maximum(value, old) : relu(value);
  });
  return concat(parts, 1);
}
