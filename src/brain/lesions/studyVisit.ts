import type { Grid } from '../../dossier/grid.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { multiply, spacingMm } from '../../voxels/affine.ts';
import { squaredDistance } from '../../voxels/distance.ts';
import { register } from '../../voxels/registration/register.ts';
import type { Volume } from '../../voxels/registration/shrink.ts';
import { resample } from '../../voxels/resample.ts';
import { flairBrainMask, labelledBrain } from './brainMask.ts';
import { givenLesions } from './givenMask.ts';
import { quantile } from './histogram.ts';
import { type FlairLesions, type FlairModel, indicesOf, lesionsOf, modelFlair, type Support } from './segmentFlair.ts';

/** A visit as it lies on disk. */
export interface VisitInput {
  flair: { grid: Grid; values: Float32Array };
  /** T1-weighted image of the same visit; is laid on the FLAIR image by rigid registration. */
  t1?: Volume;
  /** Classes on the grid of `t1`: 0 unknown, 1 fluid, 2 gray, 3 white. */
  t1Classes?: Uint8Array;
  /** Lesions by the site's own tool, on the grid of the FLAIR image. */
  given?: Uint8Array;
  /** A brain mask on the grid of the FLAIR image instead of our own. */
  brain?: Uint8Array;
  /** Slices that no file came for. */
  missingSlices?: ReadonlySet<number>;
  /** Contrast that the header states; undefined or `unknown` where nothing does. */
  contrast?: string;
  place: string;
  progress?: (fraction: number, doing: string) => void;
}

export interface VisitStudy {
  /** Absent where only a mask was given and the image itself says nothing. */
  model?: FlairModel;
  lesions: FlairLesions;
  by: 'given' | 'own';
  /** Our own volume and its Dice with the given mask, where one was given. */
  check?: { volumeMl: number; dice: number };
  brainMl?: number;
  issues: Issue[];
}

/** Limits between which a brain with its fluid lies, in mL. */
const plausibleMl = [700, 2300] as const;
const leastExtentMm = 100;
/** More brain than this in the first or last slice and more than a centimetre of it was not imaged (a ball of 7 cm: 44 cm2 at 1 cm). */
const cutBrainCm2 = { top: 60, bottom: 100 };
/** Hardly any of a head is so bright once its fat is suppressed. */
const mostFat = 0.03;
/** Cortex of a FLAIR image is no darker than the deep brain; of a T1-weighted one it is. */
const leastCortexRatio = 0.95;
/** Share of the brain mask that may be far brighter than tissue: in T2 contrast it is the fluid. */
const mostBright = 0.06;

/** Lesions of one FLAIR image, or the reason why there is no number. A mask that was given holds whatever becomes of our own. */
export function studyVisit(input: VisitInput): VisitStudy | { refused: Issue } {
  const own = studyOwn(input);
  if (!input.given || input.flair.grid.shape[3] > 1) return own;
  const lesions = givenLesions(input.given, input.flair.grid);
  if ('refused' in own) {
    const { refused } = own;
    return { lesions, by: 'given', issues: [{ ...refused, severity: 'warning' }] };
  }
  const check = { volumeMl: own.lesions.volumeMl, dice: diceOf(own.lesions.mask, lesions.mask) };
  return { ...own, lesions, by: 'given', check };
}

