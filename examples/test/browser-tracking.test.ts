/** The page of browser-tracking reconstructs in Chromium what the same code does in Node.js. */
import { onnxruntimeNode } from '@pct/tensor';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { reconstruct } from '../browser-tracking/tracking.js';
import { servePage } from '../servePage.js';

/** Where Chromium is: what the environment variable CHROMIUM says, or where Debian has it. */
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const missing = existsSync(executablePath) ? '' : `: no browser here (${executablePath} not found)`;
const conditions = process.env['TEST_BUILT'] === '1' ? [] : ['@pct/source'];
const folder = fileURLToPath(new URL('../browser-tracking', import.meta.url));

describe.skipIf(missing !== '')(`tracking in Chromium${missing}`, () => {
  it('finds the tracks of the same frame, and of another one', { timeout: 120_000 }, async () => {
    const page = await servePage(folder, 0, conditions);
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    try {
      const tab = await browser.newPage();
      const complaints: string[] = [];
      tab.on('pageerror', (error) => complaints.push(String(error)));
      await tab.goto(page.address);
      const numbers = async (): Promise<Record<string, number>> => {
        await tab.waitForSelector('html[data-state]', { state: 'attached', timeout: 60_000 });
        expect(await tab.textContent('#status')).toMatch(/^\d+ hits, \d+ tracks, purity [\d.]+ %/);
        return JSON.parse((await tab.getAttribute('html', 'data-numbers'))!) as Record<string, number>;
      };

      const first = await numbers();
      const runtime = await onnxruntimeNode({ threads: 1 });
      const here = await reconstruct(runtime, { phantomMm: 150, primaries: 100, seed: 1 });
      expect(first['hits']).toBe(here.hits);
      // Engines round differently, which may turn a close decision.
      expect(Math.abs(first['tracks']! - here.tracks)).toBeLessThanOrEqual(1);
      expect(first['purity']).toBeCloseTo(here.purity, 1);
      expect(here.purity).toBeGreaterThan(0.9);
      expect(await tab.locator('#event svg').count()).toBe(1);

      await tab.selectOption('select[name=phantom]', '200');
      await tab.fill('input[name=primaries]', '30');
      await tab.click('button');
      const second = await numbers();
      expect(second['hits']).toBeLessThan(here.hits / 2);
      expect(second['purity']).toBeGreaterThan(0.5);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
      page.close();
    }
  });
});
