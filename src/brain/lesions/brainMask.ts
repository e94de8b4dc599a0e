import type { Grid } from '../../dossier/grid.ts';
import { spacingMm } from '../../voxels/affine.ts';
import { largestComponent, type Size } from '../../voxels/components.ts';
import { squaredDistance } from '../../voxels/distance.ts';
import { shrinkTo, type Volume } from '../../voxels/registration/shrink.ts';
import { resample } from '../../voxels/resample.ts';
import { histogramMode, otsu } from './histogram.ts';

/** Shares of the mode of brain tissue: fluid and bone of a FLAIR image lie below, fat that was not suppressed above. */
const tissueShares = [0.5, 2] as const;
/** Bridges between brain and scalp (vessels, nerves, dura) are thinner than twice this. */
const openingMm = 4;
/** Sulci and ventricles are narrower than twice this. */
const closingMm = 8;
/** The mode is looked for within this of the middle of the head: nearly all brain. */
const middleMm = 40;
/** Voxels of the working grid. */
const workMm = 2;

export interface FoundBrain {
  mask: Uint8Array<ArrayBuffer>;
  /** Share of the head that is far brighter than brain: hardly any where the signal of fat was suppressed. */
  fatShare: number;
}

/**
 * Where there is brain in a FLAIR image of a whole head, without any other image: tissue within shares of the mode of the
 * middle of the head, opened so that scalp, eyes and neck fall off, the largest part of what is left, closed over sulci and
 * ventricles; on voxels of about 2 mm. Coarse by design: used to look within, never to measure the brain. Undefined where
 * nothing like a head is found.
 */
export function flairBrainMask(image: Volume): FoundBrain | undefined {
  const coarse = shrinkTo(image, workMm);
  const size = sizeOf(coarse.grid);
  const spacing = spacingMm(coarse.grid.affineRas);
  const threshold = otsu(coarse.values);
  if (threshold === undefined) return undefined;
  const tissueMode = histogramMode(middleValues(coarse.values, size, spacing, threshold));
  if (tissueMode === undefined) return undefined;
  const isTissue = Uint8Array.from(coarse.values, (value) =>
    value > tissueShares[0] * tissueMode && value < tissueShares[1] * tissueMode ? 1 : 0,
  );
  const inner = squaredDistance(
    isTissue.map((one) => 1 - one),
    size,
    spacing,
  );
  const core = largestComponent(
    Uint8Array.from(inner, (distance) => (distance > openingMm ** 2 ? 1 : 0)),
    size,
  );
  if (core.voxels === 0) return undefined;
  const outwards = squaredDistance(core.mask, size, spacing);
  const opened = Uint8Array.from(outwards, (distance, at) =>
    distance <= (openingMm + 1) ** 2 && isTissue[at] === 1 ? 1 : 0,
  );
  const closed = close(opened, size, spacing);
  let [tissue, fat] = [0, 0];
  for (const value of coarse.values) {
    if (value > tissueShares[0] * tissueMode) tissue++;
    if (value > tissueShares[1] * tissueMode) fat++;
  }
  return {
    mask: Uint8Array.from(resample(closed, coarse.grid, image.grid, { interpolation: 'nearest' })),
    fatShare: fat / tissue,
  };
}

function sizeOf({ shape: [ni, nj, nk] }: Pick<Grid, 'shape'>): Size {
  return [ni, nj, nk];
}

/** Labels of a segmentation as a brain mask: whatever has a label, closed over sulci. */
export function labelledBrain(classes: Uint8Array, grid: Pick<Grid, 'shape' | 'affineRas'>): Uint8Array<ArrayBuffer> {
  return close(
    classes.map((one) => (one > 0 ? 1 : 0)),
    sizeOf(grid),
    spacingMm(grid.affineRas),
  );
}

/** Closing with a ball, which also fills bright lesions; faces of the image do not count as outside: a cut head keeps its rim. */
function close(mask: Uint8Array, size: Size, spacing: Size): Uint8Array<ArrayBuffer> {
  const far = Uint8Array.from(squaredDistance(mask, size, spacing), (distance) => (distance > closingMm ** 2 ? 1 : 0));
  return Uint8Array.from(squaredDistance(far, size, spacing), (distance) => (distance > closingMm ** 2 ? 1 : 0));
}

/** Values of tissue near the centre of mass of the head. */
function middleValues(values: ArrayLike<number>, [ni, nj, nk]: Size, spacing: Size, threshold: number): Float32Array {
  const sums = [0, 0, 0];
  let count = 0;
  for (let at = 0; at < values.length; at++) {
    if (!(values[at]! > threshold)) continue;
    sums[0]! += at % ni;
    sums[1]! += Math.floor(at / ni) % nj;
    sums[2]! += Math.floor(at / (ni * nj));
    count++;
  }
  const [ci, cj, ck] = sums.map((sum) => Math.round(sum / count)) as [number, number, number];
  const [di, dj, dk] = spacing.map((mm) => Math.round(middleMm / mm)) as [number, number, number];
  const found: number[] = [];
  for (let k = Math.max(0, ck - dk); k < Math.min(nk, ck + dk); k++)
    for (let j = Math.max(0, cj - dj); j < Math.min(nj, cj + dj); j++)
      for (let i = Math.max(0, ci - di); i < Math.min(ni, ci + di); i++) {
        const value = values[i + ni * (j + nj * k)]!;
        if (value > threshold / 2) found.push(value);
      }
  return Float32Array.from(found);
}
