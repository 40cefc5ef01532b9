/**
 * Prints how long compiling LeNet-5's training step takes in this process, as JSON: first `cold`, then `warm`, for
 * another graph. compare.ts starts it several times.
 */
import {
  cleanGraph,
  float32,
  int32,
  mul,
  onnxruntimeNode,
  shapesOf,
  trace,
  valueAndGrad,
} from '../src/index.js';
import type { Tensor } from '../src/index.js';
import { lenetArrays, lenetLoss } from './programs/lenet.js';

/** Milliseconds of each part of compiling. */
export interface CompileTimes {
  /** Tracing and differentiating. */
  readonly trace: number;
  readonly clean: number;
  /** All that the runtime does: writing the program as ONNX, and onnxruntime's own preparation. */
  readonly session: number;
}

async function measure(factor: number): Promise<CompileTimes> {
  const runtime = await onnxruntimeNode({ threads: 1 });
  const loss = (p: readonly Tensor[], x: Tensor, y: Tensor): Tensor => mul(factor, lenetLoss(p, x, y));
  const start = performance.now();
  const specs = [shapesOf(lenetArrays(0)), float32('batch', 1, 28, 28), int32('batch')] as const;
  const { graph } = trace(valueAndGrad(loss), ...specs);
  const traced = performance.now();
  const cleaned = cleanGraph(graph);
  const clean = performance.now();
  const program = await runtime.prepare(cleaned);
  const prepared = performance.now();
  await program.dispose();
  return {
    trace: traced - start,
    clean: clean - traced,
    session: prepared - clean,
  };
}

const cold = await measure(2);
const warm = await measure(3);
console.log(JSON.stringify({ cold, warm }));
