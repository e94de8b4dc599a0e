import type { RoomView } from './view.ts';

/** Shape, first order, texture of regions. */
export const radiomicsViews: readonly RoomView[] = [
  {
    type: 'grid',
    title: 'Radiomics of regions (IBSI)',
    row: 'Feature',
    measures: [
      'ibsi-RNU0',
      'ibsi-C0JK',
      'ibsi-QCFX',
      'ibsi-L0JK',
      'ibsi-Q4LE',
      'ibsi-ECT3',
      'ibsi-KE2A',
      'ibsi-IPH6',
      'ibsi-TLU2',
      'ibsi-TU9B',
      'ibsi-IC23',
      'ibsi-3NSA',
      'radiomics-robust-share',
    ],
  },
];
