import { NumericalError, throwIfAborted, yieldToEventLoop } from '@pct/core';
import { clipByGlobalNormInPlace, clipByValueInPlace } from '../optim/clip.js';
import type { ParameterTree } from '../optim/parameters.js';
import { encodeCheckpoint } from './checkpoint.js';
import { DivergedError } from './DivergedError.js';
import type { FitPlan, ValidationPlan } from './plan.js';
import type { FitPrograms } from './programs.js';
import { FitReporter } from './report.js';
import type { FitState } from './state.js';
import type { FitOptions, FitResult, FitStatus } from './types.js';

/** Milliseconds of work after which timers and aborts get their turn. */
const SLICE_MS = 8;

/**
 * Runs a training from its state to its end.
 *
 * The loop asks at its beginning what is due for the state at hand, so it makes no difference whether the state
 * comes from the step before or from a checkpoint.
 */
export async function train(
  plan: FitPlan,
  state: FitState,
  programs: FitPrograms,
  { signal, onProgress }: Pick<FitOptions<unknown, readonly unknown[]>, 'signal' | 'onProgress'>,
): Promise<FitResult<unknown, unknown>> {
  const { validation, checkpoint, total } = plan;
  const report = new FitReporter(plan, state, onProgress);
  const breathe = makeBreather(signal);
  const save = async (): Promise<void> => {
    await checkpoint?.save(encodeCheckpoint(state, plan));
  };
  let savedAt = performance.now();
  try {
    for (;;) {
      await breathe();
      if (validation !== undefined && state.step > 0 && state.step % validation.every === 0) {
        if (!state.validated) await validate(plan, validation, state, programs, breathe);
        if (state.stale >= validation.patience) break;
      }
      if (state.step >= total) break;
      report.auxiliary = await advance(plan, state, programs);
      report.update();
      if (checkpoint === undefined) continue;
      const { everySteps, everyMs = Infinity } = checkpoint;
      const due = everySteps !== undefined && state.step % everySteps === 0;
      if (!due && performance.now() - savedAt < everyMs) continue;
      await save();
      savedAt = performance.now();
    }
  } catch (error) {
    if (signal?.aborted === true && error === signal.reason) await save();
    throw error;
  }
  await save();
  report.finish();
  return resultOf(state.step >= total ? 'finished' : 'stoppedEarly', state, plan);
}

/** One step. The state changes only when all numbers are there. Returns the auxiliary result of the loss. */
async function advance(plan: FitPlan, state: FitState, programs: FitPrograms): Promise<unknown> {
  const { batchesPerEpoch, examples, optimizer, clipping, batchSize } = plan;
  const epoch = Math.floor(state.step / batchesPerEpoch);
  const batch = state.step % batchesPerEpoch;
  const indices = plan.order.indices(epoch, batch);
  const place = `at step ${state.step + 1} (batch ${batch + 1} of ${batchesPerEpoch} in epoch ${epoch + 1})`;
  const diverged = (what: string, remedy: string, cause?: unknown): DivergedError => {
    const result = resultOf('diverged', state, plan);
    return new DivergedError(`fit: ${what} ${place}; ${remedy}`, {
      result,
      examples: indices.slice(),
      cause,
    });
  };
  const outcome = await programs.step(state.given, await examples.take(indices));
  const { loss } = outcome;
  const gradients = outcome.gradients as ParameterTree;
  if (!Number.isFinite(loss)) {
    // Parameters that were validated have had a finite loss elsewhere, so they are good.
    if (!state.validated) state.goBack();
    throw diverged(
      `the loss is ${loss}`,
      'lower the learning rate, clip the gradients, or look for bad numbers in the batch',
    );
  }
  state.remember();
  try {
    if (clipping.norm !== undefined) clipByGlobalNormInPlace(gradients, clipping.norm);
    if (clipping.value !== undefined) clipByValueInPlace(gradients, clipping.value);
    state.optimizer = optimizer.updateInPlace(gradients, state.optimizer, state.tree);
  } catch (error) {
    if (!(error instanceof NumericalError)) throw error;
    throw diverged('a gradient is NaN or infinite', error.message, error);
  }
  state.carriedElements.forEach((array, i) => array.set(outcome.state[i]!.data));
  const wrong = state.notFinite();
  if (wrong !== undefined) {
    state.goBack();
    throw diverged(`a number overflows: ${wrong}`, 'lower the learning rate');
  }
  state.step += 1;
  state.loss = loss;
  state.epochSum += loss * indices.length;
  if (batch === batchesPerEpoch - 1) {
    state.epochLosses.push(state.epochSum / (batch * batchSize + indices.length));
    state.epochSum = 0;
  }
  return outcome.auxiliary;
}

/** Mean of the metric over the validation's examples, kept in the state, with the parameters if they are better. */
async function validate(
  plan: FitPlan,
  { examples, order, minimumDelta, keepBest }: ValidationPlan,
  state: FitState,
  programs: FitPrograms,
  breathe: () => Promise<void>,
): Promise<void> {
  let sum = 0;
  const batches = Math.ceil(examples.size / plan.batchSize);
  for (let batch = 0; batch < batches; batch++) {
    await breathe();
    const indices = order.indices(0, batch);
    sum += indices.length * (await programs.metric(state.given, await examples.take(indices)));
  }
  const record = { step: state.step, value: sum / examples.size };
  if (!Number.isFinite(record.value)) {
    state.goBack();
    const message = `fit: the validation after step ${record.step} gives ${record.value}; lower the learning rate, or look for bad numbers in validation.data`;
    throw new DivergedError(message, { result: resultOf('diverged', state, plan) });
  }
  state.validations.push(record);
  if (state.best !== undefined && !(record.value < state.best.value - minimumDelta)) return;
  state.best = record;
  if (!keepBest) return;
  state.keepAsBest();
}

function resultOf(status: FitStatus, state: FitState, plan: FitPlan): FitResult<unknown, unknown> {
  const { elements, bestParameters = elements, best, validations } = state;
  const { carriedElements, bestCarried = carriedElements } = state;
  return {
    status,
    parameters: state.treeOf(bestParameters),
    lastParameters: state.treeOf(elements),
    state: state.carriedOf(bestCarried),
    lastState: state.carriedOf(carriedElements),
    step: state.step,
    loss: state.loss,
    epochLosses: Float64Array.from(state.epochLosses),
    validations: [...validations],
    best,
    checkpoint: () => encodeCheckpoint(state, plan),
  };
}

/** Function that lets the rest of the program run now and then, and throws the signal's reason. */
function makeBreather(signal: AbortSignal | undefined): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last >= SLICE_MS) {
      await yieldToEventLoop();
      last = performance.now();
    }
    throwIfAborted(signal);
  };
}
