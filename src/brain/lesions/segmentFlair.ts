import type { Grid } from '../../dossier/grid.ts';
import { spacingMm } from '../../voxels/affine.ts';
import { clustersAbove } from '../function/clusters.ts';
import { histogramMode } from './histogram.ts';
import { centreOf, leastMm3, places } from './places.ts';
import { smoothField } from './smoothField.ts';
import { fluidShare, type NormalTissue, normalTissue, t1Classes, t1ClassOf } from './tissue.ts';

/** Chosen before any image with a known answer was looked at; reasons in docs/methods/brain-lesions.md. */
export const settings = {
  /** SDs above normal tissue at which a lesion is believed to be there, and at which it ends. */
  seedZ: 3,
  edgeZ: 2,
  /** The interval of a volume: the edge moved by so much. */
  edgeShift: 0.5,
} as const;

export interface FlairModel {
  grid: Grid;
  mask: Uint8Array;
  /** FLAIR with its field taken out, mode of tissue 1; 0 outside the mask. */
  corrected: Float32Array;
  tissue: NormalTissue;
  /** 0 outside the mask, 1 fluid, 2 gray, 3 white; by the T1 image or the segmentation, else by the FLAIR image alone. */
  classes: Uint8Array;
  classesBy: 'segmentation' | 't1' | 'flair';
}

/** What else is known of the head on the grid of the FLAIR image. */
export interface Support {
  t1?: ArrayLike<number>;
  /** 0 unknown, 1 fluid, 2 gray, 3 white. */
  classes?: Uint8Array;
}

export interface Lesion {
  voxels: Int32Array;
  volumeMl: number;
  centreRasMm: [number, number, number];
}

export interface FlairLesions {
  mask: Uint8Array<ArrayBuffer>;
  lesions: Lesion[];
  volumeMl: number;
  /** The volume with the edge moved out and in. */
  lowMl: number;
  highMl: number;
  /** What was bright and is no lesion, by rule. */
  dropped: { small: number; rim: number; fluid: number; gray: number };
}

/** Takes the field out of a FLAIR image, finds its normal tissue and the classes round it. Undefined where there is no tissue to speak of. */
export function modelFlair(
  values: ArrayLike<number>,
  grid: Grid,
  mask: Uint8Array,
  support: Support = {},
): FlairModel | undefined {
  const size = [grid.shape[0], grid.shape[1], grid.shape[2]] as const;
  const inside = indicesOf(mask);
  const mode = histogramMode(Float32Array.from(inside, (at) => values[at]!));
  if (mode === undefined || !(mode > 0)) return undefined;
  const bulk = inside.filter((at) => values[at]! > fluidShare * mode && values[at]! < 1.6 * mode);
  const field = smoothField(bulk, (at) => Math.log(values[at]!), size);
  if (!field) return undefined;
  const corrected = new Float32Array(mask.length);
  for (const at of inside) corrected[at] = Math.max(0, values[at]!) / Math.exp(field(at));
  const level = histogramMode(Float32Array.from(inside, (at) => corrected[at]!));
  if (level === undefined || !(level > 0)) return undefined;
  for (const at of inside) corrected[at]! /= level;
  const { classes, classesBy } = classesOf(corrected, inside, size, support);
  // The brightest normal tissue is what a lesion must exceed: gray matter, where something tells it apart.
  const gray = classesBy === 'flair' ? [] : inside.filter((at) => classes[at] === 2 && corrected[at]! > fluidShare);
  const tissue = normalTissue(
    Float32Array.from(
      gray.length > 5000 ? gray : inside.filter((at) => corrected[at]! > fluidShare),
      (at) => corrected[at]!,
    ),
  );
  return tissue && { grid, mask, corrected, tissue, classes, classesBy };
}

export function indicesOf(mask: ArrayLike<number>): Int32Array {
  let count = 0;
  for (let at = 0; at < mask.length; at++) if (mask[at] !== 0) count++;
  const result = new Int32Array(count);
  for (let at = 0, n = 0; at < mask.length; at++) if (mask[at] !== 0) result[n++] = at;
  return result;
}

function classesOf(
  corrected: Float32Array,
  inside: Int32Array,
  size: readonly [number, number, number],
  { t1, classes: given }: Support,
): Pick<FlairModel, 'classes' | 'classesBy'> {
  const classes = new Uint8Array(corrected.length);
  // White matter is darker than gray in FLAIR: halves of the tissue, as far as noise lets them be told apart.
  const byFlair = (value: number): number => (value < fluidShare ? 1 : value <= 1 ? 3 : 2);
  if (given) {
    for (const at of inside) classes[at] = given[at]! || byFlair(corrected[at]!);
    return { classes, classesBy: 'segmentation' };
  }
  if (t1) {
    const known = inside.filter((at) => t1[at]! > 0);
    const field = smoothField(known, (at) => Math.log(t1[at]!), size);
    const even = (at: number): number => t1[at]! / Math.exp(field?.(at) ?? 0);
    const parts = known.length > 0.8 * inside.length ? t1Classes(Float32Array.from(known, even)) : undefined;
    if (parts) {
      // A lesion is darker than white matter in T1 as gray matter is, but fluid is dark in FLAIR too: FLAIR says what is fluid.
      for (const at of inside) {
        const value = corrected[at]!;
        classes[at] =
          value < fluidShare || !(t1[at]! > 0) ? byFlair(value) : Math.max(2, 1 + t1ClassOf(even(at), parts));
      }
      return { classes, classesBy: 't1' };
    }
  }
  for (const at of inside) classes[at] = byFlair(corrected[at]!);
  return { classes, classesBy: 'flair' };
}

/** Bright outliers of normal tissue that lie in white matter. */
export function lesionsOf(model: FlairModel): FlairLesions {
  const { corrected, tissue, grid, mask, classes } = model;
  const voxelMl = spacingMm(grid.affineRas).reduce((product, one) => product * one, 1) / 1000;
  const z = corrected.map((value, at) =>
    mask[at] === 0 ? Number.NEGATIVE_INFINITY : (value - tissue.mean) / tissue.sd,
  );
  const placeOf = places(mask, classes, grid);
  const dropped = { small: 0, rim: 0, fluid: 0, gray: 0 };
  const kept: Int32Array[] = [];
  for (const { members, peak } of clustersAbove(z, settings.edgeZ, grid)) {
    if (peak < settings.seedZ) continue;
    if (members.length * voxelMl * 1000 < leastMm3) {
      dropped.small++;
      continue;
    }
    const place = placeOf(members);
    if (place === 'white') kept.push(members);
    else dropped[place]++;
  }
  const result = new Uint8Array(mask.length);
  for (const members of kept) for (const at of members) result[at] = 1;
  const volumeAt = (edge: number): number => {
    let voxels = 0;
    for (const { members } of clustersAbove(z, edge, grid))
      if (members.some((at) => result[at] === 1)) voxels += members.length;
    return voxels * voxelMl;
  };
  const lesions = kept.map((voxels) => ({
    voxels,
    volumeMl: voxels.length * voxelMl,
    centreRasMm: centreOf(voxels, grid),
  }));
  const volumeMl = lesions.reduce((sum, one) => sum + one.volumeMl, 0);
  return {
    ...{ mask: result, lesions, volumeMl, dropped },
    lowMl: Math.min(volumeMl, volumeAt(settings.edgeZ + settings.edgeShift)),
    highMl: Math.max(volumeMl, volumeAt(settings.edgeZ - settings.edgeShift)),
  };
}
