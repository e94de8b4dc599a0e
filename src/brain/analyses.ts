import type { Analysis } from '../dossier/analysis.ts';
import { restingConnectome } from './function/connectomeAnalysis.ts';
import { taskActivation } from './function/taskAnalysis.ts';
import { imageQuality } from './imageQuality.ts';
import { lesionChange } from './lesions/changeAnalysis.ts';
import { lesionLoad } from './lesions/lesionAnalysis.ts';
import { morphometry } from './morphometry.ts';
import { registration } from './registration.ts';
import { segmentation } from './segmentation.ts';
import { segmentation104 } from './segmentation104.ts';
import { stimulationTarget } from './target/analysis.ts';
import { stimulationExport } from './target/exportAnalysis.ts';
import { stimulationNative } from './target/nativeAnalysis.ts';

export const analyses: readonly Analysis[] = [
  segmentation,
  morphometry,
  imageQuality,
  segmentation104,
  registration,
  lesionLoad,
  lesionChange,
  taskActivation,
  restingConnectome,
  stimulationTarget,
  stimulationNative,
  stimulationExport,
];
