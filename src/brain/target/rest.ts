import { type Issue, issue } from '../../dossier/issue.ts';
import type { Source } from '../../dossier/source.ts';

/** Which run this is, by BIDS name and header: rest or a task, in MNI space or not. */
export interface RunKind {
  task: string | undefined;
  isRest: boolean;
  inMni: boolean;
}

/** `task-rest`, `task-restAP`, a sidecar's TaskName, `rest` as a word of the name; `space-MNI...` or the NIfTI code 4. */
export function runKind({ path, metadata }: Pick<Source, 'path' | 'metadata'>): RunKind {
  const name = path.split('/').at(-1)!;
  const sidecar = metadata['TaskName'];
  const task = /task-([a-zA-Z0-9]+)/.exec(name)?.[1] ?? (typeof sidecar === 'string' ? sidecar : undefined);
  const isRest = task === undefined ? /(^|[^a-z])(rest|resting|rsfmri)([^a-z]|$)/i.test(name) : /^rest/i.test(task);
  const inMni = /space-MNI/i.test(name) || metadata['sform_code'] === 4 || metadata['qform_code'] === 4;
  return { task, isRest, inMni };
}

/** Codes with which a reader says that left and right are in doubt: no target is given then. */
const doubts = new Set([
  'nifti-orientation-unknown',
  'nifti-forms-disagree',
  'nifti-sform-invalid',
  'no-patient-geometry',
]);

/** An error when the file contradicts itself about its sides, or does not state them. */
export function sidesDoubt(issues: readonly Issue[], place: string): Issue | undefined {
  const raised = issues.find(({ code }) => doubts.has(code));
  return (
    raised &&
    issue(
      'error',
      'sides-doubtful',
      'The file does not state left and right without contradiction: no target is given.',
      {
        place,
        remedy: raised.remedy ?? 'Convert the original DICOM series again.',
      },
    )
  );
}

/** Path of the confounds table that fMRIPrep writes beside a run. */
export function confoundsPath(path: string): string {
  return path.replace(
    /(_space-[a-zA-Z0-9]+)?(_res-[a-zA-Z0-9]+)?(_desc-[a-zA-Z0-9]+)?_bold\.nii(\.gz)?$/i,
    '_desc-confounds_timeseries.tsv',
  );
}
