/**
 * Files for ParaView and other VTK programs.
 *
 * @see https://docs.vtk.org/en/latest/design_documents/VTKFileFormats.html
 */
import { checkFinite, checkOneOf, InvalidArgumentError } from '@pct/core';
import { joinBytes } from '@pct/core/npy';
import { problemOf } from '../results/checkResult.js';
import type { Surface, Trajectory } from '../results/types.js';

/** Options of {@link surfaceToVtp} and {@link trajectoryToVtp}. */
export interface VtpOptions {
  /**
   * What the height is: the loss, its natural logarithm, or 0.
   * @defaultValue `'linear'`
   */
  readonly height?: 'linear' | 'log' | 'flat' | undefined;
  /**
   * Height per unit of loss (or of its logarithm).
   * @defaultValue `1`
   */
  readonly exaggeration?: number | undefined;
  /**
   * How arrays are written: base64 behind the structure, or as text.
   * @defaultValue `'base64'`
   */
  readonly encoding?: 'base64' | 'ascii' | undefined;
}

/**
 * A surface over one axis (as a line) or two (as quadrilaterals) as a VTK PolyData file (`.vtp`).
 *
 * Points without a finite loss, or without a positive one where the height is the logarithm, are left out with the
 * cells around them. The losses themselves are the point data `loss`.
 *
 * @param surface - one or two axes; grids need not be square
 * @param options - {@link VtpOptions}
 * @returns text of the file
 * @throws {@link InvalidArgumentError} if the surface has three axes or arrays that do not fit each other
 */
export function surfaceToVtp(surface: Surface, options: VtpOptions = {}): string {
  const heightOf = heights('surfaceToVtp', options);
  const problem = problemOf(surface);
  if (problem !== undefined) throw new InvalidArgumentError(`surfaceToVtp: ${problem}`);
  const { axes, values } = surface;
  if (axes.length > 2)
    throw new InvalidArgumentError('surfaceToVtp: the surface must have one or two axes, got 3');
  const x = axes[0]!.coordinates;
  const y = axes[1]?.coordinates ?? new Float64Array(1);
  const places = new Int32Array(values.length).fill(-1);
  const points: number[] = [];
  const losses: number[] = [];
  values.forEach((loss, at) => {
    const z = heightOf(loss);
    if (!Number.isFinite(z)) return;
    places[at] = losses.length;
    points.push(x[at % x.length]!, y[Math.floor(at / x.length)]!, z);
    losses.push(loss);
  });
  const cells: number[][] = [];
  const add = (...corners: number[]): void => {
    const cell = corners.map((at) => places[at]!);
    if (!cell.includes(-1)) cells.push(cell);
  };
  for (let j = 0; j + (axes.length - 1) < y.length; j++) {
    for (let i = 0; i + 1 < x.length; i++) {
      const at = i + x.length * j;
      if (axes.length === 1) add(at, at + 1);
      else add(at, at + 1, at + 1 + x.length, at + x.length);
    }
  }
  return polyData(options, points, axes.length === 1 ? 'Lines' : 'Polys', cells, { loss: losses });
}

/**
 * A trajectory as a VTK PolyData file (`.vtp`): one line through the checkpoints at the losses of their projections,
 * with the point data `step`, `loss` (projected), `true_loss` and `residual`.
 *
 * @param trajectory - on one or two axes
 * @param options - {@link VtpOptions}; a checkpoint whose height is not finite is left out
 * @returns text of the file
 * @throws {@link InvalidArgumentError} if the trajectory has more axes or arrays that do not fit each other
 */
