import type { ImageHandle } from '../../dossier/image.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { degrees, type Seconds } from '../../kinetics/units.ts';
import { sameGrid } from '../../voxels/indexFrame.ts';
import { acquisitionOf } from './acquisition.ts';
import { foreground } from './curves.ts';
import { statuses } from './fitCurve.ts';
import { t1Reported } from './mapList.ts';
import { emptyMaps, type Maps, note } from './maps.ts';
import { t1Fitter } from './t1.ts';

export interface T1Options {
  /** Degrees, one for each volume; those of the headers without. */
  flipAnglesDeg?: readonly number[];
  repetitionTimeS?: number;
  /** Actual over nominal flip angle of each voxel. */
  b1?: Float32Array;
  mask?: Uint8Array;
}

/**
 * T1 from spoiled gradient echoes of several flip angles: one image with an angle a volume, or several images of one grid. All
 * need one repetition time.
 */
export async function t1Maps(
  images: readonly ImageHandle[],
  options: T1Options = {},
): Promise<{ maps: Maps; issues: Issue[] } | { refused: Issue }> {
  const refuse = (code: string, message: string, remedy: string) => ({
    refused: issue('error', code, message, { remedy }),
  });
  const [first] = images as [ImageHandle];
  if (
    images.some(
      ({ grid }) =>
        !sameGrid({ ...grid, shape: first.grid.shape }, first.grid) ||
        grid.shape.some((length, at) => at < 3 && length !== first.grid.shape[at]),
    )
  )
    return refuse('t1-grids-differ', 'The flip angles were imaged on different grids.', 'Give images of one geometry.');
  const volumes = images.flatMap((image) => Array.from({ length: image.grid.shape[3] }, (_, t) => ({ image, t })));
  const angles =
    options.flipAnglesDeg ??
    images.flatMap((image) => {
      const stated = image.metadata['FlipAngle'];
      const count = image.grid.shape[3];
      const slices = image.grid.shape[2];
      if (!Array.isArray(stated)) return typeof stated === 'number' ? Array<number>(count).fill(stated) : [];
      // One a slice in the order of the volumes, or one a volume.
      return stated.length === count * slices
        ? Array.from({ length: count }, (_, t) => Number(stated[t * slices]))
        : stated.map(Number);
    });
  if (angles.length !== volumes.length || !angles.every((angle) => angle > 0 && angle < 180))
    return refuse(
      't1-flip-angles-do-not-match',
      `There are ${angles.length} flip angles for ${volumes.length} volumes.`,
      'Give one for each volume (--flip-angles).',
    );
  if (new Set(angles).size < 2)
    return refuse('t1-one-flip-angle', 'All volumes have one flip angle: T1 cannot be told.', 'Give at least two.');
  const times = new Set(
    images.map(({ metadata }) => options.repetitionTimeS ?? acquisitionOf(metadata).repetitionTime),
  );
  const [repetitionTime] = times;
  if (repetitionTime === undefined || times.size !== 1)
    return refuse(
      't1-repetition-times-differ',
      'The flip angles need one repetition time, and it must be stated.',
      'Give it (--tr).',
    );
  const issues: Issue[] = [];
  if (!options.b1)
    issues.push(
      issue(
        'warning',
        't1-without-b1',
        'Flip angles are taken as nominal: at 3 T they are off by up to 20 %, and T1 by twice that.',
        {
          remedy: 'Give a B1 map.',
        },
      ),
    );
  const mask = options.mask ?? (await foreground(first));
  const maps = emptyMaps(first.grid, t1Reported);
  const t1Of = t1Fitter({ flipAngles: angles.map(degrees), repetitionTime: repetitionTime as Seconds });
  const signal = new Float64Array(volumes.length);
  const [ni, nj, nk] = first.grid.shape;
  for (let k = 0; k < nk; k++) {
    const slabs = await Promise.all(volumes.map(({ image, t }) => image.readSlab(k, k + 1, t)));
    for (let at = 0; at < ni * nj; at++) {
      const voxel = k * ni * nj + at;
      if (mask[voxel] === 0) continue;
      for (let volume = 0; volume < slabs.length; volume++) signal[volume] = slabs[volume]![at]!;
      const { t1, r1, r1StandardError, s0, converged } = t1Of(signal, options.b1?.[voxel] ?? 1);
      const status = Number.isNaN(r1) ? statuses['no-data'] : converged ? statuses.fitted : statuses['not-converged'];
      note(maps, voxel, status);
      if (status !== statuses.fitted) continue;
      for (const [map, value] of [t1, r1, r1StandardError, s0].entries()) maps.maps[map]!.values[voxel] = value;
    }
  }
  return { maps, issues };
}
