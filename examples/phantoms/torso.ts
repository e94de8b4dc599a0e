import { gaussian } from '../write/random.ts';
import type { DrawnBall } from '../write/rtstruct.ts';
import { type Ellipsoid, paint, type UprightGrid } from './shapes.ts';

export const torsoGrid: UprightGrid = { shape: [96, 72, 64], spacingMm: [4, 4, 3] };

/** SUVbw of each part. Lesions sit on voxel centres and carry no noise, so that their values are known exactly. */
export const torsoShapes: readonly Ellipsoid[] = [
  { name: 'body', centre: [0, 0, 0], semiAxesMm: [176, 124, 400], value: 0.9 },
  { name: 'liver', centre: [70, 6, -60], semiAxesMm: [62, 58, 34], value: 2.1 },
  { name: 'mass', centre: [-62, -18, 46.5], semiAxesMm: [18, 18, 18], value: 6 },
  { name: 'core of the mass', centre: [-62, -18, 46.5], semiAxesMm: [7.5, 7.5, 7.5], value: 9 },
  { name: 'node', centre: [18, 30, 70.5], semiAxesMm: [9, 9, 9], value: 4.4 },
];
const noisy: Record<string, number> = { body: 0.05, liver: 0.03 };

export const drawn: readonly DrawnBall[] = [
  { name: 'GTV_Mass', type: 'GTV', centre: [-62, -18, 46.5], radiusMm: 22 },
  { name: 'Node', type: 'GTV', centre: [18, 30, 70.5], radiusMm: 12.5 },
  { name: 'Liver', type: 'ORGAN', centre: [70, 6, -61.5], radiusMm: 26 },
];

export interface TorsoPhantom {
  /** SUVbw, i fastest. */
  suv: Float32Array;
  /** Voxels painted as each part. */
  voxels: ReadonlyMap<string, number>;
  voxelMl: number;
}

/** A body with a liver, a mass with a hotter core, and a node. Same values at every call. */
export function torsoPhantom(seed = 7): TorsoPhantom {
  const painted = paint(torsoGrid, torsoShapes);
  const noise = gaussian(seed);
  const suv = new Float32Array(painted.length);
  const voxels = new Map<string, number>(torsoShapes.map(({ name }) => [name, 0]));
  for (let at = 0; at < painted.length; at++) {
    const shape = torsoShapes[painted[at]! - 1];
    if (!shape) continue;
    voxels.set(shape.name, voxels.get(shape.name)! + 1);
    suv[at] = Math.max(0, shape.value * (1 + (noisy[shape.name] ?? 0) * noise()));
  }
  const [x, y, z] = torsoGrid.spacingMm;
  return { suv, voxels, voxelMl: (x * y * z) / 1000 };
}
