import { largestComponent } from '../voxels/components.ts';
import type { Conformed } from '../voxels/conform.ts';
import { erode } from '../voxels/distance.ts';
import { shrinkTo } from '../voxels/registration/shrink.ts';

/** The issue of a volume whose brain was too dark beside the skin: no volume is given from it. */
export const brightenedCode = 'brain-brightened';

/** The head is measured in steps of this many mm, inside from this many steps below its surface. */
const stepMm = 4;
const depthSteps = 5;

/**
 * How bright a conformed volume is deep in the head: the 95 % quantile of what lies 20 mm or more below the surface of the head.
 * White matter is the brightest tissue there, so this is about its level, whatever scalp and air look like. Undefined where
 * nothing lies so deep.
 */
export function deepBrightness({ grid, data }: Pick<Conformed, 'grid' | 'data'>): number | undefined {
  const small = shrinkTo({ grid, values: data }, stepMm);
  const size = [small.grid.shape[0], small.grid.shape[1], small.grid.shape[2]] as const;
  const sorted = small.values.toSorted();
  const at = (fraction: number): number => sorted[Math.floor(fraction * (sorted.length - 1))]!;
  // The threshold of BET (Smith 2002).
  const air = at(0.02) + 0.1 * (at(0.98) - at(0.02));
  const head = largestComponent(
    small.values.map((value) => (value > air ? 1 : 0)),
    size,
  ).mask;
  const deep = erode(head, size, depthSteps);
  const inside = small.values.filter((_, voxel) => deep[voxel] === 1).sort();
  return inside.length >= 100 ? inside[Math.floor(0.95 * (inside.length - 1))] : undefined;
}
