import type { Analysis } from '../dossier/analysis.ts';
import { deviations } from './deviations.ts';

export const analyses: readonly Analysis[] = [deviations];
