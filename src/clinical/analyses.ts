import type { Analysis } from '../dossier/analysis.ts';
import { allergyConflicts } from './allergyConflicts.ts';
import { allergies } from './allergyList.ts';
import { conditions } from './conditions.ts';
import { hlaTyping } from './hlaTyping.ts';
import { medications } from './medicationList.ts';
import { qtInterval } from './qtInterval.ts';

export const analyses: readonly Analysis[] = [
  medications,
  allergies,
  hlaTyping,
  allergyConflicts,
  conditions,
  qtInterval,
];
