/** The page of browser-emulator says in Chromium what the same code says in Node.js. */
import { onnxruntimeNode } from '@pct/tensor';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { compareModels, loadEmulator } from '../browser-emulator/cell.js';
import { servePage } from '../servePage.js';

/** Where Chromium is: what the environment variable CHROMIUM says, or where Debian has it. */
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const missing = existsSync(executablePath) ? '' : `: no browser here (${executablePath} not found)`;
const conditions = process.env['TEST_BUILT'] === '1' ? [] : ['@pct/source'];
const folder = fileURLToPath(new URL('../browser-emulator', import.meta.url));

interface Numbers {
  readonly m7: readonly number[];
  readonly emulator: readonly number[];
  readonly massError: number;
}

describe.skipIf(missing !== '')(`M7 and its emulator in Chromium${missing}`, () => {
  it('say what they say in Node.js, and again when a slider moves', { timeout: 180_000 }, async () => {
    const page = await servePage(folder, 0, conditions);
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    try {
      const tab = await browser.newPage();
      const complaints: string[] = [];
      tab.on('pageerror', (error) => complaints.push(String(error)));
      await tab.goto(page.address);
      const numbers = async (): Promise<Numbers> => {
        await tab.waitForSelector('html[data-state]', { state: 'attached', timeout: 120_000 });
        expect(await tab.textContent('#status')).toMatch(/^M7 \d+ ms, emulator \d+ ms, mass error/);
        return JSON.parse((await tab.getAttribute('html', 'data-numbers'))!) as Numbers;
      };

      const first = await numbers();
      const emulator = await loadEmulator(await onnxruntimeNode({ threads: 1 }));
      const here = await compareModels(emulator, {
        ...{ temperature: 285, humidity: 60, production: 4, soot: 1500, hours: 6 },
      });
      await emulator.dispose();
      first.m7.forEach((value, mode) => expect(value).toBeCloseTo(here.m7.number[mode]!, 6));
      // Engines round differently in float32.
      first.emulator.forEach((value, mode) => {
        const wanted = here.emulator.number[mode]!;
        expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-3 * wanted + 1e-6);
      });
      expect(first.massError).toBeLessThan(1e-12);
      expect(await tab.locator('#figure svg polyline').count()).toBe(2);
      expect(await tab.locator('#numbers tr').count()).toBe(3);

      await tab.locator('input[name=soot]').fill('0');
      await tab.waitForFunction(() => document.querySelector('output[for=soot]')?.textContent === '0');
      const second = await numbers();
      const insoluble = 4;
      expect(second.m7[insoluble]).toBe(0);
      expect(second.emulator[insoluble]).toBe(0);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
      page.close();
    }
  });
});
