import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Executor } from '@pct/core';
import { threadExecutor } from '@pct/core/node';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Options of Node with which worker threads load what the tests load: sources through tsx, or built files. */
function execArgv(): string[] {
  if (process.env['TEST_BUILT'] === '1') return [];
  const tsx = createRequire(`${root}examples/package.json`)
    .resolve('tsx/esm/api')
    .replace(/\.cjs$/, '.mjs');
  const loader = `import { register } from ${JSON.stringify(pathToFileURL(tsx).href)}; register();`;
  return ['--conditions=@pct/source', '--import', `data:text/javascript,${encodeURIComponent(loader)}`];
}

/** Worker threads that load the same files as the tests. */
export function testThreads(threads: number): Executor {
  return threadExecutor({ threads, execArgv: execArgv() });
}