function studyOwn(input: VisitInput): VisitStudy | { refused: Issue } {
  const { flair, place } = input;
  const before = refusedByHeader(input);
  if (before) return { refused: before };
  const issues: Issue[] = [];
  if (input.contrast !== 'FLAIR')
    issues.push(
      issue('warning', 'contrast-unknown', 'Nothing states that this image is FLAIR; it was taken for one.', {
        place,
        remedy: 'Name the file with the BIDS suffix _FLAIR or add a sidecar.',
      }),
    );
  let broken = 0;
  for (let at = 0; at < flair.values.length; at++)
    if (!Number.isFinite(flair.values[at])) {
      flair.values[at] = 0;
      broken++;
    }
  if (broken > 0)
    issues.push(
      issue('warning', 'voxels-not-finite', `${broken} voxels hold no number; they were read as 0.`, { place }),
    );
  input.progress?.(0.05, 'looking for the brain');
  const byFlair = input.brain ? undefined : flairBrainMask(flair);
  const found = input.brain ?? byFlair?.mask;
  if (!found) return { refused: noBrain(place, 'Nothing like a head was found') };
  input.progress?.(0.2, 'laying the T1 image on it');
  const support = supportOf(input, found, issues);
  if (byFlair && byFlair.fatShare > mostFat && !support.classes) {
    const doubt = issue(
      support.t1 ? 'warning' : 'error',
      'fat-not-suppressed',
      `${(100 * byFlair.fatShare).toFixed(0)} % of the head is far brighter than brain: fat was not suppressed, and brightness alone does not tell scalp from brain.`,
      { place, remedy: 'Add a T1-weighted image that can be segmented, or a brain mask.' },
    );
    if (!support.t1) return { refused: doubt };
    issues.push(doubt);
  }
  // A segmentation knows better than brightness alone what is brain.
  const mask = support.classes && !input.brain ? labelledBrain(support.classes, flair.grid) : found;
  const voxelMl = spacingMm(flair.grid.affineRas).reduce((product, one) => product * one, 1) / 1000;
  const brainMl = indicesOf(mask).length * voxelMl;
  if (brainMl < plausibleMl[0] || brainMl > plausibleMl[1])
    return { refused: noBrain(place, `${brainMl.toFixed(0)} mL of brain lie outside ${plausibleMl.join(' to ')} mL`) };
  const cut = cutThrough(mask, flair.grid);
  if (cut) return { refused: { ...cut, place } };
  const other = otherContrast(flair.values, mask, flair.grid);
  if (other) return { refused: { ...other, place } };
  input.progress?.(0.5, 'taking the field out');
  const model = modelFlair(flair.values, flair.grid, mask, support);
  if (!model) return { refused: noBrain(place, 'The image has no tissue with a spread of its own') };
  if (model.classesBy === 'flair')
    issues.push(
      issue(
        'warning',
        'no-t1-support',
        'Gray and white matter are told apart by the FLAIR image alone, which it does badly: lesions at the cortex are missed and found where there are none.',
        { remedy: 'Add a T1-weighted image of the same visit.' },
      ),
    );
  input.progress?.(0.7, 'looking for lesions');
  return { model, lesions: lesionsOf(model), by: 'own', brainMl, issues };
}

/** 2 |A and B| / (|A| + |B|); 1 for two empty masks. */
export function diceOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [na, nb, both] = [0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    if (a[at] !== 0) na++;
    if (b[at] !== 0) nb++;
    if (a[at] !== 0 && b[at] !== 0) both++;
  }
  return na + nb === 0 ? 1 : (2 * both) / (na + nb);
}

function refusedByHeader({ flair: { grid }, contrast, missingSlices, place }: VisitInput): Issue | undefined {
  const refuse = (code: string, message: string, remedy: string): Issue =>
    issue('error', code, message, { place, remedy });
  if (contrast !== undefined && contrast !== 'FLAIR' && contrast !== 'unknown')
    return refuse('flair-contrast', `The image is ${contrast}, no FLAIR image.`, 'Give the FLAIR image.');
  if (grid.shape[3] > 1)
    return refuse(
      'flair-unsuitable',
      `The image has ${grid.shape[3]} time points; one volume is needed.`,
      'Give one volume.',
    );
  if (missingSlices && missingSlices.size > 0)
    return refuse(
      'slice-missing',
      `${missingSlices.size} slices of the FLAIR image are missing: lesions in them would not be counted.`,
      'Fetch the whole series.',
    );
  const spacing = spacingMm(grid.affineRas);
  const extent = Math.min(...[0, 1, 2].map((axis) => grid.shape[axis]! * spacing[axis]!));
  if (extent < leastExtentMm)
    return refuse(
      'brain-not-covered',
      `The image covers only ${extent.toFixed(0)} mm in one direction: no whole brain.`,
      'Give a FLAIR image of the whole head.',
    );
  if (Math.max(...spacing) > 6)
    return refuse(
      'flair-unsuitable',
      `Voxels of ${spacing.map((one) => one.toFixed(1)).join(' x ')} mm are too coarse for lesions.`,
      'Give a FLAIR image with slices of at most 5 mm.',
    );
  return undefined;
}

function noBrain(place: string, what: string): Issue {
  return issue('error', 'brain-mask-implausible', `${what}: no brain was found to look for lesions in.`, {
    place,
    remedy: 'Look at the image; give a lesion mask of your own tool, or an image of the whole head.',
  });
}

