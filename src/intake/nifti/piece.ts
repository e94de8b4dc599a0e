import type { NiftiHeader } from './header.ts';

/** What one file of an image is: the image, the voxels of a pair, its BIDS sidecar, or its table of gradients. */
export type NiftiPiece =
  | { kind: 'image'; header: NiftiHeader }
  | { kind: 'voxels'; bytes: number; packed: boolean }
  | { kind: 'sidecar'; keys: Record<string, unknown> }
  | { kind: 'gradients'; rows: number[][] };

/**
 * The part of a path that files of one image share: `sub-01/anat/T1w` of `sub-01/anat/T1w.nii.gz`, `.json`, `.bval`.
 */
export function stemOf(path: string): string {
  return path.replace(/(\.nii|\.hdr|\.img|\.json|\.bvals?|\.bvecs?)?(\.gz)?$/i, '').replace(/\.gz!\/[^/]*$/, '');
}
