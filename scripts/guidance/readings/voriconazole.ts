import type { Reading } from './reading.ts';

/** Voriconazole, PMID 27981572. */
export const voriconazole: Reading[] = [
  {
    drugs: /^voriconazole$/,
    text: /therapeutic trough/,
    action: 'label-then-review',
    steps: [{ do: 'label' }, { do: 'watch', what: 'trough levels, and titrate by them' }],
  },
  { drugs: /^voriconazole$/, text: /^Initiate/, action: 'label', steps: [{ do: 'label' }] },
  {
    drugs: /^voriconazole$/,
    text: /lower than standard dosage/,
    action: 'alternative',
    steps: [
      { do: 'alternative', not: ['CYP2C19'] },
      { do: 'start-lower', ifUsed: true },
      { do: 'levels', ifUsed: true },
      { do: 'because', what: 'high levels are expected' },
    ],
  },
  {
    drugs: /^voriconazole$/,
    text: /^Choose an alternative agent/,
    action: 'alternative',
    steps: [
      { do: 'alternative', not: ['CYP2C19'] },
      { do: 'because', what: 'levels may never be reached' },
    ],
  },
];
