/**
 * `npm test [-- <vitest filters and options>]`: sets everything up, then runs the tests against the sources.
 * With TEST_BUILT=1 or --built they run against the built files. The last line is `N passed, N failed`, for scripts.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command, nodeModule, run, setUp } from './setup.mjs';

/**
 * @typedef {{ status: string, assertionResults: { status: string }[] }} FileResult
 * @typedef {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *   testResults: FileResult[] }} Report
 */

await command(async () => {
  await setUp(3);
  const filters = process.argv.slice(2).filter((option) => option !== '--built');
  const built = process.argv.includes('--built') || process.env['TEST_BUILT'] === '1';
  process.stdout.write(`[3/3] running tests against the ${built ? 'built files' : 'sources'}\n`);
  const folder = mkdtempSync(join(tmpdir(), 'tests-'));
  try {
    const file = join(folder, 'report.json');
    const { code } = await run(
      process.execPath,
      [
        nodeModule('vitest/vitest.mjs'),
        'run',
        '--config=.config/vitest.config.ts',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${file}`,
        ...filters,
      ],
      { inherit: true, env: { TEST_BUILT: built ? '1' : '' } },
    );
    process.stdout.write(`${summary(file, code)}\n`);
    return code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/**
 * Counts tests. A test file that fails without a failed test (it could not be loaded) counts as one failure,
 * and so does a failed run without any other (an error outside of the tests).
 *
 * @param {string} file - vitest's JSON report; absent when vitest itself stopped
 * @param {number} code - vitest's exit code
 */
function summary(file, code) {
  /** @type {Report} */
  let report = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] };
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    process.stdout.write('vitest wrote no report\n');
  }
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const failed = report.numFailedTests + brokenFiles;
  const skipped = report.numPendingTests + report.numTodoTests;
  const counts = `${report.numPassedTests} passed, ${Math.max(failed, code === 0 ? 0 : 1)} failed`;
  return skipped > 0 ? `${counts}, ${skipped} skipped` : counts;
}
