import type { Grid } from '../dossier/grid.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import type { LoadedModel, Normalisation } from '../packs/networkPack.ts';
import { runBySlabs } from '../packs/onnx/runBySlabs.ts';
import type { OnnxRuntime } from '../packs/onnx/runtime.ts';
import { type Box, boundingBox, boxSize, grow } from '../voxels/box.ts';
import { largestComponent } from '../voxels/components.ts';
import type { Conformed } from '../voxels/conform.ts';
import { dilate, erode } from '../voxels/distance.ts';

export interface Segmentation {
  grid: Grid;
  /** One label a voxel of the conformed grid, i fastest. */
  labels: Uint8Array;
  /** The part that the network saw. */
  box: Box;
}

export interface SegmentOptions {
  signal?: AbortSignal;
  progress?: (fraction: number, doing: string) => void;
  /** Voxels around the brain that the network sees as well. */
  margin?: number;
  /** Use this box instead of looking for the brain. */
  box?: Box;
}

/** Less brain than this, in mL, is no brain: the smallest heads that can be scanned upright hold more. */
const leastBrainMl = 300;
/** Radius of the opening that cuts bridges of the brain mask. */
const bridgeVoxels = 2;

/**
 * Labels a conformed T1 volume. Where the brain is: the mask network over the whole grid (any class above 0 is brain;
 * on a box around the head it was seen to lose the edge of the brain), opened, its largest component, a margin of 8
 * voxels. Without a mask network the box around the head is used.
 * The segmentation network runs on that box alone, which it permits because it is fully convolutional. Labels are kept
 * as the network gives them, islands included. Refused when there is less than 300 mL of brain.
 */
export async function segment(
  { grid, data }: Pick<Conformed, 'grid' | 'data'>,
  models: { segmentation: LoadedModel; brainMask: LoadedModel | undefined },
  runtime: OnnxRuntime,
  { signal, progress, margin = 8, box }: SegmentOptions = {},
): Promise<Segmentation | { refused: Issue }> {
  const [ni, nj, nk] = grid.shape;
  const size = [ni, nj, nk] as const;
  const run = async (model: LoadedModel, part: Box, from: number, to: number, doing: string): Promise<Uint8Array> =>
    runBySlabs(runtime, model.network, networkInput(data, size, part, model.normalisation), boxSize(part), {
      ...(signal && { signal }),
      progress: (fraction) => progress?.(from + (to - from) * fraction, doing),
    });
  let part = box;
  if (!part) {
    part = models.brainMask ? { low: [0, 0, 0], high: [ni, nj, nk] } : headBox(data, size);
    if (models.brainMask) {
      const mask = await run(models.brainMask, part, 0, 0.2, 'finding the brain');
      const brain = brainBox(mask, size);
      if ('refused' in brain) return brain;
      part = grow(brain, margin, size);
    }
  }
  const cropped = await run(models.segmentation, part, models.brainMask && !box ? 0.2 : 0, 0.98, 'labelling');
  const labelled = cropped.reduce((count, label) => count + (label === 0 ? 0 : 1), 0);
  if (labelled < leastBrainMl * 1000) return { refused: noBrain(labelled) };
  const labels = new Uint8Array(data.length);
  let at = 0;
  for (let i = part.low[0]; i < part.high[0]; i++)
    for (let j = part.low[1]; j < part.high[1]; j++)
      for (let k = part.low[2]; k < part.high[2]; k++) labels[i + ni * (j + nj * k)] = cropped[at++]!;
  progress?.(1, 'labelling');
  return { grid, labels, box: part };
}

/**
 * Box around the brain in a mask over the whole grid in the order [i][j][k], k fastest: bridges thinner than 4 voxels
 * (dura, nerves, vessels) are cut, the largest component is kept and grown back within the mask.
 */
