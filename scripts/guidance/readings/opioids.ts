import type { Reading } from './reading.ts';

const drugs = /^(codeine|tramadol|hydrocodone)$/;

/** Opioids, PMID 33387367. */
export const opioids: Reading[] = [
  {
    drugs,
    text: /^Use <D> label .*dosing\.$/,
    action: 'label',
    steps: [{ do: 'label', dose: 'as labelled for age or weight' }],
  },
  {
    drugs,
    text: /^Use <D> label .*If no response/,
    action: 'label-then-review',
    steps: [
      { do: 'label', dose: 'as labelled for age or weight' },
      { do: 'switch-without-response', such: 'an opioid other than codeine or tramadol' },
      { do: 'because', what: 'less of the active opioid is formed' },
    ],
  },
  {
    drugs,
    text: /^Avoid <D> use because of potential for (serious )?toxicity/,
    action: 'avoid',
    steps: [
      { do: 'alternative', such: ['an opioid other than codeine or tramadol'] },
      { do: 'because', what: 'more of the active opioid than expected is formed, with a risk of serious toxicity' },
    ],
  },
  {
    drugs,
    text: /^Avoid <D> use because of possibility of diminished analgesia/,
    action: 'avoid',
    steps: [
      { do: 'alternative', such: ['an opioid other than codeine or tramadol'] },
      { do: 'because', what: 'hardly any of the active opioid is formed, so little relief is expected' },
    ],
  },
];
