export { directionsFromHdf5, directionsToHdf5 } from './directions.js';
export type { DirectionsFromHdf5, DirectionsToHdf5Options } from './directions.js';
export { surfacesFromHdf5, surfacesToHdf5 } from './surfaces.js';
export type { FromHdf5Options, SurfacesFromHdf5, SurfacesToHdf5Options } from './surfaces.js';
export { trajectoryFromHdf5, trajectoryToHdf5 } from './trajectory.js';
