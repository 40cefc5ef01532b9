import { readFileSync } from 'node:fs';
import { InvalidArgumentError, NumericalError, ShapeError } from '@pct/core';
import { describe, expect, it } from 'vitest';
import { adam, adamw } from '../../src/optim/adam.js';
import type { Optimizer } from '../../src/optim/optimizer.js';
import { rmsprop } from '../../src/optim/rmsprop.js';
import { sgd } from '../../src/optim/sgd.js';

interface Case {
  readonly name: string;
  readonly options: { readonly learningRate: number };
  readonly parameters: Readonly<Record<string, readonly number[]>>;
}

/** Made by PyTorch; see make_optimizers.py beside it. */
const fixture = JSON.parse(readFileSync(new URL('./fixtures/optimizers.json', import.meta.url), 'utf8')) as {
  initial: number[];
  curvature: number[];
  optimizers: Case[];
};

const makers: Readonly<Record<string, (options: { learningRate: number }) => Optimizer>> = {
  sgd,
  rmsprop,
  adam,
  adamw,
};

/** The gradient of the fixture's script. */
function gradientAt(parameters: Float64Array | Float32Array, step: number): Float64Array {
  return Float64Array.from(
    parameters,
    (value, index) => fixture.curvature[index]! * value + Math.sin(0.7 * step + index),
  );
}

function largestError(got: ArrayLike<number>, expected: readonly number[]): number {
  return Math.max(...expected.map((value, index) => Math.abs(value - got[index]!)));
}

describe.each(fixture.optimizers)('$name $options', ({ name, options, parameters: expected }) => {
  const optimizer = makers[name]!(options);

  it('goes where PyTorch goes within 100 steps', () => {
    let parameters: Float64Array = Float64Array.from(fixture.initial);
    let state = optimizer.init(parameters);
    for (let step = 0; step < 100; step++) {
      [parameters, state] = optimizer.update(gradientAt(parameters, step), state, parameters);
      const known = expected[step + 1];
      if (known !== undefined) expect(largestError(parameters, known)).toBeLessThan(1e-10);
    }
    expect(state.step).toBe(100);
  });

  it('does the same in place, and in float32 to its rounding', () => {
    const wide = Float64Array.from(fixture.initial);
    const narrow = Float32Array.from(fixture.initial);
    let wideState = optimizer.init(wide);
    let narrowState = optimizer.init(narrow);
    for (let step = 0; step < 100; step++) {
      wideState = optimizer.updateInPlace(gradientAt(wide, step), wideState, wide);
      narrowState = optimizer.updateInPlace(Float32Array.from(gradientAt(narrow, step)), narrowState, narrow);
    }
    expect(largestError(wide, expected['100']!)).toBeLessThan(1e-10);
    expect(largestError(narrow, expected['100']!)).toBeLessThan(2e-5);
  });
});

