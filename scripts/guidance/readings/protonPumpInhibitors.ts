import type { Reading } from './reading.ts';

/** Proton pump inhibitors, PMID 32770672. */
export const protonPumpInhibitors: Reading[] = [
  {
    drugs: /prazole$/,
    text: /^Increase starting daily dose by 100%/,
    action: 'higher',
    steps: [
      { do: 'raise', percent: [100] },
      { do: 'watch', what: 'the effect; the dose may be divided' },
    ],
  },
  {
    drugs: /prazole$/,
    text: /^Initiate standard starting daily dose\. Consider increasing dose/,
    action: 'label-then-review',
    steps: [{ do: 'label' }, { do: 'raise', percent: [50, 100], when: 'for Helicobacter or erosive oesophagitis' }],
  },
  {
    drugs: /prazole$/,
    text: /consider 50% reduction in daily dose/,
    action: 'label-then-review',
    steps: [{ do: 'label' }, { do: 'maintain-lower', percent: [50], when: 'once it works beyond 12 weeks' }],
  },
];
