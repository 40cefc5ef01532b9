/** The example page trains in Chromium as the same code does in Node.js. */
import { onnxruntimeNode, type Runtime } from '@pct/tensor';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle, forNode } from '../bundle.js';
import { complaintsOf, noBrowser, openBrowser, serve, type Server } from './browser.js';

const example = new URL('../../../../examples/browser-training/', import.meta.url);

/** Chromium draws and computes in software with these. */
const SOFTWARE_GPU = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
];

describe.skipIf(noBrowser !== undefined)(
  noBrowser === undefined ? 'training in Chromium' : `training: no browser here (${noBrowser})`,
  () => {
    let server: Server;
    let files: string[];
    let train: (runtime: Runtime, options: { epochs: number }) => Promise<{ losses: number[] }>;
    beforeAll(async () => {
      files = await Promise.all([
        bundle(new URL('main.ts', example), 'main.js'),
        bundle(new URL('training.ts', example), 'training.mjs', forNode),
      ]);
      ({ train } = (await import(/* @vite-ignore */ files[1]!)) as { train: typeof train });
      server = await serve({ '/': fileURLToPath(new URL('index.html', example)), '/main.js': files[0]! });
    }, 60_000);
    afterAll(async () => {
      await server.close();
      await Promise.all(files.map((file) => rm(file)));
    });

    it.each([
      ['wasm', 30, 0.1, []],
      ['webgpu', 3, 0.6, SOFTWARE_GPU],
    ] as const)('on %s, for %i epochs', { timeout: 120_000 }, async (device, epochs, atMost, flags) => {
      const browser = await openBrowser(flags);
      try {
        const page = await browser.newPage();
        const complaints = complaintsOf(page);
        await page.goto(`${server.address}?device=${device}&epochs=${epochs}`);
        await page.waitForSelector('html[data-state]', { state: 'attached', timeout: 100_000 });
        const status = await page.textContent('#status');
        expect(status).toMatch(new RegExp(`^onnxruntime-web \\S+ on ${device}, threads: \\d: loss .* s$`));
        expect(complaints).toEqual([]);

        const losses = JSON.parse((await page.getAttribute('html', 'data-losses'))!) as number[];
        expect(losses).toHaveLength(epochs);
        expect(losses[0]).toBeGreaterThan(0.6);
        expect(losses.at(-1)).toBeLessThan(atMost);
        const inNode = await train(await onnxruntimeNode({ threads: 1 }), { epochs });
        const differences = losses.map((loss, epoch) => Math.abs(loss - inNode.losses[epoch]!));
        expect(Math.max(...differences)).toBeLessThan(1e-4);

        const curve = await page.getAttribute('#chart polyline', 'points');
        expect(curve?.split(' ').length).toBeGreaterThan(1);
      } finally {
        await browser.close();
      }
    });
  },
);
