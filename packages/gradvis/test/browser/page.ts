/** What tests call on a page. */
import {
  contourFigure,
  decodeResult,
  encodeResult,
  surfaceFigure,
  surfaceToVtp,
  type Surface,
  type Trajectory,
  type TrajectorySurface,
} from '@viz/gradvis';
import { surfacesFromHdf5, surfacesToHdf5, trajectoryFromHdf5, trajectoryToHdf5 } from '@viz/gradvis/hdf5';
import { smallTraining } from './landscape.js';

const toText = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
const toBytes = (text: string): Uint8Array => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

let made: Promise<TrajectorySurface> | undefined;
const training = (): Promise<TrajectorySurface> => (made ??= smallTraining());

const calls = {
  /** Losses of the surface. */
  async losses(): Promise<number[]> {
    return [...(await training()).surface.values];
  },
  /** Files of the surface and the trajectory, in base64. */
  async files(): Promise<Record<'npz' | 'surfaceHdf5' | 'trajectoryHdf5', string>> {
    const { surface, trajectory } = await training();
    return {
      npz: toText(encodeResult(surface)),
      surfaceHdf5: toText(await surfacesToHdf5({ train_loss: surface })),
      trajectoryHdf5: toText(await trajectoryToHdf5(trajectory)),
    };
  },
  /** Losses in files that were made elsewhere: those of the .npz, of the surface in HDF5, and of the trajectory. */
  async read(npz: string, surfaceHdf5: string, trajectoryHdf5: string): Promise<number[][]> {
    const result = (await decodeResult(toBytes(npz))) as Surface;
    const { surfaces } = await surfacesFromHdf5(toBytes(surfaceHdf5));
    const trajectory: Trajectory = await trajectoryFromHdf5(toBytes(trajectoryHdf5));
    return [result.values, surfaces['train_loss']!.values, trajectory.coordinates].map((one) => [...one]);
  },
  /** What the browser's own parser finds in the VTP file: number of points, and the losses. */
  async vtp(): Promise<[points: string | null, losses: number[]]> {
    const file = surfaceToVtp((await training()).surface, { encoding: 'ascii' });
    const xml = new DOMParser().parseFromString(file, 'application/xml');
    if (xml.querySelector('parsererror') !== null) throw new Error(file);
    const losses = xml.querySelector('PointData DataArray[Name="loss"]')!.textContent;
    return [
      xml.querySelector('Piece')!.getAttribute('NumberOfPoints'),
      losses.trim().split(/\s+/).map(Number),
    ];
  },
  /** Text of both figures. */
  async figures(): Promise<string[]> {
    const { surface, trajectory } = await training();
    return [contourFigure, surfaceFigure].map((figure) => figure(surface, { trajectories: [trajectory] }));
  },
  /** A figure as the browser draws it: size, number of paths, and number of colours in the picture. */
  async draw(svg: string): Promise<{ width: number; height: number; paths: number; colours: number }> {
    document.body.innerHTML = svg;
    const { width, height } = document.body.querySelector('svg')!.getBoundingClientRect();
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), {
      width: image.width,
      height: image.height,
    });
    const context = canvas.getContext('2d')!;
    context.drawImage(image, 0, 0);
    const pixels = new Uint32Array(context.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
    const paths = document.body.querySelectorAll('svg path, svg polygon').length;
    return { width, height, paths, colours: new Set(pixels).size };
  },
};

Object.assign(globalThis, { calls });
