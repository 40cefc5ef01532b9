import {
  add,
  cast,
  clip,
  concat,
  div,
  exp,
  expm1,
  greater,
  minimum,
  mul,
  neg,
  relu,
  sub,
  sum,
  where,
} from '@pct/tensor';
import type { Tensor } from '@pct/tensor';
import { inputIndex, stateOffset } from '../../../data/columns.js';
import { moleculesPerMixingRatio } from '../../../data/rows.js';
import { tiny } from '../../../m7/constants.js';
import { AI, AS, CI, CS, KI, KS, modeCount, NS } from '../../../m7/modes.js';
import { columns } from '../../tensors.js';
import { vehkamakiRate } from './vehkamaki.js';

/** What became of the gas; [batch, 1] unless said otherwise. */
export interface GasStep {
  readonly gas: Tensor;
  /** [batch, 7] molecules cm⁻³ on each mode */
  readonly condensed: Tensor;
  readonly nucleatedMass: Tensor;
  readonly nucleatedNumber: Tensor;
}

/** The mode that takes the gas of the cloudy part: the first of these that exists. */
const cloudOrder = [CS, AS, KS, NS, CI, AI, KI] as const;
/** Molecules cm⁻³ per kg kg⁻¹ at 1 Pa and 1 K. */
const perMixingRatio = moleculesPerMixingRatio(1, 1);
/** Sink in s⁻¹ below which nothing condenses. */
const leastSink = 1e-10;

/**
 * Production, condensation and nucleation of H2SO4, integrated as in M7:
 * g' = (g − P/C) e^(−C dt) + P/C in the clear part, all of it on the largest mode in the cloudy one.
 *
 * @param inputs - [batch, 32]
 * @param number - [batch, 7] cm⁻³
 * @param sinks - [batch, 7] condensation coefficients per particle times the step, cm³
 * @param present - [batch, 7] 1 for modes that exist, 0 for others
 * @see Kokkola et al. 2009, doi:10.5194/acp-9-1833-2009
 */
export function gasStep(inputs: Tensor, present: Tensor, number: Tensor, sinks: Tensor, dt: number): GasStep {
  const input = (name: Parameters<typeof inputIndex>[0]): Tensor =>
    columns(inputs, inputIndex(name), inputIndex(name) + 1);
  const total = relu(columns(inputs, stateOffset, stateOffset + 1));
  const temperature = input('temperature');
  const wanted = mul(mul(input('h2so4Production'), div(input('pressure'), temperature)), perMixingRatio * dt);
  const made = minimum(relu(wanted), total);
  const perMode = mul(mul(sinks, number), present);
  const sink = sum(perMode, { axes: [-1], keepDims: true });
  const exists = greater(sink, leastSink * dt);
  const some = where(exists, sink, 1);
  const left = add(mul(sub(total, made), exp(neg(some))), mul(made, div(neg(expm1(neg(some))), some)));
  const rest = where(exists, minimum(left, total), total);
  const cloud = where(exists, clip(input('cloudCover'), 0, 1), 0);
  const clear = sub(1, cloud);
  const onModes = mul(perMode, div(mul(clear, sub(total, rest)), some));
  const condensed = add(onModes, mul(cloudMode(present), mul(cloud, total)));

  // Clouds take nucleation's gas also where there is no sink.
  const sunny = sub(1, clip(input('cloudCover'), 0, 1));
  const { rate: binary, molecules } = vehkamakiRate(rest, temperature, input('relativeHumidity'));
  const inside = cast(greater(input('boundaryLayer'), 0), 'float64');
  const organic = mul(mul(rest, 1e-6), mul(inside, relu(input('forestFraction'))));
  const rates = add(binary, organic);
  const loss = add(mul(molecules, binary), organic);
  const used = mul(
    minimum(div(mul(loss, dt), add(sink, 1)), rest),
    mul(sunny, cast(greater(rates, tiny), 'float64')),
  );
  return {
    gas: sub(mul(clear, rest), used),
    condensed,
    nucleatedMass: used,
    nucleatedNumber: mul(used, div(rates, add(loss, 1e-30))),
  };
}

/** [batch, 7] 1 for the mode that takes what condenses in clouds, 0 for others. */
function cloudMode(present: Tensor): Tensor {
  const taken: Tensor[] = [];
  let open: Tensor | undefined;
  for (const mode of cloudOrder) {
    const here = columns(present, mode, mode + 1);
    taken[mode] = open === undefined ? here : mul(open, here);
    open = open === undefined ? sub(1, here) : mul(open, sub(1, here));
  }
  return concat(taken.slice(0, modeCount), 1);
}
