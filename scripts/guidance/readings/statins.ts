import type { Step } from '../../../src/genomics/guidance-words.ts';
import type { Reading } from './reading.ts';

const drugs = /statin$/;
const myopathy = (dose: string): Step => ({ do: 'watch', what: `for muscle symptoms, ${dose}` });
const addOther: Step = { do: 'alternative', when: 'or a non-statin beside it when more is needed' };
const addOnly: Step = { do: 'know', what: 'consider a non-statin beside it when more is needed' };

/** Statins, PMID 35152405. */
export const statins: Reading[] = [
  {
    drugs: /^simvastatin$/,
    text: /limit dose to <20mg/,
    action: 'alternative',
    steps: [
      { do: 'alternative', such: ['another statin of the potency that is wanted'] },
      { do: 'cap', dose: 'less than 20 mg a day', ifUsed: true },
    ],
  },
  {
    drugs: /^lovastatin$/,
    text: /limit dose to ≤20mg/,
    action: 'alternative',
    steps: [
      { do: 'alternative', such: ['another statin of the potency that is wanted'] },
      { do: 'cap', dose: '20 mg a day', ifUsed: true },
    ],
  },
  {
    drugs,
    text: /^Prescribe an alternative statin/,
    action: 'alternative',
    steps: [
      { do: 'alternative', such: ['another statin of the potency that is wanted'] },
      { do: 'because', what: 'the risk of muscle damage is raised' },
    ],
  },
  ...[1, 2, 10, 20, 40].flatMap((mg): Reading[] => [
    {
      drugs: /^(atorvastatin|pitavastatin)$/,
      text: new RegExp(`≤ ?${mg}mg as a starting dose.*possible increased risk for myopathy.*alternative statin`),
      action: 'lower',
      steps: [{ do: 'start-at-most', dose: `${mg} mg` }, myopathy('more so above half of it'), addOther],
    },
    {
      drugs: /^atorvastatin$/,
      text: new RegExp(`≤${mg}mg as a starting dose.*possible increased risk for myopathy`),
      action: 'lower',
      steps: [{ do: 'start-at-most', dose: `${mg} mg` }, myopathy('more so at the full dose'), addOnly],
    },
    {
      drugs,
      text: new RegExp(`≤${mg}mg (per day )?as a starting dose.*(alternative statin|rosuvastatin or combination)`),
      action: 'lower',
      steps: [{ do: 'start-at-most', dose: `${mg} mg` }, addOther],
    },
    {
      drugs,
      text: new RegExp(`≤${mg}mg (per day )?as a starting dose`),
      action: 'lower',
      steps: [{ do: 'start-at-most', dose: `${mg} mg` }, addOnly],
    },
  ]),
  ...[20, 40].map(
    (mg): Reading => ({
      drugs,
      text: new RegExp(`desired starting dose.*possible increased risk for myopathy.*>${mg}mg`),
      action: 'label-then-review',
      steps: [{ do: 'label' }, myopathy(`more so above ${mg} mg`)],
    }),
  ),
  { drugs, text: /desired starting dose/, action: 'label', steps: [{ do: 'label' }] },
];
