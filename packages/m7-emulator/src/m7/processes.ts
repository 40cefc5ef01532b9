import { ageing } from './ageing.js';
import type { CellProcess, M7Cell } from './cell.js';
import { coagulation } from './coagulation/coagulate.js';
import { condensation } from './condensation/condense.js';
import type { Variant } from './constants.js';
import {
  nucleation,
  type Nucleation,
  type NucleationScheme,
  type OrganicNucleation,
} from './nucleation/nucleate.js';
import { kulmalaRadius, repartition } from './repartition/repartition.js';
import { dryParticles } from './water/dry.js';
import { kappaWater } from './water/kappa.js';
import { zdanovskiiWater } from './water/zdanovskii.js';

/** How soluble particles take up water. */
export type WaterUptake = 'zdanovskii' | 'kappa';

/** The six processes of a step, in their order. */
export interface M7Processes {
  /** Sets radii, density and water of the soluble modes; called three times a step. */
  readonly water: CellProcess;
  /** Takes from the gas what condenses, in 'ham2' after and while it is produced; reads `sink` and `sinks`. */
  readonly condensation: CellProcess;
  /** Takes new particles from the gas. */
  readonly nucleation: CellProcess;
  /** Steps the numbers of KI, NS, KS and AS. */
  readonly coagulation: CellProcess;
  /** Makes coated insoluble particles soluble. */
  readonly ageing: CellProcess;
  /** Passes grown particles on to the next mode. */
  readonly repartition: CellProcess;
}

/** Options of `createM7`. */
export interface M7Options {
  /**
   * 'ham2' is M7 as in ECHAM6-HAM2, 'classic' the original one as in LOTOS-EUROS. They differ in the integration
   * of condensation and nucleation, in clouds (only 'ham2' has them), thresholds and constants.
   * @defaultValue `'ham2'`
   */
  readonly variant?: Variant | undefined;
  /**
   * @defaultValue `'kappa'` for 'ham2', `'zdanovskii'` for 'classic'
   */
  readonly water?: WaterUptake | undefined;
  /**
   * Nucleation of H2SO4 and water, or a scheme of your own.
   * @defaultValue `'vehkamaki'`
   */
  readonly nucleation?: Nucleation | NucleationScheme | undefined;
  /**
   * Nucleation with organics besides.
   * @defaultValue `'none'`
   */
  readonly organicNucleation?: OrganicNucleation | undefined;
  /**
   * Hygroscopicity of sea salt for `water: 'kappa'`; HAM2.3 has 1.0.
   * @defaultValue `1.12`
   */
  readonly seaSaltKappa?: number | undefined;
  /**
   * Repeats slips of the Fortran that change its output: for comparisons. `water: 'zdanovskii'` gives particles
   * with less than one molecule of H2SO4 negative water. With 'ham2' it also counts carbon and dust of AS in CS,
   * and `water: 'kappa'` has a single precision 10⁻³.
   * @defaultValue `false`
   */
  readonly likeFortran?: boolean | undefined;
  /**
   * Processes of your own, or `false` for those that should not happen.
   * @defaultValue `{}`
   */
  readonly processes?: { readonly [P in keyof M7Processes]?: CellProcess | false | undefined } | undefined;
  /**
   * What happens to values outside their range: 'throw' names field and cell, 'clamp' takes the nearest allowed
   * value (0 or a standard atmosphere's for what is not finite) and counts in `clamped`.
   * @defaultValue `'throw'`
   */
  readonly onInvalid?: 'throw' | 'clamp' | undefined;
}

function nothing(): void {
  // a process that is switched off
}

/** In place of the condensation of 'ham2' that is switched off: the gas is still produced. */
function onlyProduction(cell: M7Cell): void {
  cell.h2so4 += cell.h2so4Production * cell.dt;
}

/** The processes that the options describe. */
export function processesOf({
  variant = 'ham2',
  water = variant === 'ham2' ? 'kappa' : 'zdanovskii',
  nucleation: scheme = 'vehkamaki',
  organicNucleation: organic = 'none',
  seaSaltKappa = 1.12,
  likeFortran = false,
  processes = {},
}: M7Options): M7Processes {
  const mimic = likeFortran && variant === 'ham2';
  const own = (given: CellProcess | false | undefined, off: CellProcess, standard: () => CellProcess) =>
    given === undefined ? standard() : given === false ? off : given;
  return {
    water: own(processes.water, dryParticles, () =>
      water === 'kappa'
        ? kappaWater(variant, { seaSaltKappa, singlePrecision: mimic })
        : zdanovskiiWater(variant, { carryOver: mimic, negativeWater: likeFortran }),
    ),
    condensation: own(processes.condensation, variant === 'ham2' ? onlyProduction : nothing, () =>
      condensation(variant),
    ),
    nucleation: own(processes.nucleation, nothing, () => nucleation(variant, { scheme, organic })),
    coagulation: own(processes.coagulation, nothing, () => coagulation(variant)),
    ageing: own(processes.ageing, nothing, () => ageing(variant)),
    repartition: own(processes.repartition, nothing, () =>
      repartition(
        variant,
        variant === 'classic' && scheme === 'kulmala' ? { smallestRadius: kulmalaRadius } : {},
      ),
    ),
  };
}
