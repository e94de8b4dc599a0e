import type { ImageHandle } from '../../dossier/image.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { appendedIssue, kindOfAppended } from './appended.ts';
import { describeChange, fibreCoherence, isUnchanged } from './coherence.ts';
import { type GradientTable, gradientTable, shellsOf, subTable, unweightedBelow } from './gradients.ts';
import { type DiffusionData, loadDiffusion } from './load.ts';
import type { FitMethod } from './logLinear.ts';
import { colourMap } from './mapList.ts';
import { type DiffusionModel, fitDecay, fitIvim, fitKurtosis, fitTensor, type Maps, possibleModels } from './models.ts';
import { flags } from './signals.ts';

export interface StudyOptions {
  /** Default: all that the weighting allows. */
  models?: readonly DiffusionModel[];
  /** Of the tensor and kurtosis. Default `wls`. */
  method?: FitMethod;
  /** Of IVIM. Default `full`. */
  ivim?: 'full' | 'segmented';
  /** Only volumes of these b-values (s/mm2, within 5 %). */
  b?: readonly number[];
  mask?: Uint8Array;
  /** Signals below it are raised to it; default: the smallest positive signal. */
  floor?: number;
  threads?: number;
  progress?: (fraction: number, doing: string) => void;
}

/** What was found in one diffusion series. */
export interface DiffusionStudy {
  data: DiffusionData;
  maps: Partial<Record<DiffusionModel, Maps>>;
  /** Why a model was not fitted. */
  left: Partial<Record<DiffusionModel, string>>;
  issues: Issue[];
}

/** Diffusivity that the signal of a voxel shows must exceed this, mm2/s: a thousandth of water's. */
const leastDecay = 1e-6;

/** Scatter round the fit, as a share of S0, from which a map is mostly noise: an SNR below four without weighting. */
const noisiest = 0.25;

const decayOf = { adc: 'adc', dti: 'md', dki: 'md', ivim: 'd' } as const satisfies Record<DiffusionModel, string>;

/**
 * Voxels of a mask in which a model found a decay. Where the signal does not fall with weighting - noise, no signal, a wrong
 * table - the numbers are floors and zeros, and no part of a median.
 */
export function decayedVoxels(model: DiffusionModel, maps: Maps, voxels: Int32Array): Int32Array {
  const decay = maps[decayOf[model]]!;
  return voxels.filter((at) => decay[at]! > leastDecay);
}

/** More than this share of voxels with a trouble makes a warning of it. */
const notable = 0.05;
/** Another order of axes must be this much more coherent, over at least so many pairs, before the table is doubted. */
const doubtful = { ratio: 1.05, pairs: 5000 };

/**
 * Fits the models that the weighting of a series allows and checks what it can: table against volumes, appended maps,
 * axes of the directions, noise floor, negative eigenvalues, signals that are not positive.
 * `{ issues }` alone when nothing can be fitted, because of the table or because no voxel has a signal. Throws what
 * {@link loadDiffusion} throws.
 */
export async function studyDiffusion(
  image: ImageHandle,
  metadata: Readonly<Record<string, unknown>>,
  options: StudyOptions = {},
): Promise<DiffusionStudy | { issues: Issue[] }> {
  const read = gradientTable(metadata, image.grid);
  const issues = [...read.issues];
  if (read.table === undefined) return { issues };
  const table = chosenShells(read.table, options.b);
  const possible = possibleModels(table);
  const all = Object.keys(possible) as DiffusionModel[];
  const left: DiffusionStudy['left'] = {};
  for (const model of options.models ?? all) if (possible[model] !== undefined) left[model] = possible[model];
  const models = (options.models ?? all).filter((model) => possible[model] === undefined);
  if (models.length === 0) {
    const why = Object.entries(left).map(([model, reason]) => `${model}: ${reason}`);
    const remedy = 'Use a series with more weightings, or another model.';
    issues.push(issue('error', 'diffusion-model-impossible', `Nothing can be fitted. ${why.join('; ')}.`, { remedy }));
    return { issues };
  }
  const { progress } = options;
  const data = await loadDiffusion(image, table, {
    ...(options.mask && { mask: options.mask }),
    ...(options.floor !== undefined && { floor: options.floor }),
    progress: (share) => progress?.(0.2 * share, 'reading'),
  });
  const fits = {
    adc: (of: FitShare) => fitDecay(data, 'wls', of),
    dti: (of: FitShare) => fitTensor(data, options.method ?? 'wls', of),
    dki: (of: FitShare) => fitKurtosis(data, options.method ?? 'wls', of),
    ivim: (of: FitShare) => fitIvim(data, options.ivim ?? 'full', of),
  };
  if (!data.voxels.some((at) => data.unweighted[at]! > 0)) {
    issues.push(issue('error', 'diffusion-no-signal', 'No voxel has a signal in the volumes without weighting.'));
    return { issues };
  }
  const maps: DiffusionStudy['maps'] = {};
  for (const [at, model] of models.entries()) {
    const fitted = await fits[model]({
      ...(options.threads !== undefined && { threads: options.threads }),
      progress: (share) => progress?.(0.2 + (0.7 * (at + share)) / models.length, model),
    });
    maps[model] = model === 'dti' ? { ...fitted, colour: colourMap(fitted['fa']!, fitted['vector']!) } : fitted;
  }
  for (const time of table.appended) {
    const { adc } = maps.adc ?? (await fitDecay(data, 'wls'));
    const found = appendedIssue(time, kindOfAppended(data, adc!, time));
    issues.push(found);
    if (found.severity === 'error') return { issues };
  }
  issues.push(...decayIssues(data.voxels, maps));
  if (maps.dti) issues.push(...axesIssues(data, maps.dti));
  issues.push(...troubleIssues(data, maps));
  progress?.(0.95, 'checking');
  return { data, maps, left, issues };
}

