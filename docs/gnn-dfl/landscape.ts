/**
 * Compares the networks that `train.ts` has finished in a folder, pair by pair: how much they disagree, what lies between
 * them, and how similar their layers are. Writes two tables and a plot of docs/gnn-dfl.md. Results are kept in the folder, so that
 * the script goes on where it was stopped.
 *
 *   npm run script -- docs/gnn-dfl/landscape.ts [--runs gnn-runs] [--frames 6] [--points 21] [--bend-steps 200]
 *     [--curves 3] [--rows 2048] [--tiny] [--print]
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeFileAtomic } from '@pct/core/node';
import { disagreement, linearCkaMatrix, linearPath, subLayerReader, type SubLayers } from '@pct/gnn-dfl';
import { flattenParameters, type NdArray } from '@pct/tensor';
import { writeComparison } from '../tables.js';
import { publishedDensities, type Config } from './configs.js';
import { alongPath, bendBatch, bendLosses, curveBetween, type BendLoss, type PathNumbers } from './curves.js';
import { mixedFrames } from './frames.js';
import { pathPlot } from './pathPlot.js';
import { rememberIn } from './remember.js';
import { describeRuns, finishedRuns, machine, meanOf, meanStd, type Run } from './runs.js';
import { makeDecider, type Decision } from './segments.js';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: 'gnn-runs' },
    /** Training frames that everything is measured on, of three phantoms in equal parts; about 100 in the paper. */
    frames: { type: 'string', default: '6' },
    /** Points of a path, 51 in the paper. */
    points: { type: 'string', default: '21' },
    /** Steps of the bend of a curve, 1000 of 8 frames in the paper. */
    'bend-steps': { type: 'string', default: '200' },
    /** So many pairs of the runs of one configuration get curves. */
    curves: { type: 'string', default: '3' },
    /** Rows of activations per frame. */
    rows: { type: 'string', default: '2048' },
    /** Frames of a few primaries, for a test of the script. */
    tiny: { type: 'boolean', default: false },
    /** Print the tables instead of writing them. */
    print: { type: 'boolean', default: false },
  },
});
const [frameCount, points, bendSteps, curves, rowCount] = [
  Number(values.frames),
  Number(values.points),
  Number(values['bend-steps']),
  Number(values.curves),
  Number(values.rows),
];

// Networks on hits have other parameters, so that there is no path to the others.
const runs = (await finishedRuns(values.runs)).filter(
  ({ config }) => config.kind === 'line' && config.densities === publishedDensities,
);
const frames = await mixedFrames('training', frameCount, values.tiny ? [4] : publishedDensities);
const network = runs[0]!.model.network;
const like = network.initialize(0);
await using decider = await makeDecider(network, frames);
const remember = await rememberIn(join(values.runs, `landscape-${frameCount}-frames.jsonl`));

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

/** Place of two runs' disagreement between its bounds. */
function disagreementOf(i: number, j: number): number {
  const pooled = (lists: readonly ArrayLike<number>[]): Uint8Array =>
    Uint8Array.from(lists.flatMap((list) => Array.from(list)));
  return disagreement(
    pooled(decisions[i]!.map(({ chosen }) => chosen)),
    pooled(decisions[j]!.map(({ chosen }) => chosen)),
    pooled(decisions[i]!.map(({ truth }) => truth)),
  ).minmax;
}

/** Mean similarity of two runs' layers in one part of the network. */
function similarityOf(i: number, j: number, part: keyof SubLayers): number {
  const batchSize = Math.min(1024, activations[i]![part][0]!.shape[0]!);
  return meanOf([...linearCkaMatrix(activations[i]![part], activations[j]![part], { batchSize })]);
}

