/**
 * Compares the networks that `train.ts` has finished in a folder, pair by pair: how much they disagree, what lies between
 * them, and how similar their layers are. Writes the second table of docs/gnn-dfl.md.
 *
 *   npm run script -- docs/gnn-dfl/landscape.ts [--runs gnn-runs] [--frames 6] [--points 21] [--bend-steps 200]
 *     [--rows 2048] [--tiny] [--print]
 */
import { parseArgs } from 'node:util';
import {
  bezierPath,
  disagreement,
  evaluatePath,
  linearCkaMatrix,
  linearPath,
  subLayerReader,
  trackingObjective,
  trainBend,
  type ParameterPath,
  type SubLayers,
} from '@pct/gnn-dfl';
import { flattenParameters, unflattenParameters, type NdArray } from '@pct/tensor';
import { writeComparison } from '../tables.js';
import { mixedFrames } from './frames.js';
import { describeRuns, finishedRuns, machine, meanStd, type Run } from './runs.js';
import { makeDecider, type Decision } from './segments.js';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: 'gnn-runs' },
    /** Training frames that everything is measured on, of three phantoms in equal parts; about 100 in the paper. */
    frames: { type: 'string', default: '6' },
    /** Points of a path, 51 in the paper. */
    points: { type: 'string', default: '21' },
    /** Steps of the bend of a curve, 1000 of 8 frames in the paper; 0 leaves curves out. */
    'bend-steps': { type: 'string', default: '200' },
    /** Rows of activations per frame. */
    rows: { type: 'string', default: '2048' },
    /** Frames of a few primaries, for a test of the script. */
    tiny: { type: 'boolean', default: false },
    /** Print the table instead of writing it. */
    print: { type: 'boolean', default: false },
  },
});
const [frameCount, points, bendSteps, rowCount] = [
  Number(values.frames),
  Number(values.points),
  Number(values['bend-steps']),
  Number(values.rows),
];
/** Frames of a step of the bend. */
const BEND_BATCH = 2;
/** λ of the blackbox estimator with which the bend is trained, of batches of 8 frames. */
const BEND_LAMBDA = 10;

// Networks on hits have other parameters, so that there is no path to the others.
const runs = (await finishedRuns(values.runs)).filter(({ config }) => config.kind === 'line');
const frames = await mixedFrames('training', frameCount, values.tiny);
const network = runs[0]!.model.network;
await using decider = await makeDecider(network, frames);
const like = network.initialize(0);
const mean = (list: readonly number[]): number => list.reduce((sum, one) => sum + one, 0) / list.length;

/** Hamming loss and rate of true positives at one point. */
async function measure(vector: Float64Array): Promise<{ hamming: number; rate: number }> {
  const decisions = await decider.decide(unflattenParameters(vector, like));
  return {
    hamming: mean(decisions.map(({ hamming }) => hamming)),
    rate: mean(decisions.map(({ truePositiveRate }) => truePositiveRate)),
  };
}

/** What the path is like: numbers in the units of the paper. */
async function alongPath(path: ParameterPath) {
  const found = (await evaluatePath(path, measure, { points })).map(({ value }) => value);
  const losses = found.map(({ hamming }) => 1000 * hamming);
  const rates = found.map(({ rate }) => 100 * rate);
  return { max: Math.max(...losses), mean: mean(losses), leastRate: Math.min(...rates) };
}

/** The curve with the lowest loss that some steps find. */
async function curveBetween(a: Float64Array, b: Float64Array): Promise<ParameterPath> {
  const estimator = {
    name: 'blackbox',
    lambda: (BEND_LAMBDA * BEND_BATCH) / 8,
    divideByLambda: false,
    clip: true,
  } as const;
  const batches: ReturnType<typeof trackingObjective>[] = [];
  for (let from = 0; from < frames.length; from += BEND_BATCH)
    batches.push(
      trackingObjective(frames.slice(from, from + BEND_BATCH), { mode: 'predict-and-track', estimator }),
    );
  const gradientOf = (at: Float64Array, step: number) => batches[step % batches.length]!.gradient(at);
  const bend = await trainBend(a, b, gradientOf, { steps: bendSteps });
  return bezierPath(a, bend, b);
}

