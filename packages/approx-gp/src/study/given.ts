import type { Values } from '../space/SpaceEncoding.js';
import type { TrialRecord } from '../storage/JournalReplay.js';

/** What is known of a trial's parameters before it begins. */
export function givenOf({ params, systemAttributes }: TrialRecord): Values {
  return { ...(systemAttributes['fixed_params'] as Values | undefined), ...params };
}
