import type { Grid } from '../../../dossier/grid.ts';
import type { ImageHandle } from '../../../dossier/image.ts';
import { reportedMaps } from './mapUnits.ts';
import type { KineticFit, KineticModelId, Reported } from './models.ts';

/** One number a voxel; NaN where there is none. */
export interface KineticMap extends Reported {
  values: Float32Array<ArrayBuffer>;
}

export interface KineticMaps {
  grid: Grid;
  maps: KineticMap[];
  fitted: number;
  failed: number;
}

/** Curves that are held at once. */
const slabBytes = 48 * 2 ** 20;

/**
 * A model fitted in each voxel of a mask (0: outside), a slab of slices at a time. `scale`: what brings each frame to one
 * time of decay. Voxels that a fit fails in have no value.
 */
export async function kineticMaps(
  id: KineticModelId,
  image: ImageHandle,
  mask: Uint8Array,
  scale: ArrayLike<number>,
  fitOne: (values: ArrayLike<number>) => KineticFit | undefined,
  progress: (share: number) => void = () => {},
): Promise<KineticMaps> {
  const [ni, nj, nk, nt] = image.grid.shape;
  const slice = ni * nj;
  const thick = Math.max(1, Math.floor(slabBytes / (slice * nt * 4)));
  const { frameOfReference, affineRas } = image.grid;
  const maps = reportedMaps(id).map((one) => ({ ...one, values: new Float32Array(slice * nk).fill(Number.NaN) }));
  const result: KineticMaps = {
    grid: { shape: [ni, nj, nk, 1], affineRas, ...(frameOfReference !== undefined && { frameOfReference }) },
    ...{ maps, fitted: 0, failed: 0 },
  };
  const curve = new Float64Array(nt);
  for (let k = 0; k < nk; k += thick) {
    const end = Math.min(nk, k + thick);
    if (!mask.subarray(k * slice, end * slice).includes(1)) continue;
    const frames: Float32Array[] = [];
    for (let t = 0; t < nt; t++) frames.push(await image.readSlab(k, end, t));
    for (let voxel = k * slice; voxel < end * slice; voxel++) {
      if (voxel % 2048 === 0) progress(voxel / (slice * nk));
      if (mask[voxel] === 0) continue;
      for (let t = 0; t < nt; t++) curve[t] = frames[t]![voxel - k * slice]! * scale[t]!;
      const found = curve.every(Number.isFinite) ? fitOne(curve) : undefined;
      const stands = found !== undefined && (found.status === 'fitted' || found.status === 'at-bound');
      if (!stands) {
        result.failed++;
        continue;
      }
      result.fitted++;
      for (const [at, { value, standardError }] of found.estimates.entries()) {
        if (2 * at + 1 >= maps.length - 1) break;
        maps[2 * at]!.values[voxel] = value;
        maps[2 * at + 1]!.values[voxel] = standardError;
      }
      maps.at(-1)!.values[voxel] = found.r2;
    }
  }
  return result;
}
