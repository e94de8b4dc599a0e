import { measure } from '../../dossier/code.ts';
import { issue } from '../../dossier/issue.ts';
import type { LesionChange } from './classify.ts';

export const measures = {
  volume: measure('lesion-volume', 'White-matter lesion volume (FLAIR)'),
  count: measure('lesion-count', 'White-matter lesions (FLAIR)'),
  volumeChange: measure('lesion-volume-change', 'Change of the white-matter lesion volume'),
  changed: measure('lesion-change', 'Volume that changed since the earlier visit'),
  changedCount: measure('lesion-change-count', 'Lesions by what became of them'),
};

/** Artifacts: lesions numbered or 1, tissue classes (1 fluid, 2 gray, 3 white), and what became of each lesion. */
export const roles = { lesions: 'lesion-mask', tissue: 'flair-tissue', change: 'lesion-change-map' } as const;

export const whiteMatter = { system: 'idiograph', code: 'white-matter-lesions', display: 'White-matter lesions' };

export const changeWords: Readonly<Record<LesionChange, { says: string; color: string }>> = {
  new: { says: 'new', color: '#d1495b' },
  enlarged: { says: 'enlarged', color: '#edae49' },
  shrunk: { says: 'shrunk', color: '#4c9f70' },
  resolved: { says: 'resolved', color: '#3b9dd6' },
  stable: { says: 'stable', color: '#8a8f98' },
  unconfirmed: { says: 'in one mask only, no change seen', color: '#b39ddb' },
};

export function changeSite(change: LesionChange): { system: string; code: string; display: string } {
  return { system: 'idiograph', code: `lesions-${change}`, display: `Lesions, ${changeWords[change].says}` };
}

export const noRepeatability = issue(
  'info',
  'repeatability-unknown',
  'No scan-rescan study of this method is known: the interval holds what its own thresholds leave open, no second scan.',
);

export const noNorm = issue(
  'info',
  'no-norm',
  'No reference: there are no controls of this method, so there is no z and no centile.',
);

export const noDiagnosis = issue(
  'info',
  'lesions-no-diagnosis',
  'Bright white matter has many causes (age, vessels, inflammation, migraine): the volume tells none of them apart and changes no line of a plan.',
);
