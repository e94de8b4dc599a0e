import type { Discretisation } from '../config.ts';
import { binning } from '../levels.ts';

export const volumeHistogramTags = [
  'ivh_v10',
  'ivh_v90',
  'ivh_i10',
  'ivh_i90',
  'ivh_diff_v10_v90',
  'ivh_diff_i10_i90',
  'ivh_auc',
];

/** More steps than this are no histogram; PET and MR values want a fixed bin number. */
const mostSteps = 1_000_000;

/**
 * Values of {@link volumeHistogramTags} (IBSI reference manual 3.5, `P88C`): which share of the region is at least as
 * intense as a share of the range, and the other way round. `none`: whole-number values, each a step; fixed bin size: the
 * middles of bins from the lower bound; fixed bin number: the bins' numbers. The range is that of re-segmentation where it
 * has one. The area under the curve (trapezium rule) has no consensus value. Throws `usage` for too many steps.
 */
export function volumeHistogram(
  values: Float32Array,
  { minimum, maximum }: { minimum: number; maximum: number },
  how: Discretisation,
  low: number | undefined,
  high: number | undefined,
): number[] {
  const bins = binning({ minimum, maximum }, how, low, mostSteps);
  const from = how.method === 'fixed-bin-number' ? undefined : low;
  const to = how.method === 'fixed-bin-number' ? undefined : high;
  // Steps reach to the bounds of re-segmentation, also where no voxel does.
  const first = from === undefined || how.method !== 'none' ? 1 : bins.levelOf(from);
  const last = to === undefined ? bins.count : Math.max(bins.count, bins.levelOf(to));
  const counts = new Float64Array(last - first + 1);
  for (const value of values) counts[bins.levelOf(value) - first]!++;
  const steps = counts.length;
  const intensity = (step: number): number => {
    if (how.method === 'fixed-bin-number') return first + step;
    if (how.method === 'none') return bins.lowest + first + step - 0.5;
    return bins.lowest + (first + step - 0.5) * bins.width;
  };
  const volume = new Float64Array(steps + 1);
  for (let step = steps - 1; step >= 0; step--) volume[step] = volume[step + 1]! + counts[step]!;
  const share = (step: number): number => volume[step]! / values.length;
  const volumeAt = (fraction: number): number => share(Math.min(steps, Math.ceil(fraction * (steps - 1) - 1e-9)));
  const intensityAt = (fraction: number): number => {
    let step = 0;
    while (step < steps && share(step) > fraction + 1e-12) step++;
    return intensity(step);
  };
  let area = 0;
  for (let step = 0; step + 1 < steps; step++) area += (share(step) + share(step + 1)) / 2 / (steps - 1);
  const [v10, v90, i10, i90] = [volumeAt(0.1), volumeAt(0.9), intensityAt(0.1), intensityAt(0.9)];
  return [v10, v90, i10, i90, v10 - v90, i10 - i90, area];
}
