import type { ImageHandle } from '../dossier/image.ts';
import type { RegionMask } from './mask.ts';

/** The image's values inside a region, in the order of the mask (i fastest), as the image gives them. */
export async function maskValues(image: ImageHandle, mask: RegionMask, t = 0): Promise<Float32Array> {
  const values = new Float32Array(mask.voxels);
  const [ni, nj, nk] = mask.size;
  const width = image.grid.shape[0];
  let filled = 0;
  for (let k = 0; k < nk; k++) {
    const slice = await image.readSlab(mask.origin[2] + k, mask.origin[2] + k + 1, t);
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++)
        if (mask.inside[(k * nj + j) * ni + i] === 1)
          values[filled++] = slice[(mask.origin[1] + j) * width + mask.origin[0] + i]!;
  }
  return values;
}

export interface MaskStatistics {
  voxels: number;
  /** Voxels whose value is not a number; they enter nothing else. */
  notNumbers: number;
  minimum: number;
  maximum: number;
  /** Where the maximum is, as position in the values. The first one, when several are equal. */
  maximumAt: number;
  mean: number;
  /** Of the region as a whole population (divided by n), as IBSI defines it. */
  standardDeviation: number;
}

/** First-order statistics with float64 sums. Undefined when no value is a number. */
export function statisticsOf(values: Float32Array): MaskStatistics | undefined {
  let voxels = 0;
  let sum = 0;
  let minimum = Infinity;
  let maximum = -Infinity;
  let maximumAt = -1;
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    if (!Number.isFinite(value)) continue;
    voxels++;
    sum += value;
    if (value < minimum) minimum = value;
    if (value > maximum) {
      maximum = value;
      maximumAt = at;
    }
  }
  if (voxels === 0) return undefined;
  const mean = sum / voxels;
  let squares = 0;
  for (const value of values) if (Number.isFinite(value)) squares += (value - mean) ** 2;
  return {
    voxels,
    notNumbers: values.length - voxels,
    minimum,
    maximum,
    maximumAt,
    mean,
    standardDeviation: Math.sqrt(squares / voxels),
  };
}

/** Voxel index i, j, k of the n-th voxel inside the mask. Throws `RangeError` when the mask has fewer. */
export function indexOfVoxel(mask: RegionMask, n: number): [number, number, number] {
  const [ni, nj] = mask.size;
  for (let at = 0, seen = 0; at < mask.inside.length; at++) {
    if (mask.inside[at] === 0 || seen++ < n) continue;
    return [
      mask.origin[0] + (at % ni),
      mask.origin[1] + (Math.floor(at / ni) % nj),
      mask.origin[2] + Math.floor(at / (ni * nj)),
    ];
  }
  throw new RangeError(`the region has no voxel number ${n}`);
}
