import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeNpy } from '@pct/tensor';
import type { PathProfile, Spectrum, Surface, Trajectory } from '@viz/gradvis';
import { readResult, writeResult } from '@viz/gradvis/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runScript } from '../../../../.config/runScript.js';
import { runCli } from '../../src/node/cli/runCli.js';
import { bowl, mergeTree, trajectory } from '../sampleResults.js';

const MODULE = fileURLToPath(new URL('../fixtures/cliObjectives.mjs', import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gradvis-cli-'));
});
afterAll(() => rm(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

/** Runs a command line; `stopAt` aborts when the progress says so. */
async function run(
  args: readonly string[],
  stopAt?: string,
): Promise<{ code: number; out: string; err: string }> {
  const stop = new AbortController();
  let [out, err] = ['', ''];
  const code = await runCli(args, {
    out: (text) => (out += text),
    err: (text) => {
      err += text;
      if (stopAt !== undefined && text.includes(stopAt)) stop.abort();
    },
    isTerminal: stopAt !== undefined,
    signal: stop.signal,
  });
  return { code, out, err };
}

describe('gradvis line, plane, volume', () => {
  it('write a surface and its figure', async () => {
    const done = await run([
      'plane',
      MODULE,
      '--range',
      '-2,2',
      '--points',
      '9',
      '--seed',
      '3',
      '--label',
      'bowl',
      '--out',
      at('plane.npz'),
      '--figure',
      at('plane.svg'),
    ]);
    expect(done).toMatchObject({ code: 0, out: '' });
    const surface = (await readResult(at('plane.npz'))) as Surface;
    expect(surface.axes.map(({ coordinates }) => [coordinates[0], coordinates.length])).toEqual([
      [-2, 9],
      [-2, 9],
    ]);
    // The middle is the point itself: ½ (1 + 9·4 + 4) + 1.
    expect(surface.values[40]).toBe(21.5);
    expect(surface.provenance.objective).toBe('bowl');
    expect(await readFile(at('plane.svg'), 'utf8')).toContain('random 1 (filter-normalised)');
    expect((await readdir(folder)).filter((name) => name.includes('journal'))).toEqual([]);
  });

  it('take settings, points from exports and files, and lines between two points', async () => {
    await writeFile(at('end.npy'), encodeNpy({ data: Float64Array.of(1, 2, 0), shape: [3] }));
    const line = [
      'line',
      MODULE,
      '--settings',
      '{"floor":5}',
      '--to',
      at('end.npy'),
      '--range',
      '0,1',
      '--points',
      '3',
      '--out',
      at('line.npz'),
    ];
    expect((await run(line)).code).toBe(0);
    expect([...((await readResult(at('line.npz'))) as Surface).values]).toEqual([25.5, 24, 23.5]);
    const volume = await run([
      'volume',
      MODULE,
      '--name',
      'ring',
      '--at',
      'left',
      '--normalization',
      'none',
      '--points',
      '3',
      '--out',
      at('v.npz'),
    ]);
    expect(volume.code).toBe(0);
    expect(((await readResult(at('v.npz'))) as Surface).values).toHaveLength(27);
  });

  it('go on where they were stopped, to the same bytes', async () => {
    const args = (name: string): string[] => ['plane', MODULE, '--points', '21', '--out', at(name)];
    const stopped = await run(args('half.npz'), '#');
    expect(stopped.code).toBe(130);
    expect(await readdir(folder)).toContain('half.npz.journal');
    expect(await readdir(folder)).not.toContain('half.npz');
    expect((await run(args('half.npz'))).code).toBe(0);
    expect(await readdir(folder)).not.toContain('half.npz.journal');
    await run(args('whole.npz'));
    expect(await readFile(at('half.npz'))).toEqual(await readFile(at('whole.npz')));
  });

  it('tell how long they would take', async () => {
    const { code, out } = await run(['plane', MODULE, '--points', '11', '--estimate']);
    expect(code).toBe(0);
    expect(out).toMatch(/^121 losses of [\d.]+ ms each: about [\d.]+ s with 1 thread\n$/);
  });
});

describe('gradvis trajectory, curve, spectrum, eigen', () => {
  it('write a plane with the path on it', async () => {
    const done = await run([
      'trajectory',
      MODULE,
      '--points',
      '7',
      '--out',
      at('pca.npz'),
      '--path',
      at('path.npz'),
      '--figure',
      at('pca.png'),
    ]);
    expect(done.err).toContain('wrote');
    expect(done.code).toBe(0);
    const path = (await readResult(at('path.npz'))) as Trajectory;
    expect(path.steps).toHaveLength(6);
    expect(path.trueLosses[0]).toBe(0.5 * (1 + 36 + 4) + 1);
    expect((await readFile(at('pca.png'))).subarray(1, 4).toString()).toBe('PNG');
    const data = Float64Array.from([1, 2, 3, 3, 1, 0, 0, 1, 0, 0, 0, 0]);
    await writeFile(at('points.npy'), encodeNpy({ data, shape: [4, 3] }));
    const more = [
      'trajectory',
      MODULE,
      '--checkpoints',
      at('points.npy'),
      '--points',
      '3',
      '--out',
      at('more.npz'),
    ];
    expect(await run(more)).toMatchObject({ code: 0 });
  });

  it('bend a curve around a hill', async () => {
    const curve = [
      'curve',
      MODULE,
      '--name',
      'ring',
      '--from',
      'left',
      '--to',
      'right',
      '--steps',
      '300',
      '--rate',
      '0.05',
      '--out',
      at('curve.npz'),
      '--figure',
      at('curve.svg'),
    ];
    expect(await run(curve)).toMatchObject({ code: 0 });
    const profile = (await readResult(at('curve.npz'))) as PathProfile;
    expect(profile.shape).toBe('bezier');
    expect(profile.barrier).toBeLessThan(0.2);
    expect(await readFile(at('curve.svg'), 'utf8')).toContain('line: barrier 1');
  });

  it('find eigenvalues', async () => {
    expect(
      await run([
        'spectrum',
        MODULE,
        '--runs',
        '2',
        '--steps',
        '3',
        '--out',
        at('s.npz'),
        '--figure',
        at('s.svg'),
      ]),
    ).toMatchObject({ code: 0 });
    expect(((await readResult(at('s.npz'))) as Spectrum).nodes).toHaveLength(2);
    const { out, code } = await run(['eigen', MODULE, '--top', '1', '--bottom', '1', '--out', at('e.npz')]);
    expect(code).toBe(0);
    expect(out).toMatch(/^eigenpairs: .*\n9 \(residual .*\n1 \(residual /);
  });
});

describe('gradvis ratio and tree', () => {
  it('write maps of curvature and trees of minima', async () => {
    const ratio = ['ratio', MODULE, '--points', '3', '--out', at('ratio.npz'), '--figure', at('ratio.svg')];
    expect(await run(ratio)).toMatchObject({ code: 0 });
    // The eigenvalues are 1 and 9 everywhere.
    ((await readResult(at('ratio.npz'))) as Surface).values.forEach((one) =>
      expect(one).toBeCloseTo(1 / 9, 5),
    );
    await writeResult(at('valley.npz'), bowl);
    const tree = await run([
      'tree',
      at('valley.npz'),
      '--out',
      at('minima.npz'),
      '--figure',
      at('minima.svg'),
    ]);
    expect(tree.code).toBe(0);
    expect(tree.out).toContain('1 local minimum on a grid of 7 by 4, the least 0.25');
    expect((await run(['tree', at('minima.npz')])).err).toContain(
      'a tree needs a surface, got a result of kind merge-tree',
    );
  });
});

describe('gradvis plot, info, convert', () => {
  it('draw, tell and convert what is in files', async () => {
    await writeResult(at('bowl.npz'), bowl);
    await writeResult(at('walk.npz'), trajectory);
    await writeResult(at('tree.npz'), mergeTree);
    expect(
      await run([
        'plot',
        at('bowl.npz'),
        at('walk.npz'),
        '--kind',
        'surface',
        '--clip',
        '12',
        '--figure',
        at('3d.svg'),
      ]),
    ).toMatchObject({ code: 0 });
    expect(await readFile(at('3d.svg'), 'utf8')).toContain('class="path"');
    expect(await run(['plot', at('tree.npz'), '--figure', at('tree.svg')])).toMatchObject({ code: 0 });
    expect(await run(['plot', at('walk.npz'), '--figure', at('scree.svg')])).toMatchObject({ code: 0 });
    const { out } = await run(['info', at('bowl.npz'), at('walk.npz'), at('tree.npz')]);
    expect(out).toContain('28 of 28 losses computed, 0 not finite\nlosses from 0.25 to 22.75\n');
    expect(out).toContain('off the plane at most 50.0 % of the distance');
    expect(out).toContain('3 local minima on a grid of 5 by 5');

    for (const name of ['bowl.h5', 'bowl.vtp', 'walk.h5', 'walk.vtp'])
      expect(await run(['convert', at(name.replace(/\..*/, '.npz')), at(name)])).toMatchObject({ code: 0 });
    expect(await run(['convert', at('bowl.h5'), at('back.npz')])).toMatchObject({ code: 0 });
    expect(await readResult(at('back.npz'))).toEqual(bowl);
    expect(await run(['convert', at('bowl.npz'), at('plain.npz'), '--plain'])).toMatchObject({ code: 0 });
    expect((await readFile(at('plain.npz'))).includes('loss.npy')).toBe(true);
  });
});

describe('gradvis', () => {
  it('helps', async () => {
    const { out, code } = await run(['--help']);
    expect(code).toBe(0);
    for (const name of [
      'line',
      'plane',
      'volume',
      'trajectory',
      'curve',
      'spectrum',
      'eigen',
      'plot',
      'ratio',
      'tree',
      'info',
      'convert',
    ]) {
      expect(out).toContain(`  ${name} `);
      const help = await run([name, '--help']);
      expect(help.code).toBe(0);
      expect(help.out).toContain(`gradvis ${name} `);
      expect(help.out).toContain('--help');
    }
    expect((await run(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await run([])).code).toBe(2);
  });

  it('tells what is wrong with a command line, with the code 2', async () => {
    const wrong: readonly (readonly [string[], RegExp])[] = [
      [['fly'], /there is no command fly; there are line, plane/],
      [['plane'], /gradvis plane MODULE: got 0 of these arguments/],
      [['plane', MODULE], /give --out FILE.npz or --figure/],
      [['plane', MODULE, '--out', at('x.npz'), '--sides', '3'], /Unknown option '--sides'.*--help/],
      [['plane', MODULE, '--out', at('x.npz'), '--points', 'many'], /--points must be a number, got "many"/],
      [['plane', MODULE, '--out', at('x.npz'), '--range', '-1'], /--range must be two numbers/],
      [['plane', MODULE, '--out', at('x.npz'), '--settings', '{'], /--settings must be JSON/],
      [
        ['plane', MODULE, '--out', at('x.npz'), '--normalization', 'cube'],
        /--normalization must be one of filter, layer, weight, model, none/,
      ],
      [['plane', MODULE, '--name', 'ring', '--out', at('x.npz')], /--at is needed/],
      [['plane', MODULE, '--at', 'nowhere', '--out', at('x.npz')], /has no export nowhere; it has/],
      [['plane', MODULE, '--at', 'broken', '--checkpoints', 'x', '--out', at('x.npz')], /Unknown option/],
      [['curve', MODULE, '--out', at('x.npz')], /--to is needed/],
      [['plot', at('bowl.npz')], /--figure FILE.svg is needed/],
      [['convert', at('bowl.npz'), at('bowl.txt')], /must end in .npz, .vtp or .h5/],
      [['convert', at('tree.npz'), at('tree.vtp')], /merge-tree has no .vtp form/],
    ];
    for (const [args, message] of wrong) {
      const { code, err } = await run(args);
      expect(err).toMatch(message);
      expect(code).toBe(2);
    }
  });

  it('tells what failed, with the code 1', async () => {
    const failed: readonly (readonly [string[], RegExp])[] = [
      [['info', at('missing.npz')], /missing\.npz/],
      [['plane', MODULE, '--name', 'broken', '--at', 'left', '--out', at('x.npz')], /no data there/],
      [
        ['plane', MODULE, '--name', 'left', '--at', 'left', '--out', at('x.npz')],
        /must export the function left/,
      ],
      [['plot', at('v.npz'), '--figure', at('v.svg')], /no figure shows a volume/],
      [['info', MODULE], /no end record/],
    ];
    for (const [args, message] of failed) {
      const { code, err } = await run(args);
      expect(err).toMatch(message);
      expect(code).toBe(1);
    }
  });

  it('is a program', async () => {
    const { code, stderr } = await runScript('packages/gradvis/src/node/cli/main.ts', ['fly']);
    expect(stderr).toContain('there is no command fly');
    expect(code).toBe(2);
  });
});
