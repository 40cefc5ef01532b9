import { FileFormatError, InvalidArgumentError, PctError } from '@pct/core';
import { fromOnnx } from '@pct/tensor';
import { describe, expect, it } from 'vitest';
import type { OnnxAttribute } from '../../src/onnx/model.js';
import { fixture, load, node, port } from './support.js';

const dense = fixture('dense_13.onnx');

describe('files that cannot be read', () => {
  it('lists all unknown operators at once', () => {
    const graph = {
      nodes: [
        { ...node('LSTM', ['x'], ['a']), name: '/attention/LSTM' },
        node('Relu', ['a'], ['b']),
        { ...node('FusedMatMul', ['b'], ['c']), domain: 'com.microsoft' },
        node('LSTM', ['c'], ['y']),
      ],
      inputs: [port('x', [1])],
      outputs: [port('y', undefined)],
    };
    expect(() => load(graph, { file: 'net.onnx' })).toThrow(InvalidArgumentError);
    expect(() => load(graph, { file: 'net.onnx' })).toThrow(
      'net.onnx (operator set 17) has 2 operators that are not supported: LSTM at "/attention/LSTM", "y"; com.microsoft.FusedMatMul at "c"',
    );
  });

  it('names the node whose settings are not supported', () => {
    const pool = (attributes: Readonly<Record<string, OnnxAttribute>>): unknown =>
      load({
        nodes: [node('MaxPool', ['x'], ['y'], attributes)],
        inputs: [port('x', [1, 1, 8, 8])],
        outputs: [port('y', undefined)],
      });
    const kernel: OnnxAttribute = { kind: 'ints', value: [2, 2] };
    expect(() => pool({ kernel_shape: kernel, dilations: kernel })).toThrow(
      /node "y" \(MaxPool\): MaxPool with dilations; not supported/,
    );
    expect(() =>
      load({
        nodes: [
          node('MaxPool', ['x'], ['p', 'i'], { kernel_shape: kernel }),
          node('Cast', ['i'], ['y'], { to: { kind: 'int', value: 1 } }),
        ],
        inputs: [port('x', [1, 1, 8, 8])],
        outputs: [port('y', undefined)],
      }),
    ).toThrow(/node "y" \(Cast\) needs output 1 of node "p" \(MaxPool\); not supported/);
    expect(() => pool({})).toThrow(FileFormatError);
    expect(() => pool({ kernel_shape: { kind: 'int', value: 2 } })).toThrow(/of kind ints, got int/);
    expect(() => load({}, {}, 6)).toThrow(/operator set 6; export it for 7 or later/);
  });

  it('rejects graphs that are not consistent', () => {
    const x = port('x', [2]);
    const y = port('y', undefined);
    expect(() => load({ nodes: [node('Relu', ['z'], ['y'])], inputs: [x], outputs: [y] })).toThrow(
      /node "y" \(Relu\) needs "z", which nothing before it computes/,
    );
    expect(() => load({ inputs: [x], outputs: [y] })).toThrow(FileFormatError);
    expect(() => load({ nodes: [node('Add', ['x'], ['y'])], inputs: [x], outputs: [y] })).toThrow(
      /node "y" \(Add\) has no input 1/,
    );
    expect(() => load({ inputs: [port('x', undefined)] })).toThrow(/input "x" has no shape/);
    expect(() => fromOnnx('text' as never)).toThrow(/bytes must be a Uint8Array, got string/);
  });

  it('rejects bytes that are cut off or changed with errors of their own', () => {
    let rejected = 0;
    for (let length = 0; length < dense.length; length += 53) {
      expect(() => fromOnnx(dense.subarray(0, length))).toThrow(FileFormatError);
      rejected++;
    }
    expect(rejected).toBeGreaterThan(20);
    const broken = dense.slice();
    for (let at = 0; at < dense.length; at += 11) {
      broken[at]! ^= 0x55;
      try {
        fromOnnx(broken);
      } catch (error) {
        expect(error, `byte ${at}`).toBeInstanceOf(PctError);
      }
      broken[at] = dense[at]!;
    }
  });
});
