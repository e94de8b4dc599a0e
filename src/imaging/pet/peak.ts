import type { ImageHandle } from '../../dossier/image.ts';
import { indexFrame } from '../../voxels/indexFrame.ts';
import { isInside, type RegionMask } from '../../voxels/mask.ts';

/** Radius of a sphere of 1 cm3. */
export const peakRadiusMm = 10 * (3 / (4 * Math.PI)) ** (1 / 3);

export interface Peak {
  value: number;
  /** Centre of the sphere, voxel index. */
  at: [number, number, number];
  /** Voxels that were averaged there. */
  voxels: number;
}

export interface Peaks {
  /** Sphere round the hottest voxel; the highest of them, when several voxels are equally hot. IBSI VJGA. */
  local: Peak;
  /** Sphere with the highest mean, centred on any voxel of the region. IBSI 0F91; SUVpeak as in PERCIST. */
  global: Peak;
}

/**
 * Mean of a 1 cm3 sphere. The centre is a voxel of the region; the sphere may reach beyond the region. A voxel counts
 * wholly when its centre is within the radius (IBSI); there are no partial voxels, and at the border of the image the
 * mean is taken over the voxels that exist. Undefined for a region without a finite value.
 * Holds the slices of the region and of a sphere's reach around it, no more.
 */
export async function peaksOf(image: ImageHandle, mask: RegionMask, t = 0): Promise<Peaks | undefined> {
  const [width, height, depth] = image.grid.shape;
  const sphere = sphereOffsets(image);
  const reach = Math.max(...sphere.map(([, , k]) => k));
  const window = new Map<number, Float32Array>();
  let global: Peak | undefined;
  let local: Peak | undefined;
  let hottest = -Infinity;

  for (let k = mask.origin[2]; k < mask.origin[2] + mask.size[2]; k++) {
    window.delete(k - reach - 1);
    for (let near = Math.max(0, k - reach); near <= Math.min(depth - 1, k + reach); near++)
      if (!window.has(near)) window.set(near, await image.readSlab(near, near + 1, t));
    const slice = window.get(k)!;
    for (let j = mask.origin[1]; j < mask.origin[1] + mask.size[1]; j++)
      for (let i = mask.origin[0]; i < mask.origin[0] + mask.size[0]; i++) {
        const centre = slice[j * width + i]!;
        if (!isInside(mask, i, j, k) || !Number.isFinite(centre)) continue;
        let sum = 0;
        let voxels = 0;
        for (const [di, dj, dk] of sphere) {
          const [a, b] = [i + di, j + dj];
          if (a < 0 || b < 0 || a >= width || b >= height) continue;
          const value = window.get(k + dk)?.[b * width + a];
          if (value === undefined || !Number.isFinite(value)) continue;
          sum += value;
          voxels++;
        }
        const peak: Peak = { value: sum / voxels, at: [i, j, k], voxels };
        if (!global || peak.value > global.value) global = peak;
        if (centre > hottest || (centre === hottest && local && peak.value > local.value)) {
          hottest = centre;
          local = peak;
        }
      }
  }
  return global && local ? { local, global } : undefined;
}

function sphereOffsets(image: ImageHandle): [number, number, number][] {
  const { toRas, spacingMm } = indexFrame(image.grid);
  const origin = toRas(0, 0, 0);
  // A sheared grid needs more steps than radius / spacing along an axis; twice is enough for any tilt that CT and PET know.
  const [ri, rj, rk] = spacingMm.map((mm) => Math.max(1, Math.ceil((2 * peakRadiusMm) / mm))) as [
    number,
    number,
    number,
  ];
  const offsets: [number, number, number][] = [];
  for (let k = -rk; k <= rk; k++)
    for (let j = -rj; j <= rj; j++)
      for (let i = -ri; i <= ri; i++) {
        const [x, y, z] = toRas(i, j, k);
        if (Math.hypot(x - origin[0], y - origin[1], z - origin[2]) <= peakRadiusMm) offsets.push([i, j, k]);
      }
  return offsets;
}
