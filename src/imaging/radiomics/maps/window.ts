import type { Size } from '../../../voxels/components.ts';
import type { Levels } from '../levels.ts';

/** The voxels round one voxel: levels in a box with a border of 0, values one after the other, i fastest. */
export interface Window {
  levels: Levels;
  /** The same with the levels that occur counted through: small matrices. */
  ranks: Levels;
  values: Float32Array;
  /** How many of the values are filled. */
  count: number;
}

/**
 * A cube (or, `isFlat`, a square of the slice) of `radius` voxels to each side that is laid over a box of levels, which has
 * at least as much room on every side. Voxels of level 0 do not count. The same window is filled anew for each place.
 */
export function movingWindow(
  box: { size: Size; levels: Uint16Array; values: Float32Array; count: number },
  radius: number,
  isFlat: boolean,
): (place: number) => Window {
  const side = 2 * radius + 1;
  const depth = isFlat ? 1 : side;
  const [n0, n1] = box.size;
  const own: Size = [side + 2, side + 2, depth + 2];
  const levels = new Uint16Array(own[0] * own[1] * own[2]);
  const values = new Float32Array(side * side * depth);
  const ranks = new Uint16Array(levels.length);
  const rankOf = new Uint16Array(box.count + 1);
  const ranked = { levels: new Int32Array(Math.min(values.length, box.count) + 1), ranks: 0 };
  const whole: Levels = { size: own, levels, count: box.count, voxels: 0, lowest: 0, width: 1 };
  const window: Window = { levels: whole, ranks: { ...whole, levels: ranks, ranked }, values, count: 0 };
  const rank = (lowest: number, highest: number): void => {
    ranked.ranks = 0;
    for (let level = lowest; level <= highest; level++) {
      if (rankOf[level] === 0) continue;
      ranked.levels[++ranked.ranks] = level;
      rankOf[level] = ranked.ranks;
    }
    for (let at = 0; at < levels.length; at++) ranks[at] = rankOf[levels[at]!]!;
    rankOf.fill(0, lowest, highest + 1);
  };
  const first = -radius - n0 * radius - (isFlat ? 0 : n0 * n1 * radius);
  return (place) => {
    let count = 0;
    let [lowest, highest] = [box.count, 1];
    for (let z = 0; z < depth; z++)
      for (let y = 0; y < side; y++) {
        let from = place + first + (z * n1 + y) * n0;
        let to = ((z + 1) * own[1] + y + 1) * own[0] + 1;
        for (let x = 0; x < side; x++, from++, to++) {
          const level = box.levels[from]!;
          levels[to] = level;
          if (level === 0) continue;
          values[count++] = box.values[from]!;
          rankOf[level] = 1;
          if (level < lowest) lowest = level;
          if (level > highest) highest = level;
        }
      }
    window.count = count;
    window.levels.voxels = count;
    window.ranks.voxels = count;
    rank(lowest, highest);
    return window;
  };
}
