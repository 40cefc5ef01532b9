/** `npm run quickstart [-- <options of the example>]`: sets everything up, then runs the quickstart example. */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { command, root, run, setUp } from './setup.mjs';

await command(async () => {
  await setUp(3);
  process.stdout.write('[3/3] running examples/quickstart.ts\n\n');
  const tsx = createRequire(`${root}examples/package.json`).resolve('tsx');
  const { code } = await run(
    process.execPath,
    ['--import', pathToFileURL(tsx).href, 'examples/quickstart.ts', ...process.argv.slice(2)],
    { inherit: true },
  );
  return code;
});
