import type { Grid } from '../../dossier/grid.ts';
import { spacingMm } from '../../voxels/affine.ts';
import { clustersAbove } from '../function/clusters.ts';
import { centreOf, leastMm3, type Places } from './places.ts';
import { settings } from './segmentFlair.ts';

/** SDs of the difference at which a change is believed to be there, and at which it ends; the edge moved by so much gives the interval. */
export const changeSettings = { seedZ: 4, edgeZ: 2, edgeShift: 0.5 } as const;

export const lesionChanges = ['new', 'enlarged', 'shrunk', 'resolved', 'stable', 'unconfirmed'] as const;
export type LesionChange = (typeof lesionChanges)[number];

export interface FollowedLesion {
  change: LesionChange;
  earlierMl: number;
  laterMl: number;
  /** What became brighter and darker beyond the noise within and beside it. */
  brighterMl: number;
  darkerMl: number;
  centreRasMm: [number, number, number];
  voxels: Int32Array;
}

export interface Followed {
  lesions: FollowedLesion[];
  /** 1 new, 2 enlarged, 3 shrunk, 4 resolved, 5 stable, 6 in one mask only: a label a voxel. */
  labels: Uint8Array<ArrayBuffer>;
  /** Voxels that became brighter and darker beyond the noise. */
  brighter: Uint8Array<ArrayBuffer>;
  darker: Uint8Array<ArrayBuffer>;
}

/**
 * Clusters of change that can be a lesion's: at least as large as the smallest, bright against normal tissue in the visit in
 * which they are brighter, and in white matter.
 *
 * @param sign 1: became brighter, -1: became darker
 * @param brightness SDs above normal tissue of the later (1) or earlier (-1) visit, smoothed as the difference was
 */
export function changedVoxels(
  z: Float32Array,
  sign: 1 | -1,
  brightness: Float32Array,
  grid: Pick<Grid, 'shape' | 'affineRas'>,
  { deep, placeOf }: Places,
  edge: number = changeSettings.edgeZ,
): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(z.length);
  const signed = z.map((value, at) =>
    deep[at] === 1 && brightness[at]! >= settings.edgeZ ? sign * value : Number.NEGATIVE_INFINITY,
  );
  for (const { members, peak, volumeMm3 } of clustersAbove(signed, edge, grid))
    if (
      peak >= changeSettings.seedZ &&
      volumeMm3 >= leastMm3(volumeMm3 / members.length) &&
      placeOf(members) === 'white'
    )
      for (const at of members) result[at] = 1;
  return result;
}

/**
 * What became of each lesion. Lesions are what hangs together in either mask; a change counts where it overlaps. New: not
 * in the earlier mask and brighter. Resolved: not in the later mask and darker. Enlarged, shrunk: in both, one of its two
 * changes more than the other by a smallest lesion and by a shell of 0.3 mm. In one mask only without any change: unconfirmed (a matter of the
 * mask's edge). All else is stable.
 */
export function followLesions(
  earlier: Uint8Array,
  later: Uint8Array,
  brighter: Uint8Array<ArrayBuffer>,
  darker: Uint8Array<ArrayBuffer>,
  grid: Pick<Grid, 'shape' | 'affineRas'>,
): Followed {
  const either = Uint8Array.from(earlier, (value, at) => (value || later[at] || brighter[at] || darker[at] ? 1 : 0));
  const voxelMl = spacingMm(grid.affineRas).reduce((product, one) => product * one, 1) / 1000;
  const leastMl = leastMm3(voxelMl * 1000) / 1000;
  const labels = new Uint8Array(either.length);
  const lesions = clustersAbove(either, 1, grid).map(({ members }): FollowedLesion => {
    const count = (mask: Uint8Array): number =>
      members.reduce((sum, at) => sum + (mask[at] === 0 ? 0 : 1), 0) * voxelMl;
    const [earlierMl, laterMl, brighterMl, darkerMl] = [earlier, later, brighter, darker].map(count) as [
      number,
      number,
      number,
      number,
    ];
    const change = changeOfLesion({ earlierMl, laterMl, brighterMl, darkerMl }, leastMl);
    for (const at of members) labels[at] = lesionChanges.indexOf(change) + 1;
    return { change, earlierMl, laterMl, brighterMl, darkerMl, centreRasMm: centreOf(members, grid), voxels: members };
  });
  return { lesions, labels, brighter, darker };
}

/** What alignment and interpolation may move the edge of a lesion: the volume of such a shell, as if it were a ball, is no change. */
const placementMm = 0.3;

function changeOfLesion(
  {
    earlierMl,
    laterMl,
    brighterMl,
    darkerMl,
  }: Pick<FollowedLesion, 'earlierMl' | 'laterMl' | 'brighterMl' | 'darkerMl'>,
  leastMl: number,
): LesionChange {
  const [grew, shrank] = [brighterMl >= leastMl, darkerMl >= leastMl];
  if (earlierMl === 0) return grew ? 'new' : 'unconfirmed';
  if (laterMl === 0) return shrank ? 'resolved' : 'unconfirmed';
  // A lesion laid a little beside itself is brighter on one side and darker on the other: only what is left over counts.
  const net = brighterMl - darkerMl;
  const edgeMl = placementMm * (36 * Math.PI) ** (1 / 3) * (1000 * Math.max(earlierMl, laterMl)) ** (2 / 3) * 1e-3;
  if (Math.abs(net) < Math.max(leastMl, edgeMl)) return 'stable';
  return net > 0 ? 'enlarged' : 'shrunk';
}
