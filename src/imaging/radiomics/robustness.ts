import { isIdiographError } from '../../dossier/errors.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import type { RegionMask } from '../../voxels/mask.ts';
import type { RadiomicsConfig } from './config.ts';
import { csv } from './featureTable.ts';
import { type Measured, measureRadiomics } from './measure.ts';
import type { FeatureNames } from './names.ts';
import { perturbed } from './perturb.ts';
import type { PrepareOptions } from './prepare.ts';

/** How a feature of one region behaves when its mask is perturbed. */
export interface Robustness {
  tag: string;
  name: string;
  unit: string;
  /** Of the mask as it was drawn. */
  value: number;
  /** Of the perturbed masks that gave a value, in the order of the schedule. */
  values: number[];
  mean: number;
  /** Divided by n - 1. */
  standardDeviation: number;
  /** SD over the absolute mean, per cent; undefined where the mean is zero. */
  variationPercent: number | undefined;
  low: number;
  high: number;
}

/**
 * All configured features of a region and of its perturbed masks ({@link perturbed}). Features without a value for the drawn
 * mask, or for fewer than two perturbed ones, are left out. Throws `usage` as `measureRadiomics` does for the drawn mask.
 */
export async function measureRobustness(
  image: ImageHandle,
  mask: RegionMask,
  config: RadiomicsConfig,
  names: FeatureNames,
  { progress, ...options }: PrepareOptions & { progress?: (fraction: number, name: string) => void } = {},
): Promise<Robustness[]> {
  const drawn = (await measureRadiomics(image, mask, config, names, options)).features;
  const masks = [...perturbed(mask)];
  // A mask that is lost between voxels of the grid of the features has none.
  const featuresOf = async (changed: RegionMask): Promise<Measured[]> => {
    try {
      return (await measureRadiomics(image, changed, config, names, options)).features;
    } catch (error) {
      if (isIdiographError(error, 'usage')) return [];
      throw error;
    }
  };
  const found = new Map<string, number[]>(drawn.map(({ tag }) => [tag, []]));
  for (const [index, one] of masks.entries()) {
    progress?.((index + 1) / (masks.length + 1), one.name);
    for (const { tag, value } of await featuresOf(one.mask)) if (value !== undefined) found.get(tag)?.push(value);
  }
  return drawn.flatMap((feature) => described(feature, found.get(feature.tag)!));
}

function described({ tag, name, unit, value }: Measured, values: number[]): Robustness[] {
  if (value === undefined || values.length < 2) return [];
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  const square = values.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  const standardDeviation = Math.sqrt(square / (values.length - 1));
  return [
    {
      ...{ tag, name, unit, value, values, mean, standardDeviation },
      variationPercent: mean === 0 ? undefined : (100 * standardDeviation) / Math.abs(mean),
      low: Math.min(...values),
      high: Math.max(...values),
    },
  ];
}

/**
 * ICC(1,1), one-way random, single measurement (Shrout and Fleiss 1979): the share of variance that lies between regions
 * and not between perturbations of one. `table[region][perturbation]`; rows are cut to the shortest. Undefined with fewer
 * than two regions or perturbations, or when nothing varies.
 */
export function icc11(table: readonly (readonly number[])[]): number | undefined {
  const k = Math.min(...table.map((row) => row.length));
  const n = table.length;
  if (n < 2 || k < 2) return undefined;
  const rows = table.map((row) => row.slice(0, k));
  const means = rows.map((row) => row.reduce((sum, one) => sum + one, 0) / k);
  const grand = means.reduce((sum, one) => sum + one, 0) / n;
  const between = (k * means.reduce((sum, one) => sum + (one - grand) ** 2, 0)) / (n - 1);
  const within =
    rows.reduce((sum, row, at) => sum + row.reduce((all, one) => all + (one - means[at]!) ** 2, 0), 0) / (n * (k - 1));
  const total = between + (k - 1) * within;
  return total > 0 ? (between - within) / total : undefined;
}

/** Values as CSV: one line a feature of a region; `icc` over all regions where there are several. */
export function robustnessTable(regions: readonly { label: string; features: readonly Robustness[] }[]): Uint8Array {
  const byTag = new Map<string, number[][]>();
  for (const { features } of regions)
    for (const { tag, values } of features) byTag.set(tag, [...(byTag.get(tag) ?? []), values]);
  const rows = regions.flatMap(({ label, features }) =>
    features.map(({ tag, name, value, values, mean, standardDeviation, variationPercent, low, high, unit }) => [
      ...[label, tag, name, value, values.length, mean, standardDeviation, variationPercent ?? ''],
      ...[low, high, unit, icc11(byTag.get(tag)!) ?? ''],
    ]),
  );
  return csv(
    ['label', 'tag', 'name', 'value', 'masks', 'mean', 'sd', 'cv_percent', 'low', 'high', 'unit', 'icc'],
    rows,
  );
}
