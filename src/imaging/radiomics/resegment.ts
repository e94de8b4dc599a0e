import type { Box } from '../../voxels/box.ts';
import type { Size } from '../../voxels/components.ts';
import type { RadiomicsConfig } from './config.ts';
import type { RegionRange } from './prepare.ts';

interface Drawn {
  values: Float32Array;
  imageSize: Size;
  range: Box;
  size: Size;
  mask: Uint8Array;
}

/**
 * The intensity mask: voxels of the region with a finite value that lies in the range and, of those, within so many
 * standard deviations (of n) of their mean (IBSI reference manual 2.6). The given mask itself when nothing is left out.
 */
export function resegmented(
  drawn: Drawn,
  how: RadiomicsConfig['resegment'],
): { mask: Uint8Array; statistics: RegionRange } {
  const low = how?.range?.[0] ?? Number.NEGATIVE_INFINITY;
  const high = how?.range?.[1] ?? Number.POSITIVE_INFINITY;
  let within = { low, high };
  if (how?.outlierSd !== undefined) {
    const { mean, sd } = momentsWithin(drawn, low, high);
    within = { low: Math.max(low, mean - how.outlierSd * sd), high: Math.min(high, mean + how.outlierSd * sd) };
  }
  let mask = drawn.mask;
  const statistics: RegionRange = {
    voxels: 0,
    minimum: Number.POSITIVE_INFINITY,
    maximum: Number.NEGATIVE_INFINITY,
    notNumbers: 0,
  };
  eachInside(drawn, (value, at) => {
    if (value >= within.low && value <= within.high && Number.isFinite(value)) {
      statistics.voxels++;
      if (value < statistics.minimum) statistics.minimum = value;
      if (value > statistics.maximum) statistics.maximum = value;
      return;
    }
    if (!Number.isFinite(value)) statistics.notNumbers++;
    if (mask === drawn.mask) mask = drawn.mask.slice();
    mask[at] = 0;
  });
  return { mask, statistics };
}

function momentsWithin(drawn: Drawn, low: number, high: number): { mean: number; sd: number } {
  let count = 0;
  let sum = 0;
  const isIn = (value: number): boolean => value >= low && value <= high && Number.isFinite(value);
  eachInside(drawn, (value) => {
    if (!isIn(value)) return;
    count++;
    sum += value;
  });
  const mean = sum / count;
  let squares = 0;
  eachInside(drawn, (value) => {
    if (isIn(value)) squares += (value - mean) ** 2;
  });
  return { mean, sd: Math.sqrt(squares / count) };
}

function eachInside({ values, imageSize, range, size, mask }: Drawn, take: (value: number, at: number) => void): void {
  for (let z = 0, at = 0; z < size[2]; z++)
    for (let y = 0; y < size[1]; y++) {
      let from = ((z + range.low[2]) * imageSize[1] + y + range.low[1]) * imageSize[0] + range.low[0];
      for (let x = 0; x < size[0]; x++, at++, from++) if (mask[at] !== 0) take(values[from]!, at);
    }
}