describe('optimisers', () => {
  const tree = {
    layers: [{ weight: { data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] } }],
    scale: Float64Array.of(5),
  };
  const slope = {
    layers: [{ weight: { data: Float32Array.of(1, 1, 1, 1), shape: [2, 2] } }],
    scale: Float64Array.of(-1),
  };

  it.each(Object.entries(makers))('%s keeps the structure of trees and changes no argument', (_, make) => {
    const optimizer = make({ learningRate: 0.5 });
    const before = structuredClone({ tree, slope });
    const state = optimizer.init(tree);
    const stateBefore = structuredClone(state);
    const [next, nextState] = optimizer.update(slope, state, tree);
    expect({ tree, slope }).toEqual(before);
    expect(state).toEqual(stateBefore);
    expect(nextState.step).toBe(1);
    expect(next.layers[0]!.weight.shape).toEqual([2, 2]);
    expect(next.layers[0]!.weight.data).toBeInstanceOf(Float32Array);
    // Each step goes against its gradient.
    expect(next.layers[0]!.weight.data.every((value, index) => value < index + 1)).toBe(true);
    expect(next.scale[0]).toBeGreaterThan(tree.scale[0]! * 0.99);
  });

  it('sgd without momentum subtracts the gradients', () => {
    const optimizer = sgd({ learningRate: 0.5 });
    const [next] = optimizer.update(slope, optimizer.init(tree), tree);
    expect(next.layers[0]!.weight.data).toEqual(Float32Array.of(0.5, 1.5, 2.5, 3.5));
    expect(next.scale).toEqual(Float64Array.of(5.5));
  });

  it('asks a schedule for every step from 0', () => {
    const asked: number[] = [];
    const optimizer = sgd({
      learningRate: (step) => {
        asked.push(step);
        return 1 / (step + 1);
      },
    });
    const parameters = Float64Array.of(0);
    let state = optimizer.init(parameters);
    for (let step = 0; step < 3; step++)
      state = optimizer.updateInPlace(Float64Array.of(-6), state, parameters);
    expect(asked).toEqual([0, 1, 2]);
    expect(parameters[0]).toBe(6 + 3 + 2);
  });

  it('continues from a state that was saved as numbers', () => {
    const optimizer = adam({ learningRate: 0.1 });
    const start = Float64Array.of(1, 2);
    const [p1, s1] = optimizer.update(Float64Array.of(1, -1), optimizer.init(start), start);
    const loaded = structuredClone(s1);
    expect(optimizer.update(Float64Array.of(2, 1), loaded, p1)).toEqual(
      optimizer.update(Float64Array.of(2, 1), s1, p1),
    );
  });

  it('refuses gradients that are NaN or infinite before changing anything', () => {
    const optimizer = adam({ learningRate: 0.1 });
    const parameters = { a: Float64Array.of(1), b: Float64Array.of(2, 3) };
    const state = optimizer.init(parameters);
    const before = structuredClone({ parameters, state });
    for (const bad of [NaN, Infinity]) {
      const step = (): unknown =>
        optimizer.updateInPlace({ a: Float64Array.of(1), b: Float64Array.of(0, bad) }, state, parameters);
      expect(step).toThrow(NumericalError);
      expect(step).toThrow(`adam: gradients must be finite, but element 1 of gradients.b is ${bad}`);
    }
    expect({ parameters, state }).toEqual(before);
  });

  it('refuses what does not belong together', () => {
    const optimizer = adam({ learningRate: 0.1 });
    const parameters = Float64Array.of(1, 2);
    const state = optimizer.init(parameters);
    expect(() => optimizer.update(Float64Array.of(1), state, parameters)).toThrow(ShapeError);
    expect(() => optimizer.update(Float64Array.of(1), state, parameters)).toThrow(
      'adam: gradients must have 2 elements like parameters, got 1',
    );
    expect(() => optimizer.updateInPlace([parameters, parameters], state, [parameters])).toThrow(
      /gradients must have 1 arrays like the parameters, got 2/,
    );
    const other = sgd({ learningRate: 0.1, momentum: 0.9 }).init(parameters);
    expect(() => optimizer.update(parameters, other, parameters)).toThrow(InvalidArgumentError);
    expect(() => optimizer.update(parameters, other, parameters)).toThrow(/must have 'mean', got momentum/);
    const short = optimizer.init(Float64Array.of(1));
    expect(() => optimizer.update(parameters, short, parameters)).toThrow(
      /slots\.mean must have the lengths/,
    );
    expect(() => optimizer.init({ a: Int32Array.of(1) } as never)).toThrow(
      /parameters\.a must hold arrays of float/,
    );
    expect(() => optimizer.init({ a: 'x' } as never)).toThrow(/parameters\.a .* got "x"/);
  });

  const badOptions: [string, () => unknown, RegExp][] = [
    ['a learning rate of NaN', () => sgd({ learningRate: NaN }), /sgd: learningRate must be .* got NaN/],
    ['a negative learning rate', () => adamw({ learningRate: -1 }), /adamw: learningRate/],
    ['a negative decay', () => adam({ learningRate: 1, weightDecay: -1 }), /adam: weightDecay/],
    [
      'beta of 1',
      () => adam({ learningRate: 1, betas: [0.9, 1] }),
      /betas must be two numbers from 0 to below 1, got \[0.9, 1\]/,
    ],
    ['a decay above 1', () => rmsprop({ learningRate: 1, decay: 2 }), /rmsprop: decay must be a probability/],
    [
      'nesterov without momentum',
      () => sgd({ learningRate: 1, nesterov: true }),
      /nesterov needs momentum above 0/,
    ],
    ['negative momentum', () => sgd({ learningRate: 1, momentum: -0.1 }), /sgd: momentum/],
  ];
  it.each(badOptions)('refuses %s', (_, make, message) => {
    expect(make).toThrow(InvalidArgumentError);
    expect(make).toThrow(message);
  });

  it('refuses what a schedule should not give', () => {
    const optimizer = sgd({ learningRate: () => NaN });
    const parameters = Float64Array.of(1);
    expect(() => optimizer.update(parameters, optimizer.init(parameters), parameters)).toThrow(
      /sgd: learningRate at step 0 must be a finite number/,
    );
  });
});
