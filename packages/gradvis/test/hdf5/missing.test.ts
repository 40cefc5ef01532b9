import { MissingDependencyError } from '@pct/core';
import { surfacesToHdf5 } from '@viz/gradvis/hdf5';
import { expect, it, vi } from 'vitest';
import { bowl } from '../sampleResults.js';

vi.mock('h5wasm', () => {
  throw new Error('Cannot find package h5wasm');
});

it('tells what to install where h5wasm is missing', async () => {
  await expect(surfacesToHdf5({ train_loss: bowl })).rejects.toThrow(MissingDependencyError);
  await expect(surfacesToHdf5({ train_loss: bowl })).rejects.toThrow('run npm install h5wasm');
});
