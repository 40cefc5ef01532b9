import { MissingDependencyError } from '@pct/core';
import { OnnxModelBuilder } from '../onnx/builder.js';
import { encodeOnnxModel } from '../onnx/encode.js';
import { messageOf } from './ort.js';
import type { OrtEngine } from './session.js';

/**
 * Starts the devices of some settings once: that onnxruntime lists one does not mean that the machine has it or its
 * driver.
 *
 * @throws {@link MissingDependencyError} with onnxruntime's reason if one does not start
 */
export async function probeDevice({
  maker,
  ort,
  settings,
  call,
}: Pick<OrtEngine, 'maker' | 'ort' | 'settings' | 'call'>): Promise<void> {
  const builder = new OnnxModelBuilder();
  builder.output('y', builder.one('Neg', [builder.input('x', 'float32', [1])]), 'float32', [1]);
  const model = encodeOnnxModel(builder.model());
  try {
    await call(async () => {
      const session = await ort.InferenceSession.create(model, settings);
      await session.release();
    });
  } catch (cause) {
    const devices = settings.executionProviders.join(', ');
    throw new MissingDependencyError(
      `${maker}: ${devices} does not start on this machine: ${messageOf(cause)}`,
      { cause },
    );
  }
}
