const bins = 256;

function counts(values: ArrayLike<number>, low: number, high: number): Float64Array {
  const result = new Float64Array(bins);
  const scale = bins / (high - low);
  for (let at = 0; at < values.length; at++) {
    const bin = Math.floor((values[at]! - low) * scale);
    if (bin >= 0 && bin < bins) result[bin]!++;
  }
  return result;
}

/** Enough numbers for a percentile. */
const most = 100_000;

/** The value below which a share of the numbers lie; of more than 100,000 every n-th is looked at. */
export function quantile(values: ArrayLike<number>, share: number): number {
  const step = Math.max(1, Math.floor(values.length / most));
  const sorted = new Float32Array(Math.ceil(values.length / step));
  for (let at = 0, n = 0; at < values.length; at += step) sorted[n++] = values[at]!;
  sorted.sort();
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.floor(share * sorted.length)))] ?? Number.NaN;
}

/** Otsu's threshold (1979) of the positive values up to their 99th percentile; undefined where there are not two classes. */
export function otsu(values: ArrayLike<number>): number | undefined {
  const positive = Float32Array.from(values).filter((value) => value > 0);
  const high = quantile(positive, 0.99);
  if (!(high > 0)) return undefined;
  const histogram = counts(positive, 0, high);
  const total = histogram.reduce((sum, one) => sum + one, 0);
  const mean = histogram.reduce((sum, one, bin) => sum + one * bin, 0) / total;
  let [below, sumBelow, best, threshold] = [0, 0, 0, -1];
  for (let bin = 0; bin < bins; bin++) {
    below += histogram[bin]!;
    sumBelow += histogram[bin]! * bin;
    if (below === 0 || below === total) continue;
    const between = (mean * below - sumBelow) ** 2 / (below * (total - below));
    if (between > best) [best, threshold] = [between, bin];
  }
  return threshold < 0 ? undefined : ((threshold + 1) * high) / bins;
}

/** Where the histogram, smoothed over some bins, is highest; undefined for no spread. */
export function histogramMode(values: ArrayLike<number>): number | undefined {
  const [low, high] = [quantile(values, 0.001), quantile(values, 0.999)];
  if (!(high > low)) return undefined;
  let histogram = counts(values, low, high);
  for (let pass = 0; pass < 8; pass++)
    histogram = histogram.map((one, bin) => (2 * one + (histogram[bin - 1] ?? one) + (histogram[bin + 1] ?? one)) / 4);
  let best = 0;
  for (let bin = 1; bin < bins; bin++) if (histogram[bin]! > histogram[best]!) best = bin;
  return low + ((best + 0.5) * (high - low)) / bins;
}
