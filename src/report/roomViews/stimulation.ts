import type { RoomView } from './view.ts';

/** Targets of stimulation and what is asked before it. In the order of the page. */
export const stimulationViews: readonly RoomView[] = [
  {
    // How sure the place is, and whether it may leave, before the place itself.
    type: 'matrix',
    title: 'Stimulation target',
    row: 'Circuit',
    columns: [
      { header: '95 % radius', measures: ['stimulation-target-radius'] },
      { header: 'Export for navigation', measures: ['stimulation-export'], undated: true },
      { header: 'Usable rest', measures: ['stimulation-target-usable-minutes'] },
      { header: 'Between halves', measures: ['stimulation-target-split-half'] },
      { header: 'With and without global signal', measures: ['stimulation-target-global-signal-distance'] },
      { header: 'Target', measures: ['stimulation-target'] },
      { header: 'From F3 of the group', measures: ['stimulation-target-f3-distance'] },
      { header: 'From the group target', measures: ['stimulation-target-group-distance'] },
    ],
  },
  {
    type: 'matrix',
    title: 'Target in the T1 and on the scalp',
    row: 'Circuit',
    columns: [
      { header: 'Place in the T1', measures: ['stimulation-target-native'] },
      { header: 'Scalp above it', measures: ['stimulation-scalp-point'] },
      { header: 'Depth', measures: ['stimulation-scalp-depth'] },
      { header: 'On the scalp from F3', measures: ['stimulation-scalp-f3-distance'] },
      { header: 'In MNI152', measures: ['stimulation-target-position'] },
    ],
  },
  {
    type: 'matrix',
    title: 'Asked before stimulation',
    row: 'Item',
    columns: [{ header: 'Answer', measures: ['stimulation-contraindication'], undated: true }],
  },
];
