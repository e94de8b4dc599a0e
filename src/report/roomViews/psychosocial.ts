import type { RoomView } from './view.ts';

/** Instruments and diary. In the order of the page. */
export const psychosocialViews: readonly RoomView[] = [
  { type: 'scores', title: 'Scores', room: 'psychosocial' },
  {
    type: 'matrix',
    title: 'Diary',
    row: 'Question',
    columns: [
      { header: 'Mean of the days', measures: ['diary-level'], withUncertainty: true },
      { header: 'Trend', measures: ['diary-trend'], withUncertainty: true },
      { header: 'Spread between days', measures: ['diary-spread-days'] },
      { header: 'Spread within days', measures: ['diary-spread-within-days'] },
      { header: 'From answer to answer', measures: ['diary-instability'] },
      { header: 'Autocorrelation', measures: ['diary-inertia'] },
      { header: 'Over the day', measures: ['diary-range-of-day'] },
    ],
  },
  {
    type: 'matrix',
    title: 'Diary: what goes together (described, no cause)',
    row: 'Questions',
    columns: [{ header: 'Rank correlation', measures: ['diary-relation'], withUncertainty: true }],
  },
];
