import { InvalidArgumentError } from '@pct/core';
import type { Frame, Track } from '../frame.js';

/**
 * Checks that tracks are made of a frame's hits: indices in range, deepest hit first, at most one hit per layer.
 *
 * Hits that several tracks use are allowed, since not every tracker excludes them, and counted.
 *
 * @param tracks - tracks of this frame
 * @param frame - the frame
 * @param caller - name of the function to name in messages
 * @returns number of hits that are in more than one track
 * @throws InvalidArgumentError naming the first track that breaks a rule
 */
export function checkTracks(
  tracks: readonly Track[],
  frame: Frame,
  caller = 'checkTracks',
): { readonly sharedHits: number } {
  const uses = new Int32Array(frame.count);
  tracks.forEach(({ hits }, t) => {
    if (hits.length === 0) refuse(caller, t, 'must have a hit, got none');
    for (let k = 0; k < hits.length; k++) {
      const hit = hits[k]!;
      if (!(Number.isInteger(hit) && hit >= 0 && hit < frame.count)) {
        refuse(caller, t, `must hold hit indices from 0 to ${frame.count - 1}, got ${hit}`);
      }
      uses[hit]!++;
      if (k > 0 && !(frame.layer[hit]! < frame.layer[hits[k - 1]!]!)) {
        refuse(
          caller,
          t,
          `must list one hit per layer, deepest first, got hit ${hit} (layer ${frame.layer[hit]}) ` +
            `after hit ${hits[k - 1]} (layer ${frame.layer[hits[k - 1]!]})`,
        );
      }
    }
  });
  let sharedHits = 0;
  for (let i = 0; i < frame.count; i++) if (uses[i]! > 1) sharedHits++;
  return { sharedHits };
}

function refuse(caller: string, track: number, message: string): never {
  throw new InvalidArgumentError(`${caller}: track ${track} ${message}; was it made from another frame?`);
}
