import type { Analysis } from '../dossier/analysis.ts';
import { agreement } from './agreement.ts';
import { measurementAgreement } from './measurementAgreement.ts';
import { measurements } from './measurements.ts';

export const analyses: readonly Analysis[] = [measurements, agreement, measurementAgreement];
