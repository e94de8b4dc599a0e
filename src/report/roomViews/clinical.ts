import type { RoomView } from './view.ts';

/** Medicines, problems and allergies. In the order of the page. */
export const clinicalViews: readonly RoomView[] = [
  {
    type: 'matrix',
    title: 'Medicines',
    row: 'Medicine',
    columns: [
      { header: 'Taken', measures: ['active-medication'] },
      { header: 'Since', measures: ['medication-start'], undated: true },
      { header: 'Planned', measures: ['planned-medication'] },
      { header: 'Unclear', measures: ['unclear-medication'] },
      { header: 'Stopped', measures: ['stopped-medication'] },
      { header: 'Sources', measures: ['medication-sources'], undated: true },
    ],
  },
  {
    type: 'matrix',
    title: 'Medicines that act on each other',
    row: 'How',
    columns: [{ header: 'Which', measures: ['drug-interaction'] }],
  },
  {
    type: 'matrix',
    title: 'Enzymes under the medicines on the list',
    row: 'Enzyme',
    columns: [
      { header: 'Inhibition', measures: ['enzyme-inhibition'] },
      { header: 'Induction', measures: ['enzyme-induction'] },
    ],
  },
  {
    type: 'matrix',
    title: 'Opioid dose',
    row: 'Figure',
    columns: [{ header: 'Value', measures: ['morphine-milligram-equivalents', 'opioid-dose-limits'] }],
  },
  {
    type: 'matrix',
    title: 'Trials of drugs for depression and pain',
    row: 'Medicine',
    columns: [{ header: 'Latest course', measures: ['treatment-trial'], undated: true }],
  },
  {
    type: 'matrix',
    title: 'Adequate trials without response',
    row: 'For',
    columns: [{ header: 'Medicines', measures: ['adequate-trials-failed'], undated: true }],
  },
  {
    type: 'matrix',
    title: 'Problems',
    row: 'Problem',
    columns: [{ header: 'State', measures: ['problem'], undated: true }],
  },
  {
    type: 'matrix',
    title: 'Conditions that change a plan',
    row: 'Condition',
    columns: [{ header: 'On record', measures: ['condition'] }],
  },
  {
    type: 'matrix',
    title: 'Allergies to medicines',
    row: 'Medicine',
    columns: [
      { header: 'Recorded', measures: ['drug-allergy'] },
      { header: 'Conflict', measures: ['allergy-conflict'] },
    ],
  },
];
