import { InvalidArgumentError } from '@pct/core';
import { checkGeometry } from '../checkGeometry.js';
import type { Frame } from '../frame.js';
import type { DetectorGeometry } from '../geometry.js';
import { checkFrame } from '../graphs/checkFrame.js';

/** Positions beyond this are surely not millimetres, mm. */
const farthestMm = 1e6;

/**
 * Checks a frame, and that its values can be drawn: positions within a kilometre, deposits >= 0, clusters >= 1.
 *
 * @throws {@link InvalidArgumentError} at the first value that is wrong
 */
export function checkDrawable(frame: Frame): void {
  checkFrame('renderEvent', frame);
  if (!Number.isInteger(frame.index)) bad('frame.index', 'an integer', frame.index);
  for (let i = 0; i < frame.count; i++) {
    for (const name of ['posX', 'posY', 'posZ'] as const) {
      const value = frame[name][i]!;
      if (Math.abs(value) > farthestMm) {
        bad(`frame.${name}[${i}]`, `a position in millimetres, at most ${farthestMm} from 0`, value);
      }
    }
    const edep = frame.edep[i]!;
    if (edep < 0) bad(`frame.edep[${i}]`, 'an energy in MeV, >= 0', edep);
    const size = frame.clusterSize[i]!;
    if (size < 1) bad(`frame.clusterSize[${i}]`, '>= 1 pixel', size);
  }
}

/**
 * Checks that a geometry is consistent and has the frame's layers.
 *
 * @throws {@link InvalidArgumentError} at the first value that is wrong
 */
export function checkDisplayGeometry(geometry: DetectorGeometry, frame: Frame): void {
  checkGeometry('renderEvent', geometry);
  const deepest = frame.layers[0] ?? 0;
  if (deepest >= geometry.layers.length) {
    bad('options.geometry', `the frame's layers, up to ${deepest}`, `${geometry.layers.length} layers`);
  }
}

function bad(name: string, expected: string, got: unknown): never {
  throw new InvalidArgumentError(`renderEvent: ${name} must be ${expected}, got ${String(got)}`);
}
