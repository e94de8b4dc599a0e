import type { Analysis } from '../dossier/analysis.ts';
import { allergyConflicts } from './allergyConflicts.ts';
import { allergies } from './allergyList.ts';
import { conditions } from './conditions.ts';
import { hlaTyping } from './hlaTyping.ts';
import { interactions } from './interactions.ts';
import { qtInterval } from './measured/ecg.ts';
import { kidney } from './measured/kidney.ts';
import { labs } from './measured/labs.ts';
import { vitals } from './measured/vitals.ts';
import { medications } from './medicationList.ts';
import { opioidDose } from './opioidDose.ts';
import { pregnancyStatus } from './pregnancy.ts';
import { problems } from './problems.ts';
import { treatmentHistory } from './treatmentHistory.ts';

export const analyses: readonly Analysis[] = [
  medications,
  allergies,
  hlaTyping,
  allergyConflicts,
  conditions,
  problems,
  pregnancyStatus,
  interactions,
  opioidDose,
  treatmentHistory,
  labs,
  vitals,
  kidney,
  qtInterval,
];
