import type { Grid } from '../../dossier/grid.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import { apply } from '../../voxels/affine.ts';
import { indexFrame } from '../../voxels/indexFrame.ts';
import { isInside, type RegionMask } from '../../voxels/mask.ts';
import { drawSlice, type Layers } from '../../voxels/picture.ts';
import { encodePng } from '../../voxels/png.ts';

/** SUVbw drawn black; 0 is white. The usual window for FDG. */
export const blackSuv = 7;
const height = 420;
const outline = '#d81b60';

/**
 * Two pictures side by side as PNG: the coronal maximum-intensity projection of the series, and the axial slice through
 * `hottest` (voxel index), both with the outlines of the masks. White is SUV 0, black {@link blackSuv} and more; the
 * patient's right is on the left. Reads one slice at a time. Undefined when the slices are not roughly axial.
 */
export async function petSnapshot(
  image: ImageHandle,
  factor: number,
  masks: readonly RegionMask[],
  hottest: readonly [number, number, number],
): Promise<Uint8Array | undefined> {
  if (!isAxial(image.grid)) return undefined;
  const [ni, nj, nk] = image.grid.shape;
  const projection = new Float32Array(ni * nk);
  let slice = new Float32Array(0);
  for (let k = 0; k < nk; k++) {
    const values = await image.readSlab(k, k + 1);
    if (k === hottest[2]) slice = Float32Array.from(values);
    for (let j = 0, at = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, at++)
        if (values[at]! > projection[k * ni + i]!) projection[k * ni + i] = values[at]!;
  }
  const { spacingMm, toRas } = indexFrame(image.grid);
  const window = [blackSuv / factor, 0] as const;
  const coronal: Layers = {
    grid: plane(image.grid, [ni, 1, nk], [0, hottest[1], 0]),
    image: projection,
    window,
    labels: outlined([ni, nk], (i, k) => masks.some((mask) => columnInside(mask, i, k))),
    ...drawn,
  };
  const axial: Layers = {
    grid: plane(image.grid, [ni, nj, 1], [0, 0, hottest[2]]),
    image: slice,
    window,
    labels: outlined([ni, nj], (i, j) => masks.some((mask) => isInside(mask, i, j, hottest[2]))),
    ...drawn,
  };
  const bodyMm = nk * spacingMm[2];
  const middle = toRas((ni - 1) / 2, hottest[1], (nk - 1) / 2);
  const width = Math.round(Math.min(2, Math.max(0.4, (ni * spacingMm[0]) / bodyMm)) * height);
  return sideBySide([
    { rgb: drawSlice(coronal, { plane: 'coronal', centreRas: middle, heightMm: bodyMm, width, height }), width },
    {
      rgb: drawSlice(axial, {
        plane: 'axial',
        centreRas: toRas(...hottest),
        heightMm: Math.min(260, nj * spacingMm[1]),
        width: height,
        height,
      }),
      width: height,
    },
  ]);
}

const drawn = { colors: [undefined, outline], opacity: 0.85 };

/** Columns i to the side, j to front or back, k along the body. */
function isAxial({ affineRas: m }: Grid): boolean {
  return [0, 1, 2].every((axis) => {
    const column = [m[axis]!, m[4 + axis]!, m[8 + axis]!].map(Math.abs);
    return column[axis] === Math.max(...column);
  });
}

/** The part of a grid that begins at voxel `from`. */
function plane(grid: Grid, shape: [number, number, number], from: [number, number, number]): Layers['grid'] {
  const affineRas = [...grid.affineRas];
  apply(grid.affineRas, from).forEach((millimetres, row) => {
    affineRas[4 * row + 3] = millimetres;
  });
  return { shape: [...shape, 1], affineRas };
}

function columnInside({ origin, size, inside }: RegionMask, i: number, k: number): boolean {
  const [a, c] = [i - origin[0], k - origin[2]];
  if (a < 0 || c < 0 || a >= size[0] || c >= size[2]) return false;
  for (let b = 0; b < size[1]; b++) if (inside[(c * size[1] + b) * size[0] + a] === 1) return true;
  return false;
}

/** 1 where a pixel is inside and one of its four neighbours is not. */
function outlined([width, rows]: [number, number], inside: (x: number, y: number) => boolean): Uint8Array {
  const filled = new Uint8Array(width * rows);
  for (let y = 0; y < rows; y++) for (let x = 0; x < width; x++) if (inside(x, y)) filled[y * width + x] = 1;
  const at = (x: number, y: number): number => (x < 0 || y < 0 || x >= width || y >= rows ? 0 : filled[y * width + x]!);
  return filled.map((bit, index) => {
    const [x, y] = [index % width, Math.floor(index / width)];
    return bit === 1 && at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1) < 4 ? 1 : 0;
  });
}

function sideBySide(pictures: { rgb: Uint8Array; width: number }[]): Uint8Array {
  const width = pictures.reduce((sum, one) => sum + one.width, 0);
  const rgb = new Uint8Array(width * height * 3);
  let left = 0;
  for (const one of pictures) {
    for (let y = 0; y < height; y++)
      rgb.set(one.rgb.subarray(y * one.width * 3, (y + 1) * one.width * 3), (y * width + left) * 3);
    left += one.width;
  }
  return encodePng(rgb, width, height);
}
