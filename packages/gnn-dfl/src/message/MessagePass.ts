import type { KernelSizes } from './kernels.js';
import { BatchNorm, type Moments } from './batchNorm.js';
import { edgeChunks, rowChunks, type RowChunks } from './chunks.js';
import { MessageMemory, placesOf, type KernelChoice, type Layout, type Places } from './memory.js';
import { load } from './load.js';
import { transposed } from './transposed.js';
import type { MessageGradients, MessageGraph, MessageWeights, Numbers } from './types.js';

/**
 * The relational network of an interaction network and the largest message of every node, fused: per edge
 *
 * h₁ = φ(receiver + sender + table), h₂ = φ(BN₂(h₁) W₂ + b₂), message = BN₃(h₂) W₃ + b₃,
 *
 * with batch norm over all edges of the graph and φ the leaky ReLU. The maximum passes its derivative to one edge per
 * node and channel, so all of the last layer's derivatives follow from these few edges, and batch norm adds to each
 * activation's derivative an affine function of the activation: two products per edge back, as many as forward.
 *
 * @see Battaglia et al. 2016, "Interaction Networks for Learning about Objects, Relations and Physics"
 */
export class MessagePass {
  readonly sizes: KernelSizes;
  private readonly memory: MessageMemory;
  private state: State | undefined;
  private calls = 0;

  constructor(sizes: KernelSizes, choice: KernelChoice = 'auto') {
    this.sizes = sizes;
    this.memory = new MessageMemory(sizes, choice);
  }

  /**
   * Largest messages.
   *
   * @returns [nodes, outputs], zeros for nodes that receive none, and a number by which {@link backward} knows
   * whether what it needs still stands in the memory
   */
  forward(graph: MessageGraph, weights: MessageWeights): { aggregated: Float32Array; ticket: number } {
    const { outputs } = this.sizes;
    const state = this.run(graph, weights);
    const nodes = graph.offsets.length - 1;
    return {
      aggregated: this.memory.at(state.layout.aggregated, nodes * outputs).slice(),
      ticket: state.ticket,
    };
  }

  /**
   * Derivatives of Σ cotangent · aggregated.
   *
   * @param ticket - of the call of `forward` with the same arguments; if others came since, it is run again
   * @param cotangent - [nodes, outputs]
   */
  backward(
    graph: MessageGraph,
    weights: MessageWeights,
    ticket: number,
    cotangent: Numbers,
  ): MessageGradients {
    const { hidden } = this.sizes;
    const state = this.state?.ticket === ticket ? this.state : this.run(graph, weights);
    // The activations are overwritten with their derivatives.
    this.state = undefined;
    const { memory } = this;
    const { layout, norm2, norm3 } = state;
    const nodes = graph.offsets.length - 1;
    const knots = weights.table.length / (2 * hidden);
    memory.at(layout.cotangent, cotangent.length).set(cotangent);

    const third = this.backThird(state, cotangent);
    const fold3 = norm3.foldBack(weights.weight3, third.products, third.total);
    const second = this.backSecond(graph.offsets, state, fold3.shift, fold3.slope);
    const fold2 = norm2.foldBack(weights.weight2, second.products, second.total);
    this.backFirst(state, fold2.shift, fold2.slope, nodes, knots);
    return {
      receiverPart: memory.at(layout.receiverOut, nodes * hidden).slice(),
      senderPart: memory.at(layout.senderOut, nodes * hidden).slice(),
      table: memory.at(layout.tableOut, knots * 2 * hidden).slice(),
      scale2: fold2.scale,
      offset2: fold2.offset,
      weight2: fold2.weight,
      bias2: Float32Array.from(second.total),
      scale3: fold3.scale,
      offset3: fold3.offset,
      weight3: fold3.weight,
      bias3: Float32Array.from(third.total),
    };
  }

  private run(graph: MessageGraph, weights: MessageWeights): State {
    const { hidden } = this.sizes;
    const { memory } = this;
    // From here on the memory is not what an earlier call left.
    this.state = undefined;
    const { offsets, senders } = graph;
    const nodes = offsets.length - 1;
    const edges = senders.length;
    const knots = weights.table.length / (2 * hidden);
    const chunks = rowChunks(offsets);
    const layout = memory.reserve({ nodes, edges, knots, longestRow: chunks.longestRow });
    load(memory, layout, graph, weights);
    const places = placesOf(layout, this.sizes);
    const { kernels } = memory;

    const norm2 = new BatchNorm(
      weights.scale2,
      weights.offset2,
      this.moments(
        edges,
        (sums) => {
          chunks.forEach((first, last) => {
            kernels.first(
              layout.offsets,
              first,
              last,
              layout.receiverPart,
              layout.senders,
              layout.senderPart,
              layout.positions,
              layout.table,
              layout.first,
              layout.sums,
            );
            sums();
          });
        },
        layout,
      ),
    );
    this.place(places.weight2, places.bias2, norm2.fold(weights.weight2, weights.bias2));
    const norm3 = new BatchNorm(
      weights.scale3,
      weights.offset3,
      this.moments(
        edges,
        (sums) => {
          edgeChunks(0, edges, (first, count) => {
            const start = 4 * hidden * first;
            kernels.second(
              layout.first + start,
              count,
              places.weight2,
              places.bias2,
              layout.second + start,
              layout.sums,
            );
            sums();
          });
        },
        layout,
      ),
    );
    this.place(places.weight3, places.bias3, norm3.fold(weights.weight3, weights.bias3));
    kernels.largest(
      layout.offsets,
      0,
      nodes,
      layout.second,
      places.weight3,
      places.bias3,
      layout.aggregated,
      layout.winners,
    );
    this.state = { ticket: ++this.calls, layout, places, norm2, norm3, chunks, nodes };
    return this.state;
  }

