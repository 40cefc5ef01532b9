import type { BatchNormMode, Provenance } from './types.js';

/** Version that results are stamped with; the same as in package.json. */
export const VERSION = '0.0.0';

/** What a result says about its origin besides function and settings. */
export interface ProvenanceFacts {
  /** Seed of the random choices. */
  readonly seed?: number | undefined;
  /** Name of the objective and its data. */
  readonly objective?: string | undefined;
  /** What batch normalisation used. */
  readonly batchNorm?: BatchNormMode | undefined;
}

/**
 * The provenance of a result.
 *
 * @param createdBy - public function that makes the result
 * @param settings - its options in effect, defaults filled in; JSON values, entries that are undefined are left out
 * @param facts - {@link ProvenanceFacts}
 */
export function provenanceOf(
  createdBy: string,
  settings: Readonly<Record<string, unknown>>,
  facts: ProvenanceFacts = {},
): Provenance {
  const { seed, objective, batchNorm } = facts;
  return {
    createdBy,
    version: `@viz/gradvis ${VERSION}`,
    ...(seed === undefined ? {} : { seed }),
    ...(objective === undefined ? {} : { objective }),
    ...(batchNorm === undefined ? {} : { batchNorm }),
    settings: Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)),
  };
}
