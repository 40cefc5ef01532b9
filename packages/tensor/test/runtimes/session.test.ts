/** What the packages of onnxruntime have in common. */
import { InvalidArgumentError } from '@pct/core';
import type { NdArray, PreparedProgram, Runtime, Tensor, TensorSpec } from '@pct/tensor';
import * as t from '@pct/tensor';
import { describe, expect, it } from 'vitest';

const { bool, cleanGraph, customOp, float32, float64, int32, onnxruntimeNode, onnxruntimeWeb, trace } = t;
const engines: [string, Runtime, boolean][] = [
  ['onnxruntime-node', await onnxruntimeNode({ threads: 1 }), true],
  ['onnxruntime-web', await onnxruntimeWeb({ threads: 1 }), false],
];

const vector = (...values: number[]): NdArray => ({
  data: Float32Array.from(values),
  shape: [values.length],
});

function prepare(
  runtime: Runtime,
  fn: (...args: Tensor[]) => readonly Tensor[],
  ...specs: TensorSpec[]
): Promise<PreparedProgram> {
  return runtime.prepare(cleanGraph(trace(fn, ...specs).graph));
}

describe.each(engines)('programs of %s', (_, runtime, fills) => {
  it('take and give every type of element', async () => {
    const program = await prepare(
      runtime,
      (x, y, i, b) => [t.mul(x, 2), t.div(y, 3), t.sub(i, 7), t.logicalNot(b), t.where(b, y, 0)],
      float32('n'),
      float64('n'),
      int32('n'),
      bool('n'),
    );
    const shape = [2];
    const results = await program.run([
      vector(0.5, -1),
      { data: Float64Array.of(1, 1e300), shape },
      { data: Int32Array.of(5, -(2 ** 31) + 7), shape },
      { data: Uint8Array.of(1, 0), shape },
    ]);
    expect(results).toEqual([
      vector(1, -2),
      { data: Float64Array.of(1 / 3, 1e300 / 3), shape },
      { data: Int32Array.of(-2, -(2 ** 31)), shape },
      { data: Uint8Array.of(0, 1), shape },
      { data: Float64Array.of(1, 0), shape },
    ]);
    await program.dispose();
  });

  it(`${fills ? 'fill' : 'leave alone'} arrays that they are given for results`, async () => {
    const program = await prepare(
      runtime,
      (x, b) => [t.exp(x), t.sum(x), x, t.logicalNot(b), t.cast(x, 'float64')],
      float32('n'),
      bool('n'),
    );
    const outputs = [
      vector(7, 7),
      undefined,
      vector(7, 7),
      { data: Uint8Array.of(7, 7), shape: [2] },
      undefined,
    ];
    const expected = [
      vector(1, Math.E),
      { data: Float32Array.of(1), shape: [] },
      vector(0, 1),
      { data: Uint8Array.of(1, 0), shape: [2] },
      { data: Float64Array.of(0, 1), shape: [2] },
    ];
    const results = await program.run([vector(0, 1), { data: Uint8Array.of(0, 1), shape: [2] }], outputs);
    expect(results).toEqual(expected);
    outputs.forEach((output, i) => {
      if (output === undefined) return;
      if (fills) expect(results[i]).toBe(output);
      else expect(new Set(output.data)).toEqual(new Set([7]));
    });
    await program.dispose();
  });

  it('overlap, also with other programs, and each gets its own results', async () => {
    const [square, sums] = await Promise.all([
      prepare(
        runtime,
        (x, y) => [t.mul(x, y), t.matmul(t.reshape(x, ['n', 1]), t.reshape(y, [1, 'n']))],
        float32('n'),
        float32('n'),
      ),
      prepare(
        runtime,
        (a, b, c, d) => [t.add(t.add(a, b), t.add(c, d)), t.sum(a)],
        ...[1, 2, 3, 4].map(() => float32('n')),
      ),
    ]);
    const runs = Array.from({ length: 24 }, async (_entry, k) => {
      const x = vector(...Array.from({ length: 1 + (k % 5) }, (_element, i) => k + i));
      const values = Array.from(x.data);
      if (k % 2 === 0) {
        const [products, outer] = await square.run([x, x]);
        expect(products).toEqual(vector(...values.map((value) => value * value)));
        expect(Array.from(outer!.data)).toEqual(values.flatMap((a) => values.map((b) => a * b)));
      } else {
        const [fourfold, total] = await sums.run([x, x, x, x]);
        expect(fourfold).toEqual(vector(...values.map((value) => 4 * value)));
        expect(total!.data[0]).toBe(values.reduce((a, b) => a + b));
      }
    });
    await Promise.all(runs);
    await Promise.all([square.dispose(), sums.dispose()]);
  });

  it('cut around operations with bodies', async () => {
    const cube = customOp({
      name: 'cube',
      infer: (inputs) => inputs,
      run: ([x]) => [x!.data.map((value) => value ** 3)],
      vjp: ([x], _outputs, [g]) => [g && t.mul(g, t.mul(3, t.mul(x!, x!)))],
    });
    const loss = (x: Tensor): Tensor => t.sum(cube(t.mul(x, 2))[0]!);
    const program = await prepare(runtime, (x) => t.valueAndGrad(loss)(x), float32('n'));
    const outputs = [undefined, vector(0, 0)];
    const [value, gradient] = await program.run([vector(1, -2)], outputs);
    expect(value!.data[0]).toBe(8 - 64);
    expect(gradient).toEqual(vector(24, 96));
    await program.dispose();
  });

  it('do not run after dispose, which may be called twice, and go on after a run that failed', async () => {
    const program = await prepare(runtime, (x, y) => [t.matmul(x, y)], float32('m', 'n'), float32('n', 'k'));
    const matrix = (rows: number, columns: number): NdArray => ({
      data: new Float32Array(rows * columns).fill(1),
      shape: [rows, columns],
    });
    // `compile` finds such arrays; the engine does too.
    await expect(program.run([matrix(2, 3), matrix(2, 2)])).rejects.toThrow(InvalidArgumentError);
    await expect(program.run([matrix(2, 3), matrix(2, 2)])).rejects.toThrow(/^run: onnxruntime stopped: \S/);
    expect(await program.run([matrix(1, 3), matrix(3, 1)])).toEqual([
      { data: Float32Array.of(3), shape: [1, 1] },
    ]);
    await program.dispose();
    await program.dispose();
    await expect(program.run([matrix(1, 1), matrix(1, 1)])).rejects.toThrow('the program has been disposed');
  });

  it('are released while others run', async () => {
    const programs = await Promise.all(
      [1, 2, 3, 4].map((factor) => prepare(runtime, (x) => [t.mul(x, factor)], float32('n'))),
    );
    const results = await Promise.all(
      programs.map(async (program) => {
        const run = program.run([vector(1, 2)]);
        const released = run.then(() => program.dispose());
        const [result] = await run;
        await released;
        return Array.from(result!.data);
      }),
    );
    expect(results).toEqual([1, 2, 3, 4].map((factor) => [factor, 2 * factor]));
  });

  it('name an operation that the engine does not know', async () => {
    const { graph } = trace((x: Tensor) => t.exp(x), float32('n'));
    const [node] = graph.nodes;
    const lower = {
      onnx: (builder: t.OnnxBuilder, _node: unknown, inputs: readonly string[]) =>
        builder.node('Abacus', inputs),
    };
    const changed = { ...graph, nodes: [{ ...node!, primitive: { ...node!.primitive, lower } }] };
    await expect(runtime.prepare(changed)).rejects.toThrow(InvalidArgumentError);
    await expect(runtime.prepare(changed)).rejects.toThrow(/does not accept the program: .*Abacus/);
  });

  it('stop being prepared when asked to', async () => {
    const { graph } = trace((x: Tensor) => t.exp(x), float32('n'));
    await expect(runtime.prepare(graph, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });
});

describe('onnxruntime-node', () => {
  it('takes threads for one program', async () => {
    const runtime = await onnxruntimeNode();
    const { graph } = trace((x: Tensor) => t.matmul(x, t.transpose(x)), float64(40, 'n'));
    const program = await runtime.prepare(graph, { threads: 2 });
    const [result] = await program.run([{ data: new Float64Array(4000).fill(1), shape: [40, 100] }]);
    expect(result!.data.every((value) => value === 100)).toBe(true);
    await program.dispose();
    await expect(runtime.prepare(graph, { threads: 0.5 })).rejects.toThrow(
      /onnxruntimeNode: threads must be an integer of at least 1, got 0.5/,
    );
  });
});
