/** The dense layers of a network, in float32, on blocks of lanes: [unit][lane]. */
import {
  define,
  doWhile,
  f32x4,
  i32,
  v128,
  type Code,
  type FunctionSource,
  type Local,
} from '@pct/core/wasm';
import type { ActivationName } from '../network/network.js';
import { activations, activationScratch } from './activations.js';
import { blockLanes } from './emitRows.js';

/** Units computed at once, and vectors of four lanes of each. */
const [units, vectors] = [4, 2] as const;
const [floatBytes, vectorBytes] = [4, 16] as const;

/** Sizes of layers are filled up to multiples of this. */
export const unitBlock = units;
/** Lanes are computed in blocks of so many. */
export const laneBlock = vectors * 4;

/** Bytes of all lanes of a unit, and of the weights of a block of units for one input. */
const [unitBytes, packedBytes] = [blockLanes * floatBytes, units * floatBytes] as const;

/** Size of a layer in memory. */
export const filledUp = (count: number): number => Math.ceil(count / unitBlock) * unitBlock;

/** What a layer does after its sums. */
export interface Epilogue {
  readonly activation: ActivationName | 'none';
  /** Whether the layer's input is added, which has the same size. */
  readonly residual: boolean;
}

/**
 * A dense layer as a function of the addresses of its input, of packed weights and of its output, and of the numbers of
 * inputs, of blocks of units, and of lanes, a multiple of {@link laneBlock}. Weights are packed by {@link packWeights}.
 */
export function denseLayer(name: string, { activation, residual }: Epilogue): FunctionSource {
  const sums = Object.fromEntries(
    Array.from({ length: units * vectors }, (_, k) => [`sum${k}`, 'v128' as const]),
  );
  return define(
    name,
    { input: 'i32', weights: 'i32', output: 'i32', inputs: 'i32', blocks: 'i32', lanes: 'i32' },
    undefined,
    {
      left: 'i32',
      from: 'i32',
      to: 'i32',
      weight: 'i32',
      row: 'i32',
      end: 'i32',
      w: 'v128',
      ...lanesOfInput,
      ...sums,
      ...activationScratch,
    },
    (all) => {
      const { input, weights, output, inputs, blocks, lanes, left, from, to, weight, row, end, w } = all;
      const variables: Readonly<Record<string, Local>> = all;
      const x = [all.x0, all.x1];
      /** Unit, vector and variable of each sum, and its offset from the first one in memory. */
      const results = Array.from({ length: units * vectors }, (_, k) => {
        const [unit, v] = [Math.floor(k / vectors), k % vectors];
        return { unit, v, sum: variables[`sum${k}`]!, offset: unit * unitBytes + v * vectorBytes };
      });
      const addInput = [
        ...x.map((vector, v) => vector.set(v128.load(v * vectorBytes, row.get))),
        ...results.flatMap(({ unit, v, sum }) => [
          ...(v === 0 ? [w.set(v128.load32Splat(unit * floatBytes, weight.get))] : []),
          sum.set(f32x4.add(sum.get, f32x4.mul(w.get, x[v]!.get))),
        ]),
        advance(weight, packedBytes),
        advance(row, unitBytes),
      ];
      /** Units stand in the input, if it is added, as they do in the output. */
      const same = i32.add(input.get, i32.sub(to.get, output.get));
      const finish = results.flatMap(({ sum, offset }) => [
        ...activations[activation](sum, all),
        v128.store(offset, to.get, residual ? f32x4.add(sum.get, v128.load(offset, same)) : sum.get),
      ]);
      const ofLanes = [
        ...results.map(({ unit, sum }) => sum.set(v128.load32Splat(unit * floatBytes, weights.get))),
        weight.set(i32.add(weights.get, i32.constant(packedBytes))),
        row.set(from.get),
        doWhile(addInput, i32.lessUnsigned(weight.get, end.get)),
        ...finish,
        advance(from, vectors * vectorBytes),
        advance(to, vectors * vectorBytes),
        advance(left, -laneBlock),
      ];
      return [
        to.set(output.get),
        doWhile(
          [
            left.set(lanes.get),
            from.set(input.get),
            end.set(
              i32.add(weights.get, i32.mul(i32.add(inputs.get, i32.constant(1)), i32.constant(packedBytes))),
            ),
            doWhile(ofLanes, i32.less(i32.constant(0), left.get)),
            weights.set(end.get),
            // On to the next block of units, whose lanes begin where those of this one did.
            to.set(
              i32.add(
                i32.sub(to.get, i32.mul(lanes.get, i32.constant(floatBytes))),
                i32.constant(units * unitBytes),
              ),
            ),
            advance(blocks, -1),
          ],
          i32.less(i32.constant(0), blocks.get),
        ),
      ];
    },
  );
}

/** Variables of the vectors of lanes of one input. */
const lanesOfInput = { x0: 'v128', x1: 'v128' } as const;

const advance = (variable: Local, by: number): Code => variable.set(i32.add(variable.get, i32.constant(by)));

/**
 * Weights in the order in which {@link denseLayer} reads them: of each block of units the biases, then four weights for
 * each input. Places beyond the layer's size are 0.
 *
 * @param columns - how many units
 * @param weight - of an input and a unit
 * @param rows - how many inputs, in the places that they have in memory; a multiple of {@link unitBlock}
 */
export function packWeights(
  rows: number,
  columns: number,
  weight: (row: number, column: number) => number,
  bias: (column: number) => number,
): Float32Array {
  const blocks = filledUp(columns) / units;
  const packed = new Float32Array(blocks * (rows + 1) * units);
  for (let column = 0; column < columns; column++) {
    const start = Math.floor(column / units) * (rows + 1) * units + (column % units);
    packed[start] = bias(column);
    for (let row = 0; row < rows; row++) packed[start + (row + 1) * units] = weight(row, column);
  }
  return packed;
}
