import type { ImageHandle } from '../../dossier/image.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { RegionMask } from '../../voxels/mask.ts';
import type { Family, RadiomicsConfig } from './config.ts';
import { extractFeatures } from './extract.ts';
import { type FeatureNames, unitOf } from './names.ts';
import { type Prepared, type PrepareOptions, prepareRegion } from './prepare.ts';
import { pyradiomicsFeatures } from './pyradiomics.ts';

/** One value of a region with its names. */
export interface Measured {
  /** For people; under the PyRadiomics profile its name, `original_glcm_Idm`. */
  name: string;
  /** As in IBSI's tables: `cm_joint_max_3D_avg`. */
  tag: string;
  /** Four letters and digits; absent for what only PyRadiomics defines. */
  ibsi?: string;
  family: Family;
  aggregation?: string;
  value: number | undefined;
  /** UCUM. */
  unit: string;
}

export interface RegionFeatures {
  features: Measured[];
  prepared: Prepared;
  issues: Issue[];
}

/** Fewer voxels than this say little of texture: matrices hold more cells than counts. */
export const fewVoxels = 64;

/** All configured features of one region, under the names of the profile. Throws `usage` as `prepareRegion` does. */
export async function measureRadiomics(
  image: ImageHandle,
  mask: RegionMask,
  config: RadiomicsConfig,
  names: FeatureNames,
  options: PrepareOptions & { progress?: (family: Family) => void } = {},
): Promise<RegionFeatures> {
  const prepared = await prepareRegion(image, mask, config, options);
  const issues = issuesOf(prepared);
  const unit = config.normalise ? '1' : image.unit;
  const isPyradiomics = config.profile === 'pyradiomics';
  const found = isPyradiomics
    ? pyradiomicsFeatures(prepared, config, names.pyradiomics).map((one) => ({ ...one, name: `original_${one.name}` }))
    : extractFeatures(prepared, config, options.progress).map((one) => ({
        ...one,
        name: names.byTag.get(one.base)?.name ?? one.base,
      }));
  const features = found.map(({ name, tag, base, family, aggregation, value }): Measured => {
    const known = names.byTag.get(base);
    return {
      name,
      tag,
      ...(known && { ibsi: known.ibsi }),
      family,
      ...(aggregation && { aggregation }),
      value,
      unit: unitOf(known, unit),
    };
  });
  const without = features.filter(({ value }) => value === undefined);
  if (without.length > 0)
    issues.push(
      issue(
        'info',
        'radiomics-without-value',
        `${without.length} features have no value for this region: ${without
          .slice(0, 5)
          .map(({ tag }) => tag)
          .join(', ')}${without.length > 5 ? ' and others' : ''}.`,
      ),
    );
  return { features, prepared, issues };
}

/** What is wrong with the values of a region: gaps, or nothing left to measure. */
export function valueIssues({ statistics, morphologyVoxels }: Prepared): Issue[] {
  const { notNumbers, voxels } = statistics;
  const look = {
    remedy: 'Look where the image has none: a cut field of view, a failed reconstruction, a mask on the wrong image.',
  };
  if (notNumbers >= morphologyVoxels)
    return [issue('error', 'radiomics-no-values', 'The image has no value anywhere in the region.', look)];
  const gaps = issue(
    'warning',
    'voxels-without-value',
    `${notNumbers} ${notNumbers === 1 ? 'voxel' : 'voxels'} of the region, of ${morphologyVoxels}, have no value and were left out.`,
    look,
  );
  const empty = issue(
    'error',
    'radiomics-nothing-in-range',
    'No voxel of the region lies in the range of re-segmentation.',
    { remedy: 'Widen the range.' },
  );
  return [...(notNumbers > 0 ? [gaps] : []), ...(voxels === 0 ? [empty] : [])];
}

function issuesOf(prepared: Prepared): Issue[] {
  const { statistics, morphologyVoxels, spacingMm } = prepared;
  const issues = valueIssues(prepared);
  const put = (code: string, message: string, remedy?: string): void => {
    issues.push(issue('warning', code, message, remedy ? { remedy } : {}));
  };
  if (statistics.voxels === 0) return issues;
  if (statistics.voxels < fewVoxels)
    put(
      'radiomics-tiny-region',
      `Only ${statistics.voxels} ${statistics.voxels === 1 ? 'voxel' : 'voxels'} on the grid of the features: texture and shape say little.`,
      'Use a finer grid only where the image was taken on one.',
    );
  else if (statistics.voxels < morphologyVoxels / 2)
    put(
      'radiomics-mostly-excluded',
      `Re-segmentation leaves out ${morphologyVoxels - statistics.voxels} of ${morphologyVoxels} voxels of the region.`,
      'Check range, unit and region.',
    );
  if (statistics.voxels > 1 && statistics.maximum === statistics.minimum)
    put('radiomics-flat-region', 'All values of the region are equal: features of spread and texture mean nothing.');
  const ratio = Math.max(...spacingMm) / Math.min(...spacingMm);
  if (ratio > 1.5)
    put(
      'radiomics-anisotropic-grid',
      `Voxels are ${ratio.toFixed(1)} times as long as wide: values by volume mix directions of unlike length.`,
      'Interpolate to equal edges, or use values by slice (2D).',
    );
  return issues;
}