/** Much brain in the slice with which the scan begins or ends, along the axis that leads from foot to head. */
function cutThrough(mask: Uint8Array, { shape, affineRas: m }: Grid): Issue | undefined {
  const spacing = spacingMm(m);
  const up = [0, 1, 2].map((column) => m[8 + column]! / spacing[column]!);
  const axis = up.reduce((best, one, at) => (Math.abs(one) > Math.abs(up[best]!) ? at : best), 0);
  const [ni, nj] = shape;
  const areaCm2 = (index: number): number => {
    let voxels = 0;
    for (let at = 0; at < mask.length; at++) {
      const place = axis === 0 ? at % ni : axis === 1 ? Math.floor(at / ni) % nj : Math.floor(at / (ni * nj));
      if (place === index && mask[at] !== 0) voxels++;
    }
    return (voxels * spacing[(axis + 1) % 3]! * spacing[(axis + 2) % 3]!) / 100;
  };
  const ends = [areaCm2(0), areaCm2(shape[axis]! - 1)];
  const [bottom, top] = (up[axis]! > 0 ? ends : ends.toReversed()) as [number, number];
  const words = [
    ...(top > cutBrainCm2.top ? [`${top.toFixed(0)} cm2 in the top slice`] : []),
    ...(bottom > cutBrainCm2.bottom ? [`${bottom.toFixed(0)} cm2 in the bottom slice`] : []),
  ];
  if (words.length === 0) return undefined;
  return issue(
    'error',
    'brain-not-covered',
    `The scan ends within the brain (${words.join(', ')}): part of it was not imaged.`,
    {
      remedy: 'Give a FLAIR image of the whole head.',
    },
  );
}

/** What tells that an image is not FLAIR: fluid brighter than tissue (T2), or cortex darker than the deep brain (T1). */
function otherContrast(values: Float32Array, mask: Uint8Array, grid: Grid): Issue | undefined {
  const inside = indicesOf(mask);
  const median = quantile(
    Float32Array.from(inside, (at) => values[at]!),
    0.5,
  );
  const bright = inside.reduce((sum, at) => sum + (values[at]! > 1.7 * median ? 1 : 0), 0) / inside.length;
  const remedy = 'Give the FLAIR image.';
  if (bright > mostBright)
    return issue(
      'error',
      'flair-contrast',
      `${(100 * bright).toFixed(0)} % of the brain is far brighter than its tissue: fluid is bright, so this is no FLAIR image.`,
      { remedy },
    );
  const depth = squaredDistance(
    mask.map((one) => (one === 0 ? 1 : 0)),
    [grid.shape[0], grid.shape[1], grid.shape[2]],
    spacingMm(grid.affineRas),
  );
  const tissue = inside.filter((at) => values[at]! > 0.5 * median);
  const band = (from: number, to: number): number =>
    quantile(
      Float32Array.from(
        tissue.filter((at) => depth[at]! >= from ** 2 && depth[at]! < to ** 2),
        (at) => values[at]!,
      ),
      0.5,
    );
  const ratio = band(3, 7) / band(15, 30);
  if (!(ratio < leastCortexRatio)) return undefined;
  return issue(
    'error',
    'flair-contrast',
    `The cortex is darker than the deep brain (${ratio.toFixed(2)} of it): this looks like a T1-weighted, not a FLAIR image.`,
    { remedy },
  );
}

/** T1 image or classes on the grid of the FLAIR image, where one lies on it well enough. */
function supportOf({ flair, t1, t1Classes, place }: VisitInput, mask: Uint8Array, issues: Issue[]): Support {
  if (!t1) return {};
  const { fixedToMoving, nmi } = register(flair, t1, { freedom: 6, fixedMask: mask });
  const target = { shape: flair.grid.shape, affineRas: multiply(fixedToMoving, flair.grid.affineRas) };
  const on = resample(t1.values, t1.grid, target, { interpolation: 'trilinear' });
  const covered = indicesOf(mask).reduce((sum, at) => sum + (on[at]! > 0 ? 1 : 0), 0) / indicesOf(mask).length;
  if (covered < 0.9) {
    issues.push(
      issue(
        'warning',
        't1-not-aligned',
        `The T1 image covers ${(100 * covered).toFixed(0)} % of the brain of the FLAIR image (mutual information ${nmi.toFixed(3)}): it was not used.`,
        { place },
      ),
    );
    return {};
  }
  if (!t1Classes) return { t1: on };
  return { classes: Uint8Array.from(resample(t1Classes, t1.grid, target, { interpolation: 'nearest' })) };
}
