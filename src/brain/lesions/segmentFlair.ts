import type { Grid } from '../../dossier/grid.ts';
import { spacingMm } from '../../voxels/affine.ts';
import { squaredDistance } from '../../voxels/distance.ts';
import { clustersAbove } from '../function/clusters.ts';
import { histogramMode, quantile } from './histogram.ts';
import { centreOf, leastMm3, placesIn } from './places.ts';
import { smoothField } from './smoothField.ts';
import { fluidShare, type NormalTissue, normalTissue, t1Classes, t1ClassOf } from './tissue.ts';

/** Chosen before any image with a known answer was looked at; reasons in docs/methods/brain-lesions.md. */
export const settings = {
  /** SDs above normal tissue at which a lesion is believed to be there, and at which it ends. */
  seedZ: 3,
  edgeZ: 2,
  /** The interval of a volume: the edge moved by so much. */
  edgeShift: 0.5,
  /** A lesion ends no farther than this from a voxel above the seed. */
  edgeMm: 3,
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
  dropped: { small: number; fluid: number; gray: number };
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
  const mode = modeOf(values, inside);
  if (mode === undefined) return undefined;
  const bulk = inside.filter((at) => values[at]! > fluidShare * mode && values[at]! < brightest * mode);
  const first = smoothField(bulk, (at) => Math.log(values[at]!), size);
  if (!first) return undefined;
  let corrected = without(first, values, inside);
  const { classes, classesBy } = classesOf(corrected, inside, size, support);
  // What gray and white differ by is no field: once classes are known, the field is what is left beside their medians.
  for (let round = 0; round < rounds && classesBy !== 'flair'; round++) {
    const field = smoothField(bulk, residual(values, corrected, classes, bulk), size);
    if (!field) return undefined;
    corrected = without(field, values, inside);
  }
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

/** Brighter than so many modes is no tissue that a field is learnt from. */
const brightest = 1.6;
/** Classes and field are found in turn so often. */
const rounds = 3;

function modeOf(values: ArrayLike<number>, inside: Int32Array): number | undefined {
  const mode = histogramMode(Float32Array.from(inside, (at) => values[at]!));
  return mode !== undefined && mode > 0 ? mode : undefined;
}

/** Values over the field, their mode 1; 0 outside. */
function without(field: (voxel: number) => number, values: ArrayLike<number>, inside: Int32Array): Float32Array {
  const corrected = new Float32Array(values.length);
  for (const at of inside) corrected[at] = Math.max(0, values[at]!) / Math.exp(field(at));
  const level = modeOf(corrected, inside) ?? 1;
  for (const at of inside) corrected[at]! /= level;
  return corrected;
}

/** Log of a value less that of the median of its class. */
function residual(
  values: ArrayLike<number>,
  corrected: Float32Array,
  classes: Uint8Array,
  at: Int32Array,
): (voxel: number) => number {
  const levels = [0, 1, 2, 3].map((of) => {
    const median = quantile(
      Float32Array.from(
        at.filter((voxel) => classes[voxel] === of),
        (voxel) => corrected[voxel]!,
      ),
      0.5,
    );
    return Number.isFinite(median) && median > 0 ? Math.log(median) : 0;
  });
  return (voxel) => Math.log(values[voxel]!) - levels[classes[voxel]!]!;
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
  const byT1 = t1 && classesOfT1(t1, inside, size);
  if (!byT1) {
    for (const at of inside) classes[at] = byFlair(corrected[at]!);
    return { classes, classesBy: 'flair' };
  }
  // A lesion is darker than white matter in T1 as gray matter is, but fluid is dark in FLAIR too: FLAIR says what is fluid.
  for (const at of inside) {
    const value = corrected[at]!;
    classes[at] = value < fluidShare || byT1[at] === 0 ? byFlair(value) : Math.max(2, byT1[at]!);
  }
  return { classes, classesBy: 't1' };
}

/** 1 fluid, 2 gray, 3 white by a T1 image: three normal classes and the field beside their means, in turn. */
function classesOfT1(
  t1: ArrayLike<number>,
  inside: Int32Array,
  size: readonly [number, number, number],
): Uint8Array | undefined {
  const known = inside.filter((at) => t1[at]! > 0);
  if (known.length < 0.8 * inside.length) return undefined;
  const classes = new Uint8Array(t1.length);
  let field: ((voxel: number) => number) | undefined;
  for (let round = 0; round <= rounds; round++) {
    const even = Float32Array.from(known, (at) => t1[at]! / Math.exp(field?.(at) ?? 0));
    const parts = t1Classes(even);
    if (!parts) return undefined;
    for (const [n, at] of known.entries()) classes[at] = 1 + t1ClassOf(even[n]!, parts);
    if (round === rounds) break;
    const tissue = known.filter((at) => classes[at]! > 1);
    const levels = parts.means.map((mean) => Math.log(Math.max(1e-6, mean)));
    field = smoothField(tissue, (at) => Math.log(t1[at]!) - levels[classes[at]! - 1]!, size);
  }
  return classes;
}

/** Bright outliers of normal tissue that lie in white matter. */
export function lesionsOf(model: FlairModel): FlairLesions {
  const { corrected, tissue, grid, mask, classes } = model;
  const spacing = spacingMm(grid.affineRas);
  const voxelMl = spacing.reduce((product, one) => product * one, 1) / 1000;
  const { deep, placeOf } = placesIn(mask, classes, grid);
  const z = corrected.map((value, at) =>
    deep[at] === 0 ? Number.NEGATIVE_INFINITY : (value - tissue.mean) / tissue.sd,
  );
  // Blur at an edge reaches some millimetres: without this limit noise above the edge's threshold hangs together for ever.
  const near = squaredDistance(
    Uint8Array.from(z, (value) => (value >= settings.seedZ ? 1 : 0)),
    [grid.shape[0], grid.shape[1], grid.shape[2]],
    spacing,
  );
  const around = z.map((value, at) => (near[at]! <= settings.edgeMm ** 2 ? value : Number.NEGATIVE_INFINITY));
  const dropped = { small: 0, fluid: 0, gray: 0 };
  const kept: Int32Array[] = [];
  for (const { members } of clustersAbove(around, settings.edgeZ, grid)) {
    if (members.length * voxelMl * 1000 < leastMm3(voxelMl * 1000)) {
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
    for (const { members } of clustersAbove(around, edge, grid))
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
