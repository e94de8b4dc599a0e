import { writeNifti, writeNiftiGz } from '../../intake/nifti/write.ts';
import { type SimulatedRest, simulateRest } from './testRest.ts';

export interface RestFiles {
  /** fMRIPrep's names, without the folder. */
  bold: { name: string; bytes: Uint8Array };
  confounds: { name: string; text: string };
}

/**
 * A simulated resting run as fMRIPrep would leave it. `mirrored`: stored from right to left with the affine that says so.
 * `contradicting`: sform and qform name opposite sides.
 */
export async function restFiles(
  options: SimulatedRest & { mirrored?: boolean; contradicting?: boolean; task?: string },
): Promise<RestFiles> {
  const { image, framewiseDisplacementMm } = simulateRest(options);
  const [ni, nj, nk, volumes] = image.grid.shape;
  const all = new Float32Array(ni * nj * nk * volumes);
  for (let t = 0; t < volumes; t++) all.set(await image.readVolume(t), t * ni * nj * nk);
  const affineRas = [...image.grid.affineRas];
  if (options.mirrored) {
    for (let at = 0; at < all.length; at += ni) all.subarray(at, at + ni).reverse();
    affineRas[3] = affineRas[3]! + affineRas[0]! * (ni - 1);
    affineRas[0] = -affineRas[0]!;
  }
  const grid = { ...image.grid, affineRas };
  const stem = `sub-01_task-${options.task ?? 'rest'}`;
  let bytes: Uint8Array = writeNiftiGz(grid, all, { datatype: 'float32', description: 'synthetic rest' });
  if (options.contradicting) {
    const plain = writeNifti(grid, all, { datatype: 'float32', description: 'synthetic rest' });
    // srow_x of the header: the first row of the sform.
    const view = new DataView(plain.buffer);
    for (const at of [280, 292]) view.setFloat32(at, -view.getFloat32(at, true), true);
    bytes = plain;
  }
  const names = ['framewise_displacement', 'trans_x', 'trans_y', 'trans_z', 'rot_x', 'rot_y', 'rot_z'];
  const rows = Array.from(framewiseDisplacementMm, (mm, t) =>
    [
      t === 0 ? 'n/a' : mm.toFixed(4),
      ...[2, 3, 5, 7, 11, 13].map((period) => (0.05 * Math.sin(t / period)).toFixed(5)),
    ].join('\t'),
  );
  return {
    bold: { name: `${stem}_space-MNI152NLin6Asym_desc-preproc_bold.nii${options.contradicting ? '' : '.gz'}`, bytes },
    confounds: { name: `${stem}_desc-confounds_timeseries.tsv`, text: `${[names.join('\t'), ...rows].join('\n')}\n` },
  };
}
