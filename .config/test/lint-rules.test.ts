import { ESLint } from 'eslint';
import { fileURLToPath } from 'node:url';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';

// The real configuration, without the rules that need types: they would need files on the disk.
const eslint = new ESLint({
  cwd: fileURLToPath(new URL('../..', import.meta.url)),
  overrideConfigFile: '.config/eslint.config.js',
  overrideConfig: [tseslint.configs.disableTypeChecked],
});

/** Rules that complain about `code` in a file of the given path. */
async function complaints(path: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: path });
  return (result?.messages ?? [])
    .map(({ ruleId, message }) => ruleId ?? message)
    .filter((rule) => rule !== '@typescript-eslint/no-unused-vars');
}

const direction = 'sciml/dependency-direction';
const browser = 'sciml/browser-safe';
const engines = 'sciml/engines-in-tensor';

/** One line of a table: a path, code, and the rules that complain. */
type Case = [path: string, code: string, ...rules: string[]];

function check(cases: Case[]): void {
  it.each(cases)('%s: %s', async (path, code, ...rules) => {
    expect(await complaints(path, code)).toEqual(rules);
  });
}

describe('dependency direction', () => {
  check([
    ['packages/detector/src/a.ts', "import { x } from '@pct/core'; x();"],
    ['packages/detector/src/a.ts', "import { x } from '@pct/assignment'; x();"],
    ['packages/detector/test/a.test.ts', "import { x } from '@pct/detector'; x();"],
    ['packages/gradvis/src/a.ts', "import { x } from '@pct/tensor/sub'; x();"],
    ['packages/core/src/a.ts', "import { x } from '@pct/corelation'; x();"],
    ['packages/core/src/a.ts', "import { x } from './b.js'; x();"],
    ['packages/core/test/a.test.ts', "import { x } from '../src/b.js'; x();"],
    ['packages/core/tsup.config.ts', "import { x } from '../../.config/tsup.base.js'; x();"],
    ['examples/a.ts', "import { x } from '@pct/detector'; x();"],

    ['packages/core/src/a.ts', "import { x } from '@pct/assignment'; x();", direction],
    ['packages/core/test/a.test.ts', "import { x } from '@pct/assignment'; x();", direction],
    ['packages/assignment/src/a.ts', "import { x } from '@pct/detector/node'; x();", direction],
    ['packages/approx-gp/src/a.ts', "import type { X } from '@pct/tensor'; export type Y = X;", direction],
    ['packages/core/src/a.ts', "export { x } from '@hpo/approx-gp';", direction],
    ['packages/core/src/a.ts', "export * from '@climate/m7-emulator';", direction],
    ['packages/core/src/a.ts', "await import('@viz/gradvis');", direction],
    ['packages/core/src/a.ts', "export type T = import('@pct/tensor').Tensor;", direction],
    ['packages/detector/src/a.ts', "import { x } from '@pct/core/src/rng.js'; x();", direction],
    ['packages/detector/src/a.ts', "import { x } from '../../core/src/rng.js'; x();", direction],
    ['packages/detector/test/a.test.ts', "import { x } from '../../core/test/help.js'; x();", direction],
    ['packages/core/src/a.ts', "import { x } from '@pct/core'; x();", direction],
    ['packages/core/src/a.ts', "import { x } from '../../../examples/quickstart.js'; x();", direction],
    ['packages/core/test/a.test.ts', "import { x } from '../../../docs/test/help.js'; x();", direction],
    ['packages/core/src/a.ts', "import { x } from '../../../.config/help.js'; x();", direction],
    ['packages/core/src/a.ts', "import { x } from '@sciml-ts/examples'; x();", direction],
    ['packages/unlisted/src/a.ts', 'export const x = 1;', direction],
  ]);
});

