import { gaussian } from '../write/random.ts';
import { type Ellipsoid, paint, type UprightGrid, visibleVoxels } from './shapes.ts';

/** Nominal T1 intensities of the phantom. */
export const intensity = { background: 0, fluid: 40, grey: 110, white: 180 } as const;

/** 1 mm voxels; even counts, so that a conform to 256 voxels shifts by whole voxels. */
export const headGrid: UprightGrid = { shape: [160, 200, 160], spacingMm: [1, 1, 1] };

/**
 * A head of nested ellipsoids: fluid round a grey shell round white matter, with a pair of ventricles of unequal size and
 * grey nuclei. Right is positive x. Centres lie on half millimetres, where voxel centres are.
 */
export const headShapes: readonly Ellipsoid[] = [
  { name: 'outer fluid', centre: [0, 0, 0], semiAxesMm: [72, 90, 68], value: intensity.fluid },
  { name: 'grey shell', centre: [0, 0, 0], semiAxesMm: [68, 86, 64], value: intensity.grey },
  { name: 'white core', centre: [0, 0, 0], semiAxesMm: [56, 73, 52], value: intensity.white },
  { name: 'left ventricle', centre: [-14.5, 4.5, 8.5], semiAxesMm: [8, 26, 10], value: intensity.fluid },
  { name: 'right ventricle', centre: [14.5, 4.5, 8.5], semiAxesMm: [7, 23, 9], value: intensity.fluid },
  { name: 'left nucleus', centre: [-18.5, -8.5, -14.5], semiAxesMm: [9, 14, 9], value: intensity.grey },
  { name: 'right nucleus', centre: [18.5, -8.5, -14.5], semiAxesMm: [9, 14, 9], value: intensity.grey },
];

export interface HeadPhantom {
  values: Uint16Array;
  /** mL of each named part as painted. */
  parts: ReadonlyMap<string, number>;
}

/** The phantom with Gaussian noise of SD 3, and the volumes that were painted. Same bytes at every call. */
export function headPhantom(noiseSd = 3, seed = 42): HeadPhantom {
  const painted = paint(headGrid, headShapes);
  const noise = gaussian(seed);
  const nominal = [intensity.background, ...headShapes.map(({ value }) => value)];
  const values = Uint16Array.from(painted, (part) => Math.max(0, Math.round(nominal[part]! + noiseSd * noise())));
  const [x, y, z] = headGrid.spacingMm;
  const voxelMl = (x * y * z) / 1000;
  const parts = new Map([...visibleVoxels(painted, headShapes)].map(([name, voxels]) => [name, voxels * voxelMl]));
  return { values, parts };
}
