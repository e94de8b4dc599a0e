import type { Analysis } from '../dossier/analysis.ts';
import { morphometry } from './morphometry.ts';
import { segmentation } from './segmentation.ts';

export const analyses: readonly Analysis[] = [segmentation, morphometry];
