import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runScript } from '../../../.config/runScript.js';

const script = 'packages/m7-emulator/bench/compare.ts';
const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));

describe('the compare command', () => {
  it('prints the difference of each output and of all', async () => {
    const { code, stdout } = await runScript(script, [`${fixtures}/ref_lotoseuros_n1.csv`]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ref_lotoseuros_n1\.csv: 325 states, .*"variant":"classic"/);
    expect(stdout).toMatch(/\nm_SO4_NS +\d\.\d\de-\d+ +\d+ +1e-6\n/);
    expect(stdout).toMatch(/\noverall \d\.\d\de-(9|1\d) \(/);
  });

  it('takes switches from flags, and fails above the limit', async () => {
    const { code, stdout } = await runScript(script, [
      `${fixtures}/ref_lotoseuros_n1.csv`,
      '--variant=classic',
      '--nucleation=none',
    ]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/"nucleation":"none"/);
  });

  it('takes files of any name with flags, and several at once', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'm7-compare-'));
    try {
      const renamed = join(folder, 'states.csv');
      await copyFile(`${fixtures}/ref_ham_w0_o1.csv`, renamed);
      const flags = ['--variant=ham2', '--water=zdanovskii', '--organic=activation'];
      const { code, stdout } = await runScript(script, [renamed, ...flags]);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^states\.csv: 325 states, dt 450 s, /);
      const strict = await runScript(script, [renamed, ...flags, '--limit=1e-12']);
      expect(strict.code).toBe(1);
      const other = await runScript(script, ['nowhere.csv', renamed, ...flags, '--limit=1e-12']);
      expect(other.code).toBe(2);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('explains itself', async () => {
    for (const flags of [[], ['--nucleus=none'], ['states.csv', '--limit=0']]) {
      const { code, stderr } = await runScript(script, flags);
      expect(code).toBe(2);
      expect(stderr).toMatch(/usage: compare FILE/);
      expect(stderr).not.toMatch(/\n +at /);
    }
  });

  it('says in one line what is wrong with a file', async () => {
    const missing = await runScript(script, ['ref_ham_w0_o0.csv']);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toMatch(/^ENOENT: no such file.*\n$/);
    const unknown = await runScript(script, [`${fixtures}/unit_nucleation.csv`]);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toMatch(/^optionsOfFile: expected a name.*got unit_nucleation\.csv.*\n$/);
  });
});
