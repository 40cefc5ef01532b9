import { NumericalError } from '@pct/core';
import { compile, float32, shapesOf, type CompileOptions, type NdArray, type Tensor } from '@pct/tensor';
import type { Decision, Evaluate, FrameStatics } from '../environment/types.js';
import { candidateLogProbabilities } from './candidates.js';
import type { PolicyParameters, Sample, TrackingPolicy } from './types.js';

/** Compiled programs of a policy, for any of its parameters. Holds an engine's memory until disposed. */
export class PolicyRunner implements AsyncDisposable {
  private readonly policy: TrackingPolicy;
  private readonly options: CompileOptions;
  private programs: ReturnType<PolicyRunner['compile']> | undefined;

  /**
   * @param policy - compiled at the first decision
   * @param options - those of `compile` choose the engine
   */
  constructor(policy: TrackingPolicy, options: CompileOptions = {}) {
    this.policy = policy;
    this.options = options;
  }

  /**
   * The policy with these parameters, ready to run. Hits are embedded when a list of frames comes for the first time. Its
   * logits are normalised, log π, so that those of different agents compare in an assignment.
   *
   * @param parameters - kept, and not to be changed while it is in use
   * @returns rejects with NumericalError if a score is not finite
   */
  evaluate(parameters: PolicyParameters<NdArray>): Evaluate {
    let frames: readonly FrameStatics[] | undefined;
    let embedding: NdArray | undefined;
    return async (decision, statics) => {
      const { embed, score } = await (this.programs ??= this.compile());
      if (embedding === undefined || frames !== statics) {
        embedding = await embed.run(parameters, this.policy.prepareFrames(statics));
        frames = statics;
      }
      const { logits, values } = await score.run(
        parameters,
        embedding,
        this.policy.prepare(statics, decision),
      );
      checkScores(logits.data, decision, statics);
      return { logits: logits.data, values: values.data };
    };
  }

  private async compile() {
    const { policy, options } = this;
    const parameters = shapesOf(policy.initialize(0));
    const embed = await compile(policy.embed, [parameters, policy.frameSpecs], options);
    const embedding = float32('hits', policy.channels);
    const score = await compile(
      (p: PolicyParameters, hits: Tensor, sample: Sample<Tensor>) => {
        const { logits, values } = policy.score(p, hits, sample);
        return { logits: candidateLogProbabilities(logits, sample['agent']!, values.shape[0]!), values };
      },
      [parameters, embedding, policy.sampleSpecs],
      options,
    );
    return { embed, score };
  }

  /** Frees what the engine holds; the next decision would compile the policy again. */
  async dispose(): Promise<void> {
    const compiled = await this.programs?.catch(() => undefined);
    this.programs = undefined;
    await compiled?.embed.dispose();
    await compiled?.score.dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }
}

function checkScores(logits: NdArray['data'], decision: Decision, statics: readonly FrameStatics[]): void {
  const bad = logits.findIndex((logit: number) => !Number.isFinite(logit));
  if (bad < 0) return;
  const agent = decision.offsets.findIndex((offset) => offset > bad) - 1;
  const { frame } = statics[decision.environment[agent]!]!;
  throw new NumericalError(
    `PolicyRunner: the score of agent ${agent} in frame ${frame.index} is ${logits[bad]}; ` +
      "look at the parameters and at the frame's positions and deposits",
  );
}