/** Numbers of all pairs of two configurations. */
interface Group {
  /** Where both are of the same. */
  readonly config: Config | undefined;
  readonly minmax: number[];
  readonly similarity: Readonly<Record<keyof SubLayers, number[]>>;
  readonly line: PathNumbers[];
  readonly curve: Readonly<Record<BendLoss, PathNumbers[]>>;
}
const groups = new Map<string, Group>();
for (let i = 0; i < runs.length; i++) {
  for (let j = i + 1; j < runs.length; j++) {
    const [one, other] = [runs[i]!, runs[j]!];
    // The same seed means the same initial parameters.
    const same = one.settings.seed === other.settings.seed ? ' of the same seed' : '';
    const title = `${one.config.title} and ${other.config.title}${same}`;
    const group: Group = groups.get(title) ?? {
      config: one.config === other.config ? one.config : undefined,
      minmax: [],
      similarity: { message: [], object: [], score: [] },
      line: [],
      curve: { Hamming: [], 'cross-entropy': [] },
    };
    groups.set(title, group);
    group.minmax.push(disagreementOf(i, j));
    for (const part of ['message', 'object', 'score'] as const)
      group.similarity[part].push(similarityOf(i, j, part));

    const [a, b] = [vectors[i]!, vectors[j]!];
    const name = ({ config, settings }: Run): string => `${config.name}-${settings.seed}@${settings.steps}`;
    const key = `${name(one)} ${name(other)} ${points} points`;
    group.line.push(await remember(`${key} line`, () => alongPath(linearPath(a, b), decider, like, points)));
    for (const loss of bendLosses) {
      const found = group.curve[loss];
      if (group.config === undefined || found.length >= curves) continue;
      const settings = { loss, steps: bendSteps };
      found.push(
        await remember(`${key} ${loss} ${bendSteps} steps`, async () =>
          alongPath(await curveBetween(a, b, frames, settings), decider, like, points),
        ),
      );
    }
    process.stderr.write(`${title}, seeds ${one.settings.seed} and ${other.settings.seed}\n`);
  }
}

const pathRow = (title: string, path: string, found: readonly PathNumbers[]): string[] => {
  if (found.length === 0) return [];
  const cells = (['max', 'mean', 'leastRate'] as const).map((key) =>
    meanStd(
      found.map((one) => one[key]),
      1,
    ),
  );
  return [`| ${[title, path, found.length, ...cells].join(' | ')} |`];
};
const text = [
  `Made by \`docs/gnn-dfl/landscape.ts --frames ${frameCount} --points ${points} --bend-steps ${bendSteps} --curves ${curves} --rows ${rowCount}\``,
  `at ${machine()}, with ${describeRuns(runs)}`,
  '',
  'Mean±standard deviation over pairs of networks. Similarities are means over all pairs of sub-layers.',
  '',
  '| networks | pairs | disagreement | CKA of R₁ | O | R₂ |',
  `|${' --- |'.repeat(6)}`,
  ...[...groups].map(([title, { minmax, similarity }]) => {
    const cka = [similarity.message, similarity.object, similarity.score].map((list) => meanStd(list, 2));
    // Networks without errors have no place between the bounds.
    const place = minmax.every(Number.isFinite) ? meanStd(minmax, 3) : 'none';
    return `| ${[title, minmax.length, place, ...cka].join(' | ')} |`;
  }),
  '',
  `Largest and mean Hamming loss x 1000 and smallest rate of true positives in percent at ${points} points of a path. Curves`,
  `are Bézier curves with one bend, which ${bendSteps} steps of ${bendBatch} frames trained with the named loss.`,
  '',
  '| networks | path | pairs | max | mean | least rate |',
  `|${' --- |'.repeat(6)}`,
  ...[...groups].flatMap(([title, { line, curve }]) => [
    ...pathRow(title, 'line', line),
    ...bendLosses.flatMap((loss) => pathRow(title, `curve, ${loss}`, curve[loss])),
  ]),
].join('\n');
if (values.print) process.stdout.write(`${text}\n`);
else {
  await writeComparison('gnn-dfl.md', text, 'landscape');
  // The first pair of each configuration.
  const pairs = [...groups.values()].flatMap(({ config, line, curve }) =>
    config === undefined
      ? []
      : [
          {
            title: config.title,
            line: line[0]!,
            curve: { Hamming: curve.Hamming[0], 'cross-entropy': curve['cross-entropy'][0] },
          },
        ],
  );
  await writeFileAtomic(fileURLToPath(new URL('paths.svg', import.meta.url)), pathPlot(pairs));
}
