import type { ImageHandle } from '../../dossier/image.ts';
import { sharedFloat32 } from '../../voxels/parallel.ts';

/** Curves of some voxels of a few slices: samples one after another, voxel after voxel, in shared memory. */
export interface SlabCurves {
  data: Float32Array<SharedArrayBuffer>;
  /** Index in the volume of each voxel. */
  voxels: Int32Array;
}

/** Slices that are held at once: about 48 MB of curves. */
const slabBytes = 48 * 2 ** 20;

/**
 * The curves of all voxels of a mask (0: outside; as long as the volume), a slab of slices at a time, so that a series of any
 * length needs bounded memory.
 */
export async function* curvesOf(image: ImageHandle, mask: Uint8Array): AsyncGenerator<SlabCurves & { done: number }> {
  const [ni, nj, nk, nt] = image.grid.shape;
  const slice = ni * nj;
  const thick = Math.max(1, Math.floor(slabBytes / (slice * nt * 4)));
  for (let k = 0; k < nk; k += thick) {
    const end = Math.min(nk, k + thick);
    const voxels: number[] = [];
    for (let at = k * slice; at < end * slice; at++) if (mask[at] !== 0) voxels.push(at);
    if (voxels.length === 0) continue;
    const data = sharedFloat32(voxels.length * nt);
    for (let t = 0; t < nt; t++) {
      const slab = await image.readSlab(k, end, t);
      for (let at = 0; at < voxels.length; at++) data[at * nt + t] = slab[voxels[at]! - k * slice]!;
    }
    yield { data, voxels: Int32Array.from(voxels), done: end / nk };
  }
}

/**
 * Voxels with signal: above a tenth of the 98th percentile of the time points' mean. Air and background have no curve worth
 * a fit. Voxels that are no number at some time stay inside and are reported as without data.
 */
export async function foreground(image: ImageHandle): Promise<Uint8Array> {
  const [ni, nj, nk, nt] = image.grid.shape;
  const mean = new Float32Array(ni * nj * nk);
  // A few time points tell as much as all.
  const times = [...new Set([0, Math.floor(nt / 2), nt - 1])];
  for (const t of times) {
    const volume = await image.readVolume(t);
    for (let at = 0; at < mean.length; at++) mean[at]! += Math.max(0, volume[at]! || 0) / times.length;
  }
  const step = Math.max(1, Math.floor(mean.length / 200_000));
  const sample = Float32Array.from({ length: Math.floor(mean.length / step) }, (_, at) => mean[at * step]!).sort();
  const least = 0.1 * (sample[Math.floor(0.98 * sample.length)] ?? 0);
  return Uint8Array.from(mean, (value) => (value > least && value > 0 ? 1 : 0));
}

/** Mean curve of the voxels of a mask; voxels without a number at some time are left out. */
export async function meanCurve(image: ImageHandle, mask: Uint8Array): Promise<Float64Array> {
  const nt = image.grid.shape[3];
  const sum = new Float64Array(nt);
  let count = 0;
  for await (const { data, voxels } of curvesOf(image, mask))
    for (let at = 0; at < voxels.length; at++) {
      const curve = data.subarray(at * nt, (at + 1) * nt);
      if (!curve.every(Number.isFinite)) continue;
      count++;
      for (let t = 0; t < nt; t++) sum[t]! += curve[t]!;
    }
  return sum.map((value) => (count > 0 ? value / count : Number.NaN));
}

/**
 * Which samples lie before contrast: up to the last one before the mean curve leaves its begin, by a tenth of its whole change
 * or sooner by more than its noise there (three SD) and 0.5 % of the change. A curve near saturation multiplies any contrast in
 * its baseline, so with five samples or more one is kept as distance. The first sample is left out when there are at least
 * three (it is often not in the steady state).
 */
export function baselineRange(mean: ArrayLike<number>): readonly [first: number, end: number] {
  const n = mean.length;
  const first = n >= 8 ? 1 : 0;
  let most = 0;
  for (let at = first; at < n; at++) most = Math.max(most, Math.abs(mean[at]! - mean[first]!));
  let end = first + 1;
  let [sum, squares] = [mean[first]!, 0];
  for (; end < n - 1; end++) {
    const count = end - first;
    const level = sum / count;
    const off = Math.abs(mean[end]! - level);
    const noise = count > 2 ? 3 * Math.sqrt(squares / (count - 1)) : 0.1 * most;
    if (off > 0.1 * most || off > Math.max(noise, 0.005 * most)) break;
    squares += (off * off * count) / (count + 1);
    sum += mean[end]!;
  }
  if (end >= 5) end--;
  return end >= 3 ? [1, end] : [0, end];
}
