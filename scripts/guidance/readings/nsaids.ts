import type { Reading } from './reading.ts';

const drugs = /^(celecoxib|flurbiprofen|ibuprofen|lornoxicam|meloxicam|piroxicam|tenoxicam)$/;
const shortest = 'the lowest effective dose for the shortest time';

/** NSAIDs, PMID 32189324. */
export const nsaids: Reading[] = [
  {
    drugs,
    text: /^Initiate therapy with recommended starting dose/,
    action: 'label',
    steps: [{ do: 'label', dose: shortest }],
  },
  {
    drugs,
    text: /^Initiate therapy with lowest recommended/,
    action: 'lower',
    steps: [
      { do: 'start-lowest' },
      { do: 'titrate-slowly' },
      { do: 'watch', what: 'blood pressure and kidney function' },
      { do: 'because', what: 'clearance is moderately reduced' },
    ],
  },
  {
    drugs,
    text: /^Initiate therapy with 25-50%/,
    action: 'lower',
    steps: [
      { do: 'start-percent', percent: [25, 50], of: 'lowest' },
      { do: 'cap', percent: [25, 50] },
      { do: 'know', what: 'no increase before steady state' },
      { do: 'alternative', not: ['CYP2C9'], when: 'instead' },
      { do: 'because', what: 'clearance is much reduced' },
    ],
  },
  {
    drugs: /^meloxicam$/,
    text: /^Initiate therapy with 50%/,
    action: 'lower',
    steps: [
      { do: 'start-percent', percent: [50], of: 'lowest' },
      { do: 'cap', percent: [50] },
      { do: 'know', what: 'no increase before steady state' },
      { do: 'alternative', not: ['CYP2C9'], when: 'instead' },
    ],
  },
  {
    drugs,
    text: /^Choose an alternative therapy not metabolized by CYP2C9/,
    action: 'alternative',
    steps: [
      { do: 'alternative', not: ['CYP2C9'], when: 'or an NSAID with a shorter half-life at its own reduced dose' },
      { do: 'because', what: 'the drug would stay much longer' },
    ],
  },
];