describe('engines only in packages/tensor', () => {
  check([
    ['packages/tensor/src/a.ts', "import { x } from 'onnxruntime-node'; x();"],
    ['packages/gnn-dfl/src/a.ts', "import { x } from '@pct/tensor'; x();"],
    ['packages/gnn-dfl/src/a.ts', "import { x } from 'onnxruntime-web'; x();", engines],
    ['packages/gnn-dfl/test/a.test.ts', "import { x } from '@tensorflow/tfjs'; x();"],
    ['packages/gnn-dfl/bench/a.ts', "import { x } from '@tensorflow/tfjs'; x();"],
    ['packages/gnn-dfl/src/test/a.ts', "import { x } from '@tensorflow/tfjs'; x();", engines],
    ['examples/a.ts', "await import('@tensorflow/tfjs-node');", engines],
  ]);
});

describe('browser-safe sources', () => {
  check([
    ['packages/core/src/node/a.ts', "import { readFile } from 'node:fs/promises'; readFile('a');"],
    ['packages/core/src/node/a.ts', "import { x } from '../b.js'; x();"],
    ['packages/core/test/a.test.ts', "import { readFile } from 'node:fs/promises'; readFile('a');"],
    ['packages/core/src/a.ts', "import type { X } from './node/b.js'; export type Y = X;"],
    ['packages/core/src/a.ts', "import { readFile } from 'node:fs/promises'; readFile('a');", browser],
    ['packages/core/src/a.ts', "import { readFile } from 'fs/promises'; readFile('a');", browser],
    ['packages/core/src/a.ts', "await import('node:worker_threads');", browser],
    ['packages/core/src/io/a.ts', "import { x } from '../node/b.js'; x();", browser],
    ['packages/core/src/a.js', "import { x } from 'node:os'; x();", browser],
    ['packages/core/src/node/a.js', "import { x } from 'node:os'; x();"],
  ]);
});

describe('habits', () => {
  check([
    ['packages/core/src/a.ts', 'Math.random();', 'no-restricted-properties'],
    ['packages/core/test/a.test.ts', "Math['random']();", 'no-restricted-properties'],
    ['packages/core/src/a.ts', 'const { random } = Math; random();', 'no-restricted-properties'],
    ['packages/core/src/a.ts', 'globalThis.Math.random();', 'no-restricted-syntax'],
    ['examples/a.ts', 'Math.random();', 'no-restricted-properties'],
    ['packages/core/src/a.ts', 'console.log(1);', 'no-console'],
    ['packages/core/bench/a.bench.ts', 'console.log(1);'],
    ['examples/a.ts', 'console.log(1);'],
    ['packages/core/src/a.ts', 'export default 1;', 'no-restricted-syntax'],
    ['packages/core/src/a.ts', 'const x = 1; export { x as default };', 'no-restricted-syntax'],
    ['packages/core/tsup.config.ts', 'export default 1;'],
    [
      'packages/core/src/a.ts',
      '// @ts-expect-error\nexport const x = 1;',
      '@typescript-eslint/ban-ts-comment',
    ],
    ['packages/core/src/a.ts', 'export let x: any;', '@typescript-eslint/no-explicit-any'],
    ['packages/core/src/a.ts', 'export const x = (y: number[]): number => y[0]!;'],
    ['packages/core/test/a.test.ts', "it.skip('later', () => {});", 'no-restricted-syntax'],
    ['packages/core/test/a.test.ts', "describe.only('now', () => {});", 'no-restricted-syntax'],
  ]);

  it('limits the length of source files', async () => {
    const lines = (count: number): string => 'export const x = 1;\n' + '// line\n'.repeat(count - 1);
    expect(await complaints('packages/core/src/a.ts', lines(350))).toEqual([]);
    expect(await complaints('packages/core/src/a.ts', lines(351))).toEqual(['max-lines']);
    expect(await complaints('packages/core/test/a.test.ts', lines(351))).toEqual([]);
  });

  it('heeds no comment that switches a rule off', async () => {
    const code = '/* eslint-disable no-console */\nconsole.log(1);\n';
    const rules = await complaints('packages/core/src/a.ts', code);
    expect(rules).toContain('no-console');
    expect(rules.some((rule) => rule.includes('eslint-disable'))).toBe(true);
  });
});
