/** The package in pages: as a module and as a classic script, with onnxruntime-web and without it. */
import type { Format } from 'esbuild';
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../bundle.js';
import { complaintsOf, noBrowser, openBrowser, serve } from './browser.js';

const page = new URL('pages/page.ts', import.meta.url);
const html = fileURLToPath(new URL('pages/blank.html', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

describe.skipIf(noBrowser !== undefined)(
  noBrowser === undefined ? 'pages in Chromium' : `pages: no browser here (${noBrowser})`,
  () => {
    let browser: Browser;
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'pages-'));
      browser = await openBrowser();
    }, 60_000);
    afterAll(async () => {
      await browser.close();
      await rm(folder, { recursive: true });
    });

    /** Calls functions of the page of a bundle, each with its arguments; gives their results. */
    async function call(script: string, isolated: boolean, ...calls: string[]): Promise<unknown[]> {
      const server = await serve({ '/': html, '/page.js': script }, isolated);
      const tab = await browser.newPage();
      const complaints = complaintsOf(tab);
      try {
        await tab.goto(server.address);
        const results: unknown[] = [];
        for (const text of calls) results.push(await tab.evaluate(`calls.${text}`));
        expect(complaints).toEqual([]);
        return results;
      } finally {
        await tab.close();
        await server.close();
      }
    }

    it('run on as many threads as the page may have', { timeout: 60_000 }, async () => {
      const script = await bundle(page, 'threads.js');
      const [[two, products], expected] = (await call(script, true, 'threads(2)', 'expected()')) as [
        [number, number[]],
        number[],
      ];
      expect(two).toBe(2);
      expect(products).toEqual(expected);
      // Without the headers that isolate a page there is one.
      expect(await call(script, false, 'threads(2)')).toEqual([[1, expected]]);
      await rm(script);
    });

    it('run as a classic script', { timeout: 60_000 }, async () => {
      const script = await bundle(page, 'classic.js', { format: 'iife' });
      const [[one, products], expected] = (await call(script, true, 'threads(1)', 'expected()')) as [
        [number, number[]],
        number[],
      ];
      expect(one).toBe(1);
      expect(products).toEqual(expected);
      await rm(script);
    });

    it.each<Format>(['esm', 'iife'])('say what is missing without onnxruntime-web, as %s', async (format) => {
      const script = await bundle(await copyAlone(format), `alone-${format}.js`, {
        format,
        plugins: [],
      });
      const [[code, message], choice] = (await call(script, true, 'failure()', 'choice()')) as [
        string[],
        string,
      ];
      expect(code).toBe('ERR_MISSING_DEPENDENCY');
      expect(message).toBe(
        'onnxruntimeWeb: onnxruntime-web is not installed; run npm install onnxruntime-web',
      );
      expect(choice).toBe('interpreter');
      await rm(script);
    });

    /** The page beside a copy of the package that has only its dependencies, none of its peers. */
    async function copyAlone(name: string): Promise<URL> {
      const copy = join(folder, name);
      const packages = join(copy, 'node_modules', '@pct');
      await mkdir(packages, { recursive: true });
      for (const part of ['package.json', 'src', 'dist']) {
        await cp(join(root, part), join(packages, 'tensor', part), { recursive: true }).catch(
          (error: unknown) => {
            // Source is all that there is before a build.
            if (part !== 'dist') throw error;
          },
        );
      }
      await symlink(join(root, '../core'), join(packages, 'core'), 'junction');
      const entry = join(copy, 'page.ts');
      await cp(fileURLToPath(page), entry);
      return new URL(`file://${entry}`);
    }
  },
);
