import { InvalidArgumentError } from '@pct/core';
import type { Frame } from '../frame.js';

/**
 * Checks what graphs, trackers and metrics rely on: equally long columns, layers that descend one by one,
 * hits sorted by layer, finite positions and deposits.
 *
 * @param caller - opens the message
 * @throws InvalidArgumentError if the frame breaks one of these rules
 */
export function checkFrame(caller: string, frame: Frame): void {
  const { count, posX, posY, posZ, edep, eventID, trackID, parentID, layer } = frame;
  const { layers, layerOffsets, clusterSize } = frame;
  for (const column of [posX, posY, posZ, edep, eventID, trackID, parentID, layer, clusterSize]) {
    if (column.length !== count) {
      refuse(caller, `every column must have length ${count} (count), got one of length ${column.length}`);
    }
  }
  const last = layers.length;
  if (layerOffsets.length !== last + 1 || layerOffsets[0] !== 0 || layerOffsets[last] !== count) {
    refuse(
      caller,
      `layerOffsets must run from 0 to ${count} in ${last + 1} entries, got [${layerOffsets.join(', ')}]`,
    );
  }
  for (let k = 0; k < last; k++) {
    if (k > 0 && layers[k] !== layers[k - 1]! - 1) {
      refuse(caller, `layers must descend one by one, got ${layers[k]} after ${layers[k - 1]}`);
    }
    if (layers[k]! < 0) refuse(caller, `layers must not be negative, got ${layers[k]}`);
    if (layerOffsets[k]! >= layerOffsets[k + 1]!) {
      refuse(
        caller,
        `layer ${layers[k]} must have a hit, got the range ${layerOffsets[k]} to ${layerOffsets[k + 1]}`,
      );
    }
    for (let i = layerOffsets[k]!; i < layerOffsets[k + 1]!; i++) {
      if (layer[i] !== layers[k]) {
        refuse(caller, `hit ${i} must be in layer ${layers[k]} by layerOffsets, got layer ${layer[i]}`);
      }
    }
  }
  for (let i = 0; i < count; i++) {
    // The sum is finite only if every term is.
    if (!Number.isFinite(posX[i]! + posY[i]! + posZ[i]! + edep[i]!)) {
      refuse(
        caller,
        `hit ${i} must have a finite position and edep, got (${posX[i]}, ${posY[i]}, ${posZ[i]}), ${edep[i]}`,
      );
    }
  }
}

function refuse(caller: string, message: string): never {
  throw new InvalidArgumentError(
    `${caller}: frame is malformed: ${message}; build frames with this package's functions`,
  );
}
