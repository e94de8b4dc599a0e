import type { Reading } from './reading.ts';

/** Fluoropyrimidines, PMID 29152729. */
export const fluoropyrimidines: Reading[] = [
  {
    drugs: /^(capecitabine|fluorouracil)$/,
    text: /no indication to change/,
    action: 'label',
    steps: [{ do: 'label' }],
  },
  {
    drugs: /^(capecitabine|fluorouracil)$/,
    text: /may require >50% reduction/,
    action: 'lower',
    steps: [
      { do: 'start-lower', percent: [50] },
      { do: 'know', what: 'then titrate by toxicity or levels' },
      { do: 'know', what: 'two copies of c.2846A>T may need less still' },
    ],
  },
  {
    drugs: /^(capecitabine|fluorouracil)$/,
    text: /^Reduce starting dose by 50%/,
    action: 'lower',
    steps: [
      { do: 'start-lower', percent: [50] },
      { do: 'know', what: 'then titrate by toxicity or levels' },
    ],
  },
  {
    drugs: /^(capecitabine|fluorouracil)$/,
    text: /strongly reduced dose/,
    action: 'avoid',
    steps: [
      { do: 'avoid' },
      { do: 'alternative', such: ['a regimen without a fluoropyrimidine'] },
      { do: 'start-lower', ifUsed: true },
      { do: 'levels', ifUsed: true },
      { do: 'because', what: 'the usual dose can be fatal' },
    ],
  },
  {
    drugs: /^(capecitabine|fluorouracil)$/,
    text: /^Avoid use of 5-/,
    action: 'avoid',
    steps: [
      { do: 'avoid' },
      { do: 'alternative', such: ['a regimen without a fluoropyrimidine'] },
      { do: 'because', what: 'the usual dose can be fatal' },
    ],
  },
];
