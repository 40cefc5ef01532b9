/** By itself: the module has one number of threads for as long as the process lives. */
import type { Tensor } from '@pct/tensor';
import { compile, float64, matmul, transpose, onnxruntimeWeb } from '@pct/tensor';
import { expect, it } from 'vitest';

it('runs on two threads of WebAssembly', async () => {
  const runtime = await onnxruntimeWeb({ threads: 2 });
  expect(runtime.threads).toBe(2);
  const program = await compile((x: Tensor) => matmul(x, transpose(x)), [float64(40, 'n')], { runtime });
  const result = await program.run({ data: new Float64Array(4000).fill(1), shape: [40, 100] });
  expect(result.data.every((value) => value === 100)).toBe(true);
  await program.dispose();
});