export function trajectoryToVtp(trajectory: Trajectory, options: VtpOptions = {}): string {
  const heightOf = heights('trajectoryToVtp', options);
  const problem = problemOf(trajectory);
  if (problem !== undefined) throw new InvalidArgumentError(`trajectoryToVtp: ${problem}`);
  const { steps, coordinates, residuals, trueLosses, projectedLosses } = trajectory;
  const axes = steps.length === 0 ? 1 : coordinates.length / steps.length;
  if (axes > 2)
    throw new InvalidArgumentError(`trajectoryToVtp: the trajectory must have one or two axes, got ${axes}`);
  const shown = [...steps.keys()].filter((k) => Number.isFinite(heightOf(projectedLosses[k]!)));
  const points = shown.flatMap((k) => [
    coordinates[axes * k]!,
    axes === 2 ? coordinates[2 * k + 1]! : 0,
    heightOf(projectedLosses[k]!),
  ]);
  const pick = (from: Float64Array): number[] => shown.map((k) => from[k]!);
  return polyData(options, points, 'Lines', shown.length === 0 ? [] : [[...shown.keys()]], {
    step: pick(steps),
    loss: pick(projectedLosses),
    true_loss: pick(trueLosses),
    residual: pick(residuals),
  });
}

function heights(functionName: string, options: VtpOptions): (loss: number) => number {
  const { height = 'linear', exaggeration = 1, encoding = 'base64' } = options;
  checkOneOf(functionName, 'height', height, ['linear', 'log', 'flat']);
  checkOneOf(functionName, 'encoding', encoding, ['base64', 'ascii']);
  checkFinite(functionName, 'exaggeration', exaggeration);
  if (height === 'log') return (loss) => (loss > 0 ? exaggeration * Math.log(loss) : NaN);
  return height === 'flat' ? (loss) => (Number.isFinite(loss) ? 0 : NaN) : (loss) => exaggeration * loss;
}

type VtkArray = Float64Array | Int32Array;

function polyData(
  { encoding = 'base64' }: VtpOptions,
  points: readonly number[],
  cellKind: 'Lines' | 'Polys',
  cells: readonly (readonly number[])[],
  pointData: Readonly<Record<string, readonly number[]>>,
): string {
  const blocks: string[] = [];
  let offset = 0;
  const array = (name: string, data: VtkArray, components = 1): string => {
    const type = data instanceof Int32Array ? 'Int32' : 'Float64';
    const opening = `<DataArray type="${type}" Name="${name}" NumberOfComponents="${components}"`;
    if (encoding === 'ascii')
      return `${opening} format="ascii">${[...data].map(asText).join(' ')}</DataArray>`;
    const block = base64(data);
    const element = `${opening} format="appended" offset="${offset}"/>`;
    blocks.push(block);
    offset += block.length;
    return element;
  };
  let end = 0;
  const offsets = Int32Array.from(cells, ({ length }) => (end += length));
  const counts = { Verts: 0, Lines: 0, Strips: 0, Polys: 0, [cellKind]: cells.length };
  const numbers = Object.entries(counts).map(([name, count]) => `NumberOf${name}="${count}"`);
  const lines = [
    '<?xml version="1.0"?>',
    '<VTKFile type="PolyData" version="1.0" byte_order="LittleEndian" header_type="UInt32">',
    '<PolyData>',
    `<Piece NumberOfPoints="${points.length / 3}" ${numbers.join(' ')}>`,
    '<PointData Scalars="loss">',
    ...Object.entries(pointData).map(([name, data]) => array(name, Float64Array.from(data))),
    '</PointData>',
    '<Points>',
    array('Points', Float64Array.from(points), 3),
    '</Points>',
    `<${cellKind}>`,
    array('connectivity', Int32Array.from(cells.flat())),
    array('offsets', offsets),
    `</${cellKind}>`,
    '</Piece>',
    '</PolyData>',
    ...(encoding === 'base64' ? [`<AppendedData encoding="base64">_${blocks.join('')}</AppendedData>`] : []),
    '</VTKFile>',
  ];
  return `${lines.join('\n')}\n`;
}

/** VTK reads `nan` where JavaScript writes `NaN`. */
function asText(value: number): string {
  return Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}

/** Length in bytes and the bytes, together in base64. */
function base64({ buffer, byteOffset, byteLength }: VtkArray): string {
  const length = new Uint8Array(new Uint32Array([byteLength]).buffer);
  const bytes = joinBytes([length, new Uint8Array(buffer, byteOffset, byteLength)]);
  let text = '';
  // In pieces: the arguments of one call are limited.
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}
