/** Projection files as tomgoldstein/loss-landscape has them: `proj_xcoord` and `proj_ycoord`. */
import { FileFormatError, InvalidArgumentError } from '@pct/core';
import { problemOf } from '../results/checkResult.js';
import { provenanceOf } from '../results/provenance.js';
import type { Provenance, Trajectory } from '../results/types.js';
import type { FromHdf5Options } from './surfaces.js';
import { jsonAttribute, numbersOf, readHdf5, writeHdf5 } from './withFile.js';

/** Names in the file of what that code does not have. */
const MORE = {
  steps: 'step',
  residuals: 'residual',
  trueLosses: 'true_loss',
  projectedLosses: 'proj_loss',
  variances: 'explained_variance_ratio_',
  randomWalkVariances: 'random_walk_variance_ratio',
} as const;

/**
 * Writes a trajectory as a projection file that tomgoldstein/loss-landscape draws; what it does not know (steps,
 * residuals, losses, variances) goes into datasets and an attribute of our own.
 *
 * @param trajectory - on two axes
 * @throws {@link InvalidArgumentError} if it has other axes or arrays that do not fit each other;
 *   {@link MissingDependencyError} if h5wasm is not installed
 */
export async function trajectoryToHdf5(trajectory: Trajectory): Promise<Uint8Array> {
  const problem = problemOf(trajectory);
  if (problem !== undefined) throw new InvalidArgumentError(`trajectoryToHdf5: ${problem}`);
  const { steps, coordinates, centring, provenance } = trajectory;
  if (steps.length === 0 || coordinates.length !== 2 * steps.length)
    throw new InvalidArgumentError(
      `trajectoryToHdf5: needs points on two axes, got ${steps.length} points with ${coordinates.length} coordinates`,
    );
  return writeHdf5('trajectoryToHdf5', (file) => {
    ['proj_xcoord', 'proj_ycoord'].forEach((name, axis) => {
      file.create_dataset({ name, data: steps.map((_, k) => coordinates[2 * k + axis]!) });
    });
    for (const [key, name] of Object.entries(MORE))
      file.create_dataset({ name, data: trajectory[key as keyof typeof MORE] });
    file.create_attribute('gradvis', JSON.stringify({ centring, provenance }));
  });
}

/**
 * Reads a projection file of tomgoldstein/loss-landscape or of {@link trajectoryToHdf5}.
 *
 * @param bytes - the file; not kept
 * @param options - {@link FromHdf5Options}
 * @returns the trajectory. From loss-landscape's own files the steps are 0, 1, 2, …, residuals and losses NaN, and
 *   the variances empty
 * @throws {@link FileFormatError} if it is no such file; {@link MissingDependencyError} if h5wasm is not installed
 */
export async function trajectoryFromHdf5(
  bytes: Uint8Array,
  options: FromHdf5Options = {},
): Promise<Trajectory> {
  const { file: name = 'HDF5 file' } = options;
  return readHdf5('trajectoryFromHdf5', bytes, name, (file) => {
    const x = numbersOf(file, 'proj_xcoord')?.data;
    const y = numbersOf(file, 'proj_ycoord')?.data;
    if (x === undefined || x.length !== y?.length)
      throw new FileFormatError(
        { file: name },
        'has no proj_xcoord and proj_ycoord of one length; is it a projection file of loss-landscape?',
      );
    const about = jsonAttribute(file, 'gradvis') as
      { centring?: Trajectory['centring']; provenance?: Provenance } | undefined;
    const perPoint = (key: keyof typeof MORE, otherwise: Float64Array): Float64Array => {
      const data = numbersOf(file, MORE[key])?.data;
      return data?.length === x.length ? data : otherwise;
    };
    const unknown = (): Float64Array => new Float64Array(x.length).fill(NaN);
    return {
      kind: 'trajectory',
      steps: perPoint('steps', Float64Array.from(x.keys())),
      coordinates: Float64Array.from({ length: 2 * x.length }, (_, k) => (k % 2 === 0 ? x : y)[k >> 1]!),
      residuals: perPoint('residuals', unknown()),
      trueLosses: perPoint('trueLosses', unknown()),
      projectedLosses: perPoint('projectedLosses', unknown()),
      variances: numbersOf(file, MORE.variances)?.data ?? new Float64Array(),
      randomWalkVariances: numbersOf(file, MORE.randomWalkVariances)?.data ?? new Float64Array(),
      centring: about?.centring ?? 'last',
      provenance: about?.provenance ?? provenanceOf('trajectoryFromHdf5', {}),
    };
  });
}
