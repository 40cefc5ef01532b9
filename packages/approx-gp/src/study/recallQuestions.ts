import type { Rng } from '@pct/core';
import type { Sampler } from '../samplers/types.js';
import type { SpaceEncoding } from '../space/SpaceEncoding.js';
import { JournalReplay, type TrialChange } from '../storage/JournalReplay.js';
import { givenOf } from './given.js';
import type { StudyStore } from './StudyStore.js';
import { encodeTrial, TrialViews } from './trialView.js';

/**
 * Tells a sampler of the questions that were answered before, each with the trials as they were then: what it remembers is
 * what a sampler that was asked all of them remembers, if one after the other was asked. Costs a replay of the journal, and
 * what the sampler needs. Nothing for samplers that remember nothing.
 */
export function recallQuestions(
  { sampler, store, space }: { sampler: Sampler; store: StudyStore; space: SpaceEncoding },
  streams: Rng,
): void {
  if (sampler.recall === undefined) return;
  const { storage, record } = store;
  const { lines } = storage.read(0);
  const { id, directions } = record;
  const asked = answeredQuestions(lines, storage.name, id, space);
  if (asked.size === 0) return;
  const replay = new JournalReplay(storage.name);
  const views = new TrialViews((trial) => encodeTrial(trial, space, directions.length));
  for (const line of lines) {
    replay.apply(line);
    const number = asked.get(replay.version);
    if (number === undefined || replay.lastChange === undefined) continue;
    const { version } = replay;
    const trials = views.of(replay.lastChange.study.trials);
    const rng = streams.split('sampler').split(number);
    try {
      sampler.recall({ space, directions, trials, version, number, rng });
    } catch {
      // As for questions: what a sampler cannot do keeps nobody from going on. It says so when it is asked.
    }
  }
}

/** Versions of the journal at which a sampler was asked for a trial and then gave an answer that was kept. */
function answeredQuestions(
  lines: readonly string[],
  source: string,
  studyId: number,
  space: SpaceEncoding,
): Map<number, number> {
  const replay = new JournalReplay(source);
  const answered = new Map<number, number>();
  /** Last question for each trial, until it is answered. */
  const open = new Map<number, number>();
  for (const line of lines) {
    replay.apply(line);
    const change = replay.lastChange;
    if (change?.study.id !== studyId) continue;
    const { number } = change.after;
    if (isQuestion(change, space)) open.set(number, replay.version);
    const question = open.get(number);
    if (question === undefined || change.before?.params === change.after.params) continue;
    if (change.before === undefined) continue;
    answered.set(question, number);
    open.delete(number);
  }
  return answered;
}

/** Whether a worker took a trial on that lacks parameters. */
function isQuestion({ before, after }: TrialChange, space: SpaceEncoding): boolean {
  if (after.state !== 'running') return false;
  const isTaken = before?.state !== 'running' || before.worker !== after.worker;
  return isTaken && space.encode(givenOf(after)) === undefined;
}
