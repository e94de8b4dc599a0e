import { peakRadiusMm } from '../../pet/peak.ts';
import type { Prepared } from '../prepare.ts';

export const localIntensityTags = ['loc_peak_loc', 'loc_peak_glob'];

/**
 * Local and global intensity peak (IBSI reference manual 3.2, `9ST6`): mean of the voxels whose centres lie within a sphere
 * of 1 cm3 round the most intense voxel, and the highest such mean round any voxel of the region. Voxels outside the region
 * count; those outside the image or without a value do not. A sphere is a set of rows, whose sums come from running sums of
 * a few planes.
 */
export function localIntensity(prepared: Prepared): number[] {
  const { values, imageSize, range, size, intensity, spacingMm, statistics } = prepared;
  const [w, h, d] = imageSize;
  const rows = sphereRows(spacingMm);
  const reach = Math.floor(peakRadiusMm / spacingMm[2]);
  const line = w + 1;
  const planes = new Map<number, { sums: Float64Array; numbers: Int32Array }>();
  let [local, global] = [-Infinity, -Infinity];
  for (let z = 0; z < size[2]; z++) {
    const k = z + range.low[2];
    planes.delete(k - reach - 1);
    for (let near = Math.max(0, k - reach); near <= Math.min(d - 1, k + reach); near++)
      if (!planes.has(near)) planes.set(near, runningSums(values, near * w * h, w, h));
    const near = rows.flatMap(({ dy, dz, half }) => {
      const plane = planes.get(k + dz);
      return plane ? [{ dy, half, plane }] : [];
    });
    for (let y = 0; y < size[1]; y++)
      for (let x = 0; x < size[0]; x++) {
        if (intensity[(z * size[1] + y) * size[0] + x] === 0) continue;
        const i = x + range.low[0];
        const j = y + range.low[1];
        let sum = 0;
        let count = 0;
        for (const { dy, half, plane } of near) {
          const row = j + dy;
          if (row < 0 || row >= h) continue;
          const from = row * line + Math.max(0, i - half);
          const to = row * line + Math.min(w, i + half + 1);
          sum += plane.sums[to]! - plane.sums[from]!;
          count += plane.numbers[to]! - plane.numbers[from]!;
        }
        const mean = sum / count;
        if (mean > global) global = mean;
        if (values[(k * h + j) * w + i] === statistics.maximum && mean > local) local = mean;
      }
  }
  return [local, global];
}

/** Rows of a sphere: how far they are off in y and z, and how many voxels they reach to each side in x. */
function sphereRows([sx, sy, sz]: readonly [number, number, number]): { dy: number; dz: number; half: number }[] {
  const rows: { dy: number; dz: number; half: number }[] = [];
  const [ry, rz] = [Math.floor(peakRadiusMm / sy), Math.floor(peakRadiusMm / sz)];
  for (let dz = -rz; dz <= rz; dz++)
    for (let dy = -ry; dy <= ry; dy++) {
      const left = peakRadiusMm ** 2 - (dy * sy) ** 2 - (dz * sz) ** 2;
      if (left >= 0) rows.push({ dy, dz, half: Math.floor(Math.sqrt(left) / sx) });
    }
  return rows;
}

/** Sums and numbers of the values before each place of each row of a plane; rows are one longer than those of the plane. */
function runningSums(values: Float32Array, start: number, w: number, h: number) {
  const sums = new Float64Array((w + 1) * h);
  const numbers = new Int32Array((w + 1) * h);
  for (let y = 0, at = start, out = 0; y < h; y++, out++)
    for (let x = 0; x < w; x++, at++, out++) {
      const value = values[at]!;
      const isNumber = Number.isFinite(value);
      sums[out + 1] = sums[out]! + (isNumber ? value : 0);
      numbers[out + 1] = numbers[out]! + (isNumber ? 1 : 0);
    }
  return { sums, numbers };
}
