import {
  add,
  cast,
  concat,
  div,
  exp,
  greater,
  greaterEqual,
  log,
  maximum,
  minimum,
  mul,
  pad,
  relu,
  sub,
  where,
} from '@pct/tensor';
import type { Tensor } from '@pct/tensor';
import { outputCount, outputIndex, stateCount } from '../../../data/columns.js';
import { moleculeArea, sphere } from '../../../m7/constants.js';
import { averageMassFactors, averageSurfaceFactors, KI, modeCount, NS } from '../../../m7/modes.js';
import { before, columns, row } from '../../tensors.js';
import type { OutputLayer } from '../types.js';
import { applyMoves, movesOf } from './applyMoves.js';
import { coagulate } from './coagulate.js';
import { coefficientCount, coefficients } from './coefficients.js';
import { gasStep } from './gas.js';
import { waterOf } from './kohler.js';
import { keptShares } from './repartition.js';
import { acidVolume, dryVolumes, isThere, leastNumber } from './volumes.js';

const firstMass = outputIndex('SO4_NS');
const numbers = outputIndex('n_NS');
/** Soluble modes that hold SO4, and insoluble ones. */
const [soluble, insoluble] = [4, 3];

/** Where coagulation and ageing take mass: shares are those of `collisionShares`. */
const collisions = [
  ...movesOf(['SO4'], 'NS', 'KS', 0),
  ...movesOf(['SO4'], 'NS', 'AS', 1),
  ...movesOf(['SO4'], 'NS', 'CS', 2),
  ...movesOf(['SO4', 'BC', 'OC'], 'KS', 'AS', 3),
  ...movesOf(['SO4', 'BC', 'OC'], 'KS', 'CS', 4),
  ...movesOf(['BC', 'OC'], 'KI', 'KS', 5),
  ...movesOf(['BC', 'OC'], 'KI', 'AS', 6),
  ...movesOf(['DU'], 'AI', 'AS', 7),
  ...movesOf(['DU'], 'CI', 'CS', 8),
];
/** Where repartition takes what: shares of mass of NS, KS and AS, then of number. */
const growth = [
  ...movesOf(['SO4'], 'NS', 'KS', 0),
  ...movesOf(['SO4', 'BC', 'OC'], 'KS', 'AS', 1),
  ...movesOf(['SO4', 'BC', 'OC', 'DU'], 'AS', 'CS', 2),
  ...movesOf(['n'], 'NS', 'KS', 3),
  ...movesOf(['n'], 'KS', 'AS', 4),
  ...movesOf(['n'], 'AS', 'CS', 5),
];

const column = (x: Tensor, k: number): Tensor => columns(x, k, k + 1);

/**
 * Exact in mass and sign, and active in training: the network says the rate coefficients of the step, and M7's own
 * integration does the rest.
 *
 * What is learned, as functions of size, composition and air: the coagulation kernels of 16 pairs of modes and the
 * condensation coefficients of seven, which need the wet radii that M7 iterates for. What is not: the integration of gas and numbers, Vehkamäki's nucleation, the layers of sulfate that make a
 * particle soluble, repartition, and κ-Köhler water. So more of everything than in the training data, at sizes that are
 * within, is no extrapolation.
 *
 * It is made for pairs of the default model of `generatePairs`. Negative inputs count as 0.
 *
 * @see Vignati et al. 2004, doi:10.1029/2003JD004485; Stier et al. 2005, doi:10.5194/acp-5-1125-2005
 */
