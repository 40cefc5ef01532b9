/** Arrays of numbers as programs hand them over. */
export type Numbers = Float32Array | Float64Array;

/** A graph whose edges are sorted by the node that receives. */
export interface MessageGraph {
  /** Edges of receiver i are offsets[i] to offsets[i + 1]; [nodes + 1]. */
  readonly offsets: Int32Array;
  /** Node that sends along every edge, [edges]. */
  readonly senders: Int32Array;
  /** Place of every edge's number in the table, in knots, from 0 to knots − 1; [edges]. */
  readonly positions: Numbers;
}

/** What a message is made of. Matrices are [in, out], row-major. */
export interface MessageWeights {
  /** Share of the receiver in the first layer, its bias included, [nodes, hidden]. */
  readonly receiverPart: Numbers;
  /** Share of the sender, [nodes, hidden]. */
  readonly senderPart: Numbers;
  /** Share of the edge: per knot the values, then the slopes times the distance of knots, [knots, 2 hidden]. */
  readonly table: Numbers;
  readonly scale2: Numbers;
  readonly offset2: Numbers;
  readonly weight2: Numbers;
  readonly bias2: Numbers;
  readonly scale3: Numbers;
  readonly offset3: Numbers;
  readonly weight3: Numbers;
  readonly bias3: Numbers;
}

/** Derivatives with respect to {@link MessageWeights}, in the same shapes. */
export type MessageGradients = Readonly<Record<keyof MessageWeights, Float32Array>>;
