import type { Grid } from '../dossier/grid.ts';
import { invert, multiply } from '../voxels/affine.ts';
import { largestComponent } from '../voxels/components.ts';
import { dilate } from '../voxels/distance.ts';
import { shrinkTo, type Volume } from '../voxels/registration/shrink.ts';
import { withinBrain } from './margins.ts';

export interface ImageNoise {
  /** SD of the noise of each channel before the magnitude was taken, in units of the image, from air (Rayleigh). */
  sigma: number;
  /** Mean by SD of the air: 1.91 for the magnitude of one channel, more for several; far off where a scanner has worked on it. */
  airRatio: number;
  /** Share of air that is exactly as dark as can be. */
  emptyShare: number;
  /** Air in the corners, which no ghost of the head reaches, in voxels. */
  corner: number;
  /** Signal in air along each voxel axis of the head, less that of the corners, by the signal of the head. NaN where there is no such air. */
  ghosts: [number, number, number];
  /** Share of all air brighter than noise is once in a thousand times, less that thousandth (after QI1 of Mortamet 2009). */
  artefacts: number;
  white: Tissue;
  grey: Tissue;
}

export interface Tissue {
  mean: number;
  sd: number;
  voxels: number;
}

const coarseMm = 4;
/** Nothing nearer to the head counts as air. */
const clearMm = 12;
const fewest = 500;
/** Brighter than this share of the way from air to brain is head: ghosts are fainter, skin is not. */
const headShare = 0.25;
/** Of a Rayleigh distribution, by its parameter: median, and what one value in a thousand exceeds. */
const medianByParameter = Math.sqrt(2 * Math.LN2);
const thousandth = Math.sqrt(-2 * Math.log(0.001));

/**
 * Noise, ghosts and tissue of a magnitude image. `tissueOf`: what a voxel of the label map is; only voxels whose six neighbours
 * have the same label are tissue here. Air counts above the lowest part of the brain: below are face and neck. Undefined where
 * there is no head or too little air.
 */
export function imageNoise(
  { grid, values }: Volume,
  labels: { grid: Pick<Grid, 'shape' | 'affineRas'>; values: Uint8Array },
  tissueOf: (label: number) => 'white' | 'grey' | undefined,
): ImageNoise | undefined {
  const small = shrinkTo({ grid, values }, coarseMm);
  const places = airPlaces(small, labels);
  if (places === undefined) return undefined;
  const [ni, nj, nk] = grid.shape;
  const [mi, mj] = small.grid.shape;
  const factors = [0, 1, 2].map((axis) => Math.ceil(grid.shape[axis]! / small.grid.shape[axis]!));
  const [fi, fj, fk] = factors as [number, number, number];
  const tissue = tissueReader(grid, labels, tissueOf);
  const sums = { white: [0, 0, 0], grey: [0, 0, 0] };
  const air: number[][] = [[], [], [], [], []];
  const head = [0, 0];
  let darkest = Number.POSITIVE_INFINITY;
  for (let at = 0; at < values.length; at++) darkest = Math.min(darkest, values[at]!);
  // Air is plenty: every third row of every third slice is enough for quantiles, and bounds what is held.
  const step = ni * nj * nk > 8e6 ? 3 : 1;
  for (let k = 0, at = 0; k < nk; k++)
    for (let j = 0; j < nj; j++) {
      const row = mi * (Math.floor(j / fj) + mj * Math.floor(k / fk));
      const isCounted = k % step === 0 && j % step === 0;
      for (let i = 0; i < ni; i++, at++) {
        const value = values[at]!;
        const place = places[row + Math.floor(i / fi)]!;
        if (place === inHead) {
          head[0]! += value;
          head[1]!++;
          const kind = tissue(i, j, k);
          if (kind !== undefined) {
            sums[kind][0]! += value;
            sums[kind][1]! += value * value;
            sums[kind][2]!++;
          }
        } else if (place >= firstAir && isCounted) air[place - firstAir]!.push(value);
      }
    }
  const [corner, ...along] = air as [number[], ...number[][]];
  const all = air.flat();
  const quiet = corner.length >= fewest ? corner : all;
  if (quiet.length < fewest || head[1] === 0) return undefined;
  const sorted = Float32Array.from(quiet).sort();
  const sigma = sorted[Math.floor(sorted.length / 2)]! / medianByParameter;
  const { mean, sd } = moments(quiet);
  const signal = head[0]! / head[1]!;
  const ghosts = [0, 1, 2].map((axis) => {
    const there = along[axis]!;
    return there.length >= fewest && corner.length >= fewest ? (moments(there).mean - mean) / signal : Number.NaN;
  }) as [number, number, number];
  const bright = all.reduce((count, value) => count + (value > thousandth * sigma ? 1 : 0), 0);
  return {
    ...{ sigma, airRatio: sd > 0 ? mean / sd : Number.NaN, corner: corner.length, ghosts },
    emptyShare: quiet.reduce((count, value) => count + (value === darkest ? 1 : 0), 0) / quiet.length,
    artefacts: bright / all.length - 0.001,
    ...{ white: tissueOfSums(sums.white), grey: tissueOfSums(sums.grey) },
  };
}

