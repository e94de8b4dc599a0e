import type { Grid } from '../../dossier/grid.ts';
import { spacingMm } from '../../voxels/affine.ts';
import { dilate, erode } from '../../voxels/distance.ts';
import { clustersAbove } from '../function/clusters.ts';
import { centreOf } from './places.ts';
import type { FlairLesions } from './segmentFlair.ts';

/**
 * Lesions of the site's own tool, taken as they are: parts that hang together, whatever their size. The interval is what
 * half a voxel at the edge is worth: half of the border voxels within, half of those without.
 */
export function givenLesions(given: Uint8Array, grid: Grid): FlairLesions {
  const size = [grid.shape[0], grid.shape[1], grid.shape[2]] as const;
  const voxelMl = spacingMm(grid.affineRas).reduce((product, one) => product * one, 1) / 1000;
  const mask = Uint8Array.from(given, (value) => (value > 0 ? 1 : 0));
  const count = (of: ArrayLike<number>): number => {
    let sum = 0;
    for (let at = 0; at < of.length; at++) sum += of[at] === 0 ? 0 : 1;
    return sum;
  };
  const lesions = clustersAbove(mask, 1, grid).map(({ members }) => ({
    ...{ voxels: members, volumeMl: members.length * voxelMl, centreRasMm: centreOf(members, grid) },
  }));
  const voxels = count(mask);
  const inner = voxels - count(erode(mask, size, 1));
  const outer = count(dilate(mask, size, 1)) - voxels;
  return {
    ...{ mask, lesions, volumeMl: voxels * voxelMl },
    lowMl: (voxels - inner / 2) * voxelMl,
    highMl: (voxels + outer / 2) * voxelMl,
    dropped: { small: 0, fluid: 0, gray: 0 },
  };
}
