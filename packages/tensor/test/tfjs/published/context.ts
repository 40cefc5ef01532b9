import type { Tensor, TreeOf } from '@pct/tensor';
import { tfFunction } from '@pct/tensor/tfjs';
import * as tf from '@tensorflow/tfjs';

/** Says that a published case asks for something that is not an operation of ours; the reason is one of few. */
export class Unfit extends Error {
  override readonly name = 'Unfit';
}

/** What the operations of the stand-in share: how often a case called one, and what did not fit. */
export class Context {
  /** Operations of ours that the case called. */
  calls = 0;
  unfit: string | undefined;

  /** Ends the case, also if the case expects an error here. */
  reject(reason: string): never {
    this.unfit ??= reason;
    throw new Unfit(reason);
  }

  /** One of our operations on tensors of tfjs. */
  run<R>(fn: (...args: Tensor[]) => R, ...tensors: tf.Tensor[]): TreeOf<R, tf.Tensor> {
    return tfFunction(tf, fn)(...tensors);
  }

  /** A tensor, made by tfjs where the case gives numbers in lists. */
  tensor(value: unknown, dtype?: 'float32' | 'int32' | 'bool'): tf.Tensor {
    if (value instanceof tf.Tensor) {
      if (value.dtype === 'complex64' || value.dtype === 'string') this.reject('complex numbers and strings');
      return value as tf.Tensor;
    }
    const like =
      typeof value === 'number' ||
      typeof value === 'boolean' ||
      Array.isArray(value) ||
      ArrayBuffer.isView(value);
    if (!like || (Array.isArray(value) && typeof value.flat(9)[0] === 'string'))
      this.reject('conversion of arguments, which tfjs does itself');
    return tf.tensor(value as tf.TensorLike, undefined, dtype);
  }

  /** Elements become floating point numbers where tfjs converts integers without being asked. */
  float(value: unknown): tf.Tensor {
    const tensor = this.tensor(value, 'float32');
    return tensor.dtype === 'float32' ? tensor : tf.cast(tensor, 'float32');
  }

  /** A tensor of numbers. */
  number(value: unknown, dtype?: 'float32' | 'int32'): tf.Tensor {
    const tensor = this.tensor(value, dtype);
    return tensor.dtype === 'bool' ? tf.cast(tensor, 'int32') : tensor;
  }

  /** Two tensors of one element type, the one to which tfjs converts both. */
  pair(a: unknown, b: unknown, convert: 'number' | 'tensor' = 'number'): [tf.Tensor, tf.Tensor] {
    const [x, y] = [this[convert](a), this[convert](b)];
    if (x.dtype === y.dtype) return [x, y];
    const dtype = tf.upcastType(x.dtype, y.dtype);
    return [tf.cast(x, dtype), tf.cast(y, dtype)];
  }
}

/** Operations of the stand-in, by their names in tfjs. */
export type Operations = Readonly<Record<string, (...args: never[]) => unknown>>;

/** A list of axes as tfjs takes them. */
export type Axes = number | readonly number[] | null | undefined;
