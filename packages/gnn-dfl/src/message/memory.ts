import { InvalidArgumentError } from '@pct/core';
import type { KernelSizes, MessageKernels } from './kernels.js';
import { plainKernels } from './plainKernels.js';
import { simdKernels, simdModule } from './simdKernels.js';

/** Which implementation of the kernels to use: `auto` takes WebAssembly with SIMD where it is there. */
export type KernelChoice = 'auto' | 'plain';

/** Sizes of one graph. */
export interface GraphSizes {
  readonly nodes: number;
  readonly edges: number;
  /** Knots of the table. */
  readonly knots: number;
  /** Most edges of one receiver. */
  readonly longestRow: number;
}

/** Where every array stands, in bytes. */
export type Layout = Readonly<Record<ArrayName | 'end', number>>;

type ArrayName =
  | 'weights'
  | 'sums'
  | 'offsets'
  | 'senders'
  | 'positions'
  | 'receiverPart'
  | 'senderPart'
  | 'table'
  | 'first'
  | 'second'
  | 'row'
  | 'aggregated'
  | 'winners'
  | 'cotangent'
  | 'receiverOut'
  | 'senderOut'
  | 'tableOut';

const NUMBER = 4;
const ALIGNMENT = 16;
const PAGE = 65_536;
/** Addresses are 32-bit numbers. */
const LARGEST = 2 ** 32 - PAGE;
/** Of it, what arrays of nodes and the table may take; graphs have far more edges than nodes. */
const FOR_NODES = 2 ** 30;

/** Edges of the largest graph that there is room for. */
export function mostEdgesOf(hidden: number): number {
  return Math.floor((LARGEST - FOR_NODES) / (NUMBER * (2 + 2 * hidden)));
}

/** One growing memory and the kernels on it. Holds nothing between calls but what its user leaves there. */
export class MessageMemory {
  readonly kind: 'simd' | 'plain';
  kernels: MessageKernels;
  floats: Float32Array;
  integers: Int32Array;
  private readonly sizes: KernelSizes;
  private readonly memory: WebAssembly.Memory | undefined;

  constructor(sizes: KernelSizes, choice: KernelChoice) {
    const module = choice === 'auto' ? simdModule(sizes) : undefined;
    this.sizes = sizes;
    this.kind = module === undefined ? 'plain' : 'simd';
    this.memory = module && new WebAssembly.Memory({ initial: 1 });
    const buffer = this.memory?.buffer ?? new ArrayBuffer(PAGE);
    this.floats = new Float32Array(buffer);
    this.integers = new Int32Array(buffer);
    this.kernels = module && this.memory ? simdKernels(module, this.memory) : plainKernels(buffer, sizes);
  }

  /**
   * Makes room for a graph. What stood in the memory is undefined afterwards.
   *
   * @throws InvalidArgumentError if a memory of this size cannot be had
   */
  reserve(graph: GraphSizes): Layout {
    const layout = layOut(this.sizes, graph);
    const missing = layout.end - this.floats.byteLength;
    if (missing > 0) this.use(this.grown(layout.end, missing, graph));
    return layout;
  }

  private grown(end: number, missing: number, { nodes, edges }: GraphSizes): ArrayBuffer {
    try {
      if (end > LARGEST) throw new RangeError('more than addresses of 32 bits reach');
      this.memory?.grow(Math.ceil(missing / PAGE));
      return this.memory?.buffer ?? new ArrayBuffer(end);
    } catch (cause) {
      throw new InvalidArgumentError(
        `largest messages: a graph of ${nodes} nodes and ${edges} edges needs ${Math.ceil(end / 2 ** 20)} MiB, ` +
          'which cannot be had; build it with tighter angles or fewer primaries per frame',
        { cause },
      );
    }
  }

  private use(buffer: ArrayBuffer): void {
    this.floats = new Float32Array(buffer);
    this.integers = new Int32Array(buffer);
    if (this.memory === undefined) this.kernels = plainKernels(buffer, this.sizes);
  }

  /** Part of the memory as float32. */
  at(address: number, length: number): Float32Array {
    return this.floats.subarray(address / NUMBER, address / NUMBER + length);
  }

  /** Part of the memory as int32. */
  integersAt(address: number, length: number): Int32Array {
    return this.integers.subarray(address / NUMBER, address / NUMBER + length);
  }
}

function layOut({ hidden, outputs }: KernelSizes, { nodes, edges, knots, longestRow }: GraphSizes): Layout {
  const widest = Math.max(hidden, outputs);
  const lengths: Readonly<Record<ArrayName, number>> = {
    // A matrix of each layer, as it is and transposed, and six vectors.
    weights: 4 * widest * widest + 6 * widest,
    sums: widest * (widest + 2),
    offsets: nodes + 1,
    senders: edges,
    positions: edges,
    receiverPart: nodes * hidden,
    senderPart: nodes * hidden,
    table: (knots + 1) * 2 * hidden,
    first: edges * hidden,
    second: edges * hidden,
    row: longestRow * hidden,
    aggregated: nodes * outputs,
    winners: nodes * outputs,
    cotangent: nodes * outputs,
    receiverOut: nodes * hidden,
    senderOut: nodes * hidden,
    tableOut: (knots + 1) * 2 * hidden,
  };
  const layout: Record<string, number> = {};
  let end = 0;
  for (const [name, length] of Object.entries(lengths)) {
    layout[name] = end;
    end += Math.ceil((length * NUMBER) / ALIGNMENT) * ALIGNMENT;
  }
  layout['end'] = end;
  return layout as Layout;
}

/** Addresses of matrices and vectors within the memory for weights. */
export type Places = ReturnType<typeof placesOf>;

/** Finds them. */
export function placesOf({ weights }: Layout, { hidden, outputs }: KernelSizes) {
  const widest = Math.max(hidden, outputs);
  const matrix = 4 * widest * widest;
  const vectors = weights + 4 * matrix;
  return {
    weight2: weights,
    weight3: weights + matrix,
    turned2: weights + 2 * matrix,
    turned3: weights + 3 * matrix,
    bias2: vectors,
    bias3: vectors + 4 * widest,
    shift: vectors + 8 * widest,
    slope: vectors + 12 * widest,
  };
}
