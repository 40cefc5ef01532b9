import { checkFinite, checkInteger, checkOneOf, checkPositive, InvalidArgumentError } from '@pct/core';
import { createCell, resetCell } from './cell.js';
import { collectGains } from './collectGains.js';
import { condensationSink } from './condensation/sink.js';
import { meanMasses } from './meanMasses.js';
import { checkMeteorology, type Meteorology } from './meteorology.js';
import { isSound, loadCell, storeCell, storeUnchanged } from './blocks.js';
import { type M7Options, type M7Processes, processesOf } from './processes.js';
import { checkResult, checkState, createResult, type M7Result, type M7State } from './state.js';
import type { Quantity } from './units.js';

/** Options of {@link M7.step}. */
export interface StepOptions {
  /**
   * Where the result goes; it may be, or share arrays with, the state itself. Nothing is allocated then.
   * @defaultValue a new result
   */
  readonly out?: M7Result | undefined;
}

/** A configured M7. It keeps nothing between steps. */
export interface M7 {
  /** The processes it runs, in the order of a step. */
  readonly processes: M7Processes;
  /**
   * Steps all cells of a block.
   *
   * @param state - {@link M7State}; not changed unless it is `out`
   * @param meteorology - {@link Meteorology} of the cells
   * @param dt - length of the step, s
   * @returns `out`, or a new result
   * @throws {@link InvalidArgumentError} for values outside their range (unless they are clamped), `dt` ≤ 0 ·
   *   {@link ShapeError} for arrays of another size
   */
  readonly step: (
    state: M7State,
    meteorology: Meteorology,
    dt: Quantity<'s'>,
    options?: StepOptions,
  ) => M7Result;
}

/**
 * The aerosol microphysics M7: water uptake, condensation of H2SO4, nucleation, coagulation, ageing and
 * repartition of seven log-normal modes and five species.
 *
 * @param options - {@link M7Options}
 * @throws {@link InvalidArgumentError} for unknown options
 * @example
 * ```ts
 * const m7 = createM7({ variant: 'ham2' });
 * const state = stateFromCells([{ h2so4: 1e7, SO4: { AS: 1e10 }, number: { AS: 200 } }]);
 * const air = { pressure: 9e4, temperature: 280, relativeHumidity: 0.6 };
 * m7.step(state, air, 450).h2so4[0]; // what is left of the gas after 450 s
 * ```
 * @see Vignati, Wilson and Stier 2004, doi:10.1029/2003JD004485; Stier et al. 2005, doi:10.5194/acp-5-1125-2005;
 *   Zhang et al. 2012, doi:10.5194/acp-12-8911-2012
 */
export function createM7(options: M7Options = {}): M7 {
  checkOptions(options);
  const { variant = 'ham2', onInvalid = 'throw' } = options;
  const processes = processesOf(options);
  const { water, condensation, nucleation, coagulation, ageing, repartition } = processes;
  const means = meanMasses(variant);
  const clamp = onInvalid === 'clamp';
  const classic = variant === 'classic';
  const cell = createCell();

  function stepCell(): void {
    resetCell(cell);
    // The older code has production added by its host.
    if (classic) cell.h2so4 += cell.h2so4Production * cell.dt;
    means(cell);
    water(cell);
    condensationSink(cell);
    condensation(cell);
    nucleation(cell);
    coagulation(cell);
    ageing(cell);
    collectGains(cell);
    means(cell);
    water(cell);
    repartition(cell);
    means(cell);
    water(cell);
  }

  return {
    processes,
    step(state, meteorology, dt, { out = createResult(state.cells) } = {}) {
      checkPositive('step', 'dt', dt);
      checkInteger('step', 'state.cells', state.cells, { min: 0 });
      checkState('step', 'state', state, state.cells);
      checkResult('step', 'out', out, state.cells);
      checkMeteorology('step', meteorology, state.cells);
      out.clamped = 0;
      out.unresolved = 0;
      cell.dt = dt;
      for (let index = 0; index < state.cells; index++) {
        out.clamped += loadCell(cell, state, meteorology, index, clamp);
        stepCell();
        if (isSound(cell)) {
          storeCell(cell, out, index);
        } else {
          out.unresolved++;
          storeUnchanged(cell, state, meteorology, out, index, clamp);
        }
      }
      return out;
    },
  };
}

function checkOptions(options: M7Options): void {
  const { variant, water, nucleation, organicNucleation, onInvalid, seaSaltKappa, processes } = options;
  const given = (name: string, value: unknown, allowed: readonly string[]): void => {
    if (value !== undefined) checkOneOf('createM7', name, value, allowed);
  };
  given('variant', variant, ['ham2', 'classic']);
  given('water', water, ['zdanovskii', 'kappa']);
  if (typeof nucleation !== 'function') given('nucleation', nucleation, ['vehkamaki', 'kulmala', 'none']);
  given('organicNucleation', organicNucleation, ['none', 'activation', 'kinetic']);
  given('onInvalid', onInvalid, ['throw', 'clamp']);
  if (seaSaltKappa !== undefined) {
    checkFinite('createM7', 'seaSaltKappa', seaSaltKappa, { min: 0, max: 2 });
  }
  const names = ['water', 'condensation', 'nucleation', 'coagulation', 'ageing', 'repartition'];
  for (const [name, process] of Object.entries(processes ?? {})) {
    checkOneOf('createM7', 'a name in processes', name, names);
    if (process !== undefined && process !== false && typeof process !== 'function') {
      throw new InvalidArgumentError(
        `createM7: processes.${name} must be a function or false, got ${typeof process}`,
      );
    }
  }
}
