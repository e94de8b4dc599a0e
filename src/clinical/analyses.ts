import type { Analysis } from '../dossier/analysis.ts';
import { allergies } from './allergyList.ts';
import { hlaTyping } from './hlaTyping.ts';
import { medications } from './medicationList.ts';

export const analyses: readonly Analysis[] = [medications, allergies, hlaTyping];
