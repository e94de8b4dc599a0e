import type { BoldRun } from './load.ts';

/** Radius of the sphere on which turns are told in mm (Power et al. 2012). */
const radiusMm = 50;

/** Framewise displacement in mm by volume (Power 2012): the sum of absolute changes of shifts and of turns on the sphere; first 0. */
export function framewiseDisplacement(parameters: Float64Array): Float64Array {
  const fd = new Float64Array(parameters.length / 6);
  for (let t = 1; t < fd.length; t++)
    for (let of = 0; of < 6; of++)
      fd[t]! += Math.abs(parameters[t * 6 + of]! - parameters[t * 6 - 6 + of]!) * (of < 3 ? 1 : radiusMm);
  return fd;
}

/**
 * DVARS by volume in percent of the mean signal: root mean square of the change from the volume before over the mask; first 0.
 * All 0 for a series round 0, whose mean is no signal.
 */
export function dvars({ data, size, volumes, voxels, mean, aroundZero }: BoldRun): Float64Array {
  const result = new Float64Array(volumes);
  if (aroundZero) return result;
  let level = 0;
  for (const at of voxels) level += mean[at]! / voxels.length;
  for (let t = 1; t < volumes; t++) {
    let squares = 0;
    for (const at of voxels) squares += (data[t * size + at]! - data[(t - 1) * size + at]!) ** 2;
    result[t] = (100 * Math.sqrt(squares / voxels.length)) / level;
  }
  return result;
}

/** Mean over time divided by the SD over time, as median over the mask. Undefined for a series round 0. */
export function medianTsnr({ data, size, volumes, voxels, mean, aroundZero }: BoldRun): number | undefined {
  if (aroundZero) return undefined;
  const ratios = Float64Array.from(voxels, (at) => {
    let squares = 0;
    for (let t = 0; t < volumes; t++) squares += (data[t * size + at]! - mean[at]!) ** 2;
    return squares > 0 ? mean[at]! / Math.sqrt(squares / (volumes - 1)) : 0;
  }).sort();
  return ratios[ratios.length >> 1]!;
}
