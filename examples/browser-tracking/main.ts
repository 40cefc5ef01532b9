/** The page: reconstructs a new frame at every press of the button. */
import { onnxruntimeWeb } from '@pct/tensor';
import { reconstruct } from './tracking.js';

const form = document.querySelector('form');
const status = document.querySelector('#status');
const event = document.querySelector('#event');
if (form === null || status === null || event === null)
  throw new Error('index.html has no form, no #status or no #event');

/** State of the page for programs that open it: `done` or `failed`, and the numbers. */
const { dataset } = document.documentElement;

async function show(): Promise<void> {
  delete dataset['state'];
  try {
    const values = new FormData(form!);
    const valueOf = (name: string): number => Number(values.get(name));
    status!.textContent = 'working';
    const runtime = await onnxruntimeWeb({ wasmPaths: '/onnxruntime-web/' });
    const { figure, ...numbers } = await reconstruct(runtime, {
      phantomMm: valueOf('phantom'),
      primaries: valueOf('primaries'),
      seed: valueOf('seed'),
    });
    event!.innerHTML = figure;
    const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
    status!.textContent =
      `${numbers.hits} hits, ${numbers.tracks} tracks, purity ${percent(numbers.purity)}, ` +
      `efficiency ${percent(numbers.efficiency)}, ${numbers.milliseconds.toFixed(0)} ms`;
    dataset['numbers'] = JSON.stringify(numbers);
    dataset['state'] = 'done';
  } catch (error) {
    status!.textContent = String(error);
    dataset['state'] = 'failed';
  }
}

form.addEventListener('submit', (submit) => {
  submit.preventDefault();
  void show();
});
await show();
