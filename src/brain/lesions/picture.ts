import type { Grid } from '../../dossier/grid.ts';
import { apply, spacingMm } from '../../voxels/affine.ts';
import { drawRow } from '../../voxels/picture.ts';
import type { Volume } from '../../voxels/registration/shrink.ts';
import { quantile } from './histogram.ts';
import type { VisitStudy } from './studyVisit.ts';

/** The lesions of a visit: axial planes of the image without its field, or of the image as it is. */
export function visitPicture({ model, lesions }: VisitStudy, { grid, values }: Volume & { grid: Grid }): Uint8Array {
  const colors = [undefined, '#d1495b'];
  if (model) return lesionPicture(model.corrected, lesions.mask, model.mask, grid, colors);
  const level =
    quantile(
      Float32Array.from(values).filter((value) => value > 0),
      0.75,
    ) || 1;
  const image = Float32Array.from(values, (value) => value / level);
  return lesionPicture(
    image,
    lesions.mask,
    Uint8Array.from(image, (value) => (value > 0.2 ? 1 : 0)),
    grid,
    colors,
  );
}

/** Axial planes with most of what is marked, from below upwards; of nothing marked those through the middle of the brain. */
export function lesionPicture(
  image: ArrayLike<number>,
  labels: Uint8Array,
  mask: Uint8Array,
  grid: Grid,
  colors: readonly (string | undefined)[],
): Uint8Array {
  const { shape, affineRas: m } = grid;
  const spacing = spacingMm(m);
  const up = [0, 1, 2].reduce(
    (best, axis) => (Math.abs(m[8 + axis]! / spacing[axis]!) > Math.abs(m[8 + best]! / spacing[best]!) ? axis : best),
    0,
  );
  const [ni, nj] = shape;
  const marked = new Float64Array(shape[up]!);
  const brain = new Float64Array(shape[up]!);
  const sums = [0, 0, 0];
  let voxels = 0;
  for (let at = 0; at < mask.length; at++) {
    if (mask[at] === 0) continue;
    const index = [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))];
    brain[index[up]!]!++;
    if (labels[at] !== 0) marked[index[up]!]!++;
    for (let axis = 0; axis < 3; axis++) sums[axis]! += index[axis]!;
    voxels++;
  }
  const middle = sums.map((sum) => sum / Math.max(1, voxels)) as [number, number, number];
  const apart = Math.max(1, Math.round(6 / spacing[up]!));
  const slices: number[] = [];
  const score = (k: number): number => (marked[k]! > 0 ? 1e6 * marked[k]! : 0) + brain[k]!;
  const order = Array.from(marked, (_, k) => k).sort((a, b) => score(b) - score(a) || a - b);
  for (const k of order) if (slices.length < 4 && slices.every((one) => Math.abs(one - k) >= apart)) slices.push(k);
  slices.sort((a, b) => a - b);
  const ascending = m[8 + up]! >= 0 ? slices : slices.toReversed();
  const views = ascending.map((k) => {
    const place = [...middle] as [number, number, number];
    place[up] = k;
    return { plane: 'axial' as const, centreRas: apply(m, place), heightMm: 200, width: 260, height: 320 };
  });
  return drawRow({ grid, image, window: [0.2, 2], labels, colors, opacity: 0.6 }, views);
}
