import { largestComponent, type Size } from '../voxels/components.ts';

/** What is brighter than air: the largest part above the threshold of Otsu (1979) among logarithms, so that skin four times as bright as the brain does not move it. */
export function headOf(values: Float32Array, size: Size): Uint8Array {
  const sorted = values.toSorted();
  const bright = sorted[Math.floor(0.98 * (sorted.length - 1))]!;
  const scale = bright > 0 ? 1000 / bright : 0;
  const logs = values.map((value) => Math.log1p(Math.max(0, value) * scale));
  const bins = 128;
  const top = Math.log1p(1000) * 1.2;
  const counts = new Float64Array(bins);
  const binOf = (log: number): number => Math.min(bins - 1, Math.floor((bins * log) / top));
  for (const log of logs) counts[binOf(log)]!++;
  const total = logs.length;
  const sum = counts.reduce((all, count, bin) => all + count * bin, 0);
  let [below, sumBelow, best, threshold] = [0, 0, -1, 0];
  for (let bin = 0; bin < bins; bin++) {
    below += counts[bin]!;
    sumBelow += counts[bin]! * bin;
    if (below === 0 || below === total) continue;
    const gap = sumBelow / below - (sum - sumBelow) / (total - below);
    const between = below * (total - below) * gap * gap;
    if (between > best) [best, threshold] = [between, bin];
  }
  const above = Uint8Array.from(logs, (log) => (binOf(log) > threshold ? 1 : 0));
  return largestComponent(above, size).mask;
}
