/** Feature maps as a kernel of voxels/parallel.ts: one item is one voxel with the window round it. */
import type { Size } from '../../../voxels/components.ts';
import type { Kernel } from '../../../voxels/parallel.ts';
import type { Aggregation } from '../config.ts';
import { averaged } from '../extract.ts';
import { coOccurrenceMatrices, coOccurrences } from '../features/coOccurrence.ts';
import { histogram, levelCounts } from '../features/histogram.ts';
import { matrixFeatures } from '../features/matrixFeatures.ts';
import { maximalCorrelation } from '../features/maximalCorrelation.ts';
import { neighbourhoods, toneFeatures } from '../features/neighbourhoods.ts';
import { runLengths } from '../features/runLengths.ts';
import { statistics, statisticsTags } from '../features/statistics.ts';
import { zoneMatrices } from '../features/zones.ts';
import { type MapFamily, maximalCorrelationAt } from './mapFamilies.ts';
import { movingWindow, type Window } from './window.ts';

export interface MapGroup {
  family: MapFamily;
  aggregation?: string;
  isFlat: boolean;
  /** Places among the features of the family, and the columns of the result where they go. */
  wanted: { index: number; column: number }[];
}

export interface MapSetup {
  /** Extents of the box of levels and values, with room for the kernel on every side. */
  size: Size;
  /** Number of levels of the whole region. */
  count: number;
  radius: number;
  columns: number;
  groups: MapGroup[];
  isPyradiomics: boolean;
  glcmDistance: number;
  ngldmDifference: number;
  energyShift: number;
  voxelMm3: number;
}

type Values = readonly (number | undefined)[] | undefined;

/** `levels` and `values` in, `voxels` = places in their box, `out` = columns of each voxel; no value is NaN. */
export const kernel: Kernel<MapSetup> = (setup, arrays) => {
  const { size, count, radius, columns, groups } = setup;
  const levels = arrays.levels as Uint16Array;
  const values = arrays.values as Float32Array;
  const { voxels, out } = arrays as { voxels: Int32Array; out: Float64Array };
  const box = { size, levels, values, count };
  const views = [false, true].map((isFlat) => {
    const own = groups.filter((group) => group.isFlat === isFlat);
    return { own, move: own.length > 0 ? movingWindow(box, radius, isFlat) : undefined };
  });
  return (from, to) => {
    for (let item = from; item < to; item++)
      for (const { own, move } of views) {
        if (!move) continue;
        const window = move(voxels[item]!);
        for (const group of own) {
          const found = valuesOf(window, group, setup);
          for (const { index, column } of group.wanted) {
            const value = found?.[index];
            out[item * columns + column] = value !== undefined && Number.isFinite(value) ? value : Number.NaN;
          }
        }
      }
  };
};

function valuesOf(window: Window, group: MapGroup, setup: MapSetup): Values {
  const { levels, ranks } = window;
  const { isFlat, isPyradiomics } = { ...group, ...setup };
  switch (group.family) {
    case 'statistics':
      return statisticsOf(window, setup);
    case 'histogram':
      return histogram(levelCounts(levels));
    case 'glcm': {
      const found: (number | undefined)[] =
        averaged(coOccurrences(ranks, group.aggregation as Aggregation, setup.glcmDistance)) ?? [];
      if (group.wanted.some(({ index }) => index === maximalCorrelationAt))
        found[maximalCorrelationAt] = meanCorrelation(window, group.aggregation as Aggregation, setup.glcmDistance);
      return found;
    }
    case 'glrlm':
      return averaged(runLengths(ranks, group.aggregation as Aggregation, isPyradiomics));
    case 'glszm':
      return averaged(zoneMatrices(ranks, isFlat, undefined).map(({ sizes }) => matrixFeatures(sizes)));
    default: {
      const [near] = neighbourhoods(levels, isFlat, { alpha: setup.ngldmDifference, withLone: isPyradiomics });
      if (!near) return undefined;
      return group.family === 'ngtdm' ? toneFeatures(near.tones) : matrixFeatures(near.dependences);
    }
  }
}

const [kurtosisAt, energyAt, rmsAt, varianceAt] = ['kurt', 'energy', 'rms', 'var'].map((ending) =>
  statisticsTags.indexOf(`stat_${ending}`),
) as [number, number, number, number];

function statisticsOf({ values, count }: Window, { isPyradiomics, energyShift, voxelMm3 }: MapSetup): number[] {
  const own = values.subarray(0, count);
  let energy = 0;
  if (isPyradiomics) for (let at = 0; at < count; at++) energy += (own[at]! + energyShift) ** 2;
  const found = statistics(own);
  if (!isPyradiomics) return found;
  found[kurtosisAt] = found[varianceAt]! > 0 ? found[kurtosisAt]! + 3 : 0;
  found[energyAt] = energy;
  found[rmsAt] = Math.sqrt(energy / count);
  return [...found, energy * voxelMm3];
}

function meanCorrelation({ ranks }: Window, aggregation: Aggregation, distance: number): number | undefined {
  const all = coOccurrenceMatrices(ranks, aggregation, distance, maximalCorrelation).filter((one) => one !== undefined);
  return all.length > 0 ? all.reduce((sum, one) => sum + one, 0) / all.length : undefined;
}
