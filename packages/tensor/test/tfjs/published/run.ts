import * as tf from '@tensorflow/tfjs';
import { Context } from './context.js';
import type { PublishedCase } from './jasmine.js';
import { readCases } from './load.js';
import { ourOperations, standIn, withMethods } from './standIn.js';

/** What became of a published case. */
export interface Outcome {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'excluded';
  /** Why it was excluded. */
  readonly reason?: string | undefined;
  /** What it threw. */
  readonly error?: Error | undefined;
  /** Tensors that are left after it. */
  readonly left: number;
}

/** A published file with what runs its cases. */
export interface PublishedFile {
  readonly file: string;
  readonly cases: readonly PublishedCase[];
  run(published: PublishedCase): Promise<Outcome>;
}

/** Prepares tfjs for the cases. */
export async function prepareTfjs(): Promise<void> {
  await tf.setBackend('cpu');
  // Lets tfjs itself look for tensors that a kernel leaves behind.
  tf.env().set('IS_TEST', true);
}

/** Reads a published file. */
export function openFile(file: string): PublishedFile {
  const context = new Context();
  const operations = ourOperations(context);
  const cases = readCases(file, standIn(operations));
  return {
    file,
    cases,
    async run({ name, run }) {
      context.calls = 0;
      context.unfit = undefined;
      let error: Error | undefined;
      const before = tf.memory().numTensors;
      tf.engine().startScope();
      try {
        await withMethods(operations, run);
      } catch (thrown) {
        error = thrown instanceof Error ? thrown : new Error(String(thrown));
      } finally {
        tf.engine().endScope();
        tf.disposeVariables();
      }
      const left = tf.memory().numTensors - before;
      if (context.unfit !== undefined) return { name, left, outcome: 'excluded', reason: context.unfit };
      if (context.calls === 0)
        return { name, left, outcome: 'excluded', reason: 'no operation of ours in it' };
      if (error !== undefined) return { name, left, outcome: 'failed', error };
      return { name, left, outcome: 'passed' };
    },
  };
}
