import { IdiographError } from '../../dossier/errors.ts';
import type { Affine } from '../../dossier/grid.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import { multiply } from '../../voxels/affine.ts';
import { type Box, boundingBox, boxSize } from '../../voxels/box.ts';
import type { Size } from '../../voxels/components.ts';
import { indexFrame } from '../../voxels/indexFrame.ts';
import type { RegionMask } from '../../voxels/mask.ts';
import { type Axis, centredAxis, corneredAxis, type Interpolation, regrid } from '../../voxels/regrid.ts';
import { peakRadiusMm } from '../pet/peak.ts';
import type { RadiomicsConfig } from './config.ts';
import { filtered } from './filter.ts';
import { normalised } from './normalise.ts';
import { resegmented } from './resegment.ts';

/** A region and the image round it, interpolated and re-segmented: what all features are computed from. */
export interface Prepared {
  spacingMm: Size;
  /** Extents of the whole image after interpolation. */
  gridSize: Size;
  /** Where its voxels lie. */
  gridAffineRas: Affine;
  /** First voxel of it that is held. */
  low: Size;
  /** Values of the part of the image that is held, i fastest. */
  values: Float32Array;
  imageSize: Size;
  /** The box round the morphological mask within that part. */
  range: Box;
  /** Extents of that box, in which the two masks stand. */
  size: Size;
  morphology: Uint8Array;
  morphologyVoxels: number;
  intensity: Uint8Array;
  /** Of the values inside the intensity mask. */
  statistics: RegionRange;
  /** Bounds of re-segmentation, where there are some. */
  rangeLow: number | undefined;
  rangeHigh: number | undefined;
}

export interface RegionRange {
  voxels: number;
  minimum: number;
  maximum: number;
  /** Voxels without a finite value; they are in no intensity mask. */
  notNumbers: number;
}

/** More voxels than this are not held at once. */
const mostVoxels = 2 ** 27;

export interface PrepareOptions {
  /** Hold the whole image, not only what the region needs. */
  whole?: boolean;
  /** Hold at least so many voxels round the region, where the image has them. */
  reachVoxels?: number;
  /** Time point. */
  t?: number;
  /** Largest number of voxels of any volume that is held; beyond it the region is refused before memory is asked for. */
  voxels?: number;
}

/**
 * Interpolates image and mask onto the configured grid and re-segments (IBSI reference manual 2.4 to 2.6). Only the part of
 * the image that the region and a 1 cm3 sphere round it need is read and held, unless a filter asks for all of it.
 * Throws `usage` when the region is empty after interpolation or the part would be too large.
 *
 * @param mask the region on the image's own grid
 */
export async function prepareRegion(
  image: ImageHandle,
  mask: RegionMask,
  config: Pick<RadiomicsConfig, 'interpolate' | 'normalise' | 'resegment' | 'families' | 'filter'>,
  { whole = false, reachVoxels = 0, t = 0, voxels: most = mostVoxels }: PrepareOptions = {},
): Promise<Prepared> {
  const frame = indexFrame(image.grid);
  const oldSize = image.grid.shape.slice(0, 3) as unknown as Size;
  const how = config.interpolate;
  const wanted = typeof how?.spacingMm === 'number' ? [how.spacingMm, how.spacingMm, how.spacingMm] : how?.spacingMm;
  const spacing = frame.spacingMm.map((old, axis) => wanted?.[axis] ?? old) as unknown as Size;
  const onAxis = how?.alignment === 'corner' ? corneredAxis : centredAxis;
  const axes = oldSize.map((count, axis) => onAxis(count, frame.spacingMm[axis]!, spacing[axis]!)) as unknown as [
    Axis,
    Axis,
    Axis,
  ];
  const gridSize = axes.map(({ count }) => count) as unknown as Size;
  const drawn = newMask(mask, oldSize, axes, how?.mask ?? 'nearest', how?.maskThreshold ?? 0.5, most);
  const reachMm = config.families.includes('local-intensity') ? peakRadiusMm : 0;
  const reach = spacing.map((mm) => Math.max(reachVoxels, Math.ceil(reachMm / mm)));
  const part: Box =
    whole || config.filter
      ? { low: [0, 0, 0], high: [...gridSize] }
      : ({
          low: drawn.box.low.map((low, axis) => Math.max(0, low - reach[axis]!)),
          high: drawn.box.high.map((high, axis) => Math.min(gridSize[axis]!, high + reach[axis]!)),
        } as Box);
  const gapped = image.withGaps ? { ...image, ...image.withGaps } : image;
  const source = config.normalise ? await normalised(gapped, config.normalise, t) : gapped;
  let values = await newImage(source, oldSize, axes, part, how?.image ?? 'nearest', t, most);
  const toWhole = how?.round === 'towards-zero' ? Math.trunc : how?.round ? Math.round : undefined;
  if (toWhole) for (let at = 0; at < values.length; at++) values[at] = toWhole(values[at]!);
  const imageSize = boxSize(part);
  const range: Box = {
    low: drawn.box.low.map((low, axis) => low - part.low[axis]!) as Box['low'],
    high: drawn.box.high.map((high, axis) => high - part.low[axis]!) as Box['high'],
  };
  const size = boxSize(range);
  const onImage = resegmented({ values, imageSize, range, size, mask: drawn.inside }, config.resegment);
  if (config.filter) values = await filtered(values, imageSize, spacing, config.filter);
  const kept = config.filter ? resegmented({ values, imageSize, range, size, mask: onImage.mask }, undefined) : onImage;
  const bounds = config.filter ? undefined : config.resegment?.range;
  return {
    spacingMm: spacing,
    gridSize,
    gridAffineRas: affineOf(image.grid.affineRas, axes),
    low: part.low,
    values,
    imageSize,
    range,
    size,
    morphology: drawn.inside,
    morphologyVoxels: drawn.voxels,
    intensity: kept.mask,
    statistics: kept.statistics,
    rangeLow: bounds?.[0] ?? undefined,
    rangeHigh: bounds?.[1] ?? undefined,
  };
}

