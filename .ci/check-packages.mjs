/** Checks the packed packages with publint and "are the types wrong". */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packAll } from './pack.mjs';
import { command, nodeModule, run } from './setup.mjs';

await command(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'packed-'));
  try {
    let failures = 0;
    for (const { name, tarball } of await packAll(folder)) {
      for (const [tool, ...args] of [
        ['publint/src/cli.js', 'run', '--strict', tarball],
        // Without asking a registry for types of older releases.
        ['@arethetypeswrong/cli/dist/index.js', '--profile', 'esm-only', '--no-definitely-typed', tarball],
      ]) {
        const { code, output } = await run(process.execPath, [nodeModule(tool ?? ''), ...args]);
        if (code === 0) continue;
        console.error(`${name}:\n${output}`);
        failures++;
      }
    }
    return failures > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
