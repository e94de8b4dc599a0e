import { annotations } from './annotations.ts';
import { house } from './house.ts';
import { images } from './images.ts';
import { imports } from './imports.ts';
import { jobs } from './jobs.ts';
import { patient } from './patient.ts';
import { patients } from './patients.ts';
import { questionnaires } from './questionnaires.ts';
import { report } from './report.ts';
import { review } from './review.ts';
import { session } from './session.ts';
import { trials } from './trials.ts';

/** Every route of the workspace by its name. What is not here does not exist. */
export const api = {
  ...session,
  ...patients,
  ...patient,
  ...review,
  ...questionnaires,
  ...report,
  ...imports,
  ...jobs,
  ...images,
  ...annotations,
  ...trials,
  ...house,
};
export type Api = typeof api;
export type RouteName = keyof Api;
