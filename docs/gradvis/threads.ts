import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Executor } from '@pct/core';
import { threadExecutor } from '@pct/core/node';

/** Worker threads that load TypeScript, as the scripts of this folder do. */
export function typeScriptThreads(threads: number): Executor {
  const examples = createRequire(new URL('../../examples/package.json', import.meta.url));
  const tsx = pathToFileURL(examples.resolve('tsx/esm/api').replace(/\.cjs$/, '.mjs')).href;
  const loader = `import { register } from ${JSON.stringify(tsx)}; register();`;
  const conditions = process.execArgv.filter((argument) => argument.startsWith('--conditions'));
  const execArgv = [...conditions, '--import', `data:text/javascript,${encodeURIComponent(loader)}`];
  return threadExecutor({ threads, execArgv });
}
