import type { RoomView } from './view.ts';

/** Tissue, calcium, bone and lung. In the order of the page. */
export const ctViews: readonly RoomView[] = [
  {
    type: 'matrix',
    title: 'CT: tissue by attenuation',
    row: 'Region',
    columns: [
      { header: 'Volume', measures: ['ct-tissue-volume'] },
      { header: 'Area', measures: ['ct-tissue-area'] },
      { header: 'Mean attenuation', measures: ['ct-tissue-density'] },
    ],
  },
  {
    type: 'matrix',
    title: 'CT: coronary calcium',
    row: 'Vessel',
    columns: [
      { header: 'Agatston score', measures: ['ct-calcium-agatston-total', 'ct-calcium-agatston'] },
      { header: 'Volume', measures: ['ct-calcium-volume'] },
      { header: 'Mass', measures: ['ct-calcium-mass'] },
    ],
  },
  {
    type: 'matrix',
    title: 'CT: bone and lung',
    row: 'Region',
    columns: [
      { header: 'Vertebral bone', measures: ['ct-vertebral-density'], withUncertainty: true },
      { header: 'Lung volume', measures: ['ct-lung-volume'] },
      { header: 'Lung mass', measures: ['ct-lung-mass'] },
      { header: 'Mean attenuation', measures: ['ct-lung-density'] },
      { header: 'Below -950 HU', measures: ['ct-lung-laa950'], withUncertainty: true },
      { header: '15th percentile', measures: ['ct-lung-perc15'], withUncertainty: true },
    ],
  },
];
