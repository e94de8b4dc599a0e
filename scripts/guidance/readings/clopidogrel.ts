import type { Reading } from './reading.ts';

/** Clopidogrel, PMID 35034351. */
export const clopidogrel: Reading[] = [
  {
    drugs: /^clopidogrel$/,
    text: /^If considering <D>/,
    action: 'label',
    steps: [{ do: 'label', dose: '75 mg a day' }],
  },
  {
    drugs: /^clopidogrel$/,
    text: /^Avoid .*(prasugrel or ticagrelor)/,
    action: 'avoid',
    steps: [
      { do: 'avoid' },
      { do: 'alternative', such: ['prasugrel', 'ticagrelor'], when: 'where nothing speaks against it' },
      { do: 'because', what: 'less of the active form is made' },
    ],
  },
  {
    drugs: /^clopidogrel$/,
    text: /^Avoid <D> if possible/,
    action: 'avoid',
    steps: [
      { do: 'avoid' },
      { do: 'alternative', such: ['another P2Y12 inhibitor'], when: 'where nothing speaks against it' },
      { do: 'because', what: 'less of the active form is made' },
    ],
  },
  {
    drugs: /^clopidogrel$/,
    text: /^Consider an alternative P2Y12/,
    action: 'alternative',
    steps: [
      { do: 'alternative', such: ['another P2Y12 inhibitor'], when: 'where nothing speaks against it' },
      { do: 'because', what: 'less of the active form is made' },
    ],
  },
];
