import type { ImageHandle } from '../../dossier/image.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { indexFrame } from '../../voxels/indexFrame.ts';
import type { RegionMask } from '../../voxels/mask.ts';
import { indexOfVoxel, maskValues, statisticsOf } from '../../voxels/maskStatistics.ts';
import { peaksOf } from './peak.ts';

/** Uptake within one region; SUVbw in g/mL. */
export interface Uptake {
  voxels: number;
  /** Voxels of the region without a value; in none of the numbers. */
  notNumbers: number;
  voxelMm3: number;
  millilitres: number;
  suv: { max: number; mean: number; peak: number; sd: number };
  /** Voxel of the maximum, centre of the peak's sphere, and how many voxels that holds. */
  hottest: [number, number, number];
  peakAt: [number, number, number];
  peakVoxels: number;
  /** SUVbw of each voxel, in the order of the mask. */
  values: Float32Array;
}

/** Undefined when no voxel of the region has a value. */
export async function uptakeIn(image: ImageHandle, mask: RegionMask, factor: number): Promise<Uptake | undefined> {
  const stored = mask.voxels > 0 ? await maskValues(image, mask) : new Float32Array(0);
  const statistics = statisticsOf(stored);
  if (!statistics) return undefined;
  const peaks = (await peaksOf(image, mask))!;
  const { voxelMm3 } = indexFrame(image.grid);
  return {
    voxels: mask.voxels,
    notNumbers: statistics.notNumbers,
    voxelMm3,
    millilitres: (mask.voxels * voxelMm3) / 1000,
    suv: {
      max: statistics.maximum * factor,
      mean: statistics.mean * factor,
      peak: peaks.global.value * factor,
      sd: statistics.standardDeviation * factor,
    },
    hottest: indexOfVoxel(mask, statistics.maximumAt),
    peakAt: peaks.global.at,
    peakVoxels: peaks.global.voxels,
    values: stored.map((value) => value * factor),
  };
}

/** Above it there is hardly anything but urine and the site of injection. */
const highestUptake = 300;

/** Uptake that no tissue has: units or scale of the series are probably not what its header says. */
export function implausibleUptake({ suv }: Pick<Uptake, 'suv'>): Issue | undefined {
  if (!(suv.max > highestUptake)) return undefined;
  return issue(
    'warning',
    'suv-implausible',
    `A SUVmax of ${suv.max.toPrecision(3)} is beyond any tissue: unit, scale, injected activity or weight in the header are probably wrong.`,
    {
      remedy:
        'Check Units (0054,1001), RescaleSlope, activity and weight, unless it is urine or the site of injection.',
    },
  );
}
