import { directionBetween } from '../../directions/between.js';
import { randomDirections } from '../../directions/random.js';
import type { Direction } from '../../directions/types.js';
import { openObjective, type ObjectiveSource } from '../../objective/source.js';
import { learnCurve } from '../../paths/learnCurve.js';
import { linePath, type Path } from '../../paths/path.js';
import { pathProfile } from '../../paths/pathProfile.js';
import type { PathProfile, Result } from '../../results/types.js';
import { estimateSurface } from '../../surface/estimateSurface.js';
import { sampleSurface, type SurfaceAxis } from '../../surface/sampleSurface.js';
import { trajectorySurface } from '../../trajectory/trajectorySurface.js';
import { writeFigure, writeResult } from '../files.js';
import {
  choiceOption,
  numberOption,
  numbersOption,
  textOption,
  UsageError,
  type CliCall,
  type CliCommand,
  type CliOption,
} from './command.js';
import { figureOf } from './figureOf.js';
import { AT, checkpointsOf, checkTarget, OBJECTIVE_OPTIONS, pointOf, sourceOf, THREADS } from './inputs.js';
import { duration } from './progressBar.js';
import { resumable } from './resume.js';

const GRID: Readonly<Record<string, CliOption>> = {
  points: { value: 'N', text: 'points per axis (default 51)' },
  estimate: { text: 'only tell how long it would take' },
};
/** Options of random directions. */
export const RANDOM: Readonly<Record<string, CliOption>> = {
  range: { value: 'FROM,TO', text: 'coordinates along each axis (default -1,1)' },
  seed: { value: 'N', text: 'of the random directions (default 0)' },
  normalization: {
    value: 'filter|layer|weight|model|none',
    text: 'of the random directions (default filter)',
  },
};

/** Line, plane or volume along random directions. */
function gridCommand(dimensions: 1 | 2 | 3): CliCommand {
  const what = ['line', 'plane', 'volume'][dimensions - 1]!;
  const to = {
    to: { value: 'EXPORT|FILE.npy', text: 'second point: the line through both, instead of a random one' },
  };
  return {
    summary: `Losses on a ${what} around a point of the objective that MODULE exports.`,
    resumes: true,
    usage: 'MODULE',
    files: [1, 1],
    options: { ...OBJECTIVE_OPTIONS, ...AT, ...(dimensions === 1 ? to : {}), ...RANDOM, ...GRID, ...THREADS },
    async run(call) {
      checkTarget(call);
      const source = sourceOf(call);
      const { origin, axes } = await gridOf(call, source, dimensions);
      if (call.values['estimate'] === true) return tellEstimate(call, source, origin, axes);
      await resumable(call, async ({ journal, options }) => {
        const surface = await sampleSurface(source, origin, axes, { journal: journal(), ...options });
        await deliver(call, surface, [surface]);
      });
    },
  };
}

/** The point and the axes around it that options tell. */
export async function gridOf(
  call: CliCall,
  source: ObjectiveSource,
  dimensions: number,
): Promise<{ readonly origin: Float64Array; readonly axes: SurfaceAxis[] }> {
  const origin = await pointOf(call, 'at', source);
  const range = numbersOption(call, 'range') ?? [-1, 1];
  if (range.length !== 2) throw new UsageError('--range must be two numbers, such as -1,1');
  const [from, to] = range as [number, number];
  const points = numberOption(call, 'points') ?? 51;
  const directions = await directionsOf(call, source, origin, dimensions);
  return { origin, axes: directions.map((one) => ({ ...one, range: [from, to] as const, points })) };
}

async function directionsOf(
  call: CliCall,
  source: ObjectiveSource,
  origin: Float64Array,
  dimensions: number,
): Promise<Direction[]> {
  if (call.values['to'] !== undefined) return [directionBetween(origin, await pointOf(call, 'to', source))];
  return randomDirections(await openObjective(source), origin, dimensions, {
    rng: numberOption(call, 'seed') ?? 0,
    normalization:
      choiceOption(call, 'normalization', ['filter', 'layer', 'weight', 'model', 'none']) ?? 'filter',
  });
}

