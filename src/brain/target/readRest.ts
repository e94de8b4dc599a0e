import { IdiographError } from '../../dossier/errors.ts';
import type { Grid } from '../../dossier/grid.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import { spacingMm } from '../../voxels/affine.ts';
import { epiMask } from '../function/mask.ts';
import { boxAround, boxGrid, cut, type Sphere, voxelsIn } from './searchArea.ts';
import { smoother } from './smooth.ts';

/** What of a resting scan the target rests on: a few thousand courses instead of the whole image. */
export interface RestSeries {
  volumes: number;
  repetitionTimeS: number;
  /** Mean over the seed, or over all voxels weighted by the seed map. */
  seed: Float64Array;
  /** Mean over the brain. */
  globalSignal: Float64Array;
  /** DVARS: root mean square change of brain voxels since the volume before; 0 for the first. */
  dvars: Float64Array;
  /** The search area: `courses` holds one row a volume, one column a voxel of `voxels` (indices into `grid`). */
  grid: Grid;
  voxels: Int32Array;
  courses: Float32Array;
  seedSignal: SeedSignal;
  /** Of at most 24 volumes, on the grid of the image. */
  mean: Float32Array;
}

/** What can be said of the signal in the seed sphere. Undefined shares: the series has no mean, as after denoising. */
export interface SeedSignal {
  voxels: number;
  /** Median signal of the sphere over the median of the brain. */
  signalShare: number | undefined;
  /** Share of the sphere's voxels that have at least `leastShare` of the brain's median. */
  voxelShare: number | undefined;
  /** Median over the sphere of mean / standard deviation after a straight line is taken out. */
  tsnr: number | undefined;
}

export interface RestOptions {
  seed: Sphere;
  search: readonly Sphere[];
  smoothingFwhmMm: number;
  repetitionTimeS: number;
  /** Weights on the grid of the image; they replace the sphere as the seed, not its signal check. */
  seedMap?: Float32Array;
  /** 1 in the brain; default from the mean. */
  mask?: Uint8Array;
  /** Share of the brain's median below which a voxel counts as without signal. */
  leastShare: number;
  progress?: (fraction: number) => void;
}

const leastSearchVoxels = 200;

/** Reads a series in MNI space volume by volume. Throws `unsupported` when it does not hold the seed or the search area. */
export async function readRest(image: ImageHandle, options: RestOptions): Promise<RestSeries> {
  const [ni, nj, nk, volumes] = image.grid.shape;
  const grid: Grid = { shape: [ni, nj, nk, 1], affineRas: image.grid.affineRas };
  const size = ni * nj * nk;
  const mean = await meanOf(image, size);
  const hasMean = isPositive(mean);
  const mask = options.mask ?? (hasMean ? epiMask(mean, [ni, nj, nk]) : await changing(image, size));
  const brain = indices(mask);
  if (brain.length < 1000)
    throw new IdiographError('unsupported', `${brain.length} voxels of the run look like brain`, {
      remedy: 'Give a run of the head in MNI space, or its brain mask.',
    });
  const area = voxelsIn(options.search, grid);
  const box = boxAround(area, grid, 2 * options.smoothingFwhmMm);
  const part: Grid = boxGrid(grid, box);
  const boxMask = new Uint8Array(box.size[0] * box.size[1] * box.size[2]);
  cut(mask, grid, box, boxMask);
  const inArea = new Uint8Array(size);
  for (const at of area) inArea[at] = 1;
  const boxArea = new Uint8Array(boxMask.length);
  cut(inArea, grid, box, boxArea);
  const voxels = Int32Array.from(indices(boxArea).filter((at) => boxMask[at] === 1));
  const sphere = voxelsIn([options.seed], grid);
  if (voxels.length < leastSearchVoxels || voxels.length < 0.5 * area.length || sphere.length < 5)
    throw new IdiographError('unsupported', 'the image does not hold the search area and the seed', {
      remedy: 'Give a run that covers the whole frontal lobe, in MNI space.',
    });
  const weights = seedWeights(options, sphere, mask, inArea);
  const smooth = smoother(boxMask, box.size, spacingMm(grid.affineRas), options.smoothingFwhmMm);
  const series: RestSeries = {
    ...{ volumes, repetitionTimeS: options.repetitionTimeS, grid: part, voxels },
    ...{ seed: new Float64Array(volumes), globalSignal: new Float64Array(volumes), dvars: new Float64Array(volumes) },
    ...{ courses: new Float32Array(volumes * voxels.length), mean },
    seedSignal: { voxels: sphere.length, signalShare: undefined, voxelShare: undefined, tsnr: undefined },
  };
  const sampled = brain.filter((_, at) => at % 5 === 0);
  const before = new Float32Array(sampled.length);
  const boxed = new Float32Array(boxMask.length);
  const inSphere = new Float32Array(volumes * sphere.length);
  for (let t = 0; t < volumes; t++) {
    const volume = await image.readVolume(t);
    let sum = 0;
    for (const at of brain) sum += volume[at]!;
    series.globalSignal[t] = sum / brain.length;
    let seed = 0;
    for (let at = 0; at < weights.at.length; at++) seed += weights.weight[at]! * volume[weights.at[at]!]!;
    series.seed[t] = seed;
    let change = 0;
    for (let at = 0; at < sampled.length; at++) {
      const value = volume[sampled[at]!]!;
      change += (value - before[at]!) ** 2;
      before[at] = value;
    }
    series.dvars[t] = t === 0 ? 0 : Math.sqrt(change / sampled.length);
    for (let at = 0; at < sphere.length; at++) inSphere[t * sphere.length + at] = volume[sphere[at]!]!;
    cut(volume, grid, box, boxed);
    smooth(boxed);
    for (let at = 0; at < voxels.length; at++) series.courses[t * voxels.length + at] = boxed[voxels[at]!]!;
    options.progress?.((t + 1) / volumes);
  }
  const numbers = [series.seed, series.globalSignal, series.dvars, series.courses];
  if (numbers.some((values) => values.some((value) => !Number.isFinite(value))))
    throw new IdiographError('unsupported', 'the series holds values that are no numbers inside the brain', {
      remedy: 'Write the series again without NaN or infinity.',
    });
  if (hasMean)
    series.seedSignal = seedSignal(inSphere, sphere.length, median(brain.map((at) => mean[at]!)), options.leastShare);
  return series;
}

