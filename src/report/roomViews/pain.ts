import type { RoomView } from './view.ts';

/** Where it hurts, red flags, evidence on the mechanism. In the order of the page. */
export const painViews: readonly RoomView[] = [
  {
    type: 'matrix',
    title: 'Problems that are a pain or speak to one',
    row: 'Problem',
    columns: [{ header: 'On record', measures: ['pain-problem'] }],
  },
  {
    type: 'matrix',
    title: 'Places of pain that the record states',
    row: 'Area',
    columns: [{ header: 'Record', measures: ['pain-site'] }],
  },
  {
    type: 'matrix',
    title: 'Red flags, as a form answers them',
    row: 'Group',
    columns: [{ header: 'Answers', measures: ['pain-red-flag'] }],
  },
  {
    type: 'matrix',
    title: 'Areas of the body on the newest map',
    row: 'Area',
    columns: [{ header: 'Pain', measures: ['pain-area'] }],
  },
  {
    type: 'matrix',
    title: 'Sensory examination of the painful area',
    row: 'Asked for',
    columns: [{ header: 'Beside the healthy side', measures: ['sensory-finding'] }],
  },
  {
    type: 'matrix',
    title: 'ICD-11 classes that a clinician decided on',
    row: 'Class',
    columns: [{ header: 'Decision', measures: ['icd-11-chronic-pain'] }],
  },
];
