import type { Graph, NdArray } from '../graph/types.js';
import { interpret } from './interpret.js';
import type { PreparedProgram, Runtime } from './types.js';

/** The runtime that needs nothing: plain TypeScript in float64. For tests and small programs. */
export function interpreter(): Runtime {
  return { name: 'interpreter', prepare: (graph) => Promise.resolve(prepared(graph)) };
}

function prepared(graph: Graph): PreparedProgram {
  return {
    run: async (inputs: readonly NdArray[]) => interpret(graph, inputs),
    dispose: () => Promise.resolve(),
  };
}
