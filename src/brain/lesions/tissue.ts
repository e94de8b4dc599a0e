import { histogramMode, quantile } from './histogram.ts';

/** Intensity of normal-appearing tissue in a FLAIR image whose field is taken out. */
export interface NormalTissue {
  mean: number;
  sd: number;
}

/** Fluid lies below this share of the mode of tissue. */
export const fluidShare = 0.6;
const cut = 2.5;
/** SD of a normal cut at +- 2.5 SD. */
const cutSd = 0.9534;

/**
 * Mean and SD of the bulk of the values: those beyond 2.5 SD are left out and the SD is corrected for it, until nothing
 * changes. Lesions are bright outliers of it, fluid dark ones, so neither moves it (trimmed likelihood as in Van Leemput
 * 2001, with one class).
 */
export function normalTissue(values: ArrayLike<number>): NormalTissue | undefined {
  if (values.length < 1000) return undefined;
  const start = histogramMode(values);
  if (start === undefined) return undefined;
  let mean = start;
  let sd =
    1.4826 *
    quantile(
      Float32Array.from(values, (value) => Math.abs(value - start)),
      0.5,
    );
  for (let round = 0; round < 50; round++) {
    let [n, sum, squares] = [0, 0, 0];
    for (let at = 0; at < values.length; at++) {
      const off = values[at]! - mean;
      if (Math.abs(off) > cut * sd) continue;
      n++;
      sum += off;
      squares += off * off;
    }
    if (n < 500) return undefined;
    const shift = sum / n;
    const next = Math.sqrt(Math.max(0, squares / n - shift * shift)) / cutSd;
    const still = Math.abs(shift) < 1e-5 * sd && Math.abs(next - sd) < 1e-5 * sd;
    mean += shift;
    sd = next;
    if (!(sd > 0)) return undefined;
    if (still) break;
  }
  return { mean, sd };
}

/** Means, SDs and shares of three normal classes of a T1 image within the brain, the darkest (fluid) first. */
export interface T1Classes {
  means: [number, number, number];
  sds: [number, number, number];
  shares: [number, number, number];
}

/** Expectation maximisation from terciles; undefined where the classes do not part. */
export function t1Classes(values: ArrayLike<number>): T1Classes | undefined {
  if (values.length < 1000) return undefined;
  const step = Math.max(1, Math.floor(values.length / 30_000));
  const sample = Float64Array.from({ length: Math.floor(values.length / step) }, (_, n) => values[n * step]!);
  const [low, high] = [quantile(sample, 0.01), quantile(sample, 0.99)];
  const inside = sample.filter((value) => value >= low && value <= high);
  const means = [0.08, 0.4, 0.8].map((share) => quantile(inside, share)) as T1Classes['means'];
  const sds = [0, 1, 2].map(() => (high - low) / 8) as T1Classes['sds'];
  const shares: T1Classes['shares'] = [0.15, 0.45, 0.4];
  const weight = [0, 0, 0];
  for (let round = 0; round < 60; round++) {
    const [n, s, q] = [
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ];
    for (const value of inside) {
      let total = 0;
      for (let c = 0; c < 3; c++) {
        const u = (value - means[c]!) / sds[c]!;
        weight[c] = (shares[c]! / sds[c]!) * Math.exp(-0.5 * u * u);
        total += weight[c]!;
      }
      if (total <= 0) continue;
      for (let c = 0; c < 3; c++) {
        const w = weight[c]! / total;
        n[c]! += w;
        s[c]! += w * value;
        q[c]! += w * value * value;
      }
    }
    let moved = 0;
    for (let c = 0; c < 3; c++) {
      if (!(n[c]! > 10)) return undefined;
      moved = Math.max(moved, Math.abs(s[c]! / n[c]! - means[c]!));
      means[c] = s[c]! / n[c]!;
      sds[c] = Math.sqrt(Math.max((1e-3 * (high - low)) ** 2, q[c]! / n[c]! - means[c]! ** 2));
      shares[c] = n[c]! / inside.length;
    }
    if (moved < 5e-4 * (high - low)) break;
  }
  return means[0] < means[1] && means[1] < means[2] ? { means, sds, shares } : undefined;
}

/** The likeliest class of a value: 0 fluid, 1 gray, 2 white. Beyond the outer means the outer class holds. */
export function t1ClassOf(value: number, { means, sds, shares }: T1Classes): 0 | 1 | 2 {
  if (value <= means[0]) return 0;
  if (value >= means[2]) return 2;
  let [best, most] = [0, Number.NEGATIVE_INFINITY];
  for (let c = 0; c < 3; c++) {
    const u = (value - means[c]!) / sds[c]!;
    const score = Math.log(shares[c]! / sds[c]!) - 0.5 * u * u;
    if (score > most) [best, most] = [c, score];
  }
  return best as 0 | 1 | 2;
}
