import type { Grid } from '../../dossier/grid.ts';
import { apply, spacingMm, type Vector } from '../../voxels/affine.ts';
import { drawSlice, type Plane } from '../../voxels/picture.ts';
import { encodePng } from '../../voxels/png.ts';
import type { DiffusionData } from './load.ts';
import type { DiffusionStudy } from './study.ts';

const height = 220;
const widest = 300;

interface Row {
  /** One image for grey, three for red, green, blue. */
  channels: readonly ArrayLike<number>[];
  window: readonly [number, number];
  says: string;
}

/**
 * The maps of a study as rows of axial, coronal and sagittal planes through the middle of the mask, as PNG; the patient's
 * right is on the left. `says` tells what the rows are, from the top.
 */
export function mapPicture({ data, maps }: DiffusionStudy): { bytes: Uint8Array; says: string } {
  const rows = rowsOf(data, maps);
  const { shape, affineRas } = data.grid;
  const centreRas = apply(affineRas, middleOf(data)) as Vector;
  const corners = [0, 1].flatMap((i) =>
    [0, 1].flatMap((j) =>
      [0, 1].map((k) => apply(affineRas, [i * (shape[0] - 1), j * (shape[1] - 1), k * (shape[2] - 1)])),
    ),
  );
  const extent = [0, 1, 2].map((axis) => {
    const along = corners.map((corner) => corner[axis]!);
    return Math.max(...along) - Math.min(...along) + Math.min(...spacingMm(affineRas));
  });
  const heightMm = Math.max(extent[1]!, extent[2]!);
  const widthOf = (mm: number): number => Math.max(40, Math.min(widest, Math.round((mm / heightMm) * height)));
  const views: { plane: Plane; width: number }[] = [
    { plane: 'axial', width: widthOf(extent[0]!) },
    { plane: 'coronal', width: widthOf(extent[0]!) },
    { plane: 'sagittal', width: widthOf(extent[1]!) },
  ];
  const width = views.reduce((sum, view) => sum + view.width, 0);
  const rgb = new Uint8Array(width * height * rows.length * 3);
  for (const [at, row] of rows.entries()) {
    let left = 0;
    for (const view of views) {
      const slices = row.channels.map((image) =>
        drawSlice({ grid: data.grid, image, window: row.window }, { ...view, centreRas, heightMm, height }),
      );
      for (let y = 0; y < height; y++)
        for (let x = 0; x < view.width; x++)
          for (let channel = 0; channel < 3; channel++)
            rgb[((at * height + y) * width + left + x) * 3 + channel] =
              slices[channel % slices.length]![(y * view.width + x) * 3]!;
      left += view.width;
    }
  }
  return { bytes: encodePng(rgb, width, height * rows.length), says: rows.map(({ says }) => says).join('; ') };
}

function rowsOf({ size }: DiffusionData, maps: DiffusionStudy['maps']): Row[] {
  const rows: Row[] = [];
  if (maps.dti) {
    const { colour, md } = maps.dti;
    const channels = [0, 1, 2].map((axis) => colour!.subarray(axis * size, (axis + 1) * size));
    rows.push({
      channels,
      window: [0, 0.8],
      says: 'FA by direction (red left-right, green front-back, blue head-foot)',
    });
    rows.push({ channels: [md!], window: [0, 3e-3], says: 'mean diffusivity 0 to 3 × 10⁻³ mm²/s' });
  } else if (maps.adc && !maps.ivim)
    rows.push({ channels: [maps.adc['adc']!], window: [0, 3e-3], says: 'ADC 0 to 3 × 10⁻³ mm²/s' });
  if (maps.dki) rows.push({ channels: [maps.dki['mk']!], window: [0, 2], says: 'mean kurtosis 0 to 2' });
  if (maps.ivim) {
    rows.push({ channels: [maps.ivim['d']!], window: [0, 3e-3], says: 'D 0 to 3 × 10⁻³ mm²/s' });
    rows.push({ channels: [maps.ivim['f']!], window: [0, 0.4], says: 'perfusion fraction 0 to 0.4' });
  }
  return rows;
}

/** Middle of the box round the mask. */
function middleOf({ voxels, grid }: { voxels: Int32Array; grid: Pick<Grid, 'shape'> }): Vector {
  const [ni, nj] = grid.shape;
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (const at of voxels) {
    const index = [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))];
    for (let axis = 0; axis < 3; axis++) {
      low[axis] = Math.min(low[axis]!, index[axis]!);
      high[axis] = Math.max(high[axis]!, index[axis]!);
    }
  }
  return [0, 1, 2].map((axis) => (low[axis]! + high[axis]!) / 2) as unknown as Vector;
}
