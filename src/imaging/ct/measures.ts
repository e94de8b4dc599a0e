import { measure } from '../../dossier/code.ts';

export const hounsfield = "[hnsf'U]";

/** Codes, names and UCUM units of what is measured on CT. */
export const ctMeasures = {
  tissueVolume: { measure: measure('ct-tissue-volume', 'Volume of tissue by attenuation'), unit: 'mL' },
  tissueArea: { measure: measure('ct-tissue-area', 'Area of tissue by attenuation'), unit: 'cm2' },
  tissueDensity: { measure: measure('ct-tissue-density', 'Mean attenuation of tissue'), unit: hounsfield },
  agatston: { measure: measure('ct-calcium-agatston', 'Coronary calcium, Agatston score'), unit: '1' },
  calciumVolume: { measure: measure('ct-calcium-volume', 'Coronary calcium, volume'), unit: 'mm3' },
  calciumMass: { measure: measure('ct-calcium-mass', 'Coronary calcium, mass'), unit: 'mg' },
  agatstonTotal: {
    measure: measure('ct-calcium-agatston-total', 'Coronary calcium, Agatston score of all regions'),
    unit: '1',
  },
  vertebra: { measure: measure('ct-vertebral-density', 'Mean attenuation of vertebral bone'), unit: hounsfield },
  lungVolume: { measure: measure('ct-lung-volume', 'Lung volume'), unit: 'mL' },
  lungMass: { measure: measure('ct-lung-mass', 'Lung mass'), unit: 'g' },
  lungDensity: { measure: measure('ct-lung-density', 'Mean lung attenuation'), unit: hounsfield },
  lowAttenuation: { measure: measure('ct-lung-laa950', 'Lung below -950 HU'), unit: '%' },
  percentile: { measure: measure('ct-lung-perc15', 'Lung, 15th percentile of attenuation'), unit: hounsfield },
} as const;

export type CtMeasure = (typeof ctMeasures)[keyof typeof ctMeasures];