export const processOutput: OutputLayer = {
  name: 'process',
  width: coefficientCount,
  values(raw, inputs, _scaling, dt) {
    const { kernels, sinks } = coefficients(raw, dt);
    const start = relu(before(inputs));
    const number = columns(start, numbers, stateCount);
    const volume = dryVolumes(start, acidVolume, modeCount);
    const exists = cast(isThere(number, volume), 'float64');
    // To M7 particles of NS have at least the size of a cluster.
    const present = concat(
      [cast(greater(column(number, NS), 0), 'float64'), columns(exists, NS + 1, modeCount)],
      1,
    );
    const { gas, condensed, nucleatedMass, nucleatedNumber } = gasStep(inputs, present, number, sinks, dt);
    const fed = add(
      columns(start, 0, stateCount),
      concat(
        [sub(gas, column(start, 0)), columns(condensed, 0, soluble), mul(columns(start, 5, stateCount), 0)],
        1,
      ),
    );
    const sulfate = add(column(fed, firstMass), nucleatedMass);
    const coating = coatingMolecules(columns(volume, KI, modeCount), columns(number, KI, modeCount));
    const coagulated = coagulate({
      kernels,
      number,
      present,
      created: nucleatedNumber,
      coating,
      sulfate,
      dt,
    });
    const { lostNS, lostKS, lostKI } = coagulated;

    const onInsoluble = columns(condensed, KI, modeCount);
    const coats = add(
      onInsoluble,
      add(
        mul(columns(lostNS, 3, 6), sulfate),
        mul(concat([mul(gas, 0), columns(lostKS, 2, 4)], 1), column(fed, firstMass + 1)),
      ),
    );
    const left = columns(coagulated.number, KI, modeCount);
    const enough = mul(columns(exists, KI, modeCount), cast(greaterEqual(left, 1e-5), 'float64'));
    const aged = mul(enough, minimum(div(coats, coating), left));
    const takenKI = add(column(lostKI, 0), column(lostKI, 1));
    const agedShare = minimum(
      div(aged, maximum(columns(number, KI, modeCount), leastNumber)),
      sub(1, concat([takenKI, mul(columns(lostKS, 0, 2), 0)], 1)),
    );

    const collisionShares = concat(
      [
        add(columns(lostNS, 0, 3), columns(lostNS, 3, 6)),
        add(columns(lostKS, 0, 2), columns(lostKS, 2, 4)),
        add(column(lostKI, 0), column(agedShare, 0)),
        column(lostKI, 1),
        columns(agedShare, 1, insoluble),
      ],
      1,
    );
    const after = concat(
      [
        gas,
        sulfate,
        columns(fed, firstMass + 1, numbers),
        relu(add(coagulated.number, concat([mul(gas, 0), aged, mul(aged, -1)], 1))),
      ],
      1,
    );
    // What condensed on insoluble particles goes where they go, whether they are covered or not.
    const carried = pad(onInsoluble, [
      [0, 0],
      [firstMass + 1, stateCount - firstMass - 1 - insoluble],
    ]);
    const mixed = add(applyMoves(after, collisionShares, collisions), carried);
    const kept = keptShares(padded(mixed), columns(mixed, numbers, stateCount));
    const values = applyMoves(mixed, sub(1, concat([kept.mass, kept.number], 1)), growth);
    const water = waterOf(padded(values), columns(values, numbers, stateCount), inputs);
    return concat([values, water], 1);
  },
};

/** State outputs with 0 for water, [batch, 28]. */
function padded(state: Tensor): Tensor {
  return pad(state, [
    [0, 0],
    [0, outputCount - stateCount],
  ]);
}

/** Molecules of one layer on a particle of KI, AI and CI, [batch, 3]; 1 where there are none. */
function coatingMolecules(volume: Tensor, number: Tensor): Tensor {
  const here = isThere(number, volume);
  const particle = div(where(here, volume, 1), maximum(number, leastNumber));
  const factors = Array.from({ length: insoluble }, (_, k) => {
    const ratio = averageSurfaceFactors[KI + k]! / averageMassFactors[KI + k]!;
    return (4 * Math.PI * ratio * ratio) / moleculeArea;
  });
  const square = exp(mul(log(div(particle, sphere)), 2 / 3));
  return where(here, mul(square, row(factors)), 1);
}
