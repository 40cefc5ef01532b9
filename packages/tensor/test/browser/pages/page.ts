/** What tests call on a page. */
import {
  chooseRuntime,
  compile,
  float32,
  float64,
  interpreter,
  matmul,
  onnxruntimeWeb,
  transpose,
} from '@pct/tensor';
import type { OnnxruntimeWeb, Tensor } from '@pct/tensor';

const start = (threads: number): Promise<OnnxruntimeWeb> =>
  onnxruntimeWeb({ threads, wasmPaths: '/onnxruntime-web/' });

const calls = {
  /** Threads that there are of some that are wanted, and what a program gives with them. */
  async threads(wanted: number): Promise<[threads: number, result: number[]]> {
    const runtime = await start(wanted);
    const program = await compile((x: Tensor) => matmul(x, transpose(x)), [float64('m', 'n')], { runtime });
    const x = { data: Float64Array.from({ length: 6000 }, (_, k) => k % 7), shape: [60, 100] };
    const { data } = await program.run(x);
    await program.dispose();
    return [runtime.threads, Array.from(data.slice(0, 3))];
  },
  /** The same from the interpreter. */
  async expected(): Promise<number[]> {
    const program = await compile((x: Tensor) => matmul(x, transpose(x)), [float32('m', 'n')], {
      runtime: interpreter(),
    });
    const x = { data: Float32Array.from({ length: 6000 }, (_, k) => k % 7), shape: [60, 100] };
    return Array.from((await program.run(x)).data.slice(0, 3));
  },
  /** Name and code of what a failing start throws, and its message. */
  async failure(): Promise<string[]> {
    try {
      await start(1);
      return [];
    } catch (error) {
      const { code, message } = error as { code?: unknown; message: string };
      return [String(code), message];
    }
  },
  /** The engine that is taken without being named. */
  async choice(): Promise<string> {
    return (await chooseRuntime()).runtime.name;
  },
};

Object.assign(globalThis, { calls });
