import * as tf from '@tensorflow/tfjs';
import type { Context, Operations } from './context.js';
import { elementwiseOps } from './ops/elementwise.js';
import { imageOps } from './ops/images.js';
import { reductionOps } from './ops/reductions.js';
import { shapeOps } from './ops/shapes.js';

/** Operations of ours under the names and with the arguments of tfjs. */
export function ourOperations(context: Context): Operations {
  const operations: Operations = {
    ...elementwiseOps(context),
    ...reductionOps(context),
    ...shapeOps(context),
    ...imageOps(context),
  };
  return Object.fromEntries(
    Object.keys(operations).map((name) => [
      name,
      (...args: unknown[]) => {
        context.calls++;
        return call(operations, name, args);
      },
    ]),
  );
}

/** What a case imports as tfjs: our operations, and tfjs for everything else. */
export function standIn(operations: Operations): Record<string, unknown> {
  return { ...tf, ...operations };
}

/** Methods whose arguments are not the tensor and then those of the function. */
const METHODS: Readonly<
  Record<string, (operations: Operations, self: tf.Tensor, args: unknown[]) => unknown>
> = {
  concat: (operations, self, [others, axis]) =>
    call(operations, 'concat', [[self, ...[others].flat()], axis]),
  stack: (operations, self, [others, axis]) => call(operations, 'stack', [[self, ...[others].flat()], axis]),
  where: (operations, self, [condition, other]) => call(operations, 'where', [condition, self, other]),
};

function call(operations: Operations, name: string, args: unknown[]): unknown {
  return (operations[name] as (...args: unknown[]) => unknown)(...args);
}

/**
 * Lets the methods of tensors, such as `x.add(y)`, be our operations too while something runs.
 */
export async function withMethods(operations: Operations, run: () => unknown): Promise<void> {
  const prototype = tf.Tensor.prototype as unknown as Record<string, unknown>;
  const before = new Map<string, unknown>();
  for (const name of Object.keys(operations)) {
    if (typeof prototype[name] !== 'function') continue;
    before.set(name, prototype[name]);
    const method = METHODS[name];
    prototype[name] = function (this: tf.Tensor, ...args: unknown[]): unknown {
      return method === undefined ? call(operations, name, [this, ...args]) : method(operations, this, args);
    };
  }
  try {
    await run();
  } finally {
    for (const [name, method] of before) prototype[name] = method;
  }
}