/** Of at most 24 volumes spread over the run. */
async function meanOf(image: ImageHandle, size: number): Promise<Float32Array> {
  const volumes = image.grid.shape[3];
  const step = Math.max(1, Math.floor(volumes / 24));
  const sums = new Float64Array(size);
  let read = 0;
  for (let t = 0; t < volumes; t += step, read++) {
    const volume = await image.readVolume(t);
    for (let at = 0; at < size; at++) sums[at]! += volume[at]!;
  }
  return Float32Array.from(sums, (sum) => sum / read);
}

/** A series after denoising swings round zero: then no signal can be told from none. */
function isPositive(mean: Float32Array): boolean {
  let positive = 0;
  let negative = 0;
  for (const value of mean) {
    if (value > 0) positive += value;
    else negative -= value;
  }
  return positive > 20 * negative;
}

async function changing(image: ImageHandle, size: number): Promise<Uint8Array> {
  const [first, second] = [await image.readVolume(0), await image.readVolume(1)];
  const mask = new Uint8Array(size);
  for (let at = 0; at < size; at++) mask[at] = first[at] !== second[at] ? 1 : 0;
  return mask;
}

function seedWeights({ seedMap }: RestOptions, sphere: readonly number[], mask: Uint8Array, search: Uint8Array) {
  const candidates = seedMap
    ? indices(mask).filter((at) => search[at] === 0 && seedMap[at] !== 0)
    : sphere.filter((at) => mask[at] === 1);
  const used = candidates.length > 0 ? candidates : sphere;
  const raw = used.map((at) => (seedMap ? seedMap[at]! : 1));
  const total = raw.reduce((sum, weight) => sum + Math.abs(weight), 0);
  return { at: used, weight: raw.map((weight) => weight / total) };
}

function seedSignal(courses: Float32Array, count: number, brainMedian: number, leastShare: number): SeedSignal {
  const volumes = courses.length / count;
  const means = new Float64Array(count);
  const ratios = new Float64Array(count);
  const middle = (volumes - 1) / 2;
  for (let at = 0; at < count; at++) {
    let sum = 0;
    let slope = 0;
    let spread = 0;
    for (let t = 0; t < volumes; t++) {
      const value = courses[t * count + at]!;
      sum += value;
      slope += value * (t - middle);
      spread += (t - middle) ** 2;
    }
    means[at] = sum / volumes;
    slope /= spread;
    let squares = 0;
    for (let t = 0; t < volumes; t++) squares += (courses[t * count + at]! - means[at]! - slope * (t - middle)) ** 2;
    ratios[at] = squares > 0 ? means[at]! / Math.sqrt(squares / (volumes - 2)) : 0;
  }
  return {
    voxels: count,
    signalShare: median([...means]) / brainMedian,
    voxelShare: means.filter((value) => value >= leastShare * brainMedian).length / count,
    tsnr: median([...ratios]),
  };
}

export function median(values: number[]): number {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

function indices(mask: Uint8Array): number[] {
  const found: number[] = [];
  for (let at = 0; at < mask.length; at++) if (mask[at] === 1) found.push(at);
  return found;
}
