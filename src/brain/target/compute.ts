import { isIdiographError } from '../../dossier/errors.ts';
import type { Grid } from '../../dossier/grid.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { type Censoring, censor } from './censor.ts';
import { type CleanSeries, clean } from './clean.ts';
import { distance, type Located, locate, locateOnly, type Point, type Target } from './locate.ts';
import { type RestSeries, readRest } from './readRest.ts';
import type { Circuit, TargetSettings } from './settings.ts';

export interface ComputeOptions {
  repetitionTimeS: number;
  /** mm a volume, of the preprocessing. */
  framewiseDisplacementMm?: ArrayLike<number>;
  confounds?: readonly Float64Array[];
  /** Group seed map on the grid of the image. */
  seedMap?: Float32Array;
  mask?: Uint8Array;
  replicates: number;
  blockS: number;
  /** Where the bootstrap begins: the same seed gives the same bits. */
  seed: number;
  progress?: (fraction: number, doing: string) => void;
}

export interface ComputedTarget {
  state: 'individual' | 'group-fallback' | 'refused';
  /** MNI, RAS, mm: of the person or of the group; absent when refused. */
  xyzMm?: Point;
  /** Why it is not the person's own, one issue each; empty for an individual target. */
  reasons: Issue[];
  /** Worth knowing, changes nothing. */
  notes: Issue[];
  censoring?: Censoring;
  seedSignal?: RestSeries['seedSignal'];
  seedBy: 'seed-map' | 'seed-sphere';
  /** With the setting of the method, where it could be computed; not a target when `state` says otherwise. */
  own?: Target;
  /** Distance between targets with and without global-signal regression. */
  globalSignalDistanceMm?: number;
  /** Grid and voxels that `own.correlation` belongs to. */
  grid?: Grid;
  voxels?: Int32Array;
  /** Mean of the run on the grid of the image. */
  mean?: Float32Array;
}

/** Individual target of one circuit, or the group's with the reasons. `circuit` has a seed, a search area and a method. */
export async function computeTarget(
  image: ImageHandle,
  circuit: Circuit,
  limits: TargetSettings['limits'],
  options: ComputeOptions,
): Promise<ComputedTarget> {
  const { seed, search, method } = circuit as Circuit & Required<Pick<Circuit, 'seed' | 'search' | 'method'>>;
  const progress = options.progress ?? (() => {});
  const seedBy = options.seedMap ? ('seed-map' as const) : ('seed-sphere' as const);
  const notes: Issue[] = [];
  if (seedBy === 'seed-sphere')
    notes.push(
      issue(
        'info',
        'seed-map-absent',
        'No group seed map is installed: the seed is the mean of a subgenual sphere, which is less repeatable.',
        {
          remedy: 'Give a group seed map in MNI space.',
        },
      ),
    );
  const fallen = (reasons: Issue[], more: Partial<ComputedTarget> = {}): ComputedTarget => ({
    ...(circuit.group
      ? { state: 'group-fallback', xyzMm: [...circuit.group.centreMni] as Point }
      : { state: 'refused' as const }),
    ...{ reasons, notes, seedBy },
    ...more,
  });
  let series: RestSeries;
  try {
    series = await readRest(image, {
      ...{ seed, search, smoothingFwhmMm: method.smoothingFwhmMm, repetitionTimeS: options.repetitionTimeS },
      ...{ leastShare: limits.seedSignalShare },
      ...(options.seedMap && { seedMap: options.seedMap }),
      ...(options.mask && { mask: options.mask }),
      progress: (fraction) => progress(0.6 * fraction, 'reading the resting scan'),
    });
  } catch (error) {
    if (isIdiographError(error, 'unsupported'))
      return fallen([refusal('rest-unsuitable', `${error.message}.`, error.remedy)]);
    throw error;
  }
  const censoring = censor(series, limits.framewiseDisplacementMm, options.framewiseDisplacementMm);
  if (censoring.by === 'dvars-outliers')
    notes.push(
      issue(
        'warning',
        'motion-not-known',
        'Nothing tells how the head moved: volumes with sudden changes were left out instead.',
        {
          remedy: 'Give the confounds table of the preprocessing (framewise_displacement).',
        },
      ),
    );
  const known = { censoring, seedSignal: series.seedSignal, mean: series.mean };
  const reasons = [...tooShort(censoring, limits), ...dropOut(series.seedSignal, limits)];
  if (reasons.length > 0) return fallen(reasons, known);
  const cleaned = (globalSignal: boolean): CleanSeries =>
    clean(series, { keep: censoring.keep, bandHz: method.bandHz, globalSignal, confounds: options.confounds ?? [] });
  let own: Target;
  let other: Located;
  try {
    const { blockS, replicates, seed: from } = options;
    const how = { fraction: method.fraction, blockS, replicates, seed: from };
    own = locate(cleaned(method.globalSignal), series.grid, series.voxels, how, (part) =>
      progress(0.6 + 0.3 * part, 'resampling blocks of time'),
    );
    other = locateOnly(cleaned(!method.globalSignal), series.grid, series.voxels, method.fraction);
  } catch (error) {
    if (isIdiographError(error, 'unsupported'))
      return fallen([refusal('rest-unsuitable', `${error.message}.`, error.remedy)], known);
    throw error;
  }
  const globalSignalDistanceMm = distance(own.xyzMm, other.xyzMm);
  const found = { ...known, own, globalSignalDistanceMm, grid: series.grid, voxels: series.voxels };
  const unsure = unstable(own, globalSignalDistanceMm, limits);
  if (unsure.length > 0) return fallen(unsure, found);
  return { state: 'individual', xyzMm: own.xyzMm, reasons: [], notes, seedBy, ...found };
}