interface FitShare {
  threads?: number;
  progress: (fraction: number) => void;
}

function chosenShells(table: GradientTable, wanted: readonly number[] | undefined): GradientTable {
  if (wanted === undefined) return table;
  return subTable(table, (b) => wanted.some((one) => Math.abs(b - one) <= Math.max(unweightedBelow / 5, 0.05 * one)));
}

/** A model without a decay anywhere has no result; in most voxels it is doubtful. */
function decayIssues(voxels: Int32Array, maps: DiffusionStudy['maps']): Issue[] {
  return (Object.entries(maps) as [DiffusionModel, Maps][]).flatMap(([model, of]) => {
    const decayed = decayedVoxels(model, of, voxels).length;
    const remedy = 'Check the gradient table against the volumes, and the mask.';
    if (decayed === 0)
      return [
        issue(
          'error',
          'diffusion-nothing-fitted',
          `${model}: in none of ${voxels.length} voxels does the signal fall with weighting.`,
          { remedy },
        ),
      ];
    const residuals = Float32Array.from(voxels, (at) => of['residual']![at]!).sort();
    const noise = residuals[residuals.length >> 1]!;
    if (noise > noisiest)
      return [
        issue(
          'warning',
          'diffusion-fit-poor',
          `${model}: the signals scatter round the fit by ${Math.round(100 * noise)} % of S0 (median): the numbers are mostly noise.`,
          { remedy },
        ),
      ];
    if (decayed >= voxels.length / 2) return [];
    return [
      issue(
        'warning',
        'diffusion-little-decay',
        `${model}: the signal falls with weighting in ${decayed} of ${voxels.length} voxels.`,
        { remedy },
      ),
    ];
  });
}

function axesIssues(data: DiffusionData, { fa, vector }: Maps): Issue[] {
  const found = fibreCoherence(data.grid, fa!, vector!, data.voxels);
  if (found.pairs < doubtful.pairs || isUnchanged(found.best) || found.highest < doubtful.ratio * found.given)
    return [];
  return [
    issue(
      'warning',
      'gradient-axes-doubtful',
      `Fibres go on better from voxel to voxel with the directions changed (${describeChange(found.best)}): coherence ${found.highest.toFixed(0)} against ${found.given.toFixed(0)}. Colours and directions are probably wrong; FA and diffusivities do not depend on them.`,
      { remedy: 'Check how the gradient table was written or converted.' },
    ),
  ];
}

/** Shares of voxels with a trouble, over the models. */
function troubleIssues({ voxels, noise, table }: DiffusionData, maps: DiffusionStudy['maps']): Issue[] {
  const share = (model: DiffusionModel, bit: number): number => {
    const of = maps[model]?.['flags'];
    if (of === undefined) return 0;
    let count = 0;
    for (let item = 0; item < voxels.length; item++) if ((of[voxels[item]!]! & bit) !== 0) count++;
    return count / voxels.length;
  };
  const percent = (value: number): string => `${(100 * value).toFixed(value < 0.01 ? 2 : 1)} %`;
  const any = maps.dti ? 'dti' : maps.ivim ? 'ivim' : maps.adc ? 'adc' : 'dki';
  const severity = (value: number) => (value > notable ? 'warning' : 'info');
  const issues: Issue[] = [];
  const negative = share('dti', flags.negativeEigenvalue);
  if (negative > 0)
    issues.push(
      issue(
        severity(negative),
        'negative-eigenvalues',
        `${percent(negative)} of the voxels have a tensor with a negative eigenvalue, which was raised to the floor; their FA is too high.`,
      ),
    );
  const broken = share(any, flags.signalNotPositive);
  if (broken > 0)
    issues.push(
      issue(
        severity(broken),
        'signal-not-positive',
        `${percent(broken)} of the voxels have a signal of 0 or less in some volume, which has no logarithm and was raised to the smallest step of the data.`,
      ),
    );
  const low = share(any, flags.noiseFloor);
  const highest = shellsOf(table).at(-1)!.b;
  if (low > 0)
    issues.push(
      issue(
        severity(low),
        'diffusion-noise-floor',
        `${percent(low)} of the voxels have a signal below three times the noise (${noise!.toPrecision(3)}) at b ${Math.round(highest)}: Rician bias makes diffusion look slower there.`,
        { remedy: 'Read values of fast diffusion (CSF, cysts) from lower b-values.' },
      ),
    );
  if (noise === undefined)
    issues.push(
      issue(
        'info',
        'diffusion-noise-unknown',
        'The background does not tell the noise: the noise floor was not checked.',
      ),
    );
  const bound = share('ivim', flags.atBound);
  if (bound > 0)
    issues.push(
      issue(
        severity(bound),
        'ivim-at-bound',
        `${percent(bound)} of the voxels end at a bound of their range; f and D* are not determined there.`,
      ),
    );
  const cut = share('dki', flags.atBound);
  if (cut > 0)
    issues.push(
      issue(
        severity(cut),
        'kurtosis-cut',
        `${percent(cut)} of the voxels have a kurtosis outside -3/7 to 10, which was cut.`,
      ),
    );
  return issues;
}
