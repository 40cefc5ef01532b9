import {
  add,
  binaryCrossEntropy,
  cast,
  clip,
  concat,
  div,
  exp,
  greater,
  log,
  matmul,
  mean,
  mul,
  relu,
  sigmoid,
  softplus,
  sub,
} from '@pct/tensor';
import type { Tensor } from '@pct/tensor';
import { inputIndex, outputCount, outputIndex, pairOutputs, stateCount } from '../../data/columns.js';
import { avogadro, density, molarMass } from '../../m7/constants.js';
import { before, columns, matrix, row } from '../tensors.js';
import { massMoves, type Move, numberMoves } from './moves.js';
import type { OutputLayer } from './types.js';

const gas = outputIndex('h2so4');
const waters = outputCount - stateCount;
/** Nucleation takes gas beside condensation, so it is a move of its own, the last one. */
const moves: readonly Move[] = [...massMoves, ...numberMoves, { from: gas, to: outputIndex('SO4_NS') }];
const nucleation = moves.length - 1;
/** What else the network says: gate of nucleation, molecules per new particle, and water. */
const gate = moves.length;
const molecules = gate + 1;
const water = molecules + 1;

/** Molecules of H2SO4 to cm³ of dry matter, by κ water uptake's molar mass. */
const acidVolume = molarMass.sulfate / avogadro.ham2 / density.sulfuricAcid;
const organicVolume = 1e-12 / density.organicCarbon;
const hygroscopic = { acid: 0.6, organic: 0.06 } as const;

/** Where log-odds begin: an untrained network moves little, most of it from gas to particles that are there. */
const initialOdds = moves.map(({ from, to }, k) => {
  if (k === nucleation) return -12;
  if (from === gas) return -1;
  return to === undefined ? -7 : -10;
});
/** Where the logarithm of the molecules per new particle begins. */
const initialSize = 3;

/**
 * Exact in mass and sign by construction, and active in training: the network says which share of each mode moves where.
 *
 * zⱼ = xⱼ (1 − Σₖ Tⱼₖ) + Σᵢ xᵢ Tᵢⱼ, Tᵢⱼ = exp(uᵢⱼ) / (1 + Σₖ exp(uᵢₖ)),
 *
 * with moves only where M7 has them, so that gas and insoluble modes only lose and CS only gains. Particles move with
 * their own shares, or are lost; new ones are the gas that nucleates, which has a gate of its own, over the molecules
 * that one takes (at least 1). Water is that of an ideal κ-Köhler mixture without curvature,
 * κV a / (1 − a), times a factor from the network between 0 and 2. Negative inputs count as 0.
 *
 * @see Petters and Kreidenweis 2007, doi:10.5194/acp-7-1961-2007, eq. 2 for the water
 */
export const transferOutput: OutputLayer = {
  name: 'transfer',
  width: water + waters,
  values(raw, inputs) {
    const start = relu(before(inputs));
    return valuesOf(raw, inputs, start, flows(raw, start));
  },
  penalty(raw, inputs, outputs) {
    const start = relu(before(inputs));
    const { gain, loss } = flows(raw, start);
    // Where a gain is far too small errors do not see it; its share of gain and loss does.
    const rising = cast(greater(openColumns(sub(outputs, start)), 0), 'float64');
    const odds = sub(log(add(openColumns(gain), nothing)), log(add(openColumns(loss), nothing)));
    return mul(signWeight, mean(binaryCrossEntropy(odds, rising)));
  },
};

/** How much the signs of the changes that can have either count beside the errors. */
const signWeight = 0.3;
/** Keeps logarithms of nothing finite: far below anything that moves. */
const nothing = 1e-40;
const open = pairOutputs.filter(({ sign }) => sign === 0).map(({ index }) => index);

function openColumns(x: Tensor): Tensor {
  return concat(
    open.map((output) => columns(x, output, output + 1)),
    1,
  );
}

/** What every output gains and loses, [batch, 28] each. */
interface Flows {
  readonly gain: Tensor;
  readonly loss: Tensor;
}

function flows(raw: Tensor, start: Tensor): Flows {
  const amounts = movedAmounts(raw, start);
  return {
    gain: add(matmul(amounts, ends('to')), newParticles(raw, amounts)),
    loss: matmul(amounts, ends('from')),
  };
}

function valuesOf(raw: Tensor, inputs: Tensor, start: Tensor, { gain, loss }: Flows): Tensor {
  const dry = relu(add(start, sub(gain, loss)));
  return concat([columns(dry, 0, stateCount), waterOf(raw, inputs, dry)], 1);
}

/** What moves, [batch, moves]: shares of what there is. */
function movedAmounts(raw: Tensor, start: Tensor): Tensor {
  const odds = add(columns(raw, 0, moves.length), row(initialOdds));
  // Above 30 a share is 1 to thirteen digits, and exp is far from its limit.
  const weights = exp(clip(odds, -80, 30));
  const sameSource = matrix(
    moves.length,
    moves.length,
    pairsOf((a, b) => (a.from === b.from ? 1 : 0)),
  );
  const shares = div(weights, add(1, matmul(weights, sameSource)));
  const sources = matrix(
    outputCount,
    moves.length,
    moves.map(({ from }, k) => [from, k, 1] as const),
  );
  const amounts = mul(matmul(start, sources), shares);
  const open = sigmoid(columns(raw, gate, gate + 1));
  return concat([columns(amounts, 0, nucleation), mul(columns(amounts, nucleation, moves.length), open)], 1);
}

/** [moves, 28]: 1 where a move goes, or where it comes from. */
function ends(end: 'from' | 'to'): Tensor {
  return matrix(
    moves.length,
    outputCount,
    moves.flatMap((move, k) => {
      const output = move[end];
      return output === undefined ? [] : [[k, output, 1] as const];
    }),
  );
}

/** Particles from nucleation, in the column of NS; [batch, 28]. */
function newParticles(raw: Tensor, amounts: Tensor): Tensor {
  const size = exp(softplus(add(columns(raw, molecules, molecules + 1), initialSize)));
  const born = div(columns(amounts, nucleation, nucleation + 1), size);
  return matmul(born, matrix(1, outputCount, [[0, outputIndex('n_NS'), 1]]));
}

/** Water of the soluble modes, kg m⁻³, [batch, 4]. */
function waterOf(raw: Tensor, inputs: Tensor, dry: Tensor): Tensor {
  const modes = ['NS', 'KS', 'AS', 'CS'] as const;
  // 10³ kg m⁻³ of air are 1 g of water per cm³ of air.
  const volumes = matmul(
    dry,
    matrix(
      outputCount,
      waters,
      modes.flatMap((mode, k) => {
        const acid = [outputIndex(`SO4_${mode}`), k, 1e3 * hygroscopic.acid * acidVolume] as const;
        if (mode === 'NS') return [acid];
        return [acid, [outputIndex(`OC_${mode}`), k, 1e3 * hygroscopic.organic * organicVolume] as const];
      }),
    ),
  );
  const humidity = inputIndex('relativeHumidity');
  const activity = clip(columns(inputs, humidity, humidity + 1), 0, 0.99);
  const factor = mul(sigmoid(columns(raw, water, water + waters)), 2);
  return mul(mul(volumes, div(activity, sub(1, activity))), factor);
}

function* pairsOf(value: (a: Move, b: Move) => number): Generator<readonly [number, number, number]> {
  for (const [i, a] of moves.entries()) {
    for (const [k, b] of moves.entries()) {
      const entry = value(a, b);
      if (entry !== 0) yield [i, k, entry];
    }
  }
}
