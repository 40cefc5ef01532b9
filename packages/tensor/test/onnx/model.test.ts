import { FileFormatError } from '@pct/core';
import { describe, expect, it } from 'vitest';
import { decodeOnnxModel } from '../../src/onnx/decode.js';
import { encodeOnnxModel } from '../../src/onnx/encode.js';
import type { OnnxModel, OnnxTensor } from '../../src/onnx/model.js';
import { ProtobufWriter } from '../../src/onnx/protobuf.js';
import { onnxTensor, onnxTensorOf } from '../../src/onnx/tensors.js';

const tensor = onnxTensorOf('float64', [1.5, -2], [2, 1]);
/** One attribute of each kind, every element type of programs, named and unknown axes, a graph in a graph. */
const model: OnnxModel = {
  irVersion: 10,
  opsets: { '': 21, 'com.microsoft': 1 },
  producerName: 'test',
  producerVersion: '1',
  description: 'what it does',
  metadata: { author: 'Zoë', licence: 'MIT' },
  graph: {
    name: 'g',
    nodes: [
      {
        op: 'Everything',
        domain: 'com.microsoft',
        name: 'n',
        inputs: ['x', '', 'c'],
        outputs: ['y', 'z'],
        attributes: {
          a: { kind: 'int', value: -3 },
          b: { kind: 'float', value: 0.5 },
          c: { kind: 'string', value: 'add' },
          d: { kind: 'tensor', value: tensor },
          e: { kind: 'ints', value: [1, -1, 2 ** 40] },
          f: { kind: 'floats', value: [0.25, -8] },
          g: { kind: 'strings', value: ['p', 'q'] },
          h: { kind: 'ints', value: [] },
          i: {
            kind: 'graph',
            value: { name: 'inner', nodes: [], initializers: {}, inputs: [], outputs: [] },
          },
        },
      },
    ],
    initializers: {
      c: tensor,
      i: onnxTensorOf('int32', [7], []),
      l: onnxTensor(BigInt64Array.of(-1n), [1]),
      t: onnxTensorOf('bool', [1, 0, 5], [3]),
      e: onnxTensorOf('float32', [], [0, 4]),
    },
    inputs: [{ name: 'x', type: 'float32', shape: ['batch', 3, undefined] }],
    outputs: [
      { name: 'y', type: 'bool', shape: [] },
      { name: 'z', type: 'int64', shape: undefined },
    ],
  },
};

describe('encodeOnnxModel and decodeOnnxModel', () => {
  it('give back everything that a model holds', () => {
    expect(decodeOnnxModel(encodeOnnxModel(model))).toEqual(model);
  });

  it('reads a tensor whether its elements are raw or typed, packed or not', () => {
    const read = (write: (writer: ProtobufWriter) => void): OnnxTensor => {
      const file = new ProtobufWriter()
        .integer(1, 10)
        .message(7, (graph) => graph.string(2, 'g').message(5, (inner) => write(inner.string(8, 'w'))))
        .finish();
      return decodeOnnxModel(file).graph.initializers['w']!;
    };
    const floats = onnxTensorOf('float32', [1, -2], [2]);
    expect(read((w) => w.packedIntegers(1, [2]).integer(2, 1).bytes(9, floats.data))).toEqual(floats);
    expect(read((w) => w.integer(1, 2).integer(2, 1).packedFloats(4, [1, -2]))).toEqual(floats);
    expect(read((w) => w.integer(1, 2).integer(2, 1).float(4, 1).float(4, -2))).toEqual(floats);
    expect(read((w) => w.integer(1, 2).integer(2, 7).packedIntegers(7, [5, -1]))).toEqual(
      onnxTensor(BigInt64Array.of(5n, -1n), [2]),
    );
    // 2^63 - 1, "to the end" in slices, has no number of its own in JavaScript.
    expect(
      read((w) =>
        w
          .integer(1, 2)
          .integer(2, 7)
          .packedIntegers(7, [2 ** 63, -(2 ** 63)]),
      ),
    ).toEqual(onnxTensor(BigInt64Array.of(2n ** 63n - 1n, -(2n ** 63n)), [2]));
    expect(read((w) => w.integer(1, 2).integer(2, 9).packedIntegers(5, [1, 0]))).toEqual(
      onnxTensorOf('bool', [1, 0], [2]),
    );
    expect(
      read((w) =>
        w
          .integer(1, 1)
          .integer(2, 11)
          .bytes(10, onnxTensorOf('float64', [0.1], []).data),
      ),
    ).toEqual(onnxTensorOf('float64', [0.1], [1]));
    expect(() => read((w) => w.integer(1, 3).integer(2, 1).packedFloats(4, [1]))).toThrow(
      /"w" of type float32 \[3\] needs 12 bytes, got 4/,
    );
    expect(() => read((w) => w.integer(2, 14))).toThrow(/"w" has element type 14, which is not supported/);
    expect(() => read((w) => w.integer(2, 1).integer(14, 1))).toThrow(/"w" keeps its data in another file/);
  });

  it('rejects files that are cut off or something else', () => {
    const file = encodeOnnxModel(model);
    let rejected = 0;
    for (let length = 0; length < file.length; length += 7) {
      try {
        // Cut between two fields of the model, what is left may be a model without metadata.
        expect(decodeOnnxModel(file.subarray(0, length)).graph).toEqual(model.graph);
      } catch (error) {
        expect(error).toBeInstanceOf(FileFormatError);
        rejected++;
      }
    }
    expect(rejected).toBeGreaterThan(20);
    expect(() => decodeOnnxModel(new Uint8Array(0), { file: 'm.onnx' })).toThrow(
      /m\.onnx: holds no ONNX graph/,
    );
    expect(() => decodeOnnxModel(new TextEncoder().encode('<html>'))).toThrow(FileFormatError);
  });

  it('writes the same bytes for the same model', () => {
    expect(encodeOnnxModel(structuredClone(model))).toEqual(encodeOnnxModel(model));
  });
});
