import { InvalidArgumentError } from '@pct/core';
import { openObjective, releaseObjectives } from '@viz/gradvis';
import { afterEach, describe, expect, it } from 'vitest';
import { objectivesMade } from '../fixtures/objectives.mjs';

const module = new URL('../fixtures/objectives.mjs', import.meta.url).href;

describe('openObjective', () => {
  afterEach(releaseObjectives);

  it('makes an objective once per source, and again when it was released', async () => {
    const before = objectivesMade.count;
    const source = { module, name: 'counted', settings: { a: 1 } };
    const first = await openObjective(source);
    expect(await openObjective({ ...source })).toBe(first);
    await openObjective({ ...source, settings: { a: 2 } });
    expect(objectivesMade.count - before).toBe(2);
    await releaseObjectives();
    expect(await openObjective(source)).not.toBe(first);
  });

  it('says what is wrong with a source', async () => {
    const missing = openObjective({ module, name: 'nothing' });
    await expect(missing).rejects.toThrow(InvalidArgumentError);
    await expect(missing).rejects.toThrow(/must export the function nothing, got exports .*bowl/);
    await expect(openObjective({ module, name: 'notAnObjective' })).rejects.toThrow(
      'what notAnObjective returns must be an Objective { size, loss, ... }',
    );
    await expect(openObjective({ module: 'file:///nowhere.mjs', name: 'x' })).rejects.toThrow('nowhere.mjs');
  });
});
