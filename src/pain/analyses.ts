import type { Analysis } from '../dossier/analysis.ts';
import { painContext } from './contextAnalysis.ts';
import { bodyMap } from './mapAnalysis.ts';
import { mechanisms } from './mechanismAnalysis.ts';
import { redFlags } from './redFlagAnalysis.ts';

export const analyses: readonly Analysis[] = [bodyMap, redFlags, mechanisms, painContext];
