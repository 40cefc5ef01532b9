/** Commands that were stopped or killed, and go on to the same bytes. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startScript } from '../../../../.config/runScript.js';
import { runCli } from '../../src/node/cli/runCli.js';
import { calls } from '../fixtures/cliObjectives.mjs';

const MODULE = fileURLToPath(new URL('../fixtures/cliObjectives.mjs', import.meta.url));

/** Command lines without `--out`, and after how many lines of the journal to kill them. */
const COMMANDS: Readonly<Record<string, { readonly args: readonly string[]; readonly lines: number }>> = {
  plane: { args: ['--points', '15', '--normalization', 'none'], lines: 20 },
  curve: { args: ['--to', 'elsewhere', '--steps', '150', '--points', '5'], lines: 2 },
  spectrum: { args: ['--runs', '5', '--steps', '12'], lines: 3 },
  eigen: { args: ['--top', '2', '--bottom', '1'], lines: 12 },
  ratio: { args: ['--points', '4', '--settings', '{"size":6}', '--normalization', 'none'], lines: 2 },
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gradvis-resume-'));
});
afterAll(() => rm(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

const commandLine = (name: string, out: string): string[] => [
  name,
  MODULE,
  '--name',
  'slow',
  ...COMMANDS[name]!.args,
  '--out',
  out,
];

/** Runs a command in this process; it is stopped when it asks the objective for the `stopAt`th time. */
async function run(
  args: readonly string[],
  stopAt = Infinity,
): Promise<{ code: number; err: string; count: number }> {
  const stop = new AbortController();
  calls.count = 0;
  calls.react = () => {
    if (calls.count === stopAt) stop.abort();
  };
  let err = '';
  const streams = {
    out: () => {},
    err: (text: string) => (err += text),
    isTerminal: false,
    signal: stop.signal,
  };
  return { code: await runCli(args, streams), err, count: calls.count };
}

/** Runs a command in a process of its own, slowly, and ends it once its journal has so many lines. */
async function interrupted(
  args: readonly string[],
  journal: string,
  lines: number,
  signal: 'SIGKILL' | 'SIGINT',
): Promise<{ code: number | null; signal: string | null; err: string }> {
  process.env['GRADVIS_TEST_DELAY'] = '10';
  const child = startScript('packages/gradvis/src/node/cli/main.ts', args);
  delete process.env['GRADVIS_TEST_DELAY'];
  let err = '';
  child.stderr?.on('data', (text: Buffer) => (err += text.toString()));
  const watch = setInterval(() => {
    if (!existsSync(journal) || readFileSync(journal, 'utf8').split('\n').length <= lines) return;
    clearInterval(watch);
    child.kill(signal);
  }, 5);
  await new Promise((resolve) => child.once('close', resolve));
  clearInterval(watch);
  return { code: child.exitCode, signal: child.signalCode, err };
}

describe.each(Object.keys(COMMANDS))('gradvis %s', (name) => {
  const { lines } = COMMANDS[name]!;

  it('goes on to the same bytes after it was killed', { timeout: 60_000 }, async () => {
    const [out, whole] = [at(`${name}-killed.npz`), at(`${name}-whole.npz`)];
    const args = commandLine(name, out);
    expect(await interrupted(args, `${out}.journal`, lines, 'SIGKILL')).toMatchObject({
      signal: 'SIGKILL',
      err: '',
    });
    expect(existsSync(out)).toBe(false);
    expect((await run(args)).code).toBe(0);
    expect((await run(commandLine(name, whole))).code).toBe(0);
    expect(await readFile(out)).toEqual(await readFile(whole));
    expect((await readdir(folder)).filter((file) => file.includes('journal'))).toEqual([]);
  });

  it('tells how to go on when it is stopped, and does no more than is left', async () => {
    const [out, whole] = [at(`${name}-stopped.npz`), at(`${name}-not-stopped.npz`)];
    const all = await run(commandLine(name, whole));
    const stopped = await run(commandLine(name, out), Math.ceil(0.6 * all.count));
    expect(stopped.code).toBe(130);
    expect(stopped.err).toMatch(
      /^\ngradvis: stopped; what is done is kept in \S+\.npz\.journal: the same command goes on from there\n$/,
    );
    expect(existsSync(out)).toBe(false);
    const rest = await run(commandLine(name, out));
    expect(rest.code).toBe(0);
    expect(rest.count).toBeGreaterThan(0);
    expect(rest.count).toBeLessThan(0.7 * all.count);
    expect(await readFile(out)).toEqual(await readFile(whole));
  });
});

it(
  'Ctrl-C ends a command with the code of other programs, and nothing is lost',
  { timeout: 60_000 },
  async () => {
    const out = at('interrupted.npz');
    const args = commandLine('eigen', out);
    const { code, err } = await interrupted(args, `${out}.journal`, 10, 'SIGINT');
    expect(err).toContain(
      `gradvis: stopped; what is done is kept in ${out}.journal: the same command goes on from there`,
    );
    expect(code).toBe(130);
    expect(readFileSync(`${out}.journal`, 'utf8').split('\n').length).toBeGreaterThan(10);
  },
);

it('a journal of another command line is not mixed up, and nothing is kept without --out', async () => {
  const out = at('other.npz');
  await run(commandLine('spectrum', out), 40);
  const other = await run([...commandLine('spectrum', out), '--seed', '5']);
  expect(other.code).toBe(1);
  expect(other.err).toContain('the journal belongs to other work, which differs in seed');
  const figure = at('figure.svg');
  const unkept = await run(['spectrum', MODULE, '--name', 'slow', '--figure', figure], 9);
  expect(unkept.code).toBe(130);
  expect(unkept.err).toContain('gradvis: stopped; with --out FILE.npz, what is done would have been kept');
});
