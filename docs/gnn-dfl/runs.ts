/** Finished runs of `train.ts`. */
import { spawnSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { decodeModel, type TrackingModel } from '@pct/gnn-dfl';
import { configs, type Config } from './configs.js';
import { readLog, type LogLine } from './log.js';

/** What `run.json` says. */
export interface RunSettings {
  readonly config: string;
  readonly seed: number;
  readonly steps: number;
  readonly batch: number;
  readonly frames: number;
  readonly validation: number;
  readonly tiny: boolean;
}

/** A finished run. */
export interface Run {
  /** Absolute path. */
  readonly folder: string;
  readonly config: Config;
  readonly settings: RunSettings;
  /** The model of best validation purity. */
  readonly model: TrackingModel;
  readonly log: readonly LogLine[];
}

/** Runs that have a model, by configuration and seed. */
export async function finishedRuns(folder: string): Promise<Run[]> {
  const runs: Run[] = [];
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.filter((one) => one.isDirectory())) {
    const inside = resolve(folder, entry.name);
    const files = await readdir(inside);
    if (!files.includes('run.json') || !files.includes('model.safetensors')) continue;
    const settings = JSON.parse(await readFile(join(inside, 'run.json'), 'utf8')) as RunSettings;
    const config = configs.find(({ name }) => name === settings.config);
    if (config === undefined) continue;
    const file = join(inside, 'model.safetensors');
    const model = decodeModel(await readFile(file), { file });
    runs.push({ folder: inside, config, settings, model, log: await readLog(join(inside, 'log.jsonl')) });
  }
  if (runs.length === 0) throw new Error(`${folder} has no finished run of docs/gnn-dfl/train.ts`);
  return runs.sort(
    (a, b) => configs.indexOf(a.config) - configs.indexOf(b.config) || a.settings.seed - b.settings.seed,
  );
}

/** Runs of every configuration that has some, in the order of the configurations. */
export function byConfig(runs: readonly Run[]): (readonly [Config, Run[]])[] {
  return configs
    .map((config) => [config, runs.filter((run) => run.config === config)] as const)
    .filter(([, found]) => found.length > 0);
}

/** One sentence per size of runs: how they were trained. */
export function describeRuns(runs: readonly Run[]): string {
  const groups = new Map<string, string[]>();
  for (const { config, settings } of runs) {
    const { steps, batch, frames, validation } = settings;
    const size = `${steps} steps of ${batch} frames, drawn from ${frames}; ${validation} validation frames`;
    groups.set(size, [...(groups.get(size) ?? []), `${config.name} seed ${settings.seed}`]);
  }
  return [...groups].map(([size, names]) => `${names.join(', ')}: ${size}.`).join(' ');
}

/** The commit and the machine that a script runs on. */
export function machine(): string {
  const git = spawnSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' });
  const commit = git.status === 0 ? git.stdout.trim() : 'unknown';
  const all = cpus();
  return `commit ${commit}, Node ${process.versions.node} on ${all.length} × ${all[0]?.model ?? 'unknown processor'}`;
}

/** Mean of some numbers. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Mean and standard deviation of some numbers, the latter only of more than one. */
export function meanStd(values: readonly number[], digits: number): string {
  const mean = meanOf(values);
  if (values.length < 2) return mean.toFixed(digits);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return `${mean.toFixed(digits)}±${Math.sqrt(squares / (values.length - 1)).toFixed(digits)}`;
}
