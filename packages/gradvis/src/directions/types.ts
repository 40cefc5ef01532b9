/** A direction in parameter space, as an axis of lines, planes and volumes. */
export interface Direction {
  /** What it is, such as `PC 1` or `random 1 (filter-normalised)`. */
  readonly name: string;
  /** [size]; the length counts, as coordinates are multiples of it. */
  readonly direction: Float64Array;
  /** Share of the trajectory's variance along it, in [0, 1], for principal components. */
  readonly variance?: number | undefined;
  /** How it was made, such as seed and normalisation, for the provenance of surfaces; JSON values. */
  readonly made?: Readonly<Record<string, unknown>> | undefined;
}
