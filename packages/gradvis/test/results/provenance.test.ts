import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { provenanceOf, VERSION } from '../../src/results/provenance.js';

it('the version is that of package.json', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  expect(VERSION).toBe(manifest.version);
});

it('provenance leaves out what is not there', () => {
  expect(provenanceOf('f', { a: 1, b: undefined }, { seed: 3 })).toEqual({
    createdBy: 'f',
    version: `@viz/gradvis ${VERSION}`,
    seed: 3,
    settings: { a: 1 },
  });
});