/** Where the voxels of a grid lie that has these axes in indices of the old one. */
function affineOf(affineRas: Affine, [i, j, k]: readonly [Axis, Axis, Axis]): Affine {
  return multiply(affineRas, [i.step, 0, 0, i.first, 0, j.step, 0, j.first, 0, 0, k.step, k.first, 0, 0, 0, 1]);
}

/** Old voxels that new ones from `low` to `high` - 1 are made of, and some more on each side. */
function oldSpan({ first, step }: Axis, low: number, high: number, count: number, margin: number): [number, number] {
  const from = Math.floor(first + step * low) - margin;
  const to = Math.ceil(first + step * (high - 1)) + margin + 1;
  return [Math.min(count - 1, Math.max(0, from)), Math.max(1, Math.min(count, to))];
}

/** The influence of a voxel on the spline beyond this many is below 1e-17. */
const margins: Record<Interpolation, number> = { nearest: 1, linear: 1, cubic: 32 };

function newMask(
  mask: RegionMask,
  oldSize: Size,
  axes: readonly [Axis, Axis, Axis],
  interpolation: Interpolation,
  threshold: number,
  most: number,
): { box: Box; inside: Uint8Array; voxels: number } {
  const empty = (): never => {
    throw new IdiographError('usage', 'the region has no voxel on the grid of the features', {
      remedy: 'The region is smaller than a voxel of that grid: use a finer one, or leave the region out.',
    });
  };
  if (mask.voxels === 0) empty();
  const isSame = axes.every(({ first, step }) => first === 0 && step === 1);
  if (isSame) {
    const high = mask.origin.map((low, axis) => low + mask.size[axis]!) as Box['high'];
    return tight({ low: [...mask.origin], high }, Uint8Array.from(mask.inside), empty);
  }
  const margin = margins[interpolation];
  const old = {
    low: mask.origin.map((low) => Math.max(0, low - margin)) as Box['low'],
    high: mask.origin.map((low, axis) => Math.min(oldSize[axis]!, low + mask.size[axis]! + margin)) as Box['high'],
  };
  const [w, h, d] = boxSize(old);
  guard(w * h * d, most);
  const padded = new Uint8Array(w * h * d);
  const shift = mask.origin.map((low, axis) => low - old.low[axis]!) as [number, number, number];
  for (let z = 0; z < mask.size[2]; z++)
    for (let y = 0; y < mask.size[1]; y++) {
      const row = (z * mask.size[1] + y) * mask.size[0];
      padded.set(mask.inside.subarray(row, row + mask.size[0]), ((z + shift[2]) * h + y + shift[1]) * w + shift[0]);
    }
  const box: Box = { low: [0, 0, 0], high: [0, 0, 0] };
  for (const axis of [0, 1, 2] as const) {
    const { first, step, count } = axes[axis];
    const isFirst = mask.origin[axis] === 0;
    const isLast = mask.origin[axis] + mask.size[axis] === oldSize[axis];
    box.low[axis] = isFirst ? 0 : Math.max(0, Math.floor((mask.origin[axis] - 1 - first) / step));
    box.high[axis] = isLast
      ? count
      : Math.min(count, Math.ceil((mask.origin[axis] + mask.size[axis] - first) / step) + 1);
  }
  guard(volumeOf(boxSize(box)), most);
  const local = axes.map((axis, at) => ({ ...axis, first: axis.first - old.low[at]! })) as unknown as [
    Axis,
    Axis,
    Axis,
  ];
  const shares = regrid(padded, [w, h, d], local, box, interpolation);
  return tight(
    box,
    Uint8Array.from(shares, (share) => (share >= threshold ? 1 : 0)),
    empty,
  );
}

