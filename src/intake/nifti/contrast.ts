import { type Issue, issue } from '../../dossier/issue.ts';

/** BIDS 1.9 suffixes of images and what they say: modality and contrast in our words. */
const suffixes: Readonly<Record<string, [modality: string, contrast: string]>> = {
  t1w: ['MR', 'T1w'],
  t2w: ['MR', 'T2w'],
  pdw: ['MR', 'PDw'],
  flair: ['MR', 'FLAIR'],
  t2starw: ['MR', 'T2starw'],
  inplanet1: ['MR', 'T1w'],
  inplanet2: ['MR', 'T2w'],
  swi: ['MR', 'SWI'],
  bold: ['MR', 'bold'],
  sbref: ['MR', 'sbref'],
  dwi: ['MR', 'dwi'],
  asl: ['MR', 'asl'],
  m0scan: ['MR', 'm0'],
  epi: ['MR', 'fieldmap-epi'],
  phasediff: ['MR', 'fieldmap-phase'],
  phase1: ['MR', 'fieldmap-phase'],
  phase2: ['MR', 'fieldmap-phase'],
  magnitude: ['MR', 'fieldmap-magnitude'],
  magnitude1: ['MR', 'fieldmap-magnitude'],
  magnitude2: ['MR', 'fieldmap-magnitude'],
  fieldmap: ['MR', 'fieldmap'],
  pet: ['PT', 'pet'],
  ct: ['CT', 'ct'],
};
const labelSuffixes = new Set(['dseg', 'mask', 'probseg', 'roi']);

/** Words in file names that are no BIDS suffix but are used as one. */
const words: Readonly<Record<string, string>> = {
  t1: 't1w',
  mprage: 't1w',
  spgr: 't1w',
  t2: 't2w',
  fl: 'flair',
  dti: 'dwi',
  fmri: 'bold',
};
const labelWords =
  /^(.*seg|.*mask|labels?|aparc.*|aseg.*|wmparc|dlmuse|dlwmls|lesions?|roi|atlas|parc.*|segmentation)$/;

/** intent_code of a map of labels (nifti1.h). */
const intentLabel = 1002;

/**
 * What was imaged: from the sidecar, else the BIDS suffix, else a word in the file name, which is said.
 * A name decides nothing about a label map: a word such as `seg` or `mask` anywhere makes it `labels`.
 */
export function contrastOf(
  stem: string,
  sidecar: Record<string, unknown>,
  fields: Record<string, unknown>,
): { modality: string; contrast?: string; issues: Issue[] } {
  const fromSidecar = modalityOf(sidecar);
  const name = stem.split('/').at(-1)!.toLowerCase();
  const tokens = name.split(/[_\-.\s]+/).filter((token) => token !== '');
  const last = tokens.at(-1) ?? '';
  if (fields['intent_code'] === intentLabel || labelSuffixes.has(last)) {
    return { modality: fromSidecar ?? 'OT', contrast: 'labels', issues: [] };
  }
  const suffix = suffixes[last];
  if (suffix) return { modality: fromSidecar ?? suffix[0], contrast: suffix[1], issues: [] };
  const guess = tokens.some((token) => labelWords.test(token))
    ? (['OT', 'labels'] as const)
    : tokens.map((token) => suffixes[words[token] ?? token]).find((known) => known !== undefined);
  const remedy = 'Add a BIDS sidecar or name the file with a BIDS suffix such as _T1w.';
  if (guess) {
    const message = `The contrast ${guess[1]} was taken from a word in the file name.`;
    return {
      modality: fromSidecar ?? guess[0],
      contrast: guess[1],
      issues: [issue('info', 'contrast-from-name', message, { remedy })],
    };
  }
  if (fromSidecar) {
    const message = 'Nothing says what contrast the image has.';
    return { modality: fromSidecar, issues: [issue('info', 'contrast-unknown', message, { remedy })] };
  }
  const message = 'Nothing says how the image was made; it is taken for MR of unknown contrast.';
  return { modality: 'MR', issues: [issue('warning', 'modality-unknown', message, { remedy })] };
}

function modalityOf(sidecar: Record<string, unknown>): string | undefined {
  const stated = sidecar['Modality'];
  if (typeof stated === 'string' && /^[A-Z]{2,8}$/.test(stated)) return stated === 'PET' ? 'PT' : stated;
  if ('TracerName' in sidecar || 'InjectedRadioactivity' in sidecar) return 'PT';
  if ('EchoTime' in sidecar || 'MagneticFieldStrength' in sidecar || 'TaskName' in sidecar) return 'MR';
  return undefined;
}
