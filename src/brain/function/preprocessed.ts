import type { Preprocessing } from './connectomeStudy.ts';

export interface PathSays {
  preprocessing: Preprocessing;
  /** `space` of BIDS: `MNI152NLin6Asym`, `T1w`; undefined for the space of the scanner. */
  space: string | undefined;
  inTemplate: boolean;
}

/** Spaces whose millimetres are those of the atlas to within a few millimetres at the edges. */
const templates = ['MNI152NLin6Asym', 'MNI152NLin2009cAsym', 'MNI152NLin6Sym', 'MNI152NLin2009aSym'];

/**
 * What a name says of a run (BIDS derivatives): `desc-preproc_bold` of fMRIPrep is moved and in a named space but not cleaned,
 * `desc-denoised_bold` of XCP-D is cleaned too.
 */
export function readPath(path: string): PathSays {
  const name = path.split('/').at(-1)!;
  const space = /(?:^|_)space-([A-Za-z0-9]+)/.exec(name)?.[1];
  const what = /(?:^|_)desc-([A-Za-z0-9]+)_bold/.exec(name)?.[1];
  const preprocessing = /^denoised/i.test(what ?? '') ? 'denoised' : what === 'preproc' ? 'preprocessed' : 'none';
  return { preprocessing, space, inTemplate: space !== undefined && templates.includes(space) };
}

/** Entities that name one run of a BIDS folder, for finding its events and confounds: `sub-1_task-rest_run-1`. */
export function runKey(path: string): string {
  const name = path.split('/').at(-1)!;
  return [...name.matchAll(/(?:^|_)((?:sub|ses|task|acq|run|dir)-[A-Za-z0-9]+)/g)].map(([, one]) => one).join('_');
}
