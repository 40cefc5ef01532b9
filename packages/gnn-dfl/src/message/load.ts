import type { Layout, MessageMemory } from './memory.js';
import type { MessageGraph, MessageWeights } from './types.js';

/** Copies a graph and what the first layer reads to the memory. */
export function load(
  memory: MessageMemory,
  layout: Layout,
  graph: MessageGraph,
  weights: MessageWeights,
): void {
  const { offsets, senders, positions } = graph;
  const { receiverPart, senderPart, table } = weights;
  memory.integersAt(layout.offsets, offsets.length).set(offsets);
  memory.integersAt(layout.senders, senders.length).set(senders);
  memory.at(layout.positions, positions.length).set(positions);
  memory.at(layout.receiverPart, receiverPart.length).set(receiverPart);
  memory.at(layout.senderPart, senderPart.length).set(senderPart);
  // The last knot has a neighbour of zeros, which has no weight there.
  const knots = memory.at(layout.table, layout.first / 4 - layout.table / 4);
  knots.set(table);
  knots.fill(0, table.length);
}
