import { array, interpreter, compile, float32 } from '@pct/tensor';
import { describe, expect, it } from 'vitest';
import { encodeKink, KINK_CHANNELS } from '../../src/policy/kinkEncoding.js';
import { receptiveField, shrinkingEncoding } from '../../src/policy/receptiveField.js';

const runtime = interpreter();

describe('encodeKink', () => {
  it('has the angle, its root, and waves of the root', async () => {
    const program = await compile(encodeKink, [float32('pairs')], { runtime });
    const { data, shape } = await program.run(array([0.04, 0]));
    expect(shape).toEqual([2, KINK_CHANNELS]);
    expect(data[0]).toBeCloseTo(0.04, 6);
    expect(data[1]).toBeCloseTo(0.2, 6);
    expect(data[2]).toBeCloseTo(Math.sin(3.6 * 0.2), 5);
    expect(data[KINK_CHANNELS - 1]).toBeCloseTo(Math.cos(3.6 * 1.5 ** 7 * 0.2), 4);
  });
});

describe('shrinkingEncoding', () => {
  it('spreads the field of view over 101 positions, and what is outside is at its end', async () => {
    const program = await compile(
      (kink, field) => shrinkingEncoding(kink, field, 4),
      [float32('pairs'), float32('pairs')],
      { runtime },
    );
    const kink = [0.05, 0.05, 1.2];
    const field = [1, 2e-3, 2e-3];
    const { data } = await program.run(array(kink), array(field));
    kink.forEach((angle, p) => {
      const position = 101 * Math.min(1, (1 - (Math.cos(angle) + 1) / 2) / field[p]!);
      const waves = [
        Math.sin(position),
        Math.sin(position / 100),
        Math.cos(position),
        Math.cos(position / 100),
      ];
      waves.forEach((wave, c) => expect(data[4 * p + c]).toBeCloseTo(wave, 3));
    });
  });

  it('has fields from a thousandth to all', async () => {
    const program = await compile(receptiveField, [float32('agents', 1)], { runtime });
    const { data } = await program.run(array([[-100], [0], [100]]));
    expect(data[0]).toBeCloseTo(1e-3, 6);
    expect(data[1]).toBeCloseTo(0.5005, 4);
    expect(data[2]).toBeCloseTo(1, 6);
  });
});
