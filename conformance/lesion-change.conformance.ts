import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { studyChange } from '../src/brain/lesions/studyChange.ts';
import { studyVisit } from '../src/brain/lesions/studyVisit.ts';
import { readSources } from '../src/cli/imageFiles.ts';
import type { Affine, Grid } from '../src/dossier/grid.ts';
import { openImage } from '../src/intake/open.ts';
import { apply, invert, multiply, spacingMm } from '../src/voxels/affine.ts';
import { resample } from '../src/voxels/resample.ts';
import { untar } from './dicomFolder.ts';
import type { Case, Conformance } from './method.ts';
import { sharedData } from './shared.ts';

const archive = 'imaging/ms-longitudinal-patient12/ms12.tar.gz';

interface Image {
  grid: Grid;
  values: Float32Array;
}

async function image(path: string): Promise<Image> {
  const { sources, blobs } = await readSources(path);
  const opened = await openImage(sources[0]!.source, blobs);
  return { grid: opened.grid, values: await opened.readVolume() };
}

/** An affine of ITK (matrix, translation, centre; LPS, from the common space to the image) as RAS mm to RAS mm. */
function itkAffine(path: string): Affine {
  const numbers = (name: string) =>
    new RegExp(`^${name}: (.*)$`, 'm').exec(readFileSync(path, 'utf8'))![1]!.trim().split(/\s+/).map(Number);
  const [p, c] = [numbers('Parameters'), numbers('FixedParameters')];
  const shift = [0, 1, 2].map((r) => p[9 + r]! + c[r]! - [0, 1, 2].reduce((sum, k) => sum + p[3 * r + k]! * c[k]!, 0));
  const lps = [0, 1, 2].flatMap((r) => [...p.slice(3 * r, 3 * r + 3), shift[r]!]);
  const sign = [-1, -1, 1];
  return [
    ...lps.map((value, at) => (at % 4 === 3 ? value * sign[at >> 2]! : value * sign[at >> 2]! * sign[at % 4]!)),
    ...[0, 0, 0, 1],
  ] as unknown as Affine;
}

const diceOf = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let [one, two, both] = [0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    if (a[at]! > 0) one++;
    if (b[at]! > 0) two++;
    if (a[at]! > 0 && b[at]! > 0) both++;
  }
  return (2 * both) / (one + two);
};

/**
 * The plain way: the two images laid on each other, each divided by its median, and every voxel of the brain whose difference
 * lies beyond 3 SD (by the median of absolute values), in either direction.
 */
function plainThreshold(earlier: Float32Array, later: Float32Array, brain: ArrayLike<number>): Float32Array {
  const median = (values: Float32Array): number => values.sort()[values.length >> 1]!;
  const inside = Array.from(brain, (_, at) => at).filter((at) => brain[at]! > 0);
  const levels = [earlier, later].map((one) => median(Float32Array.from(inside, (at) => one[at]!)));
  const difference = new Float32Array(later.length);
  for (const at of inside) difference[at] = later[at]! / levels[1]! - earlier[at]! / levels[0]!;
  const middle = median(Float32Array.from(inside, (at) => difference[at]!));
  const sd = 1.4826 * median(Float32Array.from(inside, (at) => Math.abs(difference[at]! - middle)));
  return difference.map((value, at) => (brain[at]! > 0 && Math.abs(value - middle) > 3 * sd ? 1 : 0));
}

