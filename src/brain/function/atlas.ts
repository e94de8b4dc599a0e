import { IdiographError } from '../../dossier/errors.ts';
import type { Affine, Grid } from '../../dossier/grid.ts';
import { multiply } from '../../voxels/affine.ts';
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

/** The label of each voxel of the run (0: none), by the nearest voxel of the atlas. */
export function labelsOnRun(run: Pick<BoldRun, 'grid'>, atlas: Atlas, boldToTemplate: Affine): Float32Array {
  return onRun(run, atlas.grid, atlas.labels, boldToTemplate, 'nearest');
}

/** A map of the template on the grid of the run. */
export function onRun(
  run: Pick<BoldRun, 'grid'>,
  grid: Pick<Grid, 'shape' | 'affineRas'>,
  values: ArrayLike<number>,
  boldToTemplate: Affine,
  interpolation: 'nearest' | 'trilinear',
): Float32Array {
  const there = { shape: run.grid.shape, affineRas: multiply(boldToTemplate, run.grid.affineRas) };
  return resample(values, grid, there, { interpolation });
}
