import type { Affine } from '../dossier/grid.ts';
import { spacingMm } from '../voxels/affine.ts';
import type { Size } from '../voxels/components.ts';
import { surfaceDistancesMm, surfaceOf } from '../voxels/surface.ts';

export interface SurfaceAgreement {
  /** Mean over the surface voxels of both (average symmetric surface distance). */
  meanMm: number;
  /** The larger of the two directed 95th percentiles. */
  hausdorff95Mm: number;
  hausdorffMm: number;
}

/**
 * Distances between the surfaces of two masks of 0 and 1 within one box, in mm. A surface is made of the voxels that touch
 * the outside by a face; distances run from centre to centre (voxels/surface.ts). Definitions: Maier-Hein 2024.
 * Undefined when a mask is empty.
 */
export function surfaceAgreement(
  first: Uint8Array,
  second: Uint8Array,
  size: Size,
  spacing: readonly [number, number, number],
): SurfaceAgreement | undefined {
  const [a, b] = [surfaceOf(first, size), surfaceOf(second, size)];
  if (!a.includes(1) || !b.includes(1)) return undefined;
  const there = surfaceDistancesMm(a, b, size, spacing).sort();
  const back = surfaceDistancesMm(b, a, size, spacing).sort();
  return {
    meanMm: (sum(there) + sum(back)) / (there.length + back.length),
    hausdorff95Mm: Math.max(percentile(there, 0.95), percentile(back, 0.95)),
    hausdorffMm: Math.max(there.at(-1)!, back.at(-1)!),
  };
}

/** Linear between the two nearest of the sorted values (type 7 of Hyndman and Fan 1996). */
function percentile(sorted: Float64Array, fraction: number): number {
  const place = fraction * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** True when the axes of a grid are at right angles, to within about 0.06 degrees: else distances along them do not add up. */
export function hasRightAngles(affine: Affine): boolean {
  const spacing = spacingMm(affine);
  return [
    [0, 1],
    [0, 2],
    [1, 2],
  ].every(([p, q]) => {
    const product = [0, 4, 8].reduce((all, row) => all + affine[row + p!]! * affine[row + q!]!, 0);
    return Math.abs(product) <= 1e-3 * spacing[p!]! * spacing[q!]!;
  });
}
