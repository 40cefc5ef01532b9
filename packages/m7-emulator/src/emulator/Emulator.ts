import { checkFinite, checkInteger, checkOneOf, InvalidArgumentError, ShapeError } from '@pct/core';
import type { CompileOptions } from '@pct/tensor';
import { inputNames } from '../data/columns.js';
import type { M7, StepOptions } from '../m7/createM7.js';
import { checkMeteorology } from '../m7/meteorology.js';
import { checkState, createResult, type M7Result, type M7State } from '../m7/state.js';
import type { Quantity } from '../m7/units.js';
import { cleanBlock, copyCells, storeCells } from './block.js';
import { engineFor } from './engine.js';
import type { EmulatorModel, Prediction } from './model.js';
import { checkValues, countInputs } from './pairs.js';

/** Options of {@link createEmulator}. */
export interface EmulatorOptions extends Omit<CompileOptions, 'runtime'> {
  /**
   * What runs the model: an engine as for `compile` of `@pct/tensor`, or `'fused'`, which compiles it to WebAssembly of
   * its own, in one thread. It takes any output layer that computes each row by itself, with common operations, and is
   * faster for small blocks and for layers of many operations such as `'process'`; for `'standard'` with layers of 128 in
   * blocks of thousands onnxruntime-node is faster.
   * @defaultValue `'auto'`: `'fused'` where it can be and no `precision` is asked for, else what `compile` takes
   */
  readonly runtime?: CompileOptions['runtime'] | 'fused' | undefined;
  /**
   * How far outside of the training data, in standard deviations of a feature, a cell may be without counting as
   * outside; at least 0.
   * @defaultValue `0.5`
   */
  readonly tolerance?: number | undefined;
  /**
   * Steps the cells that are outside, in place of the network.
   * @defaultValue none: the network steps all cells
   */
  readonly fallback?: M7 | undefined;
  /**
   * What becomes of values that are negative, not finite or outside their range, as for `createM7`.
   * @defaultValue `'throw'`
   */
  readonly onInvalid?: 'throw' | 'clamp' | undefined;
}

/** Options of {@link Emulator.step}. */
export interface EmulatorStepOptions extends StepOptions {
  /**
   * [cell] is filled with 1 for cells outside of what the network was trained on, 0 for others.
   * @defaultValue not told
   */
  readonly outside?: Uint8Array | undefined;
}

/** A network in the place of M7. */
export interface Emulator extends AsyncDisposable {
  readonly model: EmulatorModel;
  /** Name of the engine. */
  readonly runtime: string;
  /**
   * Steps all cells of a block, as `step` of the box model does, but later: engines answer with promises. Sea salt,
   * which the network does not have, stays as it is in cells that it steps. Radii and densities follow from masses,
   * numbers and water.
   *
   * @param state - not changed unless it is `out`; left alone until the promise settles
   * @param meteorology - the air of the cells
   * @param dt - s, the one that the model was trained for
   * @returns `out`, or a new result; `clamped` counts repaired values, `unresolved` what the fallback left
   * @throws {@link InvalidArgumentError} for another `dt`, and for values outside their range unless they are clamped ·
   *   {@link ShapeError} for arrays of another size
   */
  step(
    state: M7State,
    meteorology: Parameters<M7['step']>[1],
    dt: Quantity<'s'>,
    options?: EmulatorStepOptions,
  ): Promise<M7Result>;
  /**
   * What the network says of rows.
   *
   * @param inputs - [row, 32] in the order of `inputNames`
   * @returns values after the step [row, 28], distance from the training data [row] and, if the model has it, the
   *   error that half of its errors are below [row, 28]
   * @throws {@link InvalidArgumentError} for numbers that are not finite · {@link ShapeError} for another size
   */
  predict(inputs: Float32Array | Float64Array): Promise<Prediction<Float64Array>>;
  /** Frees what the engine holds. */
  dispose(): Promise<void>;
}

/**
 * Makes a trained model ready to run.
 *
 * @param model - from `trainEmulator`, `decodeEmulator` or `pretrainedEmulator`
 * @param options - {@link EmulatorOptions}
 * @example
 * ```ts
 * const emulator = await createEmulator(await pretrainedEmulator(), { fallback: createM7() });
 * const next = await emulator.step(state, air, 450);
 * ```
 */
export async function createEmulator(model: EmulatorModel, options: EmulatorOptions = {}): Promise<Emulator> {
  const { tolerance = 0.5, fallback, onInvalid = 'throw', ...compileOptions } = options;
  checkFinite('createEmulator', 'tolerance', tolerance, { min: 0 });
  checkOneOf('createEmulator', 'onInvalid', onInvalid, ['throw', 'clamp']);
  const engine = await engineFor(model, compileOptions);
  const dispose = (): Promise<void> => engine.dispose();
  return {
    model,
    runtime: engine.name,
    async step(state, meteorology, dt, { out = createResult(state.cells), outside } = {}) {
      if (dt !== model.dt) {
        throw new InvalidArgumentError(
          `step: dt must be ${model.dt} s, which the network was trained for, got ${dt}; take several steps, or the box model`,
        );
      }
      const { cells } = state;
      checkInteger('step', 'state.cells', cells, { min: 0 });
      checkState('step', 'state', state, cells);
      if (out !== state) checkState('step', 'out', out, cells);
      checkMeteorology('step', meteorology, cells);
      if (outside !== undefined && outside.length !== cells) {
        throw new ShapeError(
          `step: outside must have ${cells} elements, one per cell, got ${outside.length}`,
        );
      }
      // The fallback sees the state as it was, also if the result goes to the same arrays.
      const clean = cleanBlock(state, meteorology, {
        clamp: onInvalid === 'clamp',
        copy: fallback !== undefined,
      });
      const distance = cells === 0 ? none : await engine.step(clean, dt, out);
      out.clamped = clean.clamped;
      out.unresolved = 0;
      const far: number[] = [];
      for (let cell = 0; cell < cells; cell++) {
        const isFar = !(distance[cell]! <= tolerance);
        if (isFar) far.push(cell);
        if (outside !== undefined) outside[cell] = isFar ? 1 : 0;
      }
      if (fallback !== undefined && far.length > 0) {
        const block = copyCells(clean, far);
        const stepped = fallback.step(block.state, block.meteorology, dt);
        storeCells(stepped, far, out);
        out.unresolved = stepped.unresolved;
      }
      return out;
    },
    async predict(inputs) {
      const rows = countInputs('predict', 'inputs', inputs);
      checkValues('predict', 'inputs', inputs, inputNames);
      if (rows === 0) return model.design.spread ? { ...noRows, spread: none } : noRows;
      return engine.predict(Float64Array.from(inputs));
    },
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

const none = new Float64Array(0);
const noRows = { values: none, distance: none };
