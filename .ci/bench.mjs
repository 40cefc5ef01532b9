/**
 * `npm run bench [-- <vitest filters and options>]`: sets everything up, says on which machine and with which
 * versions, then runs the packages' benches one after another, against the built files that users get.
 */
import { readFileSync } from 'node:fs';
import { arch, cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { command, nodeModule, packageFolders, root, run, setUp } from './setup.mjs';

await command(async () => {
  await setUp(3);
  process.stdout.write(`[3/3] running benches\n\n${machine()}\n`);
  const { code } = await run(
    process.execPath,
    [
      nodeModule('vitest/vitest.mjs'),
      'bench',
      '--run',
      '--config=.config/vitest.config.ts',
      '--no-file-parallelism',
      ...process.argv.slice(2),
    ],
    { inherit: true, env: { TEST_BUILT: '1' } },
  );
  return code;
});

/** What the numbers depend on, one line each. */
function machine() {
  const [cpu] = cpus();
  const packages = packageFolders().map((name) => {
    const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'));
    return `${manifest.name} ${manifest.version}`;
  });
  return [
    `machine   ${cpu?.model.trim() ?? 'unknown processor'}, ${cpus().length} threads, ${Math.round(totalmem() / 2 ** 30)} GB`,
    `system    ${type()} ${release()} ${arch()}, Node.js ${process.version} (V8 ${process.versions.v8})`,
    `packages  ${packages.join(', ')}`,
    '',
  ].join('\n');
}
