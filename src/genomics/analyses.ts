import type { Analysis } from '../dossier/analysis.ts';
import { clinvar } from './clinvar/clinvar-analysis.ts';
import { evidenceOnly } from './evidence-only.ts';
import { guidance } from './guidance-analysis.ts';
import { pharmacogenes } from './pharmacogenes.ts';
import { phenoconversion } from './phenoconversion-analysis.ts';
import { polygenic } from './polygenic/polygenic-analysis.ts';
import { recorded } from './recorded-analysis.ts';
import { somatic } from './somatic/somatic-analysis.ts';

export const analyses: readonly Analysis[] = [
  pharmacogenes,
  phenoconversion,
  guidance,
  evidenceOnly,
  polygenic,
  recorded,
  clinvar,
  somatic,
];
