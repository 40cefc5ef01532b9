import { interpreter, primitives, trace } from '@pct/tensor';
import { expect, it } from 'vitest';
import { allCases } from './conformance/all.js';
import { describeConformance, drawArguments } from './conformance/runner.js';

describeConformance(interpreter(), allCases);
describeConformance(interpreter(), allCases, { dtype: 'float32', tolerance: 1e-5 });

it('has cases with different names', () => {
  expect(new Set(allCases.map(({ name }) => name)).size).toBe(allCases.length);
});

it('has a case for every primitive', () => {
  const used = new Set(
    allCases.flatMap((entry) =>
      trace(entry.fn, ...drawArguments(entry).specs).graph.nodes.map(({ primitive }) => primitive.name),
    ),
  );
  // Only derivatives make these.
  const made = ['after', 'conv2dImageGradient', 'conv2dKernelGradient', 'identity'];
  expect(Object.keys(primitives).filter((name) => !used.has(name) && !made.includes(name))).toEqual([]);
});
