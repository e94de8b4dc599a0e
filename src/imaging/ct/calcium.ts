import type { RegionMask } from '../../voxels/mask.ts';
import type { CalciumRule } from './knowledge.ts';

export interface Calcium {
  /** Agatston score: area (mm2) x weight by the highest attenuation of a lesion in a slice, per 3 mm of slice distance. */
  agatston: number;
  /** Volume of the counted voxels, mm3. */
  volumeMm3: number;
  /** Mean attenuation of the counted voxels, HU; undefined without any. */
  meanHu: number | undefined;
  /** Lesions in slices that counted. */
  lesions: number;
}

/**
 * Calcium inside a region, slice by slice (Agatston 1990): voxels of at least 130 HU that hang together by sides or corners
 * in a slice are a lesion, if they cover 1 mm2; its weight is 1 to 4 by its highest value (130, 200, 300, 400 HU).
 * `values`: HU of the voxels inside, in the order of the mask. Scores are scaled by slice distance / 3 mm, so that
 * overlapping slices do not count twice (McCollough 2007).
 */
export function scoreCalcium(
  mask: RegionMask,
  values: Float32Array,
  spacing: readonly [number, number, number],
  { thresholdHu, weightsHu, minimumAreaMm2, referenceMm }: CalciumRule,
): Calcium {
  const [ni, nj, nk] = mask.size;
  const area = spacing[0] * spacing[1];
  const plane = new Float32Array(ni * nj);
  let [agatston, voxels, sum, lesions, at] = [0, 0, 0, 0, 0];
  for (let k = 0; k < nk; k++) {
    for (let p = 0; p < ni * nj; p++)
      plane[p] = mask.inside[k * ni * nj + p] === 1 ? values[at++]! : Number.NEGATIVE_INFINITY;
    for (let p = 0; p < ni * nj; p++) {
      if (!(plane[p]! >= thresholdHu)) continue;
      const lesion = take(plane, ni, nj, p, thresholdHu);
      if (lesion.voxels * area < minimumAreaMm2) continue;
      agatston += lesion.voxels * area * weightsHu.filter((low) => lesion.highest >= low).length;
      voxels += lesion.voxels;
      sum += lesion.sum;
      lesions++;
    }
  }
  return {
    agatston: (agatston * spacing[2]) / referenceMm,
    volumeMm3: voxels * area * spacing[2],
    meanHu: voxels > 0 ? sum / voxels : undefined,
    lesions,
  };
}

/** Takes a lesion out of a slice. */
function take(plane: Float32Array, ni: number, nj: number, seed: number, threshold: number) {
  const queue = [seed];
  let [voxels, sum, highest] = [0, 0, Number.NEGATIVE_INFINITY];
  while (queue.length > 0) {
    const at = queue.pop()!;
    const value = plane[at]!;
    if (!(value >= threshold)) continue;
    plane[at] = Number.NEGATIVE_INFINITY;
    voxels++;
    sum += value;
    highest = Math.max(highest, value);
    const [i, j] = [at % ni, Math.floor(at / ni)];
    for (let y = Math.max(0, j - 1); y <= Math.min(nj - 1, j + 1); y++)
      for (let x = Math.max(0, i - 1); x <= Math.min(ni - 1, i + 1); x++) queue.push(x + ni * y);
  }
  return { voxels, sum, highest };
}
