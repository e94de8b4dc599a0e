import { gaussian } from '../write/random.ts';
import { centreOf, type Ellipsoid, paint, type UprightGrid } from './shapes.ts';

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
  /** What each class of tissue holds, mL; left is x < 0. */
  truth: Record<'fluid' | 'grey' | 'white', { leftMl: number; rightMl: number }>;
  /** mL of each named part as painted. */
  parts: ReadonlyMap<string, number>;
}

/** The phantom with Gaussian noise of SD 3, and the volumes that were painted. Same bytes at every call. */
export function headPhantom(noiseSd = 3, seed = 42): HeadPhantom {
  const painted = paint(headGrid, headShapes);
  const noise = gaussian(seed);
  const values = new Uint16Array(painted.length);
  const voxelMl = 0.001;
  const truth = { fluid: { leftMl: 0, rightMl: 0 }, grey: { leftMl: 0, rightMl: 0 }, white: { leftMl: 0, rightMl: 0 } };
  const parts = new Map<string, number>(headShapes.map(({ name }) => [name, 0]));
  const tissues = new Map<number, 'fluid' | 'grey' | 'white'>([
    [40, 'fluid'],
    [110, 'grey'],
    [180, 'white'],
  ]);
  const width = headGrid.shape[0];
  for (let at = 0; at < painted.length; at++) {
    const shape = headShapes[painted[at]! - 1];
    values[at] = Math.max(0, Math.round((shape?.value ?? intensity.background) + noiseSd * noise()));
    if (!shape) continue;
    parts.set(shape.name, parts.get(shape.name)! + voxelMl);
    const side = centreOf(headGrid, at % width, 0, 0)[0] < 0 ? 'leftMl' : 'rightMl';
    truth[tissues.get(shape.value)!][side] += voxelMl;
  }
  return { values, truth, parts };
}
