import { IdiographError } from '../../dossier/errors.ts';
import type { Size } from '../../voxels/components.ts';
import type { Discretisation } from './config.ts';
import type { Prepared } from './prepare.ts';

/** More levels than this make matrices that no reader and no memory can use. */
export const mostLevels = 4096;

/** Grey levels 1..count of a region in a box that has a border of one voxel of 0 on every side; 0 = not in the region. */
export interface Levels {
  /** Extents with the border. */
  size: Size;
  levels: Uint16Array;
  /** Number of levels of the discretisation (IBSI Ng): the highest that can occur. */
  count: number;
  voxels: number;
  /** Value at the lower edge of level 1 and width of a level, where the levels stand for values. */
  lowest: number;
  width: number;
  /** Where the numbers in `levels` are ranks 1..ranks of the levels that occur: those levels, rising, from place 1 on. */
  ranked?: { levels: ArrayLike<number>; ranks: number };
}

/** How values become levels. */
export interface Binning {
  lowest: number;
  width: number;
  count: number;
  levelOf(value: number): number;
}

/**
 * IBSI discretisation (reference manual 2.7). Fixed bin number: floor(N (x - min) / (max - min)) + 1, the maximum in N.
 * Fixed bin size: floor((x - low) / w) + 1 with low the lower bound of re-segmentation, or the minimum of the region
 * where there is none. `none`: values are levels already, whole numbers, the lowest becomes 1 unless it is positive.
 * `alignedToZero`: bins begin at multiples of the width (PyRadiomics).
 * Throws `usage` when the region would need more than {@link mostLevels}.
 */
export function binning(
  { minimum, maximum }: { minimum: number; maximum: number },
  how: Discretisation,
  rangeLow: number | undefined,
  most = mostLevels,
): Binning {
  const made = binningOf(minimum, maximum, how, rangeLow);
  if (!(made.count <= most))
    throw new IdiographError('usage', `the discretisation gives ${made.count} grey levels`, {
      remedy: `Use a wider bin or a bin number of at most ${most}.`,
    });
  return made;
}

function binningOf(minimum: number, maximum: number, how: Discretisation, rangeLow: number | undefined): Binning {
  switch (how.method) {
    case 'fixed-bin-number': {
      const width = (maximum - minimum) / how.bins;
      // A region of one value has one level, however many bins are asked for.
      if (!(maximum > minimum)) return { lowest: minimum, width: 1, count: 1, levelOf: () => 1 };
      return {
        lowest: minimum,
        width,
        count: how.bins,
        levelOf: (value) => Math.min(how.bins, Math.floor((how.bins * (value - minimum)) / (maximum - minimum)) + 1),
      };
    }
    case 'fixed-bin-size': {
      const lowest = how.alignedToZero ? how.width * Math.floor(minimum / how.width) : (rangeLow ?? minimum);
      const levelOf = (value: number): number => Math.max(1, Math.floor((value - lowest) / how.width) + 1);
      return { lowest, width: how.width, count: levelOf(maximum), levelOf };
    }
    case 'none': {
      const lowest = minimum >= 1 ? 1 : Math.floor(minimum);
      const levelOf = (value: number): number => Math.round(value) - lowest + 1;
      return { lowest: lowest - 0.5, width: 1, count: levelOf(maximum), levelOf };
    }
  }
}

/** The levels of the intensity mask. Throws as {@link binning} does, before it allocates. */
export function levelsOf(prepared: Prepared, how: Discretisation): Levels {
  const { size, values, intensity, range } = prepared;
  const made = binning(prepared.statistics, how, prepared.rangeLow);
  const [n0, n1, n2] = size;
  const padded: Size = [n0 + 2, n1 + 2, n2 + 2];
  const levels = new Uint16Array(padded[0] * padded[1] * padded[2]);
  let voxels = 0;
  for (let z = 0, at = 0; z < n2; z++)
    for (let y = 0; y < n1; y++) {
      let out = ((z + 1) * padded[1] + y + 1) * padded[0] + 1;
      let from = ((z + range.low[2]) * prepared.imageSize[1] + y + range.low[1]) * prepared.imageSize[0] + range.low[0];
      for (let x = 0; x < n0; x++, at++, out++, from++) {
        if (intensity[at] === 0) continue;
        levels[out] = made.levelOf(values[from]!);
        voxels++;
      }
    }
  return { size: padded, levels, count: made.count, voxels, lowest: made.lowest, width: made.width };
}
