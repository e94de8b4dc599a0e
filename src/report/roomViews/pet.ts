import type { RoomView } from './view.ts';

/** Uptake, metabolic volume, kinetics. In the order of the page. */
export const petViews: readonly RoomView[] = [
  {
    type: 'matrix',
    title: 'Uptake',
    row: 'Region',
    columns: [
      { header: 'Volume', measures: ['region-volume'] },
      { header: 'SUVmax', measures: ['suv-max'], withUncertainty: true },
      { header: 'SUVpeak', measures: ['suv-peak'] },
      { header: 'SUVmean', measures: ['suv-mean'] },
      { header: 'SULmax', measures: ['sul-max'], withUncertainty: true },
      { header: 'SULpeak', measures: ['sul-peak'] },
      { header: 'SULmean', measures: ['sul-mean'] },
    ],
  },
  {
    type: 'matrix',
    title: 'Metabolic volume and total lesion glycolysis, by threshold',
    row: 'Region',
    columns: [
      { header: 'Volume, ≥ 41 % of maximum', measures: ['metabolic-tumour-volume-41-percent'] },
      { header: 'Volume, SUV ≥ 2.5', measures: ['metabolic-tumour-volume-suv-2-5'] },
      { header: 'Volume, SUV ≥ 4', measures: ['metabolic-tumour-volume-suv-4'] },
      { header: 'Glycolysis, ≥ 41 % of maximum', measures: ['total-lesion-glycolysis-41-percent'] },
      { header: 'Glycolysis, SUV ≥ 2.5', measures: ['total-lesion-glycolysis-suv-2-5'] },
      { header: 'Glycolysis, SUV ≥ 4', measures: ['total-lesion-glycolysis-suv-4'] },
    ],
  },
  {
    type: 'matrix',
    title: 'All lesions of a PET series together',
    row: 'Series',
    columns: [
      { header: 'Volume, ≥ 41 % of maximum', measures: ['total-metabolic-tumour-volume-41-percent'] },
      { header: 'Volume, SUV ≥ 2.5', measures: ['total-metabolic-tumour-volume-suv-2-5'] },
      { header: 'Volume, SUV ≥ 4', measures: ['total-metabolic-tumour-volume-suv-4'] },
      { header: 'Volume, above the liver', measures: ['total-metabolic-tumour-volume-percist-liver'] },
      { header: 'Volume, above the blood pool', measures: ['total-metabolic-tumour-volume-percist-blood'] },
      { header: 'Glycolysis, ≥ 41 % of maximum', measures: ['whole-body-lesion-glycolysis-41-percent'] },
      { header: 'Glycolysis, SUV ≥ 2.5', measures: ['whole-body-lesion-glycolysis-suv-2-5'] },
      { header: 'Glycolysis, SUV ≥ 4', measures: ['whole-body-lesion-glycolysis-suv-4'] },
      { header: 'Glycolysis, above the liver', measures: ['whole-body-lesion-glycolysis-percist-liver'] },
      { header: 'Glycolysis, above the blood pool', measures: ['whole-body-lesion-glycolysis-percist-blood'] },
      { header: 'Largest distance', measures: ['lesion-dissemination'] },
    ],
  },
  {
    type: 'matrix',
    title: 'PERCIST limits of measurable disease',
    row: 'Reference',
    columns: [{ header: 'Limit', measures: ['percist-limit-liver', 'percist-limit-blood-pool'] }],
  },
  {
    type: 'matrix',
    title: 'Kinetics of dynamic PET',
    row: 'Region',
    columns: [
      { header: 'Ki (Patlak)', measures: ['pet-patlak-ki'], withUncertainty: true },
      { header: 'Intercept (Patlak)', measures: ['pet-patlak-intercept'] },
      { header: 'VT (Logan)', measures: ['pet-logan-vt'], withUncertainty: true },
      { header: 'BPND (MRTM1)', measures: ['pet-mrtm1-bp-nd'], withUncertainty: true },
      { header: 'R1 (MRTM1)', measures: ['pet-mrtm1-r1'] },
      { header: 'k2a (MRTM1)', measures: ['pet-mrtm1-k2a'] },
      { header: "k2' (MRTM1)", measures: ['pet-mrtm1-k2-reference'] },
      { header: 'BPND (SRTM)', measures: ['pet-srtm-bp-nd'], withUncertainty: true },
      { header: 'R1 (SRTM)', measures: ['pet-srtm-r1'] },
      { header: 'k2 (SRTM)', measures: ['pet-srtm-k2'] },
      { header: "k2' (SRTM)", measures: ['pet-srtm-k2-reference'] },
    ],
  },
];
