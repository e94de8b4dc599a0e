import type { Affine } from '../../dossier/grid.ts';
import { determinant, multiply } from '../affine.ts';
import { axisOrders } from '../axisOrders.ts';
import { mutualInformation, samplePoints } from './mutualInformation.ts';
import { minimise } from './powell.ts';
import { centreOfMass, parametersAffine, shift } from './register.ts';
import { shrinkTo, type Volume } from './shrink.ts';

export interface QuarterTurn {
  /** Rotation of the fixed frame by quarter turns; the identity first. */
  turn: Affine;
  /** Normalised mutual information after shifts and small turns from there. */
  nmi: number;
}

/** In mm at 60 mm from the centre: half a radian. */
const furthest = 30;

/**
 * How well two images fit from each of the 24 ways to turn one by quarter turns: a file whose orientation is wrong by such a
 * turn fits better from another than from the identity. Coarse (8 mm), a second or two.
 */
export function quarterTurns(fixed: Volume, moving: Volume, mask: ArrayLike<number>): QuarterTurn[] {
  const points = samplePoints(fixed, mask, 3000);
  const value = mutualInformation(points, shrinkTo(moving, 8));
  const centre = centreOfMass(fixed, mask);
  const there = centreOfMass(moving);
  return properTurns().map((turn) => {
    const start = multiply(shift(there), multiply(turn, shift(centre.map((one) => -one))));
    const found = minimise(
      (x) => {
        // Further and it would turn back to where another start is.
        if (x.some((one, at) => at >= 3 && Math.abs(one) > furthest)) return 0;
        const whole = new Float64Array(12);
        whole.set(x);
        return -value(multiply(start, parametersAffine(whole, centre)));
      },
      new Float64Array(6),
      new Float64Array(6).fill(6),
      { sweeps: 3, tolerance: 1e-4 },
    );
    return { turn, nmi: -found.value };
  });
}

/** The 24 rotations of a cube, row-major 4 x 4, the identity first. */
export function properTurns(): Affine[] {
  const turns: Affine[] = [];
  for (const order of axisOrders)
    for (let signs = 0; signs < 8; signs++) {
      const turn: Affine = new Array<number>(16).fill(0);
      turn[15] = 1;
      for (const [row, column] of order.entries()) turn[row * 4 + column] = (signs >> row) & 1 ? -1 : 1;
      if (determinant(turn) > 0) turns.push(turn);
    }
  return turns;
}
