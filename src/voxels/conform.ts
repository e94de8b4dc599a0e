import type { Grid } from '../dossier/grid.ts';
import { apply, spacingMm } from './affine.ts';
import { resampleSlab } from './resample.ts';

export interface Conformed {
  /** 1 mm, LIA: i to the left, j down, k to the front. 256 voxels a side, more where the field of view is larger. */
  grid: Grid;
  /** 0..255, i fastest. */
  data: Uint8Array;
  /** Source intensity that became 0 and the one that became 255. */
  intensityRange: [number, number];
}

/** Larger fields of view are cut; no head needs more. */
const largestSide = 384;

/**
 * The grid of `mri_convert --conform` (FreeSurfer): upright, 1 mm, with the middle of the source, voxel (ni/2, nj/2,
 * nk/2), at the middle of the target. Sides of 256, or the largest extent of the source rounded up (FreeSurfer's
 * MRIfindRightSize), at most 384.
 */
export function conformedGrid(source: Pick<Grid, 'shape' | 'affineRas'>): Grid {
  const [ni, nj, nk] = source.shape;
  const extents = spacingMm(source.affineRas).map((spacing, axis) => spacing * source.shape[axis]!);
  const side = Math.min(largestSide, Math.max(256, Math.ceil(Math.max(...extents) - 1e-3)));
  const [x, y, z] = apply(source.affineRas, [ni / 2, nj / 2, nk / 2]);
  const half = side / 2;
  return {
    shape: [side, side, side, 1],
    affineRas: [-1, 0, 0, x + half, 0, 0, 1, y - half, 0, -1, 0, z + half, 0, 0, 0, 1],
  };
}

/**
 * A T1 volume as FreeSurfer's tools and the networks trained on them expect it: resampled to {@link conformedGrid}
 * (trilinear) and scaled to uint8. The scale comes from a histogram of the source with 1000 bins: its minimum becomes 0,
 * the intensity below which all but 0.1 % of the non-zero voxels lie becomes 255 (FreeSurfer's MRIchangeType with
 * f_low 0, f_high 0.999). Values are rounded once, after resampling. `keepIntensities`: the source is uint8 already and
 * keeps its values, as FreeSurfer does. `brightest`: the intensity of the source that becomes 255 instead.
 */
export function conform(
  data: Float32Array,
  source: Pick<Grid, 'shape' | 'affineRas'>,
  { keepIntensities = false, brightest }: { keepIntensities?: boolean; brightest?: number } = {},
): Conformed {
  const grid = conformedGrid(source);
  const [low, usual] = keepIntensities ? [0, 255] : histogramRange(data, 0.999);
  const high = brightest ?? usual;
  const scale = high > low ? 255 / (high - low) : 0;
  const [si, sj, sk] = grid.shape;
  const conformed = new Uint8Array(si * sj * sk);
  // What lies outside the source is 0 after scaling, whatever the source's darkest value is.
  for (let k = 0; k < sk; k += 16) {
    const end = Math.min(sk, k + 16);
    const slab = resampleSlab(data, source, grid, [k, end], { interpolation: 'trilinear', outside: low });
    const offset = si * sj * k;
    for (let at = 0; at < slab.length; at++) {
      const value = Math.round((slab[at]! - low) * scale);
      conformed[offset + at] = value < 0 ? 0 : value > 255 ? 255 : value;
    }
  }
  return { grid, data: conformed, intensityRange: [low, high] };
}

/** Minimum, and the value above which the fraction `1 - fHigh` of the non-zero voxels lies, to one of 1000 bins. */
export function histogramRange(data: Float32Array, fHigh: number): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let nonZero = 0;
  for (const value of data) {
    if (value < low) low = value;
    if (value > high) high = value;
    if (value !== 0) nonZero++;
  }
  if (!(high > low)) return [low, high];
  const bins = 1000;
  const width = (high - low) / bins;
  const counts = new Uint32Array(bins);
  for (const value of data) {
    const bin = Math.min(bins - 1, Math.floor((value - low) / width));
    counts[bin] = counts[bin]! + 1;
  }
  const above = Math.floor((1 - fHigh) * nonZero);
  let bin = bins - 1;
  for (let passed = 0; passed < above && bin > 0; bin--) passed += counts[bin]!;
  return [low, low + bin * width];
}
