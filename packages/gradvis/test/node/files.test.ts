import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FileFormatError, InvalidArgumentError } from '@pct/core';
import { mapFigure } from '@viz/gradvis';
import { readResult, svgToPng, writeFigure, writeResult } from '@viz/gradvis/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bowl, results } from '../sampleResults.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gradvis-files-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Width and height of a PNG file. */
function sizeOf(png: Uint8Array): [number, number] {
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
}

const MARK = [0x89, 0x50, 0x4e, 0x47];

describe('writeResult and readResult', () => {
  it('give every kind of result back and leave nothing else behind', async () => {
    for (const result of results) {
      const path = join(folder, 'result.npz');
      await writeResult(pathToFileURL(path), result);
      expect(await readResult(path)).toEqual(result);
    }
    expect(await readdir(folder)).toEqual(['result.npz']);
  });

  it('name the file that is damaged', async () => {
    const path = join(folder, 'bad.npz');
    await writeFile(path, 'no archive');
    await expect(readResult(path)).rejects.toThrow(FileFormatError);
    await expect(readResult(path)).rejects.toThrow(path);
  });
});

describe('writeFigure and svgToPng', () => {
  const svg = mapFigure(bowl);

  it('write what the extension says', async () => {
    await writeFigure(join(folder, 'a.svg'), svg);
    expect(await readFile(join(folder, 'a.svg'), 'utf8')).toBe(svg);
    await writeFigure(pathToFileURL(join(folder, 'a.PNG')), svg);
    const png = await readFile(join(folder, 'a.PNG'));
    expect([...png.subarray(0, 4)]).toEqual(MARK);
    expect(sizeOf(png)).toEqual([1280, 960]);
    await expect(writeFigure(join(folder, 'a.pdf'), svg)).rejects.toThrow(
      /must end in .svg or .png, got .*a\.pdf/,
    );
  });

  it('draw at a width, with text, the same each time', async () => {
    const png = await svgToPng(svg, { width: 320 });
    expect(sizeOf(png)).toEqual([320, 240]);
    expect(await svgToPng(svg, { width: 320 })).toEqual(png);
    const words =
      '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="20"><text x="2" y="14">loss</text></svg>';
    const none = '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="20"></svg>';
    expect((await svgToPng(words)).length).toBeGreaterThan((await svgToPng(none)).length + 100);
  });

  it('refuse what is no SVG', async () => {
    await expect(svgToPng('hello')).rejects.toThrow(InvalidArgumentError);
    await expect(svgToPng(3 as unknown as string)).rejects.toThrow(/svg must be text, got 3/);
    await expect(svgToPng(svg, { width: 0 })).rejects.toThrow(/width/);
  });
});
