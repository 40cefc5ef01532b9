import { createEmulator, type Emulator, type M7Result, pretrainedEmulator } from '@climate/m7-emulator';
import type { BlockStep } from '@climate/m7-emulator/m7';
import { defineTask } from '@pct/core';

let emulator: Promise<Emulator> | undefined;

/** One step of one block with the emulator of the package, as `stepBlock` does it with the box model. */
export const emulatorBlock = defineTask<Omit<BlockStep, 'options'>, M7Result>({
  module: import.meta.url,
  name: 'emulatorBlock',
  async run({ state, meteorology, dt }) {
    emulator ??= pretrainedEmulator().then((model) => createEmulator(model));
    return (await emulator).step(state, meteorology, dt);
  },
  transferOutput: (result) => [
    result.h2so4.buffer,
    result.mass.buffer,
    result.number.buffer,
    result.wetRadius.buffer,
    result.dryRadius.buffer,
    result.density.buffer,
    result.water.buffer,
  ],
});