function brainBox(mask: Uint8Array, [ni, nj, nk]: readonly [number, number, number]): Box | { refused: Issue } {
  const labelled = boundingBox(mask, [nk, nj, ni], (value) => value > 0);
  if (!labelled) return { refused: noBrain(0) };
  const part = { low: labelled.low, high: labelled.high };
  const size = boxSize(part);
  const inside = new Uint8Array(size[0] * size[1] * size[2]);
  let at = 0;
  for (let i = part.low[2]; i < part.high[2]; i++)
    for (let j = part.low[1]; j < part.high[1]; j++)
      for (let k = part.low[0]; k < part.high[0]; k++) inside[at++] = mask[k + nk * (j + nj * i)] ? 1 : 0;
  const core = largestComponent(erode(inside, size, bridgeVoxels), size);
  const near = dilate(core.mask, size, bridgeVoxels);
  let voxels = 0;
  for (at = 0; at < near.length; at++) voxels += near[at]! &= inside[at]!;
  const found = boundingBox(near, size, (value) => value === 1);
  if (!found || voxels < leastBrainMl * 1000) return { refused: noBrain(voxels) };
  const [c, b, a] = part.low;
  return {
    low: [found.low[2] + a, found.low[1] + b, found.low[0] + c],
    high: [found.high[2] + a, found.high[1] + b, found.high[0] + c],
  };
}

function noBrain(voxels: number): Issue {
  return issue(
    'error',
    'brain-not-found',
    `Only ${Math.round(voxels / 1000)} mL of this image look like brain: nothing was labelled.`,
    {
      remedy: 'Check that it is a T1-weighted scan of a whole head and that its orientation is stated correctly.',
    },
  );
}

/** The part of a volume (i fastest) in the order of the network, [i][j][k] with k fastest, scaled to about 0..1. */
export function networkInput(
  data: Uint8Array,
  [ni, nj, nk]: readonly [number, number, number],
  { low, high }: Box,
  normalisation: Normalisation,
): Float32Array {
  const [dark, bright] = intensityLimits(data, normalisation);
  const scale = bright > dark ? 1 / (bright - dark) : 0;
  const table = Float32Array.from({ length: 256 }, (_, value) => (value - dark) * scale);
  const [a, b, c] = boxSize({ low, high });
  if (high[0] > ni || high[1] > nj || high[2] > nk) throw new RangeError('the box lies outside the volume');
  const input = new Float32Array(a * b * c);
  let at = 0;
  for (let i = low[0]; i < high[0]; i++)
    for (let j = low[1]; j < high[1]; j++)
      for (let k = low[2]; k < high[2]; k++) input[at++] = table[data[i + ni * (j + nj * k)]!]!;
  return input;
}

/** Darkest and brightest value of the whole volume, or its 5 % and 95 % quantiles (upstream's two ways). */
function intensityLimits(data: Uint8Array, normalisation: Normalisation): [number, number] {
  const counts = new Uint32Array(256);
  for (const value of data) counts[value] = counts[value]! + 1;
  const [from, to] = normalisation === 'min-max' ? [0, 1] : [0.05, 0.95];
  const at = (fraction: number): number => {
    let seen = 0;
    for (let value = 0; value < 256; value++) {
      seen += counts[value]!;
      if (counts[value]! > 0 && seen >= Math.max(1, fraction * data.length)) return value;
    }
    return 255;
  };
  return [at(from), at(to)];
}

/**
 * Box around everything brighter than a tenth of the way from the 2 % to the 98 % quantile (the threshold of BET,
 * Smith 2002), with a margin of 4 voxels: cuts away air, never tissue. The whole volume when nothing is brighter.
 */
export function headBox(data: Uint8Array, size: readonly [number, number, number]): Box {
  const counts = new Uint32Array(256);
  for (const value of data) counts[value] = counts[value]! + 1;
  const quantile = (fraction: number): number => {
    let seen = 0;
    for (let value = 0; value < 256; value++) {
      seen += counts[value]!;
      if (seen >= fraction * data.length) return value;
    }
    return 255;
  };
  const dark = quantile(0.02);
  const threshold = dark + 0.1 * (quantile(0.98) - dark);
  const bright = Uint8Array.from(data, (value) => (value > threshold ? 1 : 0));
  const head = boundingBox(largestComponent(bright, size).mask, size, (value) => value === 1);
  return head ? grow(head, 4, size) : { low: [0, 0, 0], high: [...size] };
}
