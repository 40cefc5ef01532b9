/** The page: steps a cell anew with both models whenever a slider moves. */
import { onnxruntimeWeb } from '@pct/tensor';
import { compareModels, loadEmulator, numbersTable } from './cell.js';

const form = document.querySelector('form');
const status = document.querySelector('#status');
const figure = document.querySelector('#figure');
const table = document.querySelector('#numbers');
if (form === null || status === null || figure === null || table === null)
  throw new Error('index.html has no form, #status, #figure or #numbers');

/** State of the page for programs that open it: `done` or `failed`, and the numbers. */
const { dataset } = document.documentElement;
/** The network is compiled once. */
const loading = onnxruntimeWeb({ wasmPaths: '/onnxruntime-web/' }).then(loadEmulator);
/** Runs come one after the other: the last position of a slider is the one that is shown. */
let last: Promise<void> = Promise.resolve();

async function show(): Promise<void> {
  delete dataset['state'];
  try {
    const values = new FormData(form!);
    const valueOf = (name: string): number => Number(values.get(name));
    for (const output of form!.querySelectorAll('output')) {
      output.value = String(valueOf(output.htmlFor.value));
    }
    const comparison = await compareModels(await loading, {
      temperature: valueOf('temperature'),
      humidity: valueOf('humidity'),
      production: valueOf('production'),
      soot: valueOf('soot'),
      hours: valueOf('hours'),
    });
    const { m7, emulator, milliseconds, massError, outsideSteps } = comparison;
    figure!.innerHTML = comparison.figure;
    table!.innerHTML = numbersTable(comparison);
    status!.textContent =
      `M7 ${milliseconds.m7.toFixed(0)} ms, emulator ${milliseconds.emulator.toFixed(0)} ms, ` +
      `mass error ${massError.toExponential(0)}, ${outsideSteps} steps unlike the training data`;
    dataset['numbers'] = JSON.stringify({
      m7: [...m7.number],
      emulator: [...emulator.number],
      massError,
      outsideSteps,
    });
    dataset['state'] = 'done';
  } catch (error) {
    status!.textContent = String(error);
    dataset['state'] = 'failed';
  }
}

form.addEventListener('change', () => {
  last = last.then(show);
});
form.addEventListener('submit', (submit) => submit.preventDefault());
last = show();
