import { InvalidArgumentError } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { clusterEdep, clusterSize } from '@pct/detector';

describe('clusterSize', () => {
  // keV/µm from 4.2267 e^0.65 + 0.5 by hand: e = 1 gives 4.73, e = 2.5 gives 8.17, e = 8 gives 16.8.
  it.each([
    [0, 0],
    [1, 4],
    [2.5, 8],
    [8, 16],
  ])('turns %f keV/µm into %i pixels', (keVPerMicron, pixels) => {
    expect(clusterSize(keVPerMicron * 0.025)).toBe(pixels);
    expect(clusterSize(keVPerMicron * 0.05, 0.05)).toBe(pixels);
  });

  it('has the published inverse 0.1089 n^1.5384 keV/µm to a tenth of a percent', () => {
    for (let n = 1; n <= 30; n++) expect(clusterEdep(n) / 0.025 / (0.1089 * n ** 1.5384)).toBeCloseTo(1, 3);
  });

  it('is undone by its inverse for every size and thickness', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10_000 }),
        fc.double({ min: 1e-3, max: 10, noNaN: true }),
        (pixels, thickness) => {
          expect(clusterSize(clusterEdep(pixels, thickness), thickness)).toBe(pixels);
        },
      ),
    );
  });

  it.each([
    [() => clusterSize(-1), 'clusterSize: edepMeV must be a finite number of at least 0, got -1'],
    [() => clusterSize(NaN), 'clusterSize: edepMeV must be a finite number of at least 0, got NaN'],
    [() => clusterSize(1, 0), 'clusterSize: epitaxialThicknessMm must be a finite number above 0, got 0'],
    [() => clusterEdep(-1), 'clusterEdep: pixels must be a finite number of at least 0, got -1'],
    [() => clusterEdep(1, NaN), 'clusterEdep: epitaxialThicknessMm must be a finite number above 0, got NaN'],
  ])('rejects what is out of range', (call, message) => {
    expect(call).toThrow(InvalidArgumentError);
    expect(call).toThrow(message);
  });
});
