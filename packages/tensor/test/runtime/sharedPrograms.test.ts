import { InvalidArgumentError } from '@pct/core';
import type { Graph, PrepareOptions, Runtime, Tensor } from '@pct/tensor';
import * as t from '@pct/tensor';
import { describe, expect, it } from 'vitest';

const { array, compile, float32 } = t;

/** The interpreter, counting; `hold` keeps preparations from ending until it settles. */
function counting(hold?: Promise<void>): Runtime & {
  readonly graphs: Graph[];
  readonly options: (PrepareOptions | undefined)[];
  disposed: number;
} {
  const inner = t.interpreter();
  const engine = {
    name: 'counting',
    graphs: [] as Graph[],
    options: [] as (PrepareOptions | undefined)[],
    disposed: 0,
    async prepare(graph: Graph, options?: PrepareOptions): Promise<t.PreparedProgram> {
      engine.graphs.push(graph);
      engine.options.push(options);
      await hold;
      const program = await inner.prepare(graph);
      return {
        run: (inputs, outputs) => program.run(inputs, outputs),
        dispose: async () => {
          engine.disposed += 1;
        },
      };
    },
  };
  return engine;
}

const weights = t.constant(array([0.5, -2, 3]));
const loss = (x: Tensor) => t.sum(t.mul(t.square(x), weights));
const makeLoss =
  (factors: readonly number[], axis = 0) =>
  (x: Tensor) =>
    t.sum(t.mul(t.square(x), t.constant(array(factors))), { axes: axis });

