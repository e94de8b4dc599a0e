import type { Grid } from '../dossier/grid.ts';
import { invert, multiply } from '../voxels/affine.ts';

export type Face = 'left' | 'right' | 'front' | 'back' | 'top' | 'bottom';

const facesOfAxis: [low: Face, high: Face][] = [
  ['left', 'right'],
  ['back', 'front'],
  ['bottom', 'top'],
];

/**
 * Where the brain reaches the border of what was scanned: for each face of the source's field of view, how many labelled
 * voxels lie within one source voxel of it or beyond. Faces are named after the patient direction that they mostly look to.
 */
export function touchedFaces(
  labels: ArrayLike<number>,
  grid: Pick<Grid, 'shape' | 'affineRas'>,
  source: Pick<Grid, 'shape' | 'affineRas'>,
): { face: Face; voxels: number }[] {
  const m = multiply(invert(source.affineRas), grid.affineRas);
  const [ni, nj, nk] = grid.shape;
  const counts = new Map<Face, number>();
  const names = [0, 1, 2].map((axis) => faceNames(source.affineRas, axis));
  let at = 0;
  for (let k = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, at++) {
        if (!labels[at]) continue;
        for (let axis = 0; axis < 3; axis++) {
          const x = m[4 * axis]! * i + m[4 * axis + 1]! * j + m[4 * axis + 2]! * k + m[4 * axis + 3]!;
          const face = x < 0.5 ? names[axis]![0] : x > source.shape[axis]! - 1.5 ? names[axis]![1] : undefined;
          if (face) counts.set(face, (counts.get(face) ?? 0) + 1);
        }
      }
  return [...counts].map(([face, voxels]) => ({ face, voxels })).sort((a, b) => (a.face < b.face ? -1 : 1));
}

/** Names of the low and the high end of a voxel axis. */
export function faceNames(affine: readonly number[], axis: number): [Face, Face] {
  const along = [affine[axis]!, affine[4 + axis]!, affine[8 + axis]!];
  const main = along.reduce((best, value, row) => (Math.abs(value) > Math.abs(along[best]!) ? row : best), 0);
  const [low, high] = facesOfAxis[main]!;
  return along[main]! < 0 ? [high, low] : [low, high];
}
