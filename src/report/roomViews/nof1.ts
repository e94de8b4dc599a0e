import type { RoomView } from './view.ts';

/** Single-patient trials. In the order of the page. */
export const nof1Views: readonly RoomView[] = [
  {
    type: 'matrix',
    title: 'What the trials say',
    row: 'Trial',
    columns: [
      { header: 'Stop rule', measures: ['trial-stop'], undated: true },
      { header: 'Treatment minus comparison', measures: ['trial-effect'], withUncertainty: true },
      { header: 'Probability of benefit', measures: ['trial-benefit'], undated: true },
      { header: 'Of a worthwhile one', measures: ['trial-benefit-worthwhile'], undated: true },
      { header: 'Randomisation p', measures: ['trial-randomisation-p'], undated: true },
      { header: 'Days answered', measures: ['trial-days-answered'], undated: true },
      { header: 'Nonoverlap (describes)', measures: ['trial-nonoverlap'], undated: true },
    ],
  },
];
