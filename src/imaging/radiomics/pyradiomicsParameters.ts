import { z } from 'zod';
import type { Json } from '../../dossier/canonical.ts';
import { IdiographError } from '../../dossier/errors.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { type Family, RadiomicsConfig } from './config.ts';

/** What a PyRadiomics parameter file asks for, in our terms. */
export interface PyradiomicsParameters {
  config: RadiomicsConfig;
  /** Value of the mask that is the region. */
  label: number;
  /** Names of the features that were asked for one by one, `glcm_Idm`; undefined: all of the families. */
  only: ReadonlySet<string> | undefined;
  issues: Issue[];
}

const families: Record<string, Family[]> = {
  shape: ['morphology'],
  firstorder: ['statistics', 'histogram'],
  glcm: ['glcm'],
  glrlm: ['glrlm'],
  glszm: ['glszm'],
  gldm: ['ngldm'],
  ngtdm: ['ngtdm'],
};

const interpolators: Record<string, 'nearest' | 'linear' | 'cubic'> = {
  sitkNearestNeighbor: 'nearest',
  sitkLinear: 'linear',
  sitkBSpline: 'cubic',
};

/** Settings that change no value here: how much is reported, how much is cut beforehand, how far grids may differ. */
const harmless = new Set([
  'additionalInfo',
  'preCrop',
  'padDistance',
  'geometryTolerance',
  'correctMask',
  'label_channel',
  'minimumROIDimensions',
  'enableCExtensions',
  'verbose',
]);

const List = z.array(z.union([z.number(), z.null()]));

/**
 * A parameter file of PyRadiomics (`setting`, `featureClass`, `imageType`) as a configuration. What would change a value
 * and is not supported is refused by its name, with what to do; what only changes reporting is passed over. Throws `usage`.
 */
export function pyradiomicsParameters(file: Json): PyradiomicsParameters {
  const record = mapping(file, 'the parameter file');
  for (const key of Object.keys(record))
    if (!['setting', 'featureClass', 'imageType', 'voxelSetting'].includes(key)) throw refuse(key, 'Remove it.');
  for (const type of Object.keys(mapping(record.imageType ?? {}, 'imageType')))
    if (type !== 'Original')
      throw refuse(`imageType ${type}`, 'Remove it: filters are configured in the JSON form, as IBSI 2 defines them.');
  const settings = mapping(record.setting ?? {}, 'setting');
  const issues: Issue[] = [];
  const chosen = chosenFeatures(mapping(record.featureClass ?? {}, 'featureClass'));
  const config: z.input<typeof RadiomicsConfig> = {
    profile: 'pyradiomics',
    discretise: { method: 'fixed-bin-size', width: 25, alignedToZero: true },
    families: chosen.families,
    aggregations: ['3D_avg'],
  };
  let label = 1;
  const number = (key: string, value: Json): number => {
    if (typeof value !== 'number') throw refuse(key, 'Give one number.');
    return value;
  };
  for (const [key, value] of Object.entries(settings)) {
    if (value === null || harmless.has(key)) continue;
    switch (key) {
      case 'label':
        label = number(key, value);
        break;
      case 'binWidth':
        if (settings.binCount != null) break;
        config.discretise = { method: 'fixed-bin-size', width: number(key, value), alignedToZero: true };
        break;
      case 'binCount':
        config.discretise = { method: 'fixed-bin-number', bins: number(key, value) };
        break;
      case 'voxelArrayShift':
        config.energyShift = number(key, value);
        break;
      case 'gldm_a':
        config.ngldmDifference = number(key, value);
        break;
      case 'distances':
        if (JSON.stringify(value) !== '[1]') throw refuse(key, 'Only distance 1 is supported: write [1].');
        break;
      case 'weightingNorm':
        throw refuse(key, 'Remove it: matrices of directions are averaged without weights.');
      case 'symmetricalGLCM':
        if (value !== true) throw refuse(key, 'Matrices are symmetric: write true.');
        break;
      case 'normalize':
        if (value === true) config.normalise = { ...config.normalise };
        break;
      case 'normalizeScale':
        if (settings.normalize === true) config.normalise = { ...config.normalise, scale: number(key, value) };
        break;
      case 'removeOutliers':
        if (settings.normalize === true) config.normalise = { ...config.normalise, outlierSd: number(key, value) };
        break;
      case 'force2D':
        if (value === true) config.aggregations = ['2_5D_avg'];
        break;
      case 'force2Ddimension':
        if (settings.force2D === true && value !== 0) throw refuse(key, 'Slices are those of the image: write 0.');
        break;
      case 'resegmentRange':
      case 'resegmentMode':
        break;
      case 'resegmentShape':
        if (value === true) throw refuse(key, 'Shape is that of the region as drawn: write false.');
        break;
      case 'interpolator':
      case 'resampledPixelSpacing':
        break;
      case 'minimumROISize':
        issues.push(
          issue('info', 'radiomics-setting-unused', `${key} is not applied: small regions are named instead.`),
        );
        break;
      default:
        throw refuse(key, 'Remove it, or use the JSON configuration.');
    }
  }
  const resegment = resegmentation(settings);
  if (resegment) config.resegment = resegment;
  const interpolate = interpolation(settings);
  if (interpolate) config.interpolate = interpolate;
  if (record.voxelSetting !== undefined) config.maps = voxelSetting(mapping(record.voxelSetting, 'voxelSetting'));
  const parsed = RadiomicsConfig.safeParse(config);
  if (!parsed.success) throw new IdiographError('usage', z.prettifyError(parsed.error));
  return { config: parsed.data, label, only: chosen.only, issues };
}

