/** The frame, network and loss that the scripts of this folder measure. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulateFrames, type Frame } from '@pct/detector';
import { interactionNetwork, targetsOf } from '@pct/gnn-dfl';
import type { NdArray } from '@pct/tensor';

/** One frame with 100 primaries behind 100 mm of water. */
export async function benchFrame(): Promise<Frame> {
  const [frame] = await simulateFrames({ phantomMm: 100, frames: 1, primariesPerFrame: 100, seed: 1 });
  return frame!;
}

/** Milliseconds of computing that this process has spent, all threads together. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Writes the problem to files that any language reads: raw numbers, and their types and shapes as JSON. */
export function writeProblem(frame: Frame): string {
  const plain = interactionNetwork({ messages: 'plain' });
  const { graph, sample } = plain.prepare(frame);
  const folder = mkdtempSync(join(tmpdir(), 'gnn-dfl-bench-'));
  const arrays = { ...sample, ...targetsOf(frame, graph, 1), ...flat(plain.initialize(1)) };
  const types: Record<string, { readonly type: string; readonly shape: readonly number[] }> = {};
  for (const [name, { data, shape }] of Object.entries<NdArray>(arrays)) {
    types[name] = { type: data instanceof Int32Array ? 'int32' : 'float32', shape };
    writeFileSync(join(folder, `${name}.bin`), data);
  }
  writeFileSync(join(folder, 'types.json'), JSON.stringify(types));
  return folder;
}

function flat(tree: object, path = ''): Record<string, NdArray> {
  if ('data' in tree) return { [path]: tree as NdArray };
  return Object.assign(
    {},
    ...Object.entries(tree).map(([key, branch]) =>
      flat(branch as object, path === '' ? key : `${path}.${key}`),
    ),
  ) as Record<string, NdArray>;
}
