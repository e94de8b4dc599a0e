import type { Grid } from '../../dossier/grid.ts';
import { writeNiftiGz } from '../../intake/nifti/write.ts';
import { indexFrame } from '../../voxels/indexFrame.ts';
import type { Point } from './locate.ts';

export interface ExportedTarget {
  name: string;
  /** `MNI152` or `native T1`. */
  space: string;
  xyzRasMm: Point;
  radiusMm: number | undefined;
  source: string;
}

const header = 'name,space,side,x_ras_mm,y_ras_mm,z_ras_mm,x_lps_mm,y_lps_mm,z_lps_mm,radius_95_mm,source';

/**
 * Coordinates in both frames by name, so that nobody has to guess: RAS (x to the right, NIfTI) and LPS (x to the left, DICOM),
 * and the side in words, which {@link readCsv} holds against both.
 */
export function writeCsv(targets: readonly ExportedTarget[]): string {
  const rows = targets.map(({ name, space, xyzRasMm: [x, y, z], radiusMm, source }) =>
    [
      name,
      space,
      sideOf(x),
      mm(x),
      mm(y),
      mm(z),
      mm(-x),
      mm(-y),
      mm(z),
      radiusMm === undefined ? '' : mm(radiusMm),
      source,
    ]
      .map(quoted)
      .join(','),
  );
  return `${[header, ...rows].join('\r\n')}\r\n`;
}

/** Reads a table of {@link writeCsv} back. Throws `RangeError` when side, RAS and LPS of a row do not say the same place. */
export function readCsv(text: string): ExportedTarget[] {
  const [first, ...rows] = text.trim().split(/\r?\n/);
  if (first !== header) throw new RangeError('not a table of targets');
  return rows.map((row) => {
    const cells = [...row.matchAll(/"((?:[^"]|"")*)"|([^,]+)|(?<=,)(?=,|$)/g)].map(([, inner, plain]) =>
      inner === undefined ? (plain ?? '') : inner.replaceAll('""', '"'),
    );
    const [x, y, z, xLps, yLps, zLps] = cells.slice(3, 9).map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    if (x !== -xLps || y !== -yLps || z !== zLps || sideOf(x) !== cells[2])
      throw new RangeError(`sides of ${cells[0]} disagree`);
    return {
      ...{ name: cells[0]!, space: cells[1]!, xyzRasMm: [x, y, z] as Point },
      ...{ radiusMm: cells[9] === '' ? undefined : Number(cells[9]), source: cells[10]! },
    };
  });
}

/** A ball of 0 and 1 on a grid, as `.nii.gz`; at least the voxel that holds the point. */
export function ballMask(
  { xyzRasMm, radiusMm = 0 }: Pick<ExportedTarget, 'xyzRasMm' | 'radiusMm'>,
  grid: Grid,
): Uint8Array {
  const [ni, nj, nk] = grid.shape;
  const mask = new Uint8Array(ni * nj * nk);
  const { toRas, toIndex, spacingMm } = indexFrame(grid);
  const centre = toIndex(...xyzRasMm).map(Math.round) as Point;
  const reach = spacingMm.map((mm) => Math.ceil(radiusMm / mm) + 1);
  const from = (axis: number): number => Math.max(0, centre[axis]! - reach[axis]!);
  const to = (axis: number): number => Math.min(grid.shape[axis]! - 1, centre[axis]! + reach[axis]!);
  for (let k = from(2); k <= to(2); k++)
    for (let j = from(1); j <= to(1); j++)
      for (let i = from(0); i <= to(0); i++) {
        const [x, y, z] = toRas(i, j, k);
        const isNear = Math.hypot(x - xyzRasMm[0], y - xyzRasMm[1], z - xyzRasMm[2]) <= radiusMm;
        if (isNear || (i === centre[0] && j === centre[1] && k === centre[2])) mask[i + ni * (j + nj * k)] = 1;
      }
  return mask;
}

export function maskFile(mask: Uint8Array, grid: Grid, description: string): Uint8Array<ArrayBuffer> {
  return writeNiftiGz({ shape: [grid.shape[0], grid.shape[1], grid.shape[2], 1], affineRas: grid.affineRas }, mask, {
    ...{ datatype: 'uint8' as const, description },
  });
}

/** The 2 mm grid of MNI152 as FSL and templateflow have it: 91 x 109 x 91, stored left to right here. */
export const mniGrid: Grid = {
  shape: [91, 109, 91, 1],
  affineRas: [2, 0, 0, -90, 0, 2, 0, -126, 0, 0, 2, -72, 0, 0, 0, 1],
};

function sideOf(x: number): string {
  return x < 0 ? 'left' : x > 0 ? 'right' : 'midline';
}

function mm(value: number): string {
  return String(Number(value.toFixed(2)) + 0);
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
