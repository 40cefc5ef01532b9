/** The package on a page: what is computed, written, read and drawn there is the same as in Node.js. */
import {
  contourFigure,
  decodeResult,
  encodeResult,
  type Surface,
  type Trajectory,
  type TrajectorySurface,
} from '@viz/gradvis';
import { surfacesFromHdf5, surfacesToHdf5, trajectoryFromHdf5, trajectoryToHdf5 } from '@viz/gradvis/hdf5';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noBrowser, openPage, type Page } from './chromium.js';
import { smallTraining } from './landscape.js';

const toText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const toBytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

describe.skipIf(noBrowser !== undefined)(
  noBrowser === undefined ? 'a page in Chromium' : `a page: no browser here (${noBrowser})`,
  () => {
    let here: TrajectorySurface;
    let page: Page;
    beforeAll(async () => {
      here = await smallTraining();
      page = await openPage(new URL('page.ts', import.meta.url));
    }, 60_000);
    afterAll(() => page.close());

    /** Calls a function of the page. */
    const call = async <T>(name: string, ...args: readonly unknown[]): Promise<T> => {
      const given = args.map((one) => JSON.stringify(one)).join(', ');
      const result = await page.evaluate(`calls.${name}(${given})`);
      expect(page.complaints).toEqual([]);
      return result as T;
    };

    it('computes the same surface', async () => {
      const losses = await call<number[]>('losses');
      expect(losses).toHaveLength(81);
      // Browsers and Node.js may round exponentials differently.
      losses.forEach((loss, k) => expect(loss).toBeCloseTo(here.surface.values[k]!, 9));
    });

    it('writes files that Node.js reads', async () => {
      const losses = await call<number[]>('losses');
      const files = await call<Record<'npz' | 'surfaceHdf5' | 'trajectoryHdf5', string>>('files');
      const result = (await decodeResult(toBytes(files.npz))) as Surface;
      expect([...result.values]).toEqual(losses);
      expect(result.provenance).toMatchObject({ createdBy: 'sampleSurface', objective: 'two spirals' });
      const { surfaces } = await surfacesFromHdf5(toBytes(files.surfaceHdf5));
      expect([...surfaces['train_loss']!.values]).toEqual(losses);
      const trajectory: Trajectory = await trajectoryFromHdf5(toBytes(files.trajectoryHdf5));
      trajectory.coordinates.forEach((one, k) => expect(one).toBeCloseTo(here.trajectory.coordinates[k]!, 9));
      // And reads them back itself.
      const back = await call<number[][]>('read', files.npz, files.surfaceHdf5, files.trajectoryHdf5);
      expect(back).toEqual([losses, losses, [...trajectory.coordinates]]);
    });

    it('reads files that Node.js wrote', async () => {
      const { surface, trajectory } = here;
      const files = [
        encodeResult(surface),
        await surfacesToHdf5({ train_loss: surface }),
        await trajectoryToHdf5(trajectory),
      ];
      expect(await call<number[][]>('read', ...files.map(toText))).toEqual([
        [...surface.values],
        [...surface.values],
        [...trajectory.coordinates],
      ]);
    });

    it('writes VTP files that are XML to its own parser', async () => {
      const [points, losses] = await call<[string, number[]]>('vtp');
      expect(points).toBe('81');
      expect(losses).toEqual(await call<number[]>('losses'));
    });

    it('draws the figures', async () => {
      const [contour, surface] = (await call<string[]>('figures')) as [string, string];
      const expected = contourFigure(here.surface, { trajectories: [here.trajectory] });
      expect(contour.split('<path').length).toBe(expected.split('<path').length);
      for (const [svg, colours] of [
        [contour, 20],
        [surface, 40],
      ] as const) {
        const drawn = await call<Record<string, number>>('draw', svg);
        expect(drawn['width']).toBeGreaterThan(300);
        expect(drawn['height']).toBeGreaterThan(200);
        expect(drawn['paths']).toBeGreaterThan(5);
        expect(drawn['colours']).toBeGreaterThan(colours);
      }
    });
  },
);