async function run(): Promise<Case[]> {
  const { folder, remove } = untar(sharedData(archive)!);
  try {
    const raw = (name: string) => join(folder, 'raw/patient12', name);
    const common = (name: string) => join(folder, 'coregistered/patient12', name);
    const [truth, brain] = [await image(common('gt.nii.gz')), await image(common('brainmask.nii.gz'))];
    const flairs = [await image(raw('study1_FLAIR.nii.gz')), await image(raw('study2_FLAIR.nii.gz'))];
    const theirs = [1, 2].map((n) => itkAffine(raw(`study${n}_FLAIR_to_common_space.txt`)));
    const visits = await Promise.all(
      flairs.map(async (flair, at) =>
        studyVisit({
          ...{ flair, contrast: 'FLAIR', place: `visit ${at + 1}` },
          t1: await image(raw(`study${at + 1}_T1W.nii.gz`)),
          // Their brain in the image of the visit: what is compared is the change, not the mask.
          brain: Uint8Array.from(
            resample(
              brain.values,
              brain.grid,
              { shape: flair.grid.shape, affineRas: multiply(invert(theirs[at]!), flair.grid.affineRas) },
              { interpolation: 'nearest' },
            ),
          ),
        }),
      ),
    );
    const [earlier, later] = visits.map((one) => ('refused' in one ? undefined : one));
    if (!earlier?.model || !later?.model)
      return [
        {
          name: 'both visits are segmented',
          error: 1,
          tolerance: 0,
          note: JSON.stringify(visits.map((v) => ('refused' in v ? v.refused : v.issues))),
        },
      ];
    const change = studyChange(
      { model: earlier.model, lesions: earlier.lesions.mask },
      { model: later.model, lesions: later.lesions.mask },
      { place: 'visit 2' },
    );
    if ('refused' in change)
      return [{ name: 'a change is found', error: 1, tolerance: 0, note: change.refused.message }];
    const { aligned, followed } = change;
    // Common space -> second visit (theirs) -> half way (ours).
    const toHalf = multiply(invert(aligned.toLater), theirs[1]!);
    const onCommon = (values: ArrayLike<number>): Float32Array =>
      resample(
        values,
        aligned.grid,
        { shape: truth.grid.shape, affineRas: multiply(toHalf, truth.grid.affineRas) },
        { interpolation: 'nearest' },
      );
    const changed = onCommon(Uint8Array.from(followed.brighter, (one, at) => (one || followed.darker[at] ? 1 : 0)));
    const voxelMl = spacingMm(truth.grid.affineRas).reduce((product, one) => product * one, 1) / 1000;
    const mlOf = (values: ArrayLike<number>): number => Array.from(values).filter((one) => one > 0).length * voxelMl;
    const [before, after] = flairs.map(({ grid, values }, at) =>
      resample(
        values,
        grid,
        { shape: truth.grid.shape, affineRas: multiply(theirs[at]!, truth.grid.affineRas) },
        { interpolation: 'trilinear' },
      ),
    ) as [Float32Array, Float32Array];
    const plain = plainThreshold(before, after, brain.values);
    const [dice, plainDice] = [diceOf(changed, truth.values), diceOf(plain, truth.values)];
    const [ml, plainMl, truthMl] = [mlOf(changed), mlOf(plain), mlOf(truth.values)];
    // Second visit -> first visit, ours and theirs, at corners of a brain.
    const ours = multiply(aligned.toEarlier, invert(aligned.toLater));
    const other = multiply(theirs[0]!, invert(theirs[1]!));
    const corners = [-60, 60].flatMap((x) => [-70, 70].flatMap((y) => [-10, 90].map((z) => [x, y, z] as const)));
    const apart = Math.max(
      ...corners.map((at) => Math.hypot(...apply(ours, at).map((one, axis) => one - apply(other, at)[axis]!))),
    );
    const note = `changed ${ml.toFixed(2)} mL, plain threshold of either sign ${plainMl.toFixed(2)} mL, truth ${truthMl.toFixed(2)} mL; Dice ${dice.toFixed(3)} and ${plainDice.toFixed(3)}`;
    return [
      { name: 'visits lie on each other, mm from theirs at corners', error: apart, tolerance: 1.5 },
      { name: 'Dice that is missing to the plain threshold', error: Math.max(0, plainDice - dice), tolerance: 0, note },
      { name: 'Dice that is missing to 1', error: 1 - dice, tolerance: 0.5, note },
      { name: 'volume of change, relative', error: Math.abs(ml - truthMl) / truthMl, tolerance: 0.5, note },
    ];
  } finally {
    remove();
  }
}

const conformance: Conformance = {
  id: 'lesion-change',
  method: 'what changed between two FLAIR visits, beside a plain threshold of either sign',
  oracle: 'change mask of three raters and ITK affines, patient 12 (Lesjak 2016, CC BY)',
  errorIs: 'as named',
  needs: [archive],
  run,
};

export default conformance;
