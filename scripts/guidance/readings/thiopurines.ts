import type { Step } from '../../../src/genomics/guidance-words.ts';
import type { Reading } from './reading.ts';

const watchBlood: Step = { do: 'watch', what: 'for bone-marrow suppression, and adjust the dose by it' };
const notBlood: Step = { do: 'know', what: 'the red-cell test misleads in new leukaemia and after transfusion' };

/** Thiopurines, PMID 30447069. */
export const thiopurines: Reading[] = [
  {
    drugs: /^(azathioprine|mercaptopurine|thioguanine)$/,
    text: /^(Neither TPMT or|(NUDT15|TPMT) phenotype could not be assigned.*(no TPMT|NUDT15 genotype is not|no NUDT15|there is no))/,
    action: 'test-first',
    steps: [{ do: 'measure', what: 'red-cell TPMT activity' }, watchBlood, notBlood],
  },
  {
    drugs: /^(azathioprine|mercaptopurine|thioguanine)$/,
    text: /normal starting dose \(e\.g\..*TPMT (phenotype could not|genotype is not|phenotype|genotype)/,
    action: 'label-then-review',
    steps: [{ do: 'label' }, { do: 'measure', what: 'red-cell TPMT activity' }, watchBlood],
  },
  {
    drugs: /^thioguanine$/,
    text: /start with normal starting dose.*NUDT15/,
    action: 'label-then-review',
    steps: [{ do: 'label' }, watchBlood],
  },
  {
    drugs: /^(azathioprine|mercaptopurine|thioguanine)$/,
    text: /start with normal starting dose/i,
    action: 'label',
    steps: [{ do: 'label' }],
  },
  {
    drugs: /^(azathioprine|mercaptopurine)$/,
    text: /30%-80%/,
    action: 'lower',
    steps: [{ do: 'start-percent', percent: [30, 80], of: 'usual' }, watchBlood],
  },
  {
    drugs: /^thioguanine$/,
    text: /50% to 80%/,
    action: 'lower',
    steps: [{ do: 'start-percent', percent: [50, 80], of: 'usual' }, watchBlood],
  },
  {
    drugs: /^(azathioprine|mercaptopurine|thioguanine)$/,
    text: /drastically reduced doses/,
    action: 'avoid',
    steps: [
      {
        do: 'alternative',
        such: ['an immunosuppressant that is no thiopurine'],
        when: 'where the disease is not malignant',
      },
      { do: 'start-percent', percent: [10], of: 'usual', ifUsed: true },
      { do: 'know', what: 'given three days a week' },
      watchBlood,
      { do: 'because', what: 'the usual dose can be fatal' },
    ],
  },
  {
    drugs: /^azathioprine$/,
    text: /drastically reduced normal daily doses/,
    action: 'avoid',
    steps: [
      {
        do: 'alternative',
        such: ['an immunosuppressant that is no thiopurine'],
        when: 'where the disease is not malignant',
      },
      { do: 'start-percent', percent: [10], of: 'usual', ifUsed: true },
      watchBlood,
      { do: 'because', what: 'the usual dose can be fatal' },
    ],
  },
  {
    drugs: /^mercaptopurine$/,
    text: /initiate dose at 10 mg\/m2\/day/,
    action: 'avoid',
    steps: [
      {
        do: 'alternative',
        such: ['an immunosuppressant that is no thiopurine'],
        when: 'where the disease is not malignant',
      },
      { do: 'start-at', dose: '10 mg/m2 a day', ifUsed: true },
      watchBlood,
      { do: 'because', what: 'the usual dose can be fatal' },
    ],
  },
  {
    drugs: /^thioguanine$/,
    text: /reduce starting doses to 25%/i,
    action: 'lower',
    steps: [
      { do: 'start-percent', percent: [25], of: 'usual' },
      watchBlood,
      {
        do: 'alternative',
        such: ['an immunosuppressant that is no thiopurine'],
        when: 'where the disease is not malignant',
      },
    ],
  },
];
