/**
 * The passes that a message pass over all edges of a graph is made of. They work on one memory of float32 and int32;
 * every argument that names an array is its address in bytes. `first` and `last` bound a range of receivers (rows),
 * and edges are sorted by receiver, so those of row i are offsets[i] to offsets[i + 1].
 *
 * Sums over edges are kept in float32 within a call and added to what stands in memory; the caller keeps ranges
 * short and adds them up in float64.
 */
export interface MessageKernels {
  /**
   * Activations of the first layer, hidden[e] = φ(receivers[i] + senders[j(e)] + table(position[e])), where φ is the
   * leaky ReLU, and their sums and sums of squares, sums [2, hidden].
   */
  first(
    offsets: number,
    first: number,
    last: number,
    receivers: number,
    senderRows: number,
    senders: number,
    positions: number,
    table: number,
    hidden: number,
    sums: number,
  ): void;
  /** out[e] = φ(input[e] weight + bias) for `count` edges, and sums as above; weight [hidden, hidden]. */
  second(input: number, count: number, weight: number, bias: number, out: number, sums: number): void;
  /**
   * Largest input[e] weight + bias over the edges of every row, and the edge that gives it; 0 and −1 where there is
   * none; weight [hidden, outputs].
   */
  largest(
    offsets: number,
    first: number,
    last: number,
    input: number,
    weight: number,
    bias: number,
    out: number,
    winners: number,
  ): void;
  /** outer[c] += Σ cotangent[i, c] input[winner of (i, c)]; outer [outputs, hidden]. */
  outer(first: number, last: number, input: number, winners: number, cotangent: number, outer: number): void;
  /**
   * Replaces activations h by the derivative with respect to what φ was applied to:
   * (shift + slope h + Σ_c cotangent[i, c] weight[c], over those c that the edge won) φ′(h). weight [outputs, hidden];
   * `row` has room for the edges of the longest row. Adds the results up in `sum`.
   */
  pull(
    offsets: number,
    first: number,
    last: number,
    activations: number,
    shift: number,
    slope: number,
    winners: number,
    cotangent: number,
    weight: number,
    row: number,
    sum: number,
  ): void;
  /**
   * products [hidden, hidden] += Σ input[e]ᵀ derivative[e], then derivative[e] becomes derivative[e] weight, for
   * `count` edges.
   */
  back(input: number, derivative: number, count: number, weight: number, products: number): void;
  /**
   * With d[e] = (derivative[e] + shift + slope h[e]) φ′(h[e]): adds d to the rows of its receiver and its sender, and
   * to the table.
   */
  scatter(
    offsets: number,
    first: number,
    last: number,
    activations: number,
    derivative: number,
    shift: number,
    slope: number,
    senderRows: number,
    positions: number,
    receiverOut: number,
    senderOut: number,
    tableOut: number,
  ): void;
}

/** Sizes that kernels are made for. */
export interface KernelSizes {
  /** Channels of the hidden layers, a multiple of 4. */
  readonly hidden: number;
  /** Channels of a message, a multiple of 4. */
  readonly outputs: number;
  /** Slope of the leaky ReLU φ for negative numbers, in [0, 1). */
  readonly slope: number;
}
