import type { RoomView } from './view.ts';

/** What was measured of the whole person: laboratory, kidney, QT interval, vital signs. In the order of the page. */
export const measuredViews: readonly RoomView[] = [
  {
    type: 'matrix',
    title: 'Laboratory values',
    row: 'Test',
    columns: [
      { header: 'Newest', measures: ['lab'], withUncertainty: true, withCourse: true },
      { header: "In the laboratory's range", measures: ['lab-flag'] },
      { header: 'Change', measures: ['lab-change'], withBand: true },
      { header: 'Slope a year', measures: ['lab-trend'], withUncertainty: true },
    ],
  },
  {
    type: 'matrix',
    title: 'Kidney function',
    row: 'Estimate',
    columns: [
      {
        header: 'Newest',
        measures: [
          'egfr-ckd-epi-2021',
          'egfr-ckd-epi-2021-cystatin',
          'egfr-ckd-epi-2012-cystatin',
          'egfr-bedside-schwartz',
          'creatinine-clearance-cockcroft-gault',
        ],
        withUncertainty: true,
        withCourse: true,
      },
    ],
  },
  {
    type: 'matrix',
    title: 'QT interval',
    row: 'Interval',
    columns: [
      {
        header: 'Newest',
        measures: [
          'qtc-interval',
          'qtc-reported',
          'qtc-fridericia',
          'qtc-bazett',
          'qtc-framingham',
          'qtc-hodges',
          'qt-interval',
        ],
        withCourse: true,
      },
    ],
  },
  {
    type: 'matrix',
    title: 'Vital signs',
    row: 'Sign',
    columns: [{ header: 'Newest', measures: ['vital'], withCourse: true }],
  },
];
