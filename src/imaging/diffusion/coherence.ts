import type { Grid } from '../../dossier/grid.ts';
import { spacingMm, type Vector } from '../../voxels/affine.ts';
import { axisOrders } from '../../voxels/axisOrders.ts';
import { rasToAxes } from './gradients.ts';

/** An order of the image's axes with signs: what may have happened to a table of directions. */
export interface AxisChange {
  /** `order[a]`: which of the given axes stands where axis a belongs. */
  order: readonly [number, number, number];
  signs: readonly [number, number, number];
}

export interface Coherence {
  /** Index of the table as given. */
  given: number;
  /** The change with the highest index, and that index. */
  best: AxisChange;
  highest: number;
  /** Pairs of neighbours that were looked at. */
  pairs: number;
}

/** Opposite directions are one, so that of eight signs four are left. */
const signs = [
  [1, 1, 1],
  [-1, 1, 1],
  [1, -1, 1],
  [1, 1, -1],
] as const;

/** The table as it stands first. */
export const axisChanges: readonly AxisChange[] = axisOrders.flatMap((order) =>
  signs.map((one) => ({ order, signs: one })),
);

export const isUnchanged = ({ order, signs: s }: AxisChange): boolean =>
  order.every((axis, at) => axis === at) && s.every((one) => one === 1);

/** Least FA of voxels that count, and how far a fibre may turn away from the way to the neighbour (cosine of 30 degrees). */
const leastFa = 0.25;
const straight = Math.cos(Math.PI / 6);

/**
 * Fibre coherence index (Schilling 2019) of the first eigenvectors under every order and sign of the image's axes. A pair of
 * neighbouring voxels counts, with the smaller FA, when both fibres run along the line between them: true fibres go on
 * where they point, those of a flipped or permuted table do not.
 * `fa`: of the grid; `vectorRas`: three volumes, patient RAS; `voxels`: indices of the mask.
 */
export function fibreCoherence(
  { shape: [ni, nj, nk], affineRas }: Pick<Grid, 'shape' | 'affineRas'>,
  fa: ArrayLike<number>,
  vectorRas: ArrayLike<number>,
  voxels: ArrayLike<number>,
): Coherence {
  const size = ni * nj * nk;
  const steps = halfOfNeighbours(spacingMm(affineRas));
  const axes = new Float32Array(3 * size);
  const counts = new Uint8Array(size);
  for (let item = 0; item < voxels.length; item++) {
    const at = voxels[item]!;
    if (!(fa[at]! >= leastFa)) continue;
    counts[at] = 1;
    const inImage = rasToAxes([vectorRas[at]!, vectorRas[size + at]!, vectorRas[2 * size + at]!], affineRas);
    for (let axis = 0; axis < 3; axis++) axes[axis * size + at] = inImage[axis]!;
  }
  const sums = new Float64Array(axisChanges.length);
  let pairs = 0;
  for (let item = 0; item < voxels.length; item++) {
    const at = voxels[item]!;
    if (counts[at] === 0) continue;
    const i = at % ni;
    const j = Math.floor(at / ni) % nj;
    const k = Math.floor(at / (ni * nj));
    for (const { di, dj, dk, unit } of steps) {
      const [a, b, c] = [i + di, j + dj, k + dk];
      if (a < 0 || b < 0 || a >= ni || b >= nj || c >= nk) continue;
      const other = a + ni * (b + nj * c);
      if (counts[other] === 0) continue;
      pairs++;
      const weight = Math.min(fa[at]!, fa[other]!);
      for (let change = 0; change < axisChanges.length; change++) {
        const { order, signs: s } = axisChanges[change]!;
        let along = 0;
        let alongOther = 0;
        for (let axis = 0; axis < 3; axis++) {
          const part = s[axis]! * unit[axis]!;
          along += part * axes[order[axis]! * size + at]!;
          alongOther += part * axes[order[axis]! * size + other]!;
        }
        if (Math.abs(along) > straight && Math.abs(alongOther) > straight) sums[change]! += weight;
      }
    }
  }
  let best = 0;
  for (let change = 1; change < sums.length; change++) if (sums[change]! > sums[best]!) best = change;
  return { given: sums[0]!, best: axisChanges[best]!, highest: sums[best]!, pairs };
}

/** Thirteen of the 26 neighbours, each pair once, with the unit vector to them in the image's axes. */
function halfOfNeighbours([x, y, z]: Vector) {
  const steps: { di: number; dj: number; dk: number; unit: Vector }[] = [];
  for (let dk = 0; dk <= 1; dk++)
    for (let dj = -1; dj <= 1; dj++)
      for (let di = -1; di <= 1; di++) {
        if (dk === 0 && (dj < 0 || (dj === 0 && di <= 0))) continue;
        const length = Math.hypot(di * x, dj * y, dk * z);
        steps.push({ di, dj, dk, unit: [(di * x) / length, (dj * y) / length, (dk * z) / length] });
      }
  return steps;
}

/** In words: `i turned round`, `i and j exchanged`. */
export function describeChange({ order, signs: s }: AxisChange): string {
  const names = ['i', 'j', 'k'];
  const moved = order.every((axis, at) => axis === at)
    ? []
    : [`axes in the order ${order.map((axis) => names[axis]).join(', ')}`];
  const turned = s.flatMap((one, axis) => (one < 0 ? [`${names[axis]} turned round`] : []));
  return [...moved, ...turned].join(' and ') || 'as given';
}