function mapping(value: Json, name: string): Record<string, Json> {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new IdiographError('usage', `${name} is not a mapping of names to values`);
  return value as Record<string, Json>;
}

function refuse(key: string, remedy: string): IdiographError {
  return new IdiographError('usage', `the parameter ${key} is not supported as it stands`, { remedy, key });
}

function chosenFeatures(classes: Record<string, Json>): { families: Family[]; only: Set<string> | undefined } {
  if (Object.keys(classes).length === 0) return { families: Object.values(families).flat(), only: undefined };
  const found: Family[] = [];
  const only = new Set<string>();
  let isPart = false;
  for (const [name, features] of Object.entries(classes)) {
    const of = families[name];
    if (!of)
      throw refuse(`featureClass ${name}`, name === 'shape2D' ? 'Use shape: slices have no shape here.' : 'Remove it.');
    found.push(...of);
    if (Array.isArray(features) && features.length > 0) {
      isPart = true;
      for (const feature of features) only.add(`${name}_${String(feature)}`);
    } else only.add(`${name}_*`);
  }
  return { families: found, only: isPart ? only : undefined };
}

function resegmentation(settings: Record<string, Json>): z.input<typeof RadiomicsConfig>['resegment'] {
  const range = List.safeParse(settings.resegmentRange ?? undefined);
  if (settings.resegmentRange == null) return undefined;
  const [low, high = null] = range.success ? range.data : [];
  if (low === undefined) throw refuse('resegmentRange', 'Give one or two numbers.');
  const mode = settings.resegmentMode ?? 'absolute';
  if (mode === 'absolute') return { range: [low, high] };
  if (mode === 'sigma' && low !== null && high !== null && low === -high) return { outlierSd: high };
  throw refuse('resegmentMode', 'Use absolute, or sigma with a range that is as far on both sides.');
}

/** Of feature maps; outside the region there is 0 unless the file says otherwise, as there. */
function voxelSetting(settings: Record<string, Json>): z.input<typeof RadiomicsConfig>['maps'] {
  const { kernelRadius = 1, maskedKernel = true, initValue = 0, voxelBatch: _batch, ...others } = settings;
  const [other] = Object.keys(others);
  if (other !== undefined) throw refuse(`voxelSetting ${other}`, 'Remove it.');
  if (typeof kernelRadius !== 'number') throw refuse('kernelRadius', 'Give a whole number of voxels.');
  if (typeof maskedKernel !== 'boolean') throw refuse('maskedKernel', 'Write true or false.');
  if (typeof initValue === 'number') return { kernelRadius, maskedKernel, initValue };
  if (typeof initValue === 'string' && /^\.?nan$/i.test(initValue))
    return { kernelRadius, maskedKernel, initValue: null };
  throw refuse('initValue', 'Give a number, or nan for no value.');
}

function interpolation(settings: Record<string, Json>): z.input<typeof RadiomicsConfig>['interpolate'] {
  if (settings.resampledPixelSpacing == null || settings.interpolator === null) return undefined;
  const spacing = List.safeParse(settings.resampledPixelSpacing);
  const [i, j, k] = spacing.success ? spacing.data.map((mm) => (mm === 0 ? null : mm)) : [];
  if (i === undefined || j === undefined || k === undefined)
    throw refuse('resampledPixelSpacing', 'Give three numbers in mm, 0 to keep an edge.');
  const image = interpolators[String(settings.interpolator ?? 'sitkBSpline')];
  if (!image) throw refuse('interpolator', `Use one of ${Object.keys(interpolators).join(', ')}.`);
  return {
    spacingMm: [i, j, k],
    alignment: 'corner',
    image,
    mask: 'nearest',
    // Integer images stay integer there, and are cut; after normalisation they are not integer.
    round: settings.normalize === true ? false : 'towards-zero',
  };
}

/** True when a parameter file asked for the feature. */
export function isWanted(only: ReadonlySet<string> | undefined, name: string): boolean {
  return only === undefined || only.has(name) || only.has(`${name.split('_')[0]}_*`);
}
