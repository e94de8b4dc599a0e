import { levelZones, zoneRoot } from '../../../voxels/levelZones.ts';
import type { Levels } from '../levels.ts';
import { directions, stride } from './directions.ts';
import { type Counts, counter } from './matrixFeatures.ts';
import { voxelsIn } from './runLengths.ts';

/**
 * Size zone (IBSI `9SAK`) and distance zone (`VMDZ`) matrices of one part of the levels, from one search for zones. A zone:
 * voxels of one level that touch by face, edge or corner (in a slice: side or corner); its distance: that of the voxel
 * nearest to the border of the morphological mask.
 *
 * @param distance steps to the border for each place of the levels; it is used up when given
 */
function zonesBetween(
  levels: Levels,
  isFlat: boolean,
  from: number,
  to: number,
  distance: Uint16Array | undefined,
): { sizes: Counts; distances: Counts | undefined } {
  // Neighbours that come before a voxel in memory are the opposites of the directions.
  const offsets = directions(1, isFlat).map((step) => -stride(step, levels.size));
  const parents = levelZones(levels.levels, offsets, from, to);
  const voxels = voxelsIn(levels, from, to);
  const rows = levels.ranked?.ranks ?? levels.count;
  const sizes = counter(rows, Math.min(1024, voxels + 1), levels.ranked?.levels);
  for (let at = 0; at < parents.length; at++) if (parents[at]! < 0) sizes.add(levels.levels[from + at]!, -parents[at]!);
  if (!distance) return { sizes: sizes.take(voxels), distances: undefined };
  for (let at = 0; at < parents.length; at++) {
    if (levels.levels[from + at] === 0) continue;
    const root = from + zoneRoot(parents, at);
    if (distance[from + at]! < distance[root]!) distance[root] = distance[from + at]!;
  }
  const distances = counter(rows, 256, levels.ranked?.levels);
  for (let at = 0; at < parents.length; at++)
    if (parents[at]! < 0) distances.add(levels.levels[from + at]!, distance[from + at]!);
  return { sizes: sizes.take(voxels), distances: distances.take(voxels) };
}

/** Matrices of the volume, or of each slice that holds voxels of the region. */
export function zoneMatrices(
  levels: Levels,
  isFlat: boolean,
  distance: Uint16Array | undefined,
): { sizes: Counts; distances: Counts | undefined }[] {
  if (!isFlat) return [zonesBetween(levels, false, 0, levels.levels.length, distance)];
  const plane = levels.size[0] * levels.size[1];
  const found: { sizes: Counts; distances: Counts | undefined }[] = [];
  for (let z = 1; z < levels.size[2] - 1; z++)
    if (voxelsIn(levels, z * plane, (z + 1) * plane) > 0)
      found.push(zonesBetween(levels, true, z * plane, (z + 1) * plane, distance));
  return found;
}