  /** Moments of hidden channels, of which the passes leave sums and sums of squares. */
  private moments(count: number, passes: (added: () => void) => void, layout: Layout): Moments {
    const { hidden } = this.sizes;
    const totals = new Float64Array(2 * hidden);
    this.sumInto(totals, layout, passes);
    const mean = totals.slice(0, hidden).map((sum) => sum / Math.max(1, count));
    const variance = mean.map((m, c) => Math.max(0, totals[hidden + c]! / Math.max(1, count) - m * m));
    return { count, mean, variance };
  }

  /** Adds up in float64 what passes leave in the memory for sums; they call `added` after each. */
  private sumInto(totals: Float64Array, layout: Layout, passes: (added: () => void) => void): void {
    const sums = this.memory.at(layout.sums, totals.length);
    sums.fill(0);
    passes(() => {
      for (let c = 0; c < totals.length; c++) totals[c]! += sums[c]!;
      sums.fill(0);
    });
  }

  private place(
    weightAt: number,
    biasAt: number,
    { weight, bias }: { weight: Float64Array; bias: Float64Array },
  ): void {
    this.memory.at(weightAt, weight.length).set(weight);
    this.memory.at(biasAt, bias.length).set(bias);
  }

  /** Products of activations with the derivatives of messages, [hidden, outputs], and the sums of the latter. */
  private backThird(
    { layout, chunks, nodes }: State,
    cotangent: Numbers,
  ): { products: Float64Array; total: Float64Array } {
    const { hidden, outputs } = this.sizes;
    const winners = this.memory.integersAt(layout.winners, nodes * outputs);
    const total = new Float64Array(outputs);
    for (let k = 0; k < winners.length; k++) if (winners[k]! >= 0) total[k % outputs]! += cotangent[k]!;
    const outer = new Float64Array(outputs * hidden);
    this.sumInto(outer, layout, (added) => {
      chunks.forEach((first, last) => {
        this.memory.kernels.outer(first, last, layout.second, layout.winners, layout.cotangent, layout.sums);
        added();
      });
    });
    return { products: transposed(outer, outputs, hidden), total };
  }

  /** The same for the second layer; leaves the derivatives of its input in place of its output. */
  private backSecond(
    offsets: Int32Array,
    { layout, places, norm2, norm3, chunks }: State,
    shift: Float64Array,
    slope: Float64Array,
  ): { products: Float64Array; total: Float64Array } {
    const { hidden, outputs } = this.sizes;
    const { memory } = this;
    const { kernels } = memory;
    memory.at(places.shift, hidden).set(shift);
    memory.at(places.slope, hidden).set(slope);
    memory.at(places.turned3, hidden * outputs).set(transposed(norm3.folded, hidden, outputs));
    memory.at(places.turned2, hidden * hidden).set(transposed(norm2.folded, hidden, hidden));
    const total = new Float64Array(hidden);
    const products = new Float64Array(hidden * hidden);
    // Both passes chunk by chunk, so that the second one finds what the first one left in the cache.
    chunks.forEach((first, last) => {
      this.sumInto(total, layout, (added) => {
        kernels.pull(
          layout.offsets,
          first,
          last,
          layout.second,
          places.shift,
          places.slope,
          layout.winners,
          layout.cotangent,
          places.turned3,
          layout.row,
          layout.sums,
        );
        added();
      });
      this.sumInto(products, layout, (added) => {
        edgeChunks(offsets[first]!, offsets[last]!, (edge, count) => {
          const start = 4 * hidden * edge;
          kernels.back(layout.first + start, layout.second + start, count, places.turned2, layout.sums);
          added();
        });
      });
    });
    return { products, total };
  }

  private backFirst(
    { layout, places }: State,
    shift: Float64Array,
    slope: Float64Array,
    nodes: number,
    knots: number,
  ): void {
    const { hidden } = this.sizes;
    const { memory } = this;
    memory.at(places.shift, hidden).set(shift);
    memory.at(places.slope, hidden).set(slope);
    memory.at(layout.receiverOut, nodes * hidden).fill(0);
    memory.at(layout.senderOut, nodes * hidden).fill(0);
    memory.at(layout.tableOut, (knots + 1) * 2 * hidden).fill(0);
    memory.kernels.scatter(
      layout.offsets,
      0,
      nodes,
      layout.first,
      layout.second,
      places.shift,
      places.slope,
      layout.senders,
      layout.positions,
      layout.receiverOut,
      layout.senderOut,
      layout.tableOut,
    );
  }
}

/** What `backward` needs of `forward`. */
interface State {
  readonly ticket: number;
  readonly layout: Layout;
  readonly places: Places;
  readonly norm2: BatchNorm;
  readonly norm3: BatchNorm;
  readonly chunks: RowChunks;
  readonly nodes: number;
}
