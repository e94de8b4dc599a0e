import type { RoomView } from './view.ts';

const thresholds = ['41-percent', '50-percent', 'suv-2-5', 'suv-4', 'percist-liver', 'percist-blood', 'otsu'];

/** All volumes in the order of the thresholds, then all glycolysis. */
function byThreshold(...measures: readonly string[]): readonly string[] {
  return measures.flatMap((measure) => thresholds.map((threshold) => `${measure}-${threshold}`));
}

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
    type: 'grid',
    title: 'Metabolic volume and total lesion glycolysis, by threshold',
    row: 'Threshold',
    measures: byThreshold('metabolic-tumour-volume', 'total-lesion-glycolysis'),
  },
  {
    type: 'grid',
    title: 'All lesions of a PET series together',
    row: 'Threshold',
    measures: [...byThreshold('total-metabolic-tumour-volume', 'whole-body-lesion-glycolysis'), 'lesion-dissemination'],
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
