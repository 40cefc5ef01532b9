import { transformSync } from 'esbuild';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { compileFunction } from 'node:vm';
import * as tf from '@tensorflow/tfjs';
import type { PublishedCase } from './jasmine.js';
import { Collector, expectLike } from './jasmine.js';

/** Folder of the files that `@tensorflow/tfjs-core` publishes. */
const CORE = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-core/package.json'));

/** Where the cases run, as their own harness describes it. */
const ENVIRONMENT = { name: 'cpu', backendName: 'cpu', isDataSync: true };

interface Constraints {
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly predicate?: (environment: typeof ENVIRONMENT) => boolean;
}

/**
 * Reads the cases of a published test file.
 *
 * @param file - path under `dist/ops`, such as `add_test.js`
 * @param standIn - what the file gets when it imports tfjs
 */
export function readCases(file: string, standIn: Record<string, unknown>): PublishedCase[] {
  const collector = new Collector();
  const globals = {
    describe: collector.describe,
    it: collector.it,
    beforeAll: collector.beforeEach,
    beforeEach: collector.beforeEach,
    afterAll: collector.afterEach,
    afterEach: collector.afterEach,
    expect: expectLike,
    jasmine: {},
  };
  const jasmineUtil = {
    ALL_ENVS: {},
    SYNC_BACKEND_ENVS: { predicate: (environment: typeof ENVIRONMENT) => environment.isDataSync },
    describeWithFlags(name: string, { predicate }: Constraints, define: (env: typeof ENVIRONMENT) => void) {
      if (predicate === undefined || predicate(ENVIRONMENT)) {
        collector.describe(name, () => define(ENVIRONMENT));
      }
    },
  };
  const load = (path: string): Record<string, unknown> => {
    const { code } = transformSync(readFileSync(path, 'utf8'), { format: 'cjs', loader: 'js' });
    const module = { exports: {} as Record<string, unknown> };
    const find = (name: string): unknown => {
      if (/^(\.\.\/)+index$/.test(name)) return standIn;
      if (/^(\.\.\/)+jasmine_util$/.test(name)) return jasmineUtil;
      if (/^(\.\.\/)+test_util$/.test(name)) return tf.test_util;
      if (/^(\.\.\/)+util$/.test(name)) return tf.util;
      if (name === './reduce_util') return tf.backend_util;
      return load(join(dirname(path), `${name}.js`));
    };
    const names = Object.keys(globals);
    const body = compileFunction(code, ['require', 'module', 'exports', ...names], { filename: path });
    (body as (...args: unknown[]) => void)(find, module, module.exports, ...Object.values(globals));
    return module.exports;
  };
  load(join(CORE, 'dist/ops', file));
  return collector.cases;
}