const inHead = 1;
/** From here on: in the corners; beside the head along i, j or k only; along several. */
const firstAir = 2;

/** For each voxel of a coarse image what it is: 0 nothing that counts, head, or air of a kind. */
function airPlaces(
  { grid, values }: Volume & { values: Float32Array },
  labels: { grid: Pick<Grid, 'shape' | 'affineRas'>; values: Uint8Array },
): Uint8Array | undefined {
  const size = [grid.shape[0], grid.shape[1], grid.shape[2]] as const;
  const brain = withinBrain(labels, grid, values);
  if (brain.length === 0) return undefined;
  const filled = values.filter((value) => value > 0).sort();
  const air = filled[Math.floor(0.02 * filled.length)] ?? 0;
  const threshold = air + headShare * (moments(brain).mean - air);
  const bright = values.map((value) => (value > threshold ? 1 : 0));
  const head = largestComponent(bright, size).mask;
  const lowestMm = lowestBrain(labels);
  const near = dilate(head, size, clearMm / coarseMm);
  const strides = [1, size[0], size[0] * size[1]] as const;
  const beside = strides.map((stride, axis) => {
    const line = new Uint8Array(head.length);
    const lineOf = (at: number): number => at - (Math.floor(at / stride) % size[axis]!) * stride;
    for (let at = 0; at < head.length; at++) if (head[at] === 1) line[lineOf(at)] = 1;
    return (at: number): boolean => line[lineOf(at)] === 1;
  });
  const m = grid.affineRas;
  return Uint8Array.from(head, (isHead, at) => {
    if (isHead === 1) return inHead;
    if (near[at] === 1) return 0;
    const z =
      m[8]! * (at % size[0]) +
      m[9]! * (Math.floor(at / size[0]) % size[1]) +
      m[10]! * Math.floor(at / strides[2]) +
      m[11]!;
    if (z < lowestMm) return 0;
    const axes = [0, 1, 2].filter((axis) => beside[axis]!(at));
    return axes.length === 0 ? firstAir : axes.length === 1 ? firstAir + 1 + axes[0]! : firstAir + 4;
  });
}

function lowestBrain({ grid, values }: { grid: Pick<Grid, 'shape' | 'affineRas'>; values: Uint8Array }): number {
  const [ni, nj] = grid.shape;
  const m = grid.affineRas;
  let lowest = Number.POSITIVE_INFINITY;
  for (let at = 0; at < values.length; at++)
    if (values[at] !== 0) {
      const z = m[8]! * (at % ni) + m[9]! * (Math.floor(at / ni) % nj) + m[10]! * Math.floor(at / (ni * nj)) + m[11]!;
      if (z < lowest) lowest = z;
    }
  return lowest;
}

function tissueReader(
  grid: Pick<Grid, 'shape' | 'affineRas'>,
  labels: { grid: Pick<Grid, 'shape' | 'affineRas'>; values: Uint8Array },
  tissueOf: (label: number) => 'white' | 'grey' | undefined,
): (i: number, j: number, k: number) => 'white' | 'grey' | undefined {
  const m = multiply(invert(labels.grid.affineRas), grid.affineRas);
  const [ni, nj, nk] = labels.grid.shape;
  const steps = [1, ni, ni * nj];
  const { values } = labels;
  return (i, j, k) => {
    const x = Math.round(m[0]! * i + m[1]! * j + m[2]! * k + m[3]!);
    const y = Math.round(m[4]! * i + m[5]! * j + m[6]! * k + m[7]!);
    const z = Math.round(m[8]! * i + m[9]! * j + m[10]! * k + m[11]!);
    if (x < 1 || y < 1 || z < 1 || x >= ni - 1 || y >= nj - 1 || z >= nk - 1) return undefined;
    const at = x + ni * (y + nj * z);
    const label = values[at]!;
    if (label === 0) return undefined;
    for (const step of steps) if (values[at - step] !== label || values[at + step] !== label) return undefined;
    return tissueOf(label);
  };
}

function moments(all: readonly number[]): { mean: number; sd: number } {
  let [sum, squares] = [0, 0];
  for (const value of all) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / all.length;
  return { mean, sd: Math.sqrt(Math.max(0, squares / all.length - mean * mean)) };
}

function tissueOfSums([sum, squares, voxels]: readonly number[]): Tissue {
  const mean = voxels! > 0 ? sum! / voxels! : Number.NaN;
  return { mean, sd: Math.sqrt(Math.max(0, squares! / voxels! - mean * mean)), voxels: voxels! };
}

/** Signal without what noise adds to the mean of a magnitude: A^2 = M^2 - sigma^2 (Gudbjartsson and Patz 1995), good from a ratio of 3 up. */
export function withoutRicianBias(mean: number, sigma: number): number {
  return Math.sqrt(Math.max(0, mean * mean - sigma * sigma));
}
