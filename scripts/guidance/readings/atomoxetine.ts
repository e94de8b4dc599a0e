import type { Reading } from './reading.ts';

/** Atomoxetine, PMID 30801677. */
export const atomoxetine: Reading[] = [
  {
    drugs: /^atomoxetine$/,
    text: /40 mg\/day and increase to 80/,
    action: 'label-then-review',
    steps: [
      { do: 'start-at', dose: '40 mg a day' },
      { do: 'increase-after', dose: '80 mg a day', when: 'after 3 days' },
      { do: 'levels' },
      { do: 'know', what: 'a peak level below 200 ng/ml leaves room for more' },
    ],
  },
  {
    drugs: /^atomoxetine$/,
    text: /40 mg\/day and if no clinical response/,
    action: 'lower',
    steps: [
      { do: 'start-at', dose: '40 mg a day' },
      {
        do: 'increase-after',
        dose: '80 mg a day',
        when: 'only after 2 weeks without response and without side effects',
      },
      { do: 'levels' },
    ],
  },
  {
    drugs: /^atomoxetine$/,
    text: /0\.5 mg\/kg(\/day)? and increase to 1\.2/,
    action: 'label-then-review',
    steps: [
      { do: 'start-at', dose: '0.5 mg/kg a day' },
      { do: 'increase-after', dose: '1.2 mg/kg a day', when: 'after 3 days' },
      { do: 'levels' },
      { do: 'know', what: 'a peak level below 200 ng/ml leaves room for more' },
    ],
  },
  {
    drugs: /^atomoxetine$/,
    text: /0\.5 mg\/kg\/day and if no clinical response/,
    action: 'lower',
    steps: [
      { do: 'start-at', dose: '0.5 mg/kg a day' },
      { do: 'know', what: 'after 2 weeks without response a level shows whether more is needed' },
      { do: 'levels' },
    ],
  },
];
