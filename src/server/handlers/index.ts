import type { Api } from '../api/index.ts';
import type { Handlers } from '../call.ts';
import { annotationHandlers } from './annotations.ts';
import { houseHandlers } from './house.ts';
import { imageHandlers } from './images.ts';
import { importHandlers } from './imports.ts';
import { jobHandlers } from './jobs.ts';
import { patientHandlers } from './patient.ts';
import { patientsHandlers } from './patients.ts';
import { questionnaireHandlers } from './questionnaires.ts';
import { reportHandlers } from './report.ts';
import { reviewHandlers } from './review.ts';
import { sessionHandlers } from './session.ts';
import { trialHandlers } from './trials.ts';

/** What each route of `api/` does. */
export const handlers: Handlers<Api> = {
  ...sessionHandlers,
  ...patientsHandlers,
  ...patientHandlers,
  ...reviewHandlers,
  ...questionnaireHandlers,
  ...reportHandlers,
  ...importHandlers,
  ...jobHandlers,
  ...imageHandlers,
  ...annotationHandlers,
  ...trialHandlers,
  ...houseHandlers,
};
