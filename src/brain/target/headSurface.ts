import type { Grid } from '../../dossier/grid.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { largestComponent } from '../../voxels/components.ts';
import { indexFrame } from '../../voxels/indexFrame.ts';
import { distance, type Point } from './locate.ts';

export interface ScalpPoint {
  xyzMm: Point;
  /** From the target to the scalp. */
  depthMm: number;
}

/** The head of a T1 on a grid in MNI space: 1 where there is head, cavities filled along the axis from side to side. */
export interface Head {
  grid: Grid;
  mask: Uint8Array;
}

/** The 98th percentile times this is where scalp ends and air begins (as BET's threshold). */
const airShare = 0.12;

/** Head of a T1-weighted volume with its skin: above the background, largest part, filled between its outermost voxels. */
export function headOf(values: ArrayLike<number>, grid: Grid): Head {
  const [ni, nj, nk] = grid.shape;
  const sorted = Float32Array.from(values).sort();
  const dark = sorted[Math.floor(0.02 * (sorted.length - 1))]!;
  const limit = dark + airShare * (sorted[Math.floor(0.98 * (sorted.length - 1))]! - dark);
  const above = new Uint8Array(ni * nj * nk);
  for (let at = 0; at < above.length; at++) above[at] = values[at]! > limit ? 1 : 0;
  const { mask } = largestComponent(above, [ni, nj, nk]);
  for (let row = 0; row < nj * nk; row++) {
    const line = mask.subarray(row * ni, (row + 1) * ni);
    const first = line.indexOf(1);
    if (first >= 0) line.fill(1, first, line.lastIndexOf(1));
  }
  return { grid, mask };
}

/**
 * Nearest point of the outer surface of the head to a target (both RAS mm of the same space), or why none can be given: a head
 * without its face, a brain without its skull, or a picture that does not reach the face, from which nobody can tell.
 * `sourceName` and `description` are what the file says of itself.
 */
export function scalpPoint(head: Head, target: Point, says: string): ScalpPoint | { refused: Issue } {
  const doubt = /de-?fac|skull-?strip|desc-brain|_brain\b|anonymi/i.test(says) ? 'its name says so' : faceDoubt(head);
  if (doubt)
    return {
      refused: issue(
        'warning',
        'head-not-whole',
        `No point of the scalp is given: the head may be defaced or without skin (${doubt}).`,
        {
          remedy: 'Give a T1 with skin and face, in the space of the target.',
        },
      ),
    };
  const [ni, nj, nk] = head.grid.shape;
  const { toRas } = indexFrame(head.grid);
  let best: ScalpPoint | undefined;
  const isOutside = (i: number, j: number, k: number): boolean =>
    i < 0 || j < 0 || k < 0 || i >= ni || j >= nj || k >= nk || head.mask[i + ni * (j + nj * k)] === 0;
  for (let k = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++) {
        if (head.mask[i + ni * (j + nj * k)] === 0) continue;
        const isEdge =
          isOutside(i - 1, j, k) ||
          isOutside(i + 1, j, k) ||
          isOutside(i, j - 1, k) ||
          isOutside(i, j + 1, k) ||
          isOutside(i, j, k + 1);
        if (!isEdge) continue;
        const point = toRas(i, j, k);
        const depthMm = distance(point, target);
        if (!best || depthMm < best.depthMm) best = { xyzMm: point, depthMm };
      }
  return best ?? { refused: issue('warning', 'head-not-whole', 'There is no head in the T1.') };
}

/**
 * In MNI space nose and lips (z -60 to -35) stand in front of the forehead (z 20 to 40) at the midline, and skin stands outside
 * the brain's envelope above. Where the nose is behind the forehead, the face was taken off.
 */
function faceDoubt({ grid, mask }: Head): string | undefined {
  const front = (low: number, high: number): number | undefined => {
    let most: number | undefined;
    const { toIndex } = indexFrame(grid);
    const [ni, nj, nk] = grid.shape;
    for (let z = low; z <= high; z += 2)
      for (let x = -14; x <= 14; x += 2)
        for (let y = 140; y > 0; y -= 1) {
          const [i, j, k] = toIndex(x, y, z).map(Math.round) as Point;
          if (i < 0 || j < 0 || k < 0 || i >= ni || j >= nj || k >= nk) continue;
          if (mask[i + ni * (j + nj * k)] === 0) continue;
          most = Math.max(most ?? y, y);
          break;
        }
    return most;
  };
  const { toIndex } = indexFrame(grid);
  const inside = (p: Point): boolean => toIndex(...p).every((one, axis) => one >= 0 && one <= grid.shape[axis]! - 1);
  if (!inside([0, 90, -55])) return 'the picture does not reach the face';
  const nose = front(-60, -35);
  const forehead = front(20, 40);
  if (forehead === undefined || nose === undefined) return 'there is no face in it';
  if (nose < forehead + 3) return `nothing stands in front of the forehead where the nose would be`;
  if (forehead < 74) return 'there is no skin over the forehead';
  return undefined;
}
