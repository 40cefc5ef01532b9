import { existsSync } from 'node:fs';
import { appendFile, readFile } from 'node:fs/promises';
import {
  createStudy,
  evolutionSampler,
  gpSampler,
  paperSettings,
  randomSampler,
  sobolSampler,
  tpeSampler,
  type Sampler,
} from '@hpo/approx-gp';
import { startOptuna } from './optuna.js';
import { targetOf, type Target } from './targets.js';

/** Makes a sampler; the published settings need the target, since their length-scale is 1 in the unit of its parameters. */
type MakeSampler = (target: Target, seed: number) => Sampler;

/** The samplers of the package by name. */
export const SAMPLERS: Readonly<Record<string, MakeSampler>> = {
  gpSampler: () => gpSampler(),
  'gpSampler without additive part': () => gpSampler({ fit: { additiveShare: 0 } }),
  'published settings': ({ unitScales }) => gpSampler({ ...paperSettings(), lengthScales: unitScales }),
  tpeSampler: () => tpeSampler(),
  evolutionSampler: () => evolutionSampler(),
  sobolSampler: (_, seed) => sobolSampler({ seed }),
  randomSampler: () => randomSampler(),
};

/** `gpSampler` with one thing otherwise, by name. */
export const VARIANTS: Readonly<Record<string, MakeSampler>> = {
  'as it is': () => gpSampler(),
  'no additive part': () => gpSampler({ fit: { additiveShare: 0 } }),
  'a third of the questions in the trust region': () => gpSampler({ localShare: 0.3 }),
  'no trust region': () => gpSampler({ localShare: 0 }),
  'trust region alone': () => gpSampler({ localShare: 1 }),
  'refits at a growth of a quarter': () => gpSampler({ refit: { kind: 'geometric', factor: 1.25 } }),
  'refits at every trial': () => gpSampler({ refit: { kind: 'constant', lag: 1 } }),
  'four processes averaged': () => gpSampler({ ensemble: 4 }),
};

/** The samplers of Optuna by name. */
export const PEERS: Readonly<Record<string, 'gp' | 'tpe'>> = {
  'Optuna GPSampler': 'gp',
  'Optuna TPE': 'tpe',
};

/** One sampler on one function with one seed: a line of the file of results. */
export interface Run {
  readonly target: string;
  readonly sampler: string;
  readonly seed: number;
  readonly evaluations: number;
  /** Where the least regret so far fell, and to what. */
  readonly steps: readonly (readonly [evaluation: number, regret: number])[];
  /** Of Optuna. */
  readonly version?: string | undefined;
}

/** What {@link runMissing} is told. */
export interface Plan {
  readonly targets: readonly string[];
  readonly samplers: readonly string[];
  readonly seeds: readonly number[];
  readonly evaluations: number;
  /** Interpreter that has optuna; without it its samplers are left out. */
  readonly python?: string | undefined;
  /** JSON lines of runs, which new ones are appended to. */
  readonly file?: string | undefined;
  readonly onRun?: ((run: Run) => void) | undefined;
}

/** Runs of a file; none if it is not there. */
export async function readRuns(file: string | undefined): Promise<Run[]> {
  if (file === undefined || !existsSync(file)) return [];
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Run);
}

/** Does every run of the plan that is not in the file yet, seed by seed; gives those of the file and the new ones. */
export async function runMissing({
  targets,
  samplers,
  seeds,
  evaluations,
  python,
  file,
  onRun,
}: Plan): Promise<Run[]> {
  const runs = await readRuns(file);
  const isKnown = (target: string, sampler: string, seed: number): boolean =>
    runs.some(
      (run) =>
        run.target === target &&
        run.sampler === sampler &&
        run.seed === seed &&
        run.evaluations >= evaluations,
    );
  for (const seed of seeds) {
    for (const target of targets) {
      for (const sampler of samplers) {
        const isPeer = sampler in PEERS;
        if (isKnown(target, sampler, seed) || (isPeer && python === undefined)) continue;
        const run = isPeer
          ? await runPeer(python!, target, sampler, seed, evaluations)
          : runOwn(target, sampler, seed, evaluations);
        runs.push(run);
        if (file !== undefined) await appendFile(file, `${JSON.stringify(run)}\n`);
        onRun?.(run);
      }
    }
  }
  return runs;
}

/** The least regret so far, where it falls. */
class Best {
  readonly steps: (readonly [number, number])[] = [];
  private least = Infinity;
  private count = 0;

  add(regret: number): void {
    this.count++;
    if (!(regret < this.least)) return;
    this.least = regret;
    this.steps.push([this.count, Number(regret.toPrecision(4))]);
  }
}

function runOwn(name: string, sampler: string, seed: number, evaluations: number): Run {
  const target = targetOf(name);
  const { space } = target;
  const study = createStudy({
    space,
    sampler: (SAMPLERS[sampler] ?? VARIANTS[sampler])!(target, seed),
    seed,
  });
  const best = new Best();
  for (let i = 0; i < evaluations; i++) {
    const trial = study.ask();
    const value = target.evaluate(trial.params);
    best.add(value - target.minimum);
    study.tell(trial, value);
  }
  return { target: name, sampler, seed, evaluations, steps: best.steps };
}

async function runPeer(
  python: string,
  name: string,
  sampler: string,
  seed: number,
  evaluations: number,
): Promise<Run> {
  const target = targetOf(name);
  const study = await startOptuna(python, { sampler: PEERS[sampler]!, seed, parameters: target.peer });
  const best = new Best();
  for (let i = 0; i < evaluations; i++) {
    const value = target.evaluatePeer(await study.ask());
    best.add(value - target.minimum);
    study.tell(value);
  }
  await study.close();
  return { target: name, sampler, seed, evaluations, steps: best.steps, version: study.version };
}
