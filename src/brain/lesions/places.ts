import type { Grid } from '../../dossier/grid.ts';
import { spacingMm } from '../../voxels/affine.ts';
import { squaredDistance } from '../../voxels/distance.ts';

/** Where brightness is a lesion and where it is something else; reasons in docs/methods/brain-lesions.md. */
export const placeSettings = {
  /** Lesions of less than a ball of this diameter are noise (MAGNIMS: 3 mm in the long axis). */
  leastDiameterMm: 3,
  /** Nearer to the edge of the brain than this, brightness is scalp, vessels and cortex at fluid. */
  rimMm: 4,
  /** Width of the shell round a lesion whose tissue tells what it lies in. */
  shellMm: 3,
  /** Least share of the tissue of that shell that is white matter, and most of all of it that is fluid. */
  leastWhite: 0.5,
  mostFluid: 0.5,
} as const;

/** Fewer voxels than these have no shape, however large each is. */
const leastVoxels = 3;

/** The volume of the smallest lesion on voxels of so many mm3. */
export function leastMm3(voxelMm3: number): number {
  return Math.max((Math.PI / 6) * placeSettings.leastDiameterMm ** 3, leastVoxels * voxelMm3 - 1e-6);
}

/** Why something bright is no lesion of white matter, or `white`. */
export type Place = 'fluid' | 'gray' | 'white';

export interface Places {
  /** 1 where brightness counts at all: farther from the edge of the brain than the rim. */
  deep: Uint8Array<ArrayBuffer>;
  /** What a set of voxels lies in. */
  placeOf(members: Int32Array): Place;
}

/** Tells where in the brain voxels lie. `classes`: 0 unknown, 1 fluid, 2 gray, 3 white. */
export function placesIn(
  mask: Uint8Array,
  classes: Uint8Array,
  { shape: [ni, nj, nk], affineRas }: Pick<Grid, 'shape' | 'affineRas'>,
): Places {
  const spacing = spacingMm(affineRas);
  const size = [ni, nj, nk] as const;
  const depth = squaredDistance(
    mask.map((one) => (one === 0 ? 1 : 0)),
    size,
    spacing,
  );
  return {
    deep: Uint8Array.from(depth, (distance) => (distance > placeSettings.rimMm ** 2 ? 1 : 0)),
    placeOf: (members) => {
      const { white, fluid } = shellShares(members, classes, size, spacing);
      if (fluid > placeSettings.mostFluid) return 'fluid';
      return white < placeSettings.leastWhite * (1 - fluid) ? 'gray' : 'white';
    },
  };
}

/** Shares of white matter and fluid among the voxels near a lesion that are no part of it. */
function shellShares(
  members: Int32Array,
  classes: Uint8Array,
  [ni, nj, nk]: readonly [number, number, number],
  spacing: readonly number[],
): { white: number; fluid: number } {
  const reach = spacing.map((mm) => Math.max(1, Math.round(placeSettings.shellMm / mm))) as [number, number, number];
  const own = new Set(members);
  const seen = new Set<number>();
  let [white, fluid] = [0, 0];
  for (const at of members) {
    const [i, j, k] = [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))];
    for (let c = Math.max(0, k - reach[2]); c <= Math.min(nk - 1, k + reach[2]); c++)
      for (let b = Math.max(0, j - reach[1]); b <= Math.min(nj - 1, j + reach[1]); b++)
        for (let a = Math.max(0, i - reach[0]); a <= Math.min(ni - 1, i + reach[0]); a++) {
          const near = a + ni * (b + nj * c);
          if (own.has(near) || seen.has(near) || classes[near] === 0) continue;
          seen.add(near);
          if (classes[near] === 3) white++;
          else if (classes[near] === 1) fluid++;
        }
  }
  const all = Math.max(1, seen.size);
  return { white: white / all, fluid: fluid / all };
}

export function centreOf(
  voxels: Int32Array,
  { shape: [ni, nj], affineRas: m }: Pick<Grid, 'shape' | 'affineRas'>,
): [number, number, number] {
  const sums = [0, 0, 0];
  for (const at of voxels) {
    sums[0]! += at % ni;
    sums[1]! += Math.floor(at / ni) % nj;
    sums[2]! += Math.floor(at / (ni * nj));
  }
  const [i, j, k] = sums.map((sum) => sum / voxels.length) as [number, number, number];
  return [0, 4, 8].map((row) => m[row]! * i + m[row + 1]! * j + m[row + 2]! * k + m[row + 3]!) as [
    number,
    number,
    number,
  ];
}
