import { equal, segmentMax, segmentMean, segmentSum, where, type Dim, type Tensor } from '@pct/tensor';

/** How the messages that a node receives become one: channel by channel. */
export type Aggregation = 'max' | 'sum' | 'mean';

/**
 * Joins messages by their receiver; zeros for nodes that receive none.
 *
 * @param messages - [edges, channels]
 * @param receivers - int32 [edges]
 * @returns [nodes, channels]
 */
export function aggregate(kind: Aggregation, messages: Tensor, receivers: Tensor, nodes: Dim): Tensor {
  if (kind === 'sum') return segmentSum(messages, receivers, nodes);
  if (kind === 'mean') return segmentMean(messages, receivers, nodes);
  const largest = segmentMax(messages, receivers, nodes);
  return where(equal(largest, -Infinity), 0, largest);
}
