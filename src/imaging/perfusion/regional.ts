import type { VoxelMap } from './maps.ts';

/** Median of the voxels of a map that have a value; undefined when none has. */
export function mapMedian(values: ArrayLike<number>): number | undefined {
  let count = 0;
  for (let at = 0; at < values.length; at++) if (Number.isFinite(values[at]!)) count++;
  if (count === 0) return undefined;
  const known = new Float64Array(count);
  for (let at = 0, to = 0; at < values.length; at++) if (Number.isFinite(values[at]!)) known[to++] = values[at]!;
  known.sort();
  const middle = known.length >> 1;
  return known.length % 2 === 1 ? known[middle]! : (known[middle - 1]! + known[middle]!) / 2;
}

/** A map within a region. */
export interface RegionalNumber {
  median: number;
  /** Quartiles. */
  low: number;
  high: number;
  /** Voxels with a value, and all of the region that lie in the measured part of the image. */
  voxels: number;
  of: number;
}

/** `inside`: indices of the region's voxels in the volume. Undefined when less than a tenth of them have a value. */
export function regionalNumber(map: VoxelMap, inside: ArrayLike<number>): RegionalNumber | undefined {
  const known: number[] = [];
  for (let at = 0; at < inside.length; at++) {
    const value = map.values[inside[at]!]!;
    if (Number.isFinite(value)) known.push(value);
  }
  if (known.length === 0 || known.length < 0.1 * inside.length) return undefined;
  const sorted = Float64Array.from(known).sort();
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const low = Math.floor(place);
    return sorted[low]! + (place - low) * ((sorted[low + 1] ?? sorted[low]!) - sorted[low]!);
  };
  return { median: at(0.5), low: at(0.25), high: at(0.75), voxels: known.length, of: inside.length };
}
