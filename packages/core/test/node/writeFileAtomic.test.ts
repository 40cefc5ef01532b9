import { InvalidArgumentError } from '@pct/core';
import { writeFileAtomic, type FileChunk } from '@pct/core/node';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pct-core-'));
  path = join(folder, 'data.txt');
});
afterEach(() => rm(folder, { recursive: true }));

async function* chunks(...pieces: FileChunk[]): AsyncGenerator<FileChunk> {
  for (const piece of pieces) yield await Promise.resolve(piece);
}

describe('writeFileAtomic', () => {
  it('makes and replaces a file, leaving nothing else', async () => {
    await writeFileAtomic(path, 'grün');
    expect(await readFile(path, 'utf8')).toBe('grün');
    await writeFileAtomic(pathToFileURL(path), 'new');
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await readdir(folder)).toEqual(['data.txt']);
  });

  it('writes the bytes of arrays and of views into them', async () => {
    await writeFileAtomic(path, new Float64Array([1, 2, 3]).subarray(1));
    const bytes = await readFile(path);
    expect(new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))).toEqual(
      new Float64Array([2, 3]),
    );
    await writeFileAtomic(path, new DataView(new Uint8Array([1, 2, 3, 4]).buffer, 1, 2));
    expect([...(await readFile(path))]).toEqual([2, 3]);
  });

  it('writes pieces in order, from arrays, generators and asynchronous generators', async () => {
    await writeFileAtomic(path, ['a', new Uint8Array([98]), '', 'c']);
    expect(await readFile(path, 'utf8')).toBe('abc');
    await writeFileAtomic(path, chunks('x', 'y'));
    expect(await readFile(path, 'utf8')).toBe('xy');
    await writeFileAtomic(path, []);
    expect(await readFile(path, 'utf8')).toBe('');
  });

  it('keeps permissions and follows links', async () => {
    await writeFile(path, 'old');
    await chmod(path, 0o640);
    const link = join(folder, 'link');
    await symlink('data.txt', link);
    await writeFileAtomic(link, 'new');
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await readlink(link)).toBe('data.txt');
    expect((await stat(path)).mode & 0o777).toBe(0o640);
  });

  it('keeps the old file when a source throws, and closes the source', async () => {
    await writeFileAtomic(path, 'old');
    let closed = false;
    function* source(): Generator<string> {
      try {
        yield 'half';
        throw new RangeError('source broke');
      } finally {
        closed = true;
      }
    }
    await expect(writeFileAtomic(path, source())).rejects.toThrow(new RangeError('source broke'));
    expect(closed).toBe(true);
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['data.txt']);
  });

  it('keeps the old file on abort, also when the source never answers', async () => {
    await writeFileAtomic(path, 'old');
    const controller = new AbortController();
    async function* stuck(): AsyncGenerator<string> {
      yield 'half';
      queueMicrotask(() => controller.abort(new Error('enough')));
      await new Promise(() => {});
    }
    await expect(writeFileAtomic(path, stuck(), { signal: controller.signal })).rejects.toThrow('enough');
    await expect(writeFileAtomic(path, 'new', { signal: controller.signal })).rejects.toThrow('enough');
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['data.txt']);
  });

  it('lets one of many concurrent writers win with its whole content', async () => {
    const contents = Array.from({ length: 12 }, (_, i) => String.fromCharCode(97 + i).repeat(100_000 + i));
    await Promise.all(
      contents.map((text) => writeFileAtomic(path, chunks(text.slice(0, 50_000), text.slice(50_000)))),
    );
    expect(contents).toContain(await readFile(path, 'utf8'));
    expect(await readdir(folder)).toEqual(['data.txt']);
  });

  it('says what is wrong', async () => {
    await expect(writeFileAtomic(path, 5 as unknown as string)).rejects.toThrow(
      'writeFileAtomic: data must be text, a typed array or an iterable of those, got 5',
    );
    const pieces: unknown[] = ['a', 7];
    const bad = writeFileAtomic(path, pieces as string[]);
    await expect(bad).rejects.toThrow(InvalidArgumentError);
    await expect(bad).rejects.toThrow('each piece of data must be text or a typed array, got 7');
    await expect(writeFileAtomic(join(folder, 'none', 'x'), 'a')).rejects.toMatchObject({ code: 'ENOENT' });
    await mkdir(join(folder, 'taken'));
    const onFolder = writeFileAtomic(join(folder, 'taken'), 'a');
    await expect(onFolder).rejects.toMatchObject({ code: expect.stringMatching(/EISDIR|EEXIST|EPERM/) });
    expect(await readdir(folder)).toEqual(['taken']);
  });

  it('leaves the old file whole when the process is killed', async () => {
    // The sources as JavaScript, since a child process has none of this test's loaders.
    const source = join(import.meta.dirname, '../../src');
    const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
    await mkdir(join(folder, 'node'));
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    for (const name of ['check', 'errors', 'node/writeFileAtomic']) {
      const text = await readFile(join(source, `${name}.ts`), 'utf8');
      await writeFile(join(folder, `${name}.js`), ts.transpile(text, options));
    }
    await writeFile(
      join(folder, 'child.js'),
      `import { writeFileAtomic } from './node/writeFileAtomic.js';
       function* source() {
         for (;;) {
           yield 'new'.repeat(10_000);
           process.stdout.write('.');
         }
       }
       await writeFileAtomic(process.argv[2], source());`,
    );
    await mkdir(join(folder, 'out'));
    const target = join(folder, 'out', 'data.txt');
    await writeFileAtomic(target, 'old');
    const child = spawn(process.execPath, [join(folder, 'child.js'), target], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');
    expect(await readFile(target, 'utf8')).toBe('old');
    const left = (await readdir(join(folder, 'out'))).filter((name) => name !== 'data.txt');
    expect(left).toEqual([expect.stringMatching(/^\.data\.txt\.[\w-]+\.tmp$/)]);
    expect((await stat(join(folder, 'out', left[0]!))).size).toBeGreaterThan(0);
  });
});
