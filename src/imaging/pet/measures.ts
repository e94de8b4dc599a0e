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

const total = (code: string, display: string, unit: string, codes: Code[] = []): PetMeasure => ({
  ...{ measure: measure(code, display), codes, unit },
});

/** Metabolic volume of all lesions of a series together. */
export const totalVolume = (threshold: Threshold): PetMeasure =>
  total(
    `total-metabolic-tumour-volume-${thresholdCode(threshold)}`,
    `Total metabolic volume, ${thresholdText(threshold)}`,
    'mL',
    [dcm('126032', 'Metabolic Volume')],
  );
export const wholeBodyGlycolysis = (threshold: Threshold): PetMeasure =>
  total(
    `whole-body-lesion-glycolysis-${thresholdCode(threshold)}`,
    `Lesion glycolysis of all lesions, ${thresholdText(threshold)}`,
    'g',
    [dcm('126033', 'Total Lesion Glycolysis')],
  );
export const lesionDissemination = total('lesion-dissemination', 'Largest distance between lesions (Dmax)', 'mm');
/** PERCIST's limits of measurable disease in SUVbw. */
export const percistLimits = {
  liver: total('percist-limit-liver', 'PERCIST limit by the liver (1.5 × mean + 2 SD)', suvUnit, [suvBw]),
  'blood-pool': total('percist-limit-blood-pool', 'PERCIST limit by the blood pool (2 × mean + 2 SD)', suvUnit, [
    suvBw,
  ]),
} as const;

/** Codes of all measures that the analysis can make. */
export const madeMeasures: readonly string[] = [
  regionVolume,
  ...Object.values(suvMeasures),
  ...Object.values(sulMeasures),
  ...thresholds.map(metabolicVolume),
  ...thresholds.map(totalGlycolysis),
  ...thresholds.map(totalVolume),
  ...thresholds.map(wholeBodyGlycolysis),
  lesionDissemination,
  ...Object.values(percistLimits),
].map(({ measure: { code } }) => code);
