import type { Code } from '../dossier/code.ts';
import type { Grid } from '../dossier/grid.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { determinant, obliquenessDeg, orientationCode } from '../voxels/affine.ts';

/** Codes of issues with which a reader says that sides are in doubt. */
const doubts = new Set([
  'nifti-orientation-unknown',
  'nifti-forms-disagree',
  'nifti-sform-invalid',
  'no-patient-geometry',
]);

/**
 * What can be said of left and right. A brain is too symmetric to tell its sides from its image, so the sides are as the
 * file states them; what is checked is whether the file states them, and without contradicting itself.
 */
export function checkOrientation(
  grid: Pick<Grid, 'affineRas'>,
  source: { format: string; issues: readonly Issue[] } | undefined,
): { code: Code; says: string; issues: Issue[] } {
  const raised = (source?.issues ?? []).filter(({ code }) => doubts.has(code));
  const axes = orientationCode(grid.affineRas);
  const handed = determinant(grid.affineRas) < 0 ? 'left-handed' : 'right-handed';
  const basis = source?.format === 'dicom-series' ? 'DICOM image orientation' : 'NIfTI qform and sform';
  const says = `axes ${axes}, ${handed}, ${obliquenessDeg(grid.affineRas).toFixed(1)} degrees oblique; from ${basis}`;
  if (raised.length > 0) {
    return {
      code: { system: 'idiograph', code: 'sides-doubtful', display: 'Left and right are in doubt' },
      says,
      issues: [
        issue(
          'warning',
          'laterality-doubtful',
          'The file does not state left and right without contradiction: every side given here may be swapped.',
          {
            remedy: raised[0]?.remedy ?? 'Compare with the original DICOM series or with a side marker.',
          },
        ),
      ],
    };
  }
  return {
    code: { system: 'idiograph', code: 'sides-as-stated', display: 'Left and right as the file states them' },
    says,
    issues: [
      issue(
        'info',
        'laterality-not-verifiable',
        'Left and right cannot be verified from the image itself: a brain is nearly symmetric.',
        {
          remedy: 'Before any act that depends on the side, compare with a side marker or a known one-sided finding.',
        },
      ),
    ],
  };
}
