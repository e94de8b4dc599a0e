import { IdiographError } from '../../dossier/errors.ts';
import type { Grid } from '../../dossier/grid.ts';
import type { Dataset } from './encode.ts';

/** How the planes k of a grid lie, in the words of DICOM (PS3.3 C.7.6.2): LPS mm, rows along i, columns along j. */
export interface Planes {
  measures: Dataset;
  orientation: Dataset;
  /** Position of the first voxel of plane k. */
  position(k: number): [number, number, number];
}

/**
 * The planes of a grid. Throws `unsupported` where rows and columns do not stand at right angles (by more than 1e-3), for
 * which DICOM has no image plane.
 */
export function planesOf({ affineRas: m, shape }: Pick<Grid, 'affineRas' | 'shape'>): Planes {
  const axis = (column: number): [number, number, number] => [-m[column]!, -m[4 + column]!, m[8 + column]!];
  const [i, j, k] = [axis(0), axis(1), axis(2)];
  const [di, dj] = [Math.hypot(...i), Math.hypot(...j)];
  const row = i.map((one) => one / di);
  const column = j.map((one) => one / dj);
  const cosine = row.reduce((sum, one, at) => sum + one * column[at]!, 0);
  if (!(di > 0 && dj > 0 && Math.abs(cosine) < 1e-3))
    throw new IdiographError('unsupported', 'The rows and columns of the image do not stand at right angles.', {
      remedy: 'Resample the image to a grid without shear.',
    });
  const normal = [
    row[1]! * column[2]! - row[2]! * column[1]!,
    row[2]! * column[0]! - row[0]! * column[2]!,
    row[0]! * column[1]! - row[1]! * column[0]!,
  ];
  const apart = Math.abs(k.reduce((sum, one, at) => sum + one * normal[at]!, 0));
  const origin = [-m[3]!, -m[7]!, m[11]!];
  return {
    measures: {
      SliceThickness: apart,
      ...(shape[2] > 1 && { SpacingBetweenSlices: apart }),
      PixelSpacing: [dj, di],
    },
    orientation: { ImageOrientationPatient: [...row, ...column] },
    position: (at) => [0, 1, 2].map((one) => origin[one]! + at * k[one]!) as [number, number, number],
  };
}
