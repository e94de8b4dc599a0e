import type { Affine, Grid } from '../../dossier/grid.ts';
import { apply, invert, multiply } from '../../voxels/affine.ts';
import { correlationUnder, register } from '../../voxels/registration/register.ts';
import type { Volume } from '../../voxels/registration/shrink.ts';

/** Two visits on one grid half way between them: each is interpolated once, so neither is the blurred one. */
export interface Aligned {
  grid: Grid;
  /** From RAS mm of the half-way space to RAS mm of each visit. */
  toEarlier: Affine;
  toLater: Affine;
  /** Shift at the centre and turn from the earlier to the later visit. */
  shiftMm: number;
  turnDeg: number;
  /** Correlation of the two images within the brain, and the share of the brain that both cover. */
  correlation: number;
  overlap: number;
}

/** Rigid registration (normalised mutual information) of the earlier on the later visit, split in two equal halves. */
export function alignVisits(earlier: Volume, later: Volume & { grid: Grid }, laterMask: Uint8Array): Aligned {
  const [ni, nj, nk] = later.grid.shape;
  const { fixedToMoving } = register(later, earlier, { freedom: 6, fixedMask: laterMask });
  const centre = centreOfMask(laterMask, later.grid);
  const half = halfRigid(fixedToMoving, centre);
  const back = invert(half.affine);
  const toVoxel = multiply(invert(earlier.grid.affineRas), multiply(fixedToMoving, later.grid.affineRas));
  let [all, inside] = [0, 0];
  for (let at = 0; at < laterMask.length; at += 7) {
    if (laterMask[at] === 0) continue;
    all++;
    const place = apply(toVoxel, [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))]);
    if (place.every((one, axis) => one >= -0.5 && one <= earlier.grid.shape[axis]! - 0.5)) inside++;
  }
  return {
    grid: { shape: [ni, nj, nk, 1], affineRas: multiply(half.affine, later.grid.affineRas) },
    // later -> half way by `half`, so back to it by its inverse; half way -> earlier is the other half.
    toLater: back,
    toEarlier: multiply(fixedToMoving, back),
    ...{ shiftMm: half.shiftMm, turnDeg: half.turnDeg },
    correlation: correlationUnder(later, earlier, fixedToMoving, laterMask),
    overlap: all > 0 ? inside / all : 0,
  };
}

function centreOfMask(mask: Uint8Array, { shape: [ni, nj], affineRas }: Grid): [number, number, number] {
  const sums = [0, 0, 0];
  let count = 0;
  for (let at = 0; at < mask.length; at++) {
    if (mask[at] === 0) continue;
    count++;
    sums[0]! += at % ni;
    sums[1]! += Math.floor(at / ni) % nj;
    sums[2]! += Math.floor(at / (ni * nj));
  }
  return apply(affineRas, sums.map((sum) => sum / Math.max(1, count)) as [number, number, number]);
}

/** The rigid map that, done twice, is the given one: half the angle about the same axis, half the way of the centre. */
export function halfRigid(
  m: Affine,
  centre: readonly [number, number, number],
): { affine: Affine; shiftMm: number; turnDeg: number } {
  const moved = apply(m, centre);
  const shift = moved.map((one, axis) => one - centre[axis]!) as [number, number, number];
  const trace = m[0]! + m[5]! + m[10]!;
  const angle = Math.acos(Math.min(1, Math.max(-1, (trace - 1) / 2)));
  const raw = [m[9]! - m[6]!, m[2]! - m[8]!, m[4]! - m[1]!];
  const length = Math.hypot(...raw);
  const [x, y, z] = (length > 1e-12 ? raw.map((one) => one / length) : [0, 0, 1]) as [number, number, number];
  const [c, s] = [Math.cos(angle / 2), Math.sin(angle / 2)];
  const t = 1 - c;
  const turn = [
    [t * x * x + c, t * x * y - s * z, t * x * z + s * y],
    [t * x * y + s * z, t * y * y + c, t * y * z - s * x],
    [t * x * z - s * y, t * y * z + s * x, t * z * z + c],
  ];
  // The centre goes half of the way; done twice it goes the whole way when its turn is counted in: solve for that.
  const half = halfShift(turn, shift);
  const rows = turn.flatMap((row, axis) => {
    const turned = row[0]! * centre[0] + row[1]! * centre[1] + row[2]! * centre[2];
    return [...row, centre[axis]! + half[axis]! - turned];
  });
  return {
    affine: [...rows, 0, 0, 0, 1],
    shiftMm: Math.hypot(...shift),
    turnDeg: (angle * 180) / Math.PI,
  };
}

/** h with (turn + 1) h = shift: about the centre, x -> turn x + h twice is turn^2 x + turn h + h. */
function halfShift(turn: readonly (readonly number[])[], shift: readonly number[]): number[] {
  const m: Affine = [
    ...turn.flatMap((row, axis) => [...row.map((one, column) => one + (axis === column ? 1 : 0)), 0]),
    ...[0, 0, 0, 1],
  ];
  return apply(invert(m), [shift[0]!, shift[1]!, shift[2]!]);
}
