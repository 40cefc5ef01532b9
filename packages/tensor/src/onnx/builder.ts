import { InvalidArgumentError } from '@pct/core';
import type { Dim } from '../graph/dim.js';
import type { OnnxAttribute as AttributeInput, OnnxBuilder } from '../graph/primitive.js';
import type { DType } from '../graph/types.js';
import { BuilderConstants } from './constants.js';
import { finishNodes } from './finish.js';
import {
  ONNX_TYPES,
  type OnnxAttribute,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxType,
  type OnnxValueInfo,
} from './model.js';
import { onnxTensor, onnxTensorOf } from './tensors.js';

/** Operator set that models are written for. */
const ONNX_OPSET = 21;

/** Version of the file format that belongs to {@link ONNX_OPSET}. */
const IR_VERSION = 10;

/** What a finished model says about itself. */
export interface OnnxModelInfo {
  /**
   * Name of the graph.
   * @defaultValue `'program'`
   */
  readonly name?: string | undefined;
  /**
   * One paragraph for people who open the file.
   * @defaultValue `''`
   */
  readonly description?: string | undefined;
  /**
   * Keys and values kept in the file.
   * @defaultValue `{}`
   */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/**
 * Writes an ONNX model node by node. Arrays are named by strings. Equal nodes and equal constants are made only
 * once, so that lowerings may ask for the size of the same axis as often as they need.
 *
 * @example
 * ```ts
 * const builder = new OnnxModelBuilder();
 * const x = builder.input('x', 'float32', ['batch', 3]);
 * builder.output('y', builder.one('Relu', [x]), 'float32', ['batch', 3]);
 * const bytes = encodeOnnxModel(builder.model({ name: 'relu' }));
 * ```
 */
export class OnnxModelBuilder implements OnnxBuilder {
  readonly #nodes: OnnxNode[] = [];
  readonly #inputs: OnnxValueInfo[] = [];
  readonly #outputs: OnnxValueInfo[] = [];
  readonly #results: { readonly name: string; readonly value: string }[] = [];
  readonly #names = new Set<string>();
  readonly #outputsOf = new Map<string, string[]>();
  readonly #constants = new BuilderConstants((hint) => this.#fresh(hint));
  /** What each result of {@link OnnxModelBuilder.reshape} has the elements of. */
  readonly #reshapedFrom = new Map<string, string>();
  /** Where the size of each named axis can be read off. */
  readonly #symbols = new Map<string, { readonly name: string; readonly axis: number }>();

