import type { Api } from '../api/index.ts';
import type { Handlers } from '../call.ts';
import { importHandlers } from './imports.ts';
import { jobHandlers } from './jobs.ts';
import { patientHandlers } from './patient.ts';
import { questionnaireHandlers } from './questionnaires.ts';
import { reportHandlers } from './report.ts';
import { reviewHandlers } from './review.ts';
import { sessionHandlers } from './session.ts';

/** What each route of `api/` does. */
export const handlers: Handlers<Api> = {
  ...sessionHandlers,
  ...patientHandlers,
  ...reviewHandlers,
  ...questionnaireHandlers,
  ...reportHandlers,
  ...importHandlers,
  ...jobHandlers,
};
