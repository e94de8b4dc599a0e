import type { Grid } from '../dossier/grid.ts';
import type { ImageHandle } from '../dossier/image.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { indexFrame } from '../voxels/indexFrame.ts';
import type { RegionMask } from '../voxels/mask.ts';
import { maskValues, statisticsOf } from '../voxels/maskStatistics.ts';
import { rasterise } from '../voxels/rasterise.ts';
import type { PointRas, RoiStatistics, Slice } from './contents.ts';

/** Statistics of the image's own values inside a mask on its grid; voxels that are no numbers are left out. */
export async function roiStatistics(
  image: ImageHandle,
  mask: RegionMask,
  frame: number,
): Promise<RoiStatistics | { refused: Issue }> {
  const values = mask.voxels === 0 ? new Float32Array(0) : await maskValues(image, mask, frame);
  const found = statisticsOf(values);
  if (!found)
    return {
      refused: issue('error', 'region-empty', 'No voxel with a value lies inside the region.', {
        remedy: 'A voxel counts when its centre is inside: draw the region larger.',
      }),
    };
  const { voxels, mean, standardDeviation, minimum, maximum } = found;
  const volumeMm3 = mask.voxels * indexFrame(image.grid).voxelMm3;
  return { voxels, mean, standardDeviation, minimum, maximum, median: medianOf(values), volumeMm3 };
}

function medianOf(values: Float32Array): number {
  const sorted = values.filter(Number.isFinite).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Voxels of one slice whose centres are inside a closed contour by the even-odd rule, whichever axis the slice stands on. */
export function contourMask(points: readonly PointRas[], grid: Grid, { axis, index }: Slice): RegionMask {
  const normal = { i: 0, j: 1, k: 2 }[axis];
  const order = [...[0, 1, 2].filter((one) => one !== normal), normal] as [number, number, number];
  const { affineRas, shape } = grid;
  // One slice is a grid of its own, so that a contour between two slices goes to the one that was decided on.
  const turned: Grid = {
    shape: [shape[order[0]]!, shape[order[1]]!, 1, 1],
    affineRas: [0, 1, 2, 3].flatMap((row) => [
      ...order.map((column) => affineRas[row * 4 + column]!),
      affineRas[row * 4 + 3]! + index * affineRas[row * 4 + normal]!,
    ]),
  };
  const frame = indexFrame(turned);
  const flat = points.flatMap((point) => {
    const [a, b] = frame.toIndex(...point);
    return frame.toRas(a, b, 0);
  });
  const { mask } = rasterise([Float64Array.from(flat)], turned);
  const back = (values: readonly number[], third: number): [number, number, number] => {
    const result: [number, number, number] = [0, 0, 0];
    result[order[0]] = values[0]!;
    result[order[1]] = values[1]!;
    result[order[2]] = third;
    return result;
  };
  const size = back(mask.size, mask.voxels > 0 ? 1 : 0);
  const [na] = mask.size;
  const inside = new Uint8Array(mask.inside.length);
  for (let at = 0; at < mask.inside.length; at++) {
    const [i, j, k] = back([at % Math.max(1, na), Math.floor(at / Math.max(1, na))], 0);
    inside[(k * size[1] + j) * size[0] + i] = mask.inside[at]!;
  }
  return { grid, origin: back(mask.origin, index), size, inside, voxels: mask.voxels };
}
