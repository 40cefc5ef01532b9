/**
 * The page: trains, draws the loss while it falls, and says what ran where. Its address may end in
 * `?device=webgpu&epochs=20`.
 */
import { onnxruntimeWeb } from '@pct/tensor';
import { drawChart } from './chart.js';
import { train } from './training.js';

const chart = document.querySelector('#chart');
const status = document.querySelector('#status');
if (chart === null || status === null) throw new Error('index.html has no #chart or no #status');

/** State of the page for programs that open it: `done` or `failed`, and the losses. */
const { dataset } = document.documentElement;

try {
  const query = new URLSearchParams(location.search);
  const device = query.get('device') === 'webgpu' ? 'webgpu' : 'wasm';
  const epochs = Number(query.get('epochs') ?? 150);
  const addPoint = drawChart(chart, { x: 'epoch', y: 'loss', xMax: epochs, yMax: 0.8 });
  const runtime = await onnxruntimeWeb({ executionProviders: [device], wasmPaths: '/onnxruntime-web/' });
  const engine = `${runtime.name} ${runtime.version} on ${device}, threads: ${runtime.threads}`;
  const { losses, milliseconds } = await train(runtime, {
    epochs,
    onProgress: (epoch, loss) => {
      addPoint(epoch, loss);
      status.textContent = `${engine}: epoch ${epoch} of ${epochs}, loss ${loss.toFixed(4)}`;
    },
  });
  const [first = NaN, last = NaN] = [losses[0], losses.at(-1)];
  status.textContent = `${engine}: loss ${first.toFixed(4)} to ${last.toFixed(4)} in ${(milliseconds / 1000).toFixed(1)} s`;
  dataset['losses'] = JSON.stringify(losses);
  dataset['state'] = 'done';
} catch (error) {
  status.textContent = String(error);
  dataset['state'] = 'failed';
}
