import { MissingDependencyError } from '@pct/core';
import { svgToPng } from '@viz/gradvis/node';
import { expect, it, vi } from 'vitest';

vi.mock('@resvg/resvg-wasm', () => {
  throw new Error('Cannot find package @resvg/resvg-wasm');
});

it('tells what to install where the renderer is missing, at every call', async () => {
  for (let call = 0; call < 2; call++) {
    const drawing = svgToPng('<svg xmlns="http://www.w3.org/2000/svg"/>');
    await expect(drawing).rejects.toThrow(MissingDependencyError);
    await expect(drawing).rejects.toThrow('npm install @resvg/resvg-wasm dejavu-fonts-ttf');
  }
});
