import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { problemsOf } from '../../.ci/check-manifests.mjs';

const core = fileURLToPath(new URL('../../packages/core', import.meta.url));
let top: string;

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'manifests-'));
  mkdirSync(join(top, 'packages'));
  cpSync(core, join(top, 'packages/core'), {
    recursive: true,
    filter: (path) => !/[\\/](node_modules|dist)$/.test(path),
  });
});
afterEach(() => {
  rmSync(top, { recursive: true });
});

/** Problems after a textual change of a file of packages/core. */
function problemsAfter(file: string, change: (text: string) => string): string[] {
  const path = join(top, 'packages/core', file);
  const text = readFileSync(path, 'utf8');
  const changed = change(text);
  expect(changed).not.toBe(text);
  writeFileSync(path, changed);
  return problemsOf('core', top);
}

describe('problemsOf', () => {
  it('has nothing against packages/core', () => {
    expect(problemsOf('core', top)).toEqual([]);
  });

  it.each([
    ['"license": "MIT",', '', '"license" is missing: add it'],
    ['"type": "module",', '"type": "module", "main": "x",', '"main" is not part of the shape'],
    ['"sideEffects": false', '"sideEffects": true', '"sideEffects" must be false, is true'],
    ['"directory": "packages/core"', '"directory": "core"', '"repository" must be'],
    ['"pure-rand": "catalog:"', '"pure-rand": "^8.0.0"', '"dependencies.pure-rand" must be "catalog:"'],
    ['"default": "./dist/index.js"', '"import": "./dist/index.js"', '"exports" of "." must be exactly'],
    ['"./package.json": "./package.json"', '"./x": "./x.js"', '"exports" must have "./package.json"'],
    ['src/index.ts', 'src/absent.ts', 'there is no ./src/absent.ts'],
    ['"@pct/core"', '"@pct/kernel"', '"name" must be "@pct/core"'],
  ])('finds %s made %s', (from, to, problem) => {
    expect(problemsAfter('package.json', (text) => text.replace(from, to)).join('\n')).toContain(problem);
  });

  it('finds keys out of order', () => {
    const problems = problemsAfter('package.json', (text) => {
      const { name, ...rest } = JSON.parse(text) as Record<string, unknown>;
      return JSON.stringify({ ...rest, name });
    });
    expect(problems).toEqual([
      expect.stringMatching(/^the keys are out of order: write them as name, version,/),
    ]);
  });

  it('finds entries that tsup does not build', () => {
    expect(problemsAfter('tsup.config.ts', (text) => text.replace('node/index', 'node/main'))).toEqual([
      "tsup.config.ts lacks the entry 'node/index': 'src/node/index.ts' of \"exports\"",
      "tsup.config.ts: name the entry 'node/index', not 'node/main'",
    ]);
  });

  it('finds missing files', () => {
    rmSync(join(top, 'packages/core/LICENSE'));
    expect(problemsOf('core', top)).toEqual(['LICENSE is missing: add it, a copy of the one at the root']);
  });
});
