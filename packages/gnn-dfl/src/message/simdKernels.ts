import { compileModule } from '@pct/core/wasm';
import type { KernelSizes, MessageKernels } from './kernels.js';
import { backThroughSecond, outerOfWinners, pullToSecond } from './wasm/backward.js';
import { largestMessage, secondLayer } from './wasm/forward.js';
import { firstLayer, scatterBack } from './wasm/gather.js';

const modules = new Map<string, WebAssembly.Module | undefined>();

/** The module for some sizes, compiled once; undefined where WebAssembly or its SIMD instructions are missing. */
export function simdModule(sizes: KernelSizes): WebAssembly.Module | undefined {
  const key = `${sizes.hidden} ${sizes.outputs} ${sizes.slope}`;
  if (!modules.has(key)) {
    const sources = [
      firstLayer,
      secondLayer,
      largestMessage,
      outerOfWinners,
      pullToSecond,
      backThroughSecond,
      scatterBack,
    ];
    modules.set(key, compileModule(sources.map((source) => source(sizes))));
  }
  return modules.get(key);
}

/** {@link MessageKernels} in WebAssembly with SIMD on this memory. */
export function simdKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): MessageKernels {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return exports as unknown as MessageKernels;
}