  /**
   * Declares an input. Each name of an axis that is new becomes known to {@link OnnxModelBuilder.dims}.
   *
   * @returns its name
   * @throws {@link InvalidArgumentError} if the name is taken
   */
  input(name: string, type: OnnxType, shape: readonly Dim[]): string {
    this.#take('input', name);
    this.#inputs.push({ name, type, shape });
    shape.forEach((size, axis) => {
      if (typeof size === 'string' && !this.#symbols.has(size)) this.#symbols.set(size, { name, axis });
    });
    return name;
  }

  /**
   * Declares `value` as an output called `name`.
   *
   * @throws {@link InvalidArgumentError} if the name is taken
   */
  output(name: string, value: string, type: OnnxType, shape: readonly Dim[]): void {
    this.#take('output', name);
    this.#results.push({ name, value });
    this.#outputs.push({ name, type, shape });
  }

  /** Adds a node, unless the same is there already. Returns the names of its outputs. */
  node(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeInput>> = {},
    outputs = 1,
  ): string[] {
    const typed = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, attributeOf(value)]),
    );
    const key = JSON.stringify([op, inputs, typed, outputs], exactNumbers);
    let names = this.#outputsOf.get(key);
    if (names === undefined) {
      const name = this.#fresh(op.charAt(0).toLowerCase() + op.slice(1));
      names = Array.from({ length: outputs }, (_, index) => (index === 0 ? name : `${name}.${index}`));
      this.#outputsOf.set(key, names);
      this.#nodes.push({ op, domain: '', name, inputs: [...inputs], outputs: names, attributes: typed });
    }
    return [...names];
  }

  /** Adds a node with one output, unless the same is there already. Returns the name of the output. */
  one(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeInput>> = {},
  ): string {
    return this.node(op, inputs, attributes)[0]!;
  }

  /** Adds a constant array, unless an equal one is there already. Returns its name. */
  constant(dtype: DType, shape: readonly number[], values: ArrayLike<number>): string {
    return this.#constants.add(onnxTensorOf(dtype, values, shape));
  }

  /** Adds a constant, unless an equal one is there already. Its bytes are not copied. Returns its name. */
  tensor(tensor: OnnxTensor): string {
    return this.#constants.add(tensor);
  }

  /** A constant of shape []. */
  scalar(dtype: DType, value: number): string {
    return this.constant(dtype, [], [value]);
  }

  /** A constant of int64: axes, sizes, starts. */
  int64(values: readonly number[], shape: readonly number[] = [values.length]): string {
    return this.#constants.add(onnxTensor(BigInt64Array.from(values, BigInt), shape));
  }

  /** The value with elements of another type. */
  cast(value: string, to: OnnxType): string {
    return this.one('Cast', [value], { to: ONNX_TYPES[to] });
  }

  /** The same elements with other axes. What was itself only reshaped is taken as it was before. */
  reshape(value: string, shape: readonly Dim[]): string {
    // A single size with a name is what is left; 0 would make that ambiguous.
    const named = shape.filter((size) => typeof size === 'string').length;
    const sizes =
      named === 1 && !shape.includes(0)
        ? this.int64(shape.map((size) => (typeof size === 'string' ? -1 : size)))
        : this.dims(shape);
    const source = this.#reshapedFrom.get(value) ?? value;
    // allowzero: a 0 in the shape is a size, not "as in the input".
    const reshaped = this.one('Reshape', [source, sizes], { allowzero: 1 });
    this.#reshapedFrom.set(reshaped, source);
    return reshaped;
  }

  /**
   * int64 array of one axis holding these sizes; computed from the inputs' shapes where they are named.
   *
   * @throws {@link InvalidArgumentError} if no input has an axis of a name that occurs
   */
  dims(dims: readonly Dim[]): string {
    if (dims.every((size) => typeof size === 'number')) return this.int64(dims);
    const parts: string[] = [];
    for (let at = 0; at < dims.length;) {
      const size = dims[at]!;
      if (typeof size === 'string') {
        parts.push(this.#sum(size));
        at++;
        continue;
      }
      const run: number[] = [];
      for (let next = dims[at]; typeof next === 'number'; next = dims[++at]) run.push(next);
      parts.push(this.int64(run));
    }
    return parts.length === 1 ? parts[0]! : this.one('Concat', parts, { axis: 0 });
  }

  /** The model built so far, without what the outputs do not need. */
  model({ name = 'program', description = '', metadata = {} }: OnnxModelInfo = {}): OnnxModel {
    const { nodes, initializers } = finishNodes(this.#nodes, this.#constants.all(), this.#results);
    return {
      irVersion: IR_VERSION,
      opsets: { '': ONNX_OPSET },
      producerName: '@pct/tensor',
      producerVersion: '',
      description,
      metadata,
      graph: {
        name,
        nodes,
        initializers,
        inputs: [...this.#inputs],
        outputs: [...this.#outputs],
      },
    };
  }

  /** A size such as `'2*batch+a*b-1'` as int64 [1]. */
  #sum(dim: string): string {
    let total: string | undefined;
    let constant = 0;
    for (const [, sign = '', term = ''] of dim.matchAll(/([+-]?)([^+-]+)/g)) {
      const factors = term.split('*');
      const number = factors.reduce(
        (product, factor) => product * (/^\d/.test(factor) ? Number(factor) : 1),
        1,
      );
      const factor = sign === '-' ? -number : number;
      const names = factors.filter((name) => !/^\d/.test(name)).map((name) => this.#symbol(name));
      if (names.length === 0) {
        constant += factor;
        continue;
      }
      let product = names.reduce((left, right) => this.one('Mul', [left, right]));
      if (factor !== 1) product = this.one('Mul', [product, this.int64([factor])]);
      total = total === undefined ? product : this.one('Add', [total, product]);
    }
    if (total === undefined) return this.int64([constant]);
    return constant === 0 ? total : this.one('Add', [total, this.int64([constant])]);
  }

  /** Size of the axis with this name as int64 [1]. */
  #symbol(symbol: string): string {
    const found = this.#symbols.get(symbol);
    if (found === undefined) {
      throw new InvalidArgumentError(
        `OnnxModelBuilder.dims: no input has an axis named '${symbol}'; known are ${[...this.#symbols.keys()].join(', ') || 'none'}`,
      );
    }
    return this.one('Shape', [found.name], { start: found.axis, end: found.axis + 1 });
  }

  #take(method: string, name: string): void {
    if (this.#names.has(name)) {
      throw new InvalidArgumentError(`OnnxModelBuilder.${method}: the name "${name}" is taken already`);
    }
    this.#names.add(name);
  }

  #fresh(hint: string): string {
    let name = `${hint}_${this.#names.size}`;
    while (this.#names.has(name)) name += '_';
    this.#names.add(name);
    return name;
  }
}

/** JSON has neither NaN and infinities nor a negative zero. */
function exactNumbers(_: string, value: unknown): unknown {
  return typeof value === 'number' ? (Object.is(value, -0) ? '-0' : String(value)) : value;
}

function attributeOf(value: AttributeInput): OnnxAttribute {
  if (typeof value === 'number') return { kind: Number.isInteger(value) ? 'int' : 'float', value };
  if (typeof value === 'string') return { kind: 'string', value };
  if ('float' in value) return { kind: 'float', value: value.float };
  return 'floats' in value ? { kind: 'floats', value: value.floats } : { kind: 'ints', value };
}
