import { cleanGraph, type Graph } from '@pct/tensor';
import { assemble, call, define, doWhile, i32, v128 } from '@pct/core/wasm';
import { blockLanes, emitRows } from '../../../src/emulator/fused/emitRows.js';
import { rowProgram } from '../../../src/emulator/fused/fromGraph.js';
import { mathConstants, mathFunctions, mathPlaces } from '../../../src/emulator/fused/mathFunctions.js';

type Exports = Record<string, (...values: number[]) => void>;

function instantiate(functions: Parameters<typeof assemble>[0], bytes: number) {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / 65_536) });
  new BigInt64Array(memory.buffer).set(mathConstants);
  const module = new WebAssembly.Module(assemble([...mathFunctions, ...functions]));
  const exports = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports;
  return { memory, exports };
}

/** A function of the kernels, for arrays. */
export function vectorized(name: keyof typeof mathPlaces): (x: Float64Array) => Float64Array {
  const advance = { bytes: i32.constant(16), lanes: i32.constant(2) };
  const source = define('run', { at: 'i32', left: 'i32' }, undefined, {}, ({ at, left }) => [
    doWhile(
      [
        v128.store(0, at.get, call(mathPlaces[name], v128.load(0, at.get))),
        at.set(i32.add(at.get, advance.bytes)),
        left.set(i32.sub(left.get, advance.lanes)),
      ],
      i32.less(i32.constant(0), left.get),
    ),
  ]);
  return (x) => {
    const start = mathConstants.byteLength;
    const { memory, exports } = instantiate([source], start + 8 * (x.length + 1));
    const numbers = new Float64Array(memory.buffer, start, x.length);
    numbers.set(x);
    exports['run']!(start, x.length);
    return numbers.slice();
  };
}

/** Runs a graph of float64 rows as a fused kernel; undefined if it is no row program. */
export function fusedRows(graph: Graph): ((...inputs: Float64Array[]) => Float64Array[]) | undefined {
  const program = rowProgram(cleanGraph(graph));
  if (program === undefined) return undefined;
  const columns = [...program.inputs, ...program.outputs.map(({ length }) => length)];
  const addresses: number[] = [];
  let end = mathConstants.byteLength;
  for (const count of columns) {
    addresses.push(end);
    end += 8 * count * blockLanes;
  }
  const types = {
    inputs: program.inputs.map(() => 'float64' as const),
    outputs: program.outputs.map(() => 'float64' as const),
  };
  const { memory, exports } = instantiate([emitRows('run', program, types)], end);
  const views = columns.map((count, k) => new Float64Array(memory.buffer, addresses[k], count * blockLanes));
  return (...inputs) => {
    const rows = inputs[0]!.length / program.inputs[0]!;
    const outputs = program.outputs.map(({ length }) => new Float64Array(rows * length));
    for (let first = 0; first < rows; first += blockLanes) {
      const lanes = Math.min(blockLanes, rows - first);
      const move = (view: Float64Array, array: Float64Array, count: number, isInput: boolean): void => {
        for (let at = 0; at < lanes * count; at++) {
          const place = (at % count) * blockLanes + Math.floor(at / count);
          if (isInput) view[place] = array[first * count + at]!;
          else array[first * count + at] = view[place]!;
        }
      };
      inputs.forEach((input, k) => move(views[k]!, input, columns[k]!, true));
      exports['run']!(lanes, ...addresses);
      outputs.forEach((output, k) => {
        const place = inputs.length + k;
        move(views[place]!, output, columns[place]!, false);
      });
    }
    return outputs;
  };
}
