import type { Grid } from '../dossier/grid.ts';
import type { RegionShape } from '../dossier/image.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { indexFrame, sameGrid } from './indexFrame.ts';
import { boxed, emptyMask, isInside, type RegionMask } from './mask.ts';
import { rasterise } from './rasterise.ts';

/**
 * A region's shape as voxels of an image's grid, with what had to be done to get there.
 * Contours are filled by {@link rasterise}; a mask on another grid is sampled at the nearest voxel. The caller has made
 * sure that both lie in one frame of reference.
 */
export function regionMask(shape: RegionShape, grid: Grid): { mask: RegionMask; issues: Issue[] } {
  if (shape.type === 'contours') return rasterise(shape.contoursRas, grid);
  if (sameGrid(shape.grid, grid)) return { mask: boxed(shape.mask, grid), issues: [] };
  const mask = sampled(shape, grid);
  const beyond = beyondImage(shape, grid);
  return {
    mask,
    issues: [
      ...beyond,
      issue(
        'warning',
        'mask-resampled',
        'The region is drawn on another voxel grid than the image; each image voxel takes the nearest region voxel.',
        {
          remedy: 'Draw or export the region on the grid of the image that is measured.',
        },
      ),
    ],
  };
}

/** What is to be said of the part of a region that lies outside the image: all of it, or more than rounding at the border. */
function beyondImage(shape: Extract<RegionShape, { type: 'mask' }>, grid: Grid): Issue[] {
  const drawn = boxed(shape.mask, shape.grid);
  if (drawn.voxels === 0) return [];
  const from = indexFrame(shape.grid);
  const to = indexFrame(grid);
  const middle = [0, 0, 0];
  let outside = 0;
  for (let k = 0, at = 0; k < drawn.size[2]; k++)
    for (let j = 0; j < drawn.size[1]; j++)
      for (let i = 0; i < drawn.size[0]; i++, at++) {
        if (drawn.inside[at] === 0) continue;
        const ras = from.toRas(i + drawn.origin[0], j + drawn.origin[1], k + drawn.origin[2]);
        for (const axis of [0, 1, 2]) middle[axis]! += ras[axis]! / drawn.voxels;
        if (to.toIndex(...ras).some((index, axis) => index < -0.5 || index > grid.shape[axis]! - 0.5)) outside++;
      }
  if (outside === 0) return [];
  const far = [0, 1, 2].map((axis) => {
    const ends = corners(grid).map((corner) => to.toRas(...corner)[axis]!);
    return `${Math.round(Math.min(...ends))} to ${Math.round(Math.max(...ends))}`;
  });
  const where = { remedy: 'Check that region and image belong together and share one frame of reference.' };
  if (outside === drawn.voxels)
    return [
      issue(
        'error',
        'region-outside-image',
        `The region lies outside the image: its middle is at ${middle.map(Math.round).join(', ')} mm (RAS), the image spans ${far.join(', ')} mm.`,
        where,
      ),
    ];
  const percent = Math.max(1, Math.round((100 * outside) / drawn.voxels));
  return [
    issue(
      'warning',
      'region-partly-outside',
      `${percent} % of the region lies outside the image and is not measured.`,
      where,
    ),
  ];
}

function corners({ shape: [ni, nj, nk] }: Grid): [number, number, number][] {
  return [-0.5, ni - 0.5].flatMap((i) =>
    [-0.5, nj - 0.5].flatMap((j) => [-0.5, nk - 0.5].map((k): [number, number, number] => [i, j, k])),
  );
}

function sampled(shape: Extract<RegionShape, { type: 'mask' }>, grid: Grid): RegionMask {
  const drawn = boxed(shape.mask, shape.grid);
  if (drawn.voxels === 0) return emptyMask(grid);
  const from = indexFrame(shape.grid);
  const to = indexFrame(grid);
  // The drawn box, half a voxel wider, seen from the image's grid: nothing outside it can be inside.
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (const a of [-0.5, drawn.size[0] - 0.5])
    for (const b of [-0.5, drawn.size[1] - 0.5])
      for (const c of [-0.5, drawn.size[2] - 0.5]) {
        const ras = from.toRas(a + drawn.origin[0], b + drawn.origin[1], c + drawn.origin[2]);
        to.toIndex(...ras).forEach((value, axis) => {
          low[axis] = Math.min(low[axis]!, value);
          high[axis] = Math.max(high[axis]!, value);
        });
      }
  const first = low.map((value) => Math.max(0, Math.floor(value)));
  const last = high.map((value, axis) => Math.min(grid.shape[axis]! - 1, Math.ceil(value)));
  const size = last.map((value, axis) => value - first[axis]! + 1) as [number, number, number];
  if (size.some((extent) => extent <= 0)) return emptyMask(grid);
  const inside = new Uint8Array(size[0] * size[1] * size[2]);
  let voxels = 0;
  for (let k = 0, at = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++)
      for (let i = 0; i < size[0]; i++, at++) {
        const index = from.toIndex(...to.toRas(i + first[0]!, j + first[1]!, k + first[2]!));
        if (!isInside(drawn, Math.round(index[0]), Math.round(index[1]), Math.round(index[2]))) continue;
        inside[at] = 1;
        voxels++;
      }
  if (voxels === 0) return emptyMask(grid);
  return { grid, origin: [first[0]!, first[1]!, first[2]!], size, inside, voxels };
}
