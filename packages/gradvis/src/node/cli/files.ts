import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { writeFileAtomic } from '@pct/core/node';
import { encodeResult } from '../../files/resultFile.js';
import { surfaceToNpz } from '../../files/surfaceToNpz.js';
import { surfaceToVtp, trajectoryToVtp } from '../../files/vtp.js';
import { surfacesFromHdf5, surfacesToHdf5 } from '../../hdf5/surfaces.js';
import { trajectoryToHdf5 } from '../../hdf5/trajectory.js';
import type { Result, Surface } from '../../results/types.js';
import { mergeTree } from '../../topology/mergeTree.js';
import { simplifyMergeTree } from '../../topology/persistence.js';
import { readResult, writeFigure } from '../files.js';
import {
  choiceOption,
  numberOption,
  textOption,
  UsageError,
  type CliCall,
  type CliCommand,
} from './command.js';
import { describeResult } from './describe.js';
import { figureOf } from './figureOf.js';
import { deliver } from './landscape.js';

const quantity = { value: 'NAME', text: 'which surface of a .h5 file (default train_loss)' };

/** The result in a file: our own, or a surface of loss-landscape. */
async function open(call: CliCall, path: string): Promise<Result> {
  if (extname(path) !== '.h5') return readResult(path);
  const { surfaces } = await surfacesFromHdf5(await readFile(path), { file: path });
  const wanted = textOption(call, 'quantity') ?? 'train_loss';
  const found = surfaces[wanted];
  if (found === undefined)
    throw new UsageError(
      `${path} has no ${wanted}; it has ${Object.keys(surfaces).join(', ')}: choose one with --quantity`,
    );
  return found;
}

const plot: CliCommand = {
  summary: 'Draws results: a plane with paths, lines, densities, a tree. Several files go into one figure.',
  usage: 'FILE...',
  files: [1, 100],
  options: {
    figure: { value: 'FILE.svg|png', text: 'where the figure goes' },
    kind: { value: 'contour|map|surface|ridges', text: 'default contour, and densities in one frame' },
    scale: { value: 'linear|log|log1p|rank', text: 'of the losses (default by their range)' },
    clip: { value: 'NUMBER', text: 'losses above are one class' },
    title: { value: 'TEXT', text: 'heading' },
    width: { value: 'PIXELS', text: 'of a PNG (default 1280)' },
    quantity,
  },
  async run(call) {
    const figure = textOption(call, 'figure');
    if (figure === undefined) throw new UsageError('--figure FILE.svg is needed');
    const results: Result[] = [];
    for (const file of call.files) results.push(await open(call, file));
    const svg = figureOf(results, {
      kind: choiceOption(call, 'kind', ['contour', 'map', 'surface', 'ridges']),
      scale: choiceOption(call, 'scale', ['linear', 'log', 'log1p', 'rank']),
      clip: numberOption(call, 'clip'),
      title: textOption(call, 'title'),
    });
    await writeFigure(figure, svg, { width: numberOption(call, 'width') });
    call.streams.err(`wrote ${figure}\n`);
  },
};

const info: CliCommand = {
  summary: 'Tells what is in files.',
  usage: 'FILE...',
  files: [1, 100],
  options: { quantity },
  async run(call) {
    for (const file of call.files) call.streams.out(`${file}\n${describeResult(await open(call, file))}`);
  },
};

const convert: CliCommand = {
  summary:
    'Writes a result in another format: .npz, .vtp (ParaView), .h5 (loss-landscape). Reads .npz and .h5.',
  usage: 'FROM TO',
  files: [2, 2],
  options: {
    plain: { text: 'a .npz with the arrays x, y and loss only' },
    height: { value: 'linear|log|flat', text: 'of a .vtp (default linear)' },
    quantity,
  },
  async run(call) {
    const [from, to] = call.files as [string, string];
    const result = await open(call, from);
    await writeFileAtomic(to, await converted(call, result, to));
    call.streams.err(`wrote ${to}\n`);
  },
};

async function converted(call: CliCall, result: Result, to: string): Promise<Uint8Array | string> {
  const height = choiceOption(call, 'height', ['linear', 'log', 'flat']);
  const surface: Surface | undefined = result.kind === 'surface' ? result : undefined;
  switch (extname(to)) {
    case '.npz':
      return call.values['plain'] === true && surface !== undefined
        ? surfaceToNpz(surface)
        : encodeResult(result);
    case '.vtp':
      if (surface !== undefined) return surfaceToVtp(surface, { height });
      if (result.kind === 'trajectory') return trajectoryToVtp(result, { height });
      break;
    case '.h5':
      if (surface !== undefined)
        return surfacesToHdf5({ [textOption(call, 'quantity') ?? 'train_loss']: surface });
      if (result.kind === 'trajectory') return trajectoryToHdf5(result);
      break;
    default:
      throw new UsageError(`the name must end in .npz, .vtp or .h5, got ${to}`);
  }
  throw new UsageError(`a result of kind ${result.kind} has no ${extname(to)} form; write .npz`);
}

const tree: CliCommand = {
  summary: 'The local minima of a sampled surface and the saddles that join them.',
  usage: 'FILE',
  files: [1, 1],
  options: {
    persistence: { value: 'NUMBER', text: 'leaves out minima less than this below their saddle (default 0)' },
    out: { value: 'FILE.npz', text: 'where the tree goes' },
    figure: { value: 'FILE.svg|png', text: 'where a figure of it goes' },
    quantity,
  },
  async run(call) {
    const surface = await open(call, call.files[0]!);
    if (surface.kind !== 'surface')
      throw new UsageError(`a tree needs a surface, got a result of kind ${surface.kind}`);
    const found = simplifyMergeTree(mergeTree(surface), numberOption(call, 'persistence') ?? 0);
    call.streams.out(describeResult(found));
    await deliver(call, found, [found]);
  },
};

/** Commands about files. */
export const fileCommands: Readonly<Record<string, CliCommand>> = { plot, tree, info, convert };
