/**
 * onnxruntime on WebGPU in Node.js, in processes of its own: a device that fails takes its process along.
 * With WEBGPU_PROGRAMS=all also the derivatives of the cases, which takes some minutes.
 */
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allCases } from '../conformance/all.js';
import { bundle, forNode } from '../bundle.js';
import { findVulkan } from './vulkan.js';

const KINDS = ['value', 'vjp', 'jvp', 'forward over reverse', 'reverse over reverse'];
const kinds = process.env['WEBGPU_PROGRAMS'] === 'all' ? KINDS : KINDS.slice(0, 1);

/** Sines of a Vulkan device may be off by 2^-11, those of SwiftShader are by half of that. */
const COARSE = new Set(['sin', 'cos']);

interface Line {
  readonly missing?: string;
  readonly errors?: number[];
  readonly index?: number;
  readonly outcome?: Record<string, number | string>;
}

const vulkan = findVulkan();
const child =
  'missing' in vulkan
    ? ''
    : await bundle(new URL('children/webgpu.ts', import.meta.url), 'webgpu.mjs', forNode);
const [probed] = 'missing' in vulkan ? [vulkan] : (await run('probe')).lines;
const missing = probed?.missing;

afterAll(async () => {
  if (child !== '') await rm(child);
});

/** Runs the child to its end, however that comes. */
async function run(...args: string[]): Promise<{ lines: Line[]; end: string }> {
  const env = 'env' in vulkan ? { ...process.env, ...vulkan.env } : process.env;
  const started = spawn(process.execPath, [child, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  started.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  const lines: Line[] = [];
  const end = new Promise<string>((resolve) => {
    started.on('close', (code, signal) =>
      resolve(`${signal ?? `exit code ${String(code)}`} ${errors.slice(-500)}`),
    );
  });
  for await (const line of createInterface({ input: started.stdout })) lines.push(JSON.parse(line) as Line);
  return { lines, end: await end };
}

const place = 'name' in vulkan ? vulkan.name : 'WebGPU';

describe.skipIf(missing !== undefined)(
  missing === undefined ? `webgpu on ${place}` : `webgpu: no Vulkan driver here (${missing})`,
  () => {
    it('computes the value and the gradient of a network as the CPU does', { timeout: 60_000 }, async () => {
      const { lines, end } = await run('network');
      expect(lines, end).toHaveLength(1);
      const { errors } = lines[0]!;
      expect(errors).toHaveLength(18);
      expect(Math.max(...errors!)).toBeLessThan(1e-5);
    });

    describe(`cases: ${kinds.join(', ')}`, () => {
      const outcomes = new Map<number, Record<string, number | string>>();

      beforeAll(async () => {
        let next = 0;
        while (next < allCases.length) {
          const { lines, end } = await run('cases', String(next), ...kinds);
          for (const { index, outcome } of lines) if (outcome !== undefined) outcomes.set(index!, outcome);
          const last = lines.at(-1)?.index ?? next;
          // It died in the case that it had begun.
          if (!outcomes.has(last)) outcomes.set(last, { process: end });
          next = last + 1;
        }
      }, 600_000);

      it.each(allCases.map(({ name }, index) => [name, index] as const))('%s', (name, index) => {
        const outcome = outcomes.get(index)!;
        const tolerance = COARSE.has(name) ? 5e-4 : 3e-5;
        expect(Object.keys(outcome)).toContain('value');
        for (const [kind, error] of Object.entries(outcome)) {
          expect(error, kind).toBeTypeOf('number');
          expect(error, kind).toBeLessThan(tolerance);
        }
      });
    });
  },
);