function refusal(code: string, message: string, remedy?: string): Issue {
  return issue('warning', code, message, remedy === undefined ? {} : { remedy });
}

function tooShort({ usableMinutes, totalMinutes, by }: Censoring, limits: TargetSettings['limits']): Issue[] {
  if (usableMinutes >= limits.usableMinutes) return [];
  const why = by === 'framewise-displacement' ? 'motion' : 'sudden changes of signal';
  return [
    refusal(
      'rest-too-short',
      `${usableMinutes.toFixed(1)} of ${totalMinutes.toFixed(1)} minutes of rest are usable after ${why}; ${limits.usableMinutes} are needed.`,
      'Repeat the resting scan, 20 minutes or longer, with the head steadier.',
    ),
  ];
}

function dropOut(
  { signalShare, voxelShare, tsnr }: RestSeries['seedSignal'],
  limits: TargetSettings['limits'],
): Issue[] {
  if (signalShare === undefined || voxelShare === undefined || tsnr === undefined)
    return [
      refusal(
        'seed-signal-unknown',
        'The series has no mean signal (it was denoised): drop-out in the subgenual region cannot be ruled out.',
        'Give the preprocessed series before denoising.',
      ),
    ];
  if (signalShare >= limits.seedSignalShare && voxelShare >= limits.seedSignalVoxels && tsnr >= limits.seedTsnr)
    return [];
  return [
    refusal(
      'seed-signal-lost',
      `The subgenual region has too little signal: ${Math.round(100 * signalShare)} % of the brain's, ${Math.round(100 * voxelShare)} % of its voxels above ${Math.round(100 * limits.seedSignalShare)} %, temporal signal to noise ${tsnr.toFixed(0)} (${limits.seedTsnr} needed).`,
      'Repeat with thinner slices, a shorter echo time or field-map correction.',
    ),
  ];
}

function unstable(own: Target, globalSignalDistanceMm: number, limits: TargetSettings['limits']): Issue[] {
  const reasons: Issue[] = [];
  if (own.radius95Mm > limits.radiusMm)
    reasons.push(
      refusal(
        'radius-too-large',
        `The 95 % radius is ${own.radius95Mm.toFixed(1)} mm, above the limit of ${limits.radiusMm} mm.`,
        'A longer or steadier resting scan.',
      ),
    );
  if (globalSignalDistanceMm > limits.globalSignalDistanceMm)
    reasons.push(
      refusal(
        'global-signal-decides',
        `With and without global-signal regression the targets are ${globalSignalDistanceMm.toFixed(1)} mm apart, above the limit of ${limits.globalSignalDistanceMm} mm.`,
        'A longer resting scan; compare with another method.',
      ),
    );
  if (own.meanCorrelation >= 0)
    reasons.push(refusal('no-anticorrelation', 'No part of the search area runs against the subgenual region.'));
  return reasons;
}