function tight(box: Box, inside: Uint8Array, empty: () => never): { box: Box; inside: Uint8Array; voxels: number } {
  const size = boxSize(box);
  const inner = boundingBox(inside, size, (bit) => bit !== 0) ?? empty();
  const [n0, n1, n2] = boxSize(inner);
  const cut = new Uint8Array(n0 * n1 * n2);
  for (let z = 0; z < n2; z++)
    for (let y = 0; y < n1; y++) {
      const from = ((z + inner.low[2]) * size[1] + y + inner.low[1]) * size[0] + inner.low[0];
      cut.set(inside.subarray(from, from + n0), (z * n1 + y) * n0);
    }
  let voxels = 0;
  for (let at = 0; at < cut.length; at++) voxels += cut[at]!;
  return {
    box: {
      low: inner.low.map((low, axis) => low + box.low[axis]!) as Box['low'],
      high: inner.high.map((high, axis) => high + box.low[axis]!) as Box['high'],
    },
    inside: cut,
    voxels,
  };
}

async function newImage(
  image: ImageHandle,
  oldSize: Size,
  axes: readonly [Axis, Axis, Axis],
  part: Box,
  interpolation: Interpolation,
  t: number,
  most: number,
): Promise<Float32Array> {
  const isSame = axes.every(({ first, step }) => first === 0 && step === 1);
  const margin = isSame ? 0 : margins[interpolation];
  const spans = axes.map((axis, at) => oldSpan(axis, part.low[at]!, part.high[at]!, oldSize[at]!, margin));
  const [[i0, i1], [j0, j1], [k0, k1]] = spans as [[number, number], [number, number], [number, number]];
  const size: Size = [i1 - i0, j1 - j0, k1 - k0];
  guard(Math.max(volumeOf(size), volumeOf(boxSize(part))), most);
  const read = new Float32Array(size[0] * size[1] * size[2]);
  for (let k = k0; k < k1; k++) {
    const slice = await image.readSlab(k, k + 1, t);
    for (let j = j0; j < j1; j++)
      read.set(slice.subarray(j * oldSize[0] + i0, j * oldSize[0] + i1), ((k - k0) * size[1] + j - j0) * size[0]);
  }
  if (isSame) return read;
  const local = axes.map((axis, at) => ({ ...axis, first: axis.first - [i0, j0, k0][at]! })) as unknown as [
    Axis,
    Axis,
    Axis,
  ];
  if (interpolation !== 'cubic' || read.every(Number.isFinite)) return regrid(read, size, local, part, interpolation);
  // A spline would carry a gap through its whole line: it goes through zeros there, and what lies beside a gap is no value.
  const filled = read.map((value) => (Number.isFinite(value) ? value : 0));
  const beside = regrid(read, size, local, part, 'linear');
  return regrid(filled, size, local, part, interpolation).map((value, at) =>
    Number.isFinite(beside[at]!) ? value : Number.NaN,
  );
}

function volumeOf([a, b, c]: Size): number {
  return a * b * c;
}

function guard(voxels: number, most: number): void {
  if (voxels > most)
    throw new IdiographError('usage', `the region and its surroundings would take ${voxels} voxels`, {
      remedy: `Use a coarser grid or a smaller region: at most ${most} voxels.`,
    });
}

/** Values inside the intensity mask, i fastest. */
export function regionValues({ values, imageSize, range, size, intensity, statistics }: Prepared): Float32Array {
  const inside = new Float32Array(statistics.voxels);
  let filled = 0;
  for (let z = 0, at = 0; z < size[2]; z++)
    for (let y = 0; y < size[1]; y++) {
      let from = ((z + range.low[2]) * imageSize[1] + y + range.low[1]) * imageSize[0] + range.low[0];
      for (let x = 0; x < size[0]; x++, at++, from++) if (intensity[at] !== 0) inside[filled++] = values[from]!;
    }
  return inside;
}