/** Activations of a run, frames one below the other. */
async function activationsOf({ model }: Run): Promise<SubLayers> {
  await using reader = subLayerReader(network, { threads: 1 });
  const all: SubLayers[] = [];
  for (const frame of frames) all.push(await reader.read(model.parameters, frame, { rows: rowCount }));
  const joined = (part: keyof SubLayers): NdArray[] =>
    all[0]![part].map(({ shape: [, channels] }, layer) => {
      const data = all.flatMap((one) => [...one[part][layer]!.data]);
      return { data: Float32Array.from(data), shape: [data.length / channels!, channels!] };
    });
  return { message: joined('message'), object: joined('object'), score: joined('score') };
}

const vectors = runs.map(({ model }) => flattenParameters(model.parameters));
const decisions: Decision[][] = [];
const activations: SubLayers[] = [];
for (const run of runs) {
  decisions.push(await decider.decide(run.model.parameters));
  activations.push(await activationsOf(run));
  process.stderr.write(`activations of ${run.config.name} seed ${run.settings.seed}\n`);
}

/** Numbers of all pairs of two configurations. */
interface Group {
  readonly minmax: number[];
  readonly line: Awaited<ReturnType<typeof alongPath>>[];
  readonly curve: Awaited<ReturnType<typeof alongPath>>[];
  readonly similarity: Readonly<Record<keyof SubLayers, number[]>>;
}
const groups = new Map<string, Group>();
for (let i = 0; i < runs.length; i++) {
  for (let j = i + 1; j < runs.length; j++) {
    // The same seed means the same initial parameters.
    const same = runs[i]!.settings.seed === runs[j]!.settings.seed ? ' of the same seed' : '';
    const title = `${runs[i]!.config.title} and ${runs[j]!.config.title}${same}`;
    const group = groups.get(title) ?? {
      ...{ minmax: [], line: [], curve: [] },
      similarity: { message: [], object: [], score: [] },
    };
    groups.set(title, group);
    const pooled = [
      decisions[i]!.map(({ chosen }) => chosen),
      decisions[j]!.map(({ chosen }) => chosen),
      decisions[i]!.map(({ truth }) => truth),
    ].map((lists) => Uint8Array.from(lists.flatMap((list) => Array.from(list))));
    group.minmax.push(disagreement(pooled[0]!, pooled[1]!, pooled[2]!).minmax);
    const [a, b] = [vectors[i]!, vectors[j]!];
    group.line.push(await alongPath(linearPath(a, b)));
    if (bendSteps > 0) group.curve.push(await alongPath(await curveBetween(a, b)));
    for (const part of ['message', 'object', 'score'] as const) {
      const batchSize = Math.min(1024, activations[i]![part][0]!.shape[0]!);
      const matrix = linearCkaMatrix(activations[i]![part], activations[j]![part], { batchSize });
      group.similarity[part].push(mean([...matrix]));
    }
    process.stderr.write(
      `${title}, seeds ${runs[i]!.settings.seed} and ${runs[j]!.settings.seed}: ${JSON.stringify(group)}\n`,
    );
  }
}

const pathCells = (found: Group['line']): string =>
  found.length === 0
    ? ' | | '
    : [
        meanStd(
          found.map(({ max }) => max),
          1,
        ),
        meanStd(
          found.map((one) => one.mean),
          1,
        ),
        meanStd(
          found.map(({ leastRate }) => leastRate),
          1,
        ),
      ].join(' | ');
const text = [
  `Made by \`docs/gnn-dfl/landscape.ts --frames ${frameCount} --points ${points} --bend-steps ${bendSteps} --rows ${rowCount}\``,
  `at ${machine()}, with ${describeRuns(runs)}`,
  '',
  `Mean±standard deviation over pairs of networks. Paths are measured at ${points} points by the Hamming loss x 1000 (largest,`,
  `mean) and the smallest rate of true positives in percent; curves are Bézier curves with one bend, trained for`,
  `${bendSteps} steps of ${BEND_BATCH} frames. Similarities are means over all pairs of sub-layers.`,
  '',
  '| networks | pairs | disagreement | line: max | mean | least rate | curve: max | mean | least rate | CKA of R₁ | O | R₂ |',
  `|${' --- |'.repeat(12)}`,
  ...[...groups].map(([title, { minmax, line, curve, similarity }]) => {
    const cka = [similarity.message, similarity.object, similarity.score].map((list) => meanStd(list, 2));
    // Networks without errors have no place between the bounds.
    const place = minmax.every(Number.isFinite) ? meanStd(minmax, 3) : 'none';
    const cells = [minmax.length, place, pathCells(line), pathCells(curve), ...cka];
    return `| ${title} | ${cells.join(' | ')} |`;
  }),
].join('\n');
if (values.print) process.stdout.write(`${text}\n`);
else await writeComparison('gnn-dfl.md', text, 'landscape');
