import { IdiographError } from '../../dossier/errors.ts';
import type { Affine, Grid } from '../../dossier/grid.ts';
import { apply, invert, multiply } from '../../voxels/affine.ts';
import { resample } from '../../voxels/resample.ts';
import type { BoldRun } from './load.ts';

export interface Parcel {
  /** Value in the volume. */
  label: number;
  /** As the atlas names it: `7Networks_LH_Default_PFC_1`, `HIP-rh`. */
  name: string;
  /** `Vis`, `SomMot`, `DorsAttn`, `SalVentAttn`, `Limbic`, `Cont`, `Default`, or `Subcortex`. */
  network: string;
}

/** Parcels of the cortex (Schaefer 2018) and below it (Tian 2020) in MNI152NLin6Asym. */
export interface Atlas {
  name: string;
  grid: Pick<Grid, 'shape' | 'affineRas'>;
  labels: Float32Array;
  parcels: Parcel[];
}

/** Networks in the order of tables and figures. */
export const networks = ['Vis', 'SomMot', 'DorsAttn', 'SalVentAttn', 'Limbic', 'Cont', 'Default', 'Subcortex'] as const;

/**
 * Reads the label file of the Schaefer and Tian atlases: a line with a name, a line with value and colour, and so on.
 * Throws `pack-invalid` for anything else.
 */
export function readParcelNames(text: string): Parcel[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const parcels: Parcel[] = [];
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const name = lines[at]!.trim();
    const label = Number(lines[at + 1]!.trim().split(/\s+/)[0]);
    if (!Number.isInteger(label) || label < 1 || label > 5000)
      throw new IdiographError('pack-invalid', `line ${at + 2} of the parcel names holds no label`);
    parcels.push({ label, name, network: /^\d+Networks_[LR]H_([A-Za-z]+)_/.exec(name)?.[1] ?? 'Subcortex' });
  }
  if (parcels.length < 2) throw new IdiographError('pack-invalid', 'the parcel names hold no parcel');
  return parcels;
}

/** How a run lies in the template. */
export interface InTemplate {
  /** From RAS mm of the run to mm of the template. */
  affine: Affine;
  /** By voxel of the run: its place in the template, RAS mm, where a free-form warp says it better than the affine. */
  places?: readonly [Float32Array, Float32Array, Float32Array];
}

/** The label of each voxel of the run (0: none), by the nearest voxel of the atlas. */
export function labelsOnRun(run: Pick<BoldRun, 'grid'>, atlas: Atlas, to: InTemplate): Float32Array {
  return onRun(run, atlas.grid, atlas.labels, to, 'nearest');
}

/** A map of the template on the grid of the run, read once where each voxel lies; 0 outside it. */
export function onRun(
  run: Pick<BoldRun, 'grid'>,
  grid: Pick<Grid, 'shape' | 'affineRas'>,
  values: ArrayLike<number>,
  { affine, places }: InTemplate,
  interpolation: 'nearest' | 'trilinear',
): Float32Array {
  if (places) return atPlaces(grid, values, places, interpolation);
  const there = { shape: run.grid.shape, affineRas: multiply(affine, run.grid.affineRas) };
  return resample(values, grid, there, { interpolation });
}

function atPlaces(
  { shape, affineRas }: Pick<Grid, 'shape' | 'affineRas'>,
  values: ArrayLike<number>,
  [px, py, pz]: readonly [Float32Array, Float32Array, Float32Array],
  interpolation: 'nearest' | 'trilinear',
): Float32Array {
  const [ni, nj, nk] = shape;
  const toVoxel = invert(affineRas);
  const value = (i: number, j: number, k: number): number =>
    i < 0 || j < 0 || k < 0 || i >= ni || j >= nj || k >= nk ? 0 : values[i + ni * (j + nj * k)]!;
  return px.map((x, at) => {
    if (Number.isNaN(x)) return 0;
    const [i, j, k] = apply(toVoxel, [x, py[at]!, pz[at]!]);
    if (interpolation === 'nearest') return value(Math.round(i), Math.round(j), Math.round(k));
    const [i0, j0, k0] = [Math.floor(i), Math.floor(j), Math.floor(k)];
    const [fi, fj, fk] = [i - i0, j - j0, k - k0];
    let sum = 0;
    for (let corner = 0; corner < 8; corner++) {
      const [a, b, c] = [corner & 1, (corner >> 1) & 1, corner >> 2];
      sum += (a ? fi : 1 - fi) * (b ? fj : 1 - fj) * (c ? fk : 1 - fk) * value(i0 + a, j0 + b, k0 + c);
    }
    return sum;
  });
}
