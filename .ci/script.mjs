/**
 * `npm run script -- FILE [options]`: sets everything up, then runs a TypeScript file of the repository, such
 * as a study of docs/ that makes a table.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { command, root, run, setUp, SetupError } from './setup.mjs';

/**
 * @param {string} file - relative to the root
 * @param {string[]} options
 * @returns {Promise<number>} exit code of the script
 */
export async function runScript(file, options) {
  if (!existsSync(join(root, file))) throw new SetupError(`there is no ${file}; name a file from the root.`);
  await setUp(3);
  process.stdout.write(`[3/3] running ${file}\n\n`);
  const tsx = createRequire(`${root}examples/package.json`).resolve('tsx');
  const { code } = await run(process.execPath, ['--import', pathToFileURL(tsx).href, file, ...options], {
    inherit: true,
  });
  return code;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await command(() => runScript(process.argv[2] ?? '', process.argv.slice(3)));
}