describe('programs that are compiled twice', () => {
  it('are prepared once and freed with the last one', async () => {
    const runtime = counting();
    const [first, second] = await Promise.all([
      compile(t.grad(loss), [float32(3)], { runtime }),
      compile(t.grad(loss), [float32(3)], { runtime }),
    ]);
    expect(runtime.graphs).toHaveLength(1);
    await first.dispose();
    await first.dispose();
    expect(runtime.disposed).toBe(0);
    const gradient = array([1, -4, 6]);
    expect(await second.run(array([1, 1, 1]))).toEqual(gradient);
    const third = await compile(t.grad(loss), [float32(3)], { runtime });
    await second.dispose();
    expect(await third.run(array([1, 1, 1]))).toEqual(gradient);
    await third.dispose();
    expect([runtime.graphs.length, runtime.disposed]).toEqual([1, 1]);
    const fourth = await compile(t.grad(loss), [float32(3)], { runtime });
    expect(await fourth.run(array([1, 1, 1]))).toEqual(gradient);
    expect([runtime.graphs.length, runtime.disposed]).toEqual([2, 1]);
    await fourth.dispose();
    expect(runtime.disposed).toBe(2);
  });

  it('differ by anything that they compute', async () => {
    const runtime = counting();
    const long = Array.from({ length: 2000 }, (_, i) => i);
    const options = { runtime };
    await compile(makeLoss([1, 2, 3]), [float32(3)], options);
    await compile(makeLoss([1, 2, 3]), [float32(3)], options);
    expect(runtime.graphs).toHaveLength(1);
    const others = [
      compile(makeLoss([1, 2, 4]), [float32(3)], options),
      compile(makeLoss([0, 2, 3]), [float32(3)], options),
      compile(makeLoss([-0, 2, 3]), [float32(3)], options),
      compile(makeLoss([1, 2, 3]), [float32(1, 3)], options),
      compile(makeLoss([1, 2, 3], 1), [float32(1, 3)], options),
      compile(makeLoss([1, 2, 3]), [float32('n', 3)], options),
      compile(makeLoss([1, 2, 3]), [float32('m', 3)], options),
      compile((y: Tensor) => makeLoss([1, 2, 3])(y), [float32(3)], options),
      compile((x: Tensor) => [makeLoss([1, 2, 3])(x)], [float32(3)], options),
      compile(makeLoss([1, 2, 3]), [float32(3)], { ...options, precision: 'float64' }),
      compile(makeLoss([1, 2, 3]), [float32(3)], { ...options, threads: 2 }),
      compile(makeLoss(long), [float32(2000)], options),
      compile(makeLoss(long.with(1999, 0)), [float32(2000)], options),
    ];
    await Promise.all(others);
    expect(runtime.graphs).toHaveLength(1 + others.length);
    await compile(makeLoss(long.with(1999, 0)), [float32(2000)], options);
    await compile(makeLoss([1, 2, 3]), [float32(3)], { ...options, precision: 'float32' });
    expect(runtime.graphs).toHaveLength(1 + others.length);
    await compile(makeLoss([1, 2, 3]), [float32(3)], { runtime: counting() });
    expect(runtime.graphs).toHaveLength(1 + others.length);
    expect(runtime.options.at(-3)?.threads).toBe(2);
  });

  it('share a custom operation only if it is of the same rule', async () => {
    const runtime = counting();
    const rule = (power: number): t.CustomOpRule => ({
      name: 'power',
      infer: (inputs) => inputs,
      run: ([x]) => [x!.data.map((value) => value ** power)],
    });
    const [square, cube] = [rule(2), rule(3)];
    const using = (of: t.CustomOpRule) => (x: Tensor) => t.customOp(of)(x)[0]!;
    await compile(using(square), [float32(1)], { runtime });
    await compile(using(square), [float32(1)], { runtime });
    expect(runtime.graphs).toHaveLength(1);
    const other = await compile(using(cube), [float32(1)], { runtime });
    expect(await other.run(array([2]))).toEqual(array([8]));
    await compile(using(rule(2)), [float32(1)], { runtime });
    expect(runtime.graphs).toHaveLength(3);
  });

  it('wait for one preparation, of which each can let go', async () => {
    let release = (): void => undefined;
    const runtime = counting(new Promise<void>((resolve) => (release = resolve)));
    const [one, two] = [new AbortController(), new AbortController()];
    const first = compile(loss, [float32(3)], { runtime, signal: one.signal });
    const second = compile(loss, [float32(3)], { runtime, signal: two.signal });
    while (runtime.graphs.length === 0) await Promise.resolve();
    one.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
    expect(runtime.options[0]?.signal?.aborted).toBe(false);
    release();
    const program = await second;
    expect(await program.run(array([1, 1, 1]))).toEqual(array(1.5));
    expect(runtime.graphs).toHaveLength(1);
    await program.dispose();
    expect(runtime.disposed).toBe(1);
  });

  it('stop the preparation when nobody waits any more, and free what came of it', async () => {
    let release = (): void => undefined;
    const runtime = counting(new Promise<void>((resolve) => (release = resolve)));
    const control = new AbortController();
    const stopped = compile(loss, [float32(3)], { runtime, signal: control.signal });
    while (runtime.graphs.length === 0) await Promise.resolve();
    control.abort(new Error('enough'));
    while (runtime.options[0]?.signal?.aborted !== true) await Promise.resolve();
    release();
    await expect(stopped).rejects.toThrow('enough');
    expect(runtime.disposed).toBe(1);
    await compile(loss, [float32(3)], { runtime });
    expect(runtime.graphs).toHaveLength(2);
    await expect(compile(loss, [float32(3)], { runtime, signal: control.signal })).rejects.toThrow('enough');
  });

  it('try again after an engine has failed', async () => {
    let works = false;
    const runtime: Runtime = {
      name: 'moody',
      prepare: (graph) => {
        if (!works) throw new InvalidArgumentError('moody: not today');
        return t.interpreter().prepare(graph);
      },
    };
    await expect(compile(loss, [float32(3)], { runtime })).rejects.toThrow('not today');
    works = true;
    const program = await compile(loss, [float32(3)], { runtime });
    expect(await program.run(array([1, 1, 1]))).toEqual(array(1.5));
  });
});

describe('dispose', () => {
  it('makes calls fail and waits for those that run', async () => {
    const log: string[] = [];
    let release = (): void => undefined;
    const hold = new Promise<void>((resolve) => (release = resolve));
    const runtime: Runtime = {
      name: 'slow',
      prepare: async () => ({
        run: async (inputs) => {
          await hold;
          log.push('ran');
          return inputs.map(({ data, shape }) => ({ data: data.slice(), shape }));
        },
        dispose: async () => {
          log.push('disposed');
        },
      }),
    };
    const twice = (x: Tensor) => t.mul(x, 2);
    const program = await compile(twice, [float32(1)], { runtime });
    const running = program.run(array([1]));
    const freed = program.dispose();
    await expect(program.run(array([1]))).rejects.toThrow(InvalidArgumentError);
    await expect(program.run(array([1]))).rejects.toThrow(
      'run: the program of twice has been disposed; compile it again',
    );
    await expect(program.runInto(array([0]), array([1]))).rejects.toThrow(
      'runInto: the program of twice has been disposed; compile it again',
    );
    release();
    expect(await running).toEqual(array([1]));
    await freed;
    await program[Symbol.asyncDispose]();
    expect(log).toEqual(['ran', 'disposed']);
  });
});
