import { borderSteps } from '../../voxels/borderSteps.ts';
import type { Aggregation, Family, RadiomicsConfig } from './config.ts';
import { autocorrelation, autocorrelationTags } from './features/autocorrelation.ts';
import { coOccurrences, coOccurrenceTags } from './features/coOccurrence.ts';
import { histogram, histogramTags, levelCounts } from './features/histogram.ts';
import { localIntensity, localIntensityTags } from './features/localIntensity.ts';
import { added, matrixFeatures, matrixTags } from './features/matrixFeatures.ts';
import { morphology, morphologyTags } from './features/morphology.ts';
import { addedTones, neighbourhoods, toneFeatures, toneTags } from './features/neighbourhoods.ts';
import { runLengths } from './features/runLengths.ts';
import { statistics, statisticsTags } from './features/statistics.ts';
import { volumeHistogram, volumeHistogramTags } from './features/volumeHistogram.ts';
import { zoneMatrices } from './features/zones.ts';
import { type Levels, levelsOf } from './levels.ts';
import { type Prepared, regionValues } from './prepare.ts';

/** One value of a region. */
export interface FeatureValue {
  /** IBSI tag without aggregation: `cm_joint_max`. */
  base: string;
  /** With it, as in IBSI's tables: `cm_joint_max_3D_avg`, `szm_sze_3D`. */
  tag: string;
  family: Family;
  aggregation?: string;
  /** Undefined where the feature has no value for this region. */
  value: number | undefined;
}

/**
 * All configured features of a prepared region, in the order of the IBSI reference manual. Throws `usage` when a
 * discretisation would need too many levels.
 */
export function extractFeatures(
  prepared: Prepared,
  config: RadiomicsConfig,
  progress: (family: Family) => void = () => undefined,
): FeatureValue[] {
  const found: FeatureValue[] = [];
  const isPyradiomics = config.profile === 'pyradiomics';
  const wants = (family: Family): boolean => config.families.includes(family);
  const put = (
    family: Family,
    tags: readonly string[],
    values: readonly (number | undefined)[] | undefined,
    aggregation?: string,
  ): void => {
    for (const [at, base] of tags.entries()) {
      const value = values?.[at];
      found.push({
        base,
        tag: aggregation ? `${base}_${aggregation}` : base,
        family,
        ...(aggregation && { aggregation }),
        value: value !== undefined && Number.isFinite(value) ? value : undefined,
      });
    }
  };
  const step = <T>(family: Family, run: () => T): void => {
    if (!wants(family)) return;
    progress(family);
    run();
  };
  step('morphology', () => {
    put('morphology', morphologyTags, morphology(prepared, isPyradiomics));
    if (!isPyradiomics) put('morphology', autocorrelationTags, autocorrelation(prepared));
  });
  if (prepared.statistics.voxels === 0) return found;
  step('local-intensity', () => put('local-intensity', localIntensityTags, localIntensity(prepared)));
  step('statistics', () => put('statistics', statisticsTags, statistics(regionValues(prepared))));
  const levelFamilies: Family[] = ['histogram', 'glcm', 'glrlm', 'glszm', 'gldzm', 'ngtdm', 'ngldm'];
  const levels = levelFamilies.some(wants) ? levelsOf(prepared, config.discretise) : undefined;
  if (levels) step('histogram', () => put('histogram', histogramTags, histogram(levelCounts(levels))));
  step('volume-histogram', () => {
    const { statistics, rangeLow, rangeHigh } = prepared;
    const values = volumeHistogram(regionValues(prepared), statistics, config.volumeHistogram, rangeLow, rangeHigh);
    put('volume-histogram', volumeHistogramTags, values);
  });
  if (!levels) return found;
  for (const aggregation of config.aggregations) {
    step('glcm', () =>
      put('glcm', coOccurrenceTags, averaged(coOccurrences(levels, aggregation, config.glcmDistance)), aggregation),
    );
    step('glrlm', () =>
      put('glrlm', matrixTags.glrlm, averaged(runLengths(levels, aggregation, isPyradiomics)), aggregation),
    );
  }
  const dimensions = dimensionsOf(config.aggregations);
  for (const isFlat of [true, false]) {
    const of = dimensions.filter((dimension) => (dimension === '3D') !== isFlat);
    if (of.length === 0) continue;
    if (wants('glszm') || wants('gldzm')) {
      progress(wants('glszm') ? 'glszm' : 'gldzm');
      const distance = wants('gldzm') ? regionDistance(prepared, levels, isFlat) : undefined;
      const matrices = zoneMatrices(levels, isFlat, distance);
      for (const dimension of of) {
        const values = (all: Parameters<typeof matrixFeatures>[0][]) =>
          dimension === '2D' ? averaged(all.map(matrixFeatures)) : matrixFeatures(added(all));
        if (wants('glszm')) put('glszm', matrixTags.glszm, values(matrices.map(({ sizes }) => sizes)), dimension);
        if (wants('gldzm'))
          put('gldzm', matrixTags.gldzm, values(matrices.map(({ distances }) => distances!)), dimension);
      }
    }
    if (wants('ngtdm') || wants('ngldm')) {
      progress(wants('ngtdm') ? 'ngtdm' : 'ngldm');
      const all = neighbourhoods(levels, isFlat, { alpha: config.ngldmDifference, withLone: isPyradiomics });
      for (const dimension of of) {
        const tones = all.map((one) => one.tones);
        const dependences = all.map((one) => one.dependences);
        const isMean = dimension === '2D';
        if (wants('ngtdm'))
          put(
            'ngtdm',
            toneTags,
            isMean ? averaged(tones.map(toneFeatures)) : toneFeatures(addedTones(tones)),
            dimension,
          );
        if (wants('ngldm'))
          put(
            'ngldm',
            matrixTags.ngldm,
            isMean ? averaged(dependences.map(matrixFeatures)) : matrixFeatures(added(dependences)),
            dimension,
          );
      }
    }
  }
  return found;
}

/** `2D`, `2_5D`, `3D`, each once: what the aggregations mean for matrices without directions. */
function dimensionsOf(aggregations: readonly Aggregation[]): string[] {
  return ['2D', '2_5D', '3D'].filter((dimension) => aggregations.some((one) => one.startsWith(`${dimension}_`)));
}

/** The mean of each value over the matrices that are not empty. */
export function averaged(matrices: readonly (number[] | undefined)[]): number[] | undefined {
  const filled = matrices.filter((values) => values !== undefined);
  if (filled.length === 0) return undefined;
  return filled[0]!.map((_, at) => filled.reduce((sum, values) => sum + values[at]!, 0) / filled.length);
}

/** Steps to the border of the morphological mask, in the padded box of the levels. */
function regionDistance({ morphology, size }: Prepared, { size: padded }: Levels, isFlat: boolean): Uint16Array {
  const mask = new Uint8Array(padded[0] * padded[1] * padded[2]);
  for (let z = 0; z < size[2]; z++)
    for (let y = 0; y < size[1]; y++) {
      const row = (z * size[1] + y) * size[0];
      mask.set(morphology.subarray(row, row + size[0]), ((z + 1) * padded[1] + y + 1) * padded[0] + 1);
    }
  const steps = [1, padded[0], padded[0] * padded[1]];
  return borderSteps(mask, isFlat ? steps.slice(0, 2) : steps);
}
