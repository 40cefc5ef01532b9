import type { Tensor } from '@pct/tensor';
import { array, compile, float32, float64, int32, segmentMax } from '@pct/tensor';
import { describe, expect, it } from 'vitest';

const fn = (x: Tensor, ids: Tensor) => segmentMax(x, ids, 4);
const ids = array([2, 0, 2], 'int32');
const smallest = -(2 ** 31);

describe.each(['interpreter', 'onnxruntime-node', 'onnxruntime-web', 'tfjs'] as const)(
  'segments without rows on %s',
  (runtime) => {
    it('are the smallest int32 in int32', async () => {
      const program = await compile(fn, [int32('n'), int32('n')], { runtime });
      expect(await program.run(array([-5, -7, -6], 'int32'), ids)).toEqual(
        array([-7, smallest, -5, smallest], 'int32'),
      );
      await program.dispose();
    });

    it('are -Infinity in floating point', async () => {
      const program = await compile(fn, [float32('n'), int32('n')], { runtime });
      const expected = [-7, -Infinity, -5, -Infinity];
      expect((await program.run(array([-5, -7, -6]), ids)).data).toEqual(Float32Array.from(expected));
      await program.dispose();
      if (runtime === 'tfjs') return;
      const wide = await compile(fn, [float64('n'), int32('n')], { runtime });
      const { data } = await wide.run(array([-5, -7, -6], 'float64'), ids);
      expect(data).toEqual(Float64Array.from(expected));
      await wide.dispose();
    });
  },
);
