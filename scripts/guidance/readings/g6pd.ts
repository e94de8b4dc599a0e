import type { Step } from '../../../src/genomics/guidance-words.ts';
import type { Reading } from './reading.ts';

const measureG6pd: Step = { do: 'measure', what: 'G6PD activity: genotype alone does not settle it' };

/** G6PD, PMID 36049896. */
export const g6pd: Reading[] = [
  {
    drugs: /./,
    text: /^No reason to avoid based on G6PD/,
    action: 'label',
    steps: [{ do: 'label', dose: 'G6PD gives no reason against it' }],
  },
  { drugs: /./, text: /^To ascertain G6PD/, action: 'test-first', steps: [measureG6pd] },
  { drugs: /^nitrofurantoin$/, text: /^If deemed necessary/, action: 'test-first', steps: [measureG6pd] },
  {
    drugs: /^nitrofurantoin$/,
    text: /^Use at standard doses with caution/,
    action: 'label-then-review',
    steps: [{ do: 'label' }, { do: 'watch', what: 'for anaemia' }],
  },
  {
    drugs: /^primaquine$/,
    text: /^Avoid <D>, except/,
    action: 'avoid',
    steps: [
      { do: 'avoid', unless: 'except in malaria by an expert protocol with weekly doses and monitoring' },
      { do: 'because', what: 'red cells may break down' },
    ],
  },
  {
    drugs: /^(rasburicase|dapsone|methylene blue|pegloticase|nitrofurantoin|primaquine|tafenoquine|toluidine blue)$/,
    text: /^Avoid/,
    action: 'avoid',
    steps: [{ do: 'avoid' }, { do: 'because', what: 'red cells may break down' }],
  },
];
