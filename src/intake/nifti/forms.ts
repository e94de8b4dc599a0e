import type { Affine } from '../../dossier/grid.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { affineOfQuaternion, determinant3 } from './orientation.ts';

export interface Forms {
  qform_code: number;
  sform_code: number;
  /** quatern_b, c, d, qoffset_x, y, z */
  quatern: number[];
  /** srow_x, srow_y, srow_z */
  srow: number[];
  pixdim: number[];
  xyzt_units: number;
}

/** Beyond this distance in mm at a corner of the image, qform and sform place it differently. */
const disagreementMm = 0.1;

/**
 * Which affine of a header holds, in mm: the sform where its code is above 0, else the qform, else the spacing alone
 * around the middle of the image (as nibabel does), which says nothing reliable about left and right.
 * `shape`: voxels along i, j, k.
 */
export function chooseAffine(
  forms: Forms,
  shape: readonly [number, number, number],
): { affineRas: Affine; issues: Issue[] } | { refused: Issue } {
  const issues: Issue[] = [];
  const scale = { 1: 1000, 3: 1e-3 }[forms.xyzt_units & 7] ?? 1;
  if (scale !== 1) {
    const unit = scale === 1000 ? 'metres' : 'micrometres';
    issues.push(issue('info', 'nifti-unit-converted', `The header measures in ${unit}; it is read as millimetres.`));
  }
  const spacing = [1, 2, 3].map((index) => {
    const length = Math.abs(forms.pixdim[index]!);
    return length > 0 && Number.isFinite(length) ? length : 1;
  }) as [number, number, number];
  const [b, c, d, x, y, z] = forms.quatern as [number, number, number, number, number, number];
  const qform = usable(
    forms.qform_code > 0 &&
      affineOfQuaternion({ b, c, d, offset: [x, y, z], spacing, qfac: forms.pixdim[0]! < 0 ? -1 : 1 }),
    scale,
  );
  const sform = usable(forms.sform_code > 0 && [...forms.srow, 0, 0, 0, 1], scale);
  if (forms.sform_code > 0 && !sform) {
    const message = 'The sform has no volume or is not finite.';
    if (!qform) {
      return { refused: issue('error', 'nifti-affine-invalid', message, { remedy: 'Export the image again.' }) };
    }
    issues.push(issue('warning', 'nifti-sform-invalid', `${message} The qform is used.`, { place: 'srow_x' }));
  }
  if (qform && sform) issues.push(...compare(qform, sform, shape, forms));
  const affineRas = sform ?? qform;
  if (affineRas) return { affineRas, issues };
  const message =
    'The header places the image nowhere (qform and sform codes are 0): left and right cannot be relied on.';
  const remedy = 'Convert the original DICOM again, or set the sform after checking the sides.';
  issues.push(issue('warning', 'nifti-orientation-unknown', message, { place: 'qform_code', remedy }));
  return { affineRas: aroundMiddle(spacing, shape, scale), issues };
}

function usable(affine: Affine | false, scale: number): Affine | undefined {
  if (!affine || !affine.every(Number.isFinite)) return undefined;
  const scaled = affine.map((value, index) => (index < 12 ? value * scale : value));
  return Math.abs(determinant3(scaled)) > 1e-12 ? scaled : undefined;
}

function compare(qform: Affine, sform: Affine, shape: readonly [number, number, number], forms: Forms): Issue[] {
  let furthest = 0;
  for (let corner = 0; corner < 8; corner++) {
    const index = shape.map((length, axis) => (corner & (1 << axis) ? length - 1 : 0));
    const at = (m: Affine, row: number) =>
      m[row * 4]! * index[0]! + m[row * 4 + 1]! * index[1]! + m[row * 4 + 2]! * index[2]! + m[row * 4 + 3]!;
    furthest = Math.max(furthest, Math.hypot(...[0, 1, 2].map((row) => at(qform, row) - at(sform, row))));
  }
  if (furthest <= disagreementMm) return [];
  const mirrored = Math.sign(determinant3(qform)) !== Math.sign(determinant3(sform));
  const message =
    `qform (code ${forms.qform_code}) and sform (code ${forms.sform_code}) differ by up to ${furthest.toFixed(1)} mm` +
    `${mirrored ? ' and one is the mirror image of the other' : ''}; the sform is used.`;
  const remedy = 'Check left and right against the original; then write one of the two into both.';
  return [issue('warning', 'nifti-forms-disagree', message, { place: 'qform_code', remedy })];
}

function aroundMiddle(spacing: readonly number[], shape: readonly number[], scale: number): Affine {
  const [x, y, z] = spacing.map((length) => length * scale) as [number, number, number];
  const middle = (length: number, voxels: number) => (length * (voxels - 1)) / 2;
  return [
    ...[-x, 0, 0, middle(x, shape[0]!)],
    ...[0, y, 0, -middle(y, shape[1]!)],
    ...[0, 0, z, -middle(z, shape[2]!)],
    ...[0, 0, 0, 1],
  ];
}
