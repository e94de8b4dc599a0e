import type { Aggregation, Family } from '../config.ts';
import { coOccurrenceTags } from '../features/coOccurrence.ts';
import { histogramTags } from '../features/histogram.ts';
import { matrixTags } from '../features/matrixFeatures.ts';
import { toneTags } from '../features/neighbourhoods.ts';
import { statisticsTags } from '../features/statistics.ts';

/** Families that a window round a voxel has values of. Shape, peaks and distance zones belong to a region with a border. */
export const mapFamilies = {
  statistics: [...statisticsTags, 'pyradiomics_firstorder_TotalEnergy'],
  histogram: histogramTags,
  glcm: [...coOccurrenceTags, 'pyradiomics_glcm_MCC'],
  glrlm: matrixTags.glrlm,
  glszm: matrixTags.glszm,
  ngtdm: toneTags,
  ngldm: matrixTags.ngldm,
} as const satisfies Partial<Record<Family, readonly string[]>>;

export type MapFamily = keyof typeof mapFamilies;

/** Places of the two features that only PyRadiomics defines. */
export const totalEnergyAt = statisticsTags.length;
export const maximalCorrelationAt = coOccurrenceTags.length;

/** The aggregations, as they stand in tags, that a family has under a configuration. */
export function aggregationsOf(family: MapFamily, configured: readonly Aggregation[]): (string | undefined)[] {
  switch (family) {
    case 'statistics':
    case 'histogram':
      return [undefined];
    case 'glcm':
    case 'glrlm':
      return [...configured];
    default:
      return ['2D', '2_5D', '3D'].filter((dimension) => configured.some((one) => one.startsWith(`${dimension}_`)));
  }
}
