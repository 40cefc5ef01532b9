import { MissingDependencyError } from '@pct/core';
import type { InferenceSession } from 'onnxruntime-node';
import { OnnxModelBuilder } from '../onnx/builder.js';
import { encodeOnnxModel } from '../onnx/encode.js';
import type { Onnxruntime } from './loadOnnxruntime.js';

/**
 * Starts the devices of some settings once: that onnxruntime lists one does not mean that the machine has it or its
 * driver.
 *
 * @throws {@link MissingDependencyError} with onnxruntime's reason if one does not start
 */
export async function probeDevice(
  ort: Onnxruntime,
  devices: readonly string[],
  settings: InferenceSession.SessionOptions,
): Promise<void> {
  const builder = new OnnxModelBuilder();
  builder.output('y', builder.one('Neg', [builder.input('x', 'float32', [1])]), 'float32', [1]);
  try {
    const session = await ort.InferenceSession.create(encodeOnnxModel(builder.model()), settings);
    await session.release();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MissingDependencyError(
      `onnxruntimeNode: ${devices.join(', ')} does not start on this machine: ${reason}`,
      { cause },
    );
  }
}
