import type { Step } from '../../../src/genomics/guidance-words.ts';
import type { Reading } from './reading.ts';

const skin: Step = { do: 'watch', what: 'for skin reactions: a negative test does not rule them out' };

/** HLA: PMID 24561393, 26094938, 29392710, 32779747. */
export const hla: Reading[] = [
  {
    drugs: /^abacavir$/,
    text: /^Use <D> per standard dosing/,
    action: 'label',
    steps: [{ do: 'label' }],
  },
  {
    drugs: /^(allopurinol|carbamazepine|oxcarbazepine)$/,
    text: /^Use <D> per standard dosing/,
    action: 'label',
    steps: [{ do: 'label' }, skin],
  },
  {
    drugs: /^abacavir$/,
    text: /^<D> is not recommended/,
    action: 'avoid',
    steps: [{ do: 'do-not-start' }, { do: 'because', what: 'severe hypersensitivity is likely' }],
  },
  {
    drugs: /^allopurinol$/,
    text: /^<D> is contraindicated/,
    action: 'avoid',
    steps: [{ do: 'contraindicated' }, { do: 'because', what: 'severe skin reactions are much more likely' }],
  },
  {
    drugs: /^(carbamazepine|oxcarbazepine)$/,
    text: /alternative agents are available, do not use/,
    action: 'avoid',
    steps: [
      { do: 'avoid', unless: 'where there is one' },
      { do: 'because', what: 'severe skin reactions are more likely' },
    ],
  },
  {
    drugs: /^(carbamazepine|oxcarbazepine)$/,
    text: /do not use <D>/,
    action: 'avoid',
    steps: [{ do: 'do-not-start' }, { do: 'because', what: 'severe skin reactions are much more likely' }],
  },
  {
    drugs: /^carbamazepine$/,
    text: /alternative agents are not available/,
    action: 'label-then-review',
    steps: [{ do: 'watch', what: 'for skin reactions at short intervals; the first sign ends the trial' }],
  },
  {
    drugs: /^(carbamazepine|oxcarbazepine|phenytoin|fosphenytoin)$/,
    text: /longer than three months/,
    action: 'label-then-review',
    steps: [{ do: 'know', what: 'skin reactions come within 3 months of steady use, so it may cautiously go on' }],
  },
  {
    drugs: /phenytoin$/,
    text: /naive, do not use/,
    action: 'avoid',
    steps: [
      { do: 'do-not-start' },
      { do: 'know', what: 'carbamazepine and oxcarbazepine carry the same risk' },
      { do: 'because', what: 'severe skin reactions are much more likely' },
    ],
  },
  { drugs: /phenytoin$/, text: /^No adjustments needed/, action: 'label', steps: [{ do: 'label' }, skin] },
  ...[25, 50].map(
    (less): Reading => ({
      drugs: /phenytoin$/,
      text: new RegExp(`approximately ${less}% less`),
      action: 'lower',
      steps: [
        { do: 'know', what: 'the usual first or loading dose' },
        { do: 'maintain-lower', percent: [less], when: 'from then on' },
        { do: 'levels' },
        skin,
      ],
    }),
  ),
];
