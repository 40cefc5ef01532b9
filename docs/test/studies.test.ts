import { describe, expect, it } from 'vitest';
import { runScript } from '../../.config/runScript.js';

describe('the studies behind the tables', { timeout: 120_000 }, () => {
  it('the comparison with published frames', async () => {
    const { code, stdout } = await runScript('docs/calibration/compare.ts', [
      '--print',
      '--primaries',
      '400',
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\| hits \| 100 \| 1[23]\d\d \(1337, [+−]\d+\.\d %/);
    expect(stdout).toContain('| 500 |');
    expect(stdout).not.toContain('NaN');
  });

  it('the fit', async () => {
    const { code, stdout } = await runScript('docs/calibration/fit.ts', [
      '--primaries',
      '200',
      '--iterations',
      '1',
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^start: \d+\.\d\n1: \d+\.\d {2}spotMm \d/);
  });

  it('the comparison of trackers', async () => {
    const { code, stdout } = await runScript('docs/trackers/compare.ts', ['--print', '--frames', '2']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\| 150 \| `assignmentTracker\(\)` \| \d+\.\d±\d+\.\d \/ \d+\.\d±/);
    expect(stdout).not.toContain('NaN');
  });
});
