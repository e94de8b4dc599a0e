import { type Code, measure } from '../../dossier/code.ts';
import { type Threshold, thresholdCode, thresholds, thresholdText } from './volumes.ts';

/** A measure with its names in standards and its unit. */
export interface PetMeasure {
  measure: Code;
  codes: Code[];
  unit: string;
}

const dcm = (code: string, display: string): Code => ({ system: 'DCM', code, display });
const ibsi = (code: string, display: string): Code => ({ system: 'IBSI', code, display });
/** Units as in DICOM CID 84: UCUM grams per millilitre, annotated with what the uptake is normalised to. */
const suvUnit = '{SUVbw}g/mL';
const sulUnit = '{SUVlbm(Janma)}g/mL';
const suvBw = dcm('126401', 'SUVbw');
const sulJanma = dcm('126405', 'SUVlbm(Janma)');

export const regionVolume: PetMeasure = {
  measure: measure('region-volume', 'Volume of the region'),
  codes: [ibsi('YEKZ', 'Volume (voxel counting)')],
  unit: 'mL',
};
export const suvMeasures = {
  max: { measure: measure('suv-max', 'SUVmax'), codes: [suvBw, ibsi('84IY', 'Maximum grey level')], unit: suvUnit },
  mean: { measure: measure('suv-mean', 'SUVmean'), codes: [suvBw, ibsi('Q4LE', 'Mean intensity')], unit: suvUnit },
  peak: {
    measure: measure('suv-peak', 'SUVpeak (1 cm³ sphere)'),
    codes: [suvBw, dcm('126031', 'Peak Value Within ROI'), ibsi('0F91', 'Global intensity peak')],
    unit: suvUnit,
  },
} satisfies Record<string, PetMeasure>;
export const sulMeasures = {
  max: { measure: measure('sul-max', 'SULmax (lean body mass, Janmahasatian)'), codes: [sulJanma], unit: sulUnit },
  mean: { measure: measure('sul-mean', 'SULmean (lean body mass, Janmahasatian)'), codes: [sulJanma], unit: sulUnit },
  peak: {
    measure: measure('sul-peak', 'SULpeak (1 cm³ sphere, lean body mass, Janmahasatian)'),
    codes: [sulJanma, dcm('126031', 'Peak Value Within ROI')],
    unit: sulUnit,
  },
} satisfies Record<string, PetMeasure>;

export function metabolicVolume(threshold: Threshold): PetMeasure {
  return {
    measure: measure(
      `metabolic-tumour-volume-${thresholdCode(threshold)}`,
      `Metabolic volume, ${thresholdText(threshold)}`,
    ),
    codes: [dcm('126032', 'Metabolic Volume')],
    unit: 'mL',
  };
}

export function totalGlycolysis(threshold: Threshold): PetMeasure {
  return {
    measure: measure(
      `total-lesion-glycolysis-${thresholdCode(threshold)}`,
      `Total lesion glycolysis, ${thresholdText(threshold)}`,
    ),
    codes: [dcm('126033', 'Total Lesion Glycolysis')],
    unit: 'g',
  };
}

/** Codes of all measures that the analysis can make. */
export const madeMeasures: readonly string[] = [
  regionVolume,
  ...Object.values(suvMeasures),
  ...Object.values(sulMeasures),
  ...thresholds.map(metabolicVolume),
  ...thresholds.map(totalGlycolysis),
].map(({ measure: { code } }) => code);