async function tellEstimate(
  call: CliCall,
  source: ObjectiveSource,
  origin: Float64Array,
  axes: readonly SurfaceAxis[],
): Promise<void> {
  const threads = numberOption(call, 'threads') ?? 1;
  const { evaluations, evaluationMs, totalMs } = await estimateSurface(source, origin, axes, { threads });
  call.streams.out(
    `${evaluations} losses of ${evaluationMs.toFixed(2)} ms each: about ${duration(totalMs)} with ${threads} ${threads === 1 ? 'thread' : 'threads'}\n`,
  );
}

/** Writes a result to `--out` and a figure of some to `--figure`. */
export async function deliver(call: CliCall, result: Result, shown: readonly Result[]): Promise<void> {
  const [out, figure] = [textOption(call, 'out'), textOption(call, 'figure')];
  if (out !== undefined) {
    await writeResult(out, result);
    call.streams.err(`wrote ${out}\n`);
  }
  if (figure !== undefined) {
    await writeFigure(figure, figureOf(shown));
    call.streams.err(`wrote ${figure}\n`);
  }
}

const trajectory: CliCommand = {
  summary: 'The plane of the first two principal components of a training, with the training on it.',
  resumes: true,
  usage: 'MODULE',
  files: [1, 1],
  options: {
    ...OBJECTIVE_OPTIONS,
    checkpoints: {
      value: 'EXPORT|FILE.npy',
      text: 'vectors in the order of training (default the export checkpoints)',
    },
    path: { value: 'FILE.npz', text: 'where the trajectory goes' },
    centring: { value: 'last|mean', text: 'what differences are taken from (default last)' },
    margin: { value: 'SHARE', text: 'room around the path, as part of its extent (default 0.2)' },
    points: GRID['points']!,
    ...THREADS,
  },
  async run(call) {
    checkTarget(call);
    const source = sourceOf(call);
    const checkpoints = await checkpointsOf(call, source);
    await resumable(call, async ({ journal, options }) => {
      const { surface, trajectory: walk } = await trajectorySurface(source, checkpoints, {
        centring: choiceOption(call, 'centring', ['last', 'mean']),
        margin: numberOption(call, 'margin'),
        points: numberOption(call, 'points'),
        journal: journal(),
        ...options,
      });
      const path = textOption(call, 'path');
      if (path !== undefined) await writeResult(path, walk);
      await deliver(call, surface, [surface, walk]);
    });
  },
};

const curve: CliCommand = {
  summary: 'A curve of low loss between two points, beside the straight line.',
  resumes: true,
  usage: 'MODULE',
  files: [1, 1],
  options: {
    ...OBJECTIVE_OPTIONS,
    from: { value: 'EXPORT|FILE.npy', text: "one end (default the objective's initial())" },
    to: { value: 'EXPORT|FILE.npy', text: 'the other end' },
    shape: { value: 'bezier|chain', text: 'default bezier' },
    steps: { value: 'N', text: 'steps of Adam (default 200)' },
    rate: { value: 'NUMBER', text: 'length of steps (default 0.01)' },
    seed: { value: 'N', text: 'of the places that are drawn (default 0)' },
    points: { value: 'N', text: 'points of the profile (default 61)' },
    ...THREADS,
  },
  async run(call) {
    checkTarget(call);
    const source = sourceOf(call);
    if (call.values['to'] === undefined) throw new UsageError('--to is needed: the other end of the curve');
    const ends = [await pointOf(call, 'from', source), await pointOf(call, 'to', source)] as const;
    await resumable(call, async ({ journal, options }) => {
      const { path } = await learnCurve(source, ...ends, {
        shape: choiceOption(call, 'shape', ['bezier', 'chain']),
        steps: numberOption(call, 'steps'),
        learningRate: numberOption(call, 'rate'),
        rng: numberOption(call, 'seed'),
        journal: journal(),
        ...options,
      });
      const points = numberOption(call, 'points');
      const profile = (name: string, one: Path): Promise<PathProfile> =>
        pathProfile(source, one, { points, journal: journal(name), ...options });
      const bent = await profile('curve', path);
      await deliver(call, bent, [bent, await profile('line', linePath(...ends))]);
    });
  },
};

/** Commands that evaluate losses. */
export const landscapeCommands: Readonly<Record<string, CliCommand>> = {
  line: gridCommand(1),
  plane: gridCommand(2),
  volume: gridCommand(3),
  trajectory,
  curve,
};
