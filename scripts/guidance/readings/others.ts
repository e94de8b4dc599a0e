import type { Reading } from './reading.ts';

/** Others. */
export const others: Reading[] = [
  {
    drugs: /^efavirenz$/,
    text: /standard dosing/,
    action: 'label',
    steps: [{ do: 'label', dose: '600 mg a day' }],
  },
  {
    drugs: /^efavirenz$/,
    text: /400 or 200/,
    action: 'lower',
    steps: [
      { do: 'start-at', dose: '400 or 200 mg a day' },
      { do: 'because', what: 'high levels are expected' },
    ],
  },
  {
    drugs: /^efavirenz$/,
    text: /decreased dose of 400/,
    action: 'lower',
    steps: [
      { do: 'start-at', dose: '400 mg a day' },
      { do: 'because', what: 'raised levels are expected' },
    ],
  },
  {
    drugs: /setron$/,
    text: /^Select alternative/,
    action: 'alternative',
    steps: [
      { do: 'alternative', not: ['CYP2D6'], such: ['granisetron'] },
      { do: 'because', what: 'little effect is expected' },
    ],
  },
  { drugs: /setron$/, text: /^Insufficient evidence/, action: 'none', steps: [{ do: 'none' }] },
  { drugs: /setron$/, text: /^Initiate/, action: 'label', steps: [{ do: 'label' }] },
  {
    drugs: /^tamoxifen$/,
    text: /^Avoid moderate and strong CYP2D6 inhibitors/,
    action: 'label-then-review',
    steps: [
      { do: 'label', dose: '20 mg a day' },
      { do: 'keep-off', what: 'moderate and strong CYP2D6 inhibitors beside it' },
    ],
  },
  {
    drugs: /^tamoxifen$/,
    text: /^(Recommend alternative hormonal|Consider hormonal)/,
    action: 'alternative',
    steps: [
      { do: 'alternative', such: ['an aromatase inhibitor, before menopause with ovarian suppression'] },
      { do: 'start-at', dose: '40 mg a day where that is not possible', ifUsed: true },
      { do: 'keep-off', what: 'CYP2D6 inhibitors beside it' },
      { do: 'because', what: 'less of the active form is made' },
    ],
  },
  {
    drugs: /^tacrolimus$/,
    text: /^Increase starting dose 1\.5 to 2/,
    action: 'higher',
    steps: [{ do: 'raise', fold: [1.5, 2] }, { do: 'cap', dose: '0.3 mg/kg a day' }, { do: 'levels' }],
  },
  {
    drugs: /^tacrolimus$/,
    text: /^Initiate therapy with standard/,
    action: 'label',
    steps: [{ do: 'label', dose: 'then by drug levels' }],
  },
  {
    drugs: /^atazanavir$/,
    text: /^There is no need to avoid/,
    action: 'label-then-review',
    steps: [{ do: 'label' }, { do: 'know', what: 'say that jaundice is unlikely with this genotype' }],
  },
  {
    drugs: /^atazanavir$/,
    text: /^Consider an alternative agent/,
    action: 'alternative',
    steps: [{ do: 'alternative' }, { do: 'because', what: 'jaundice that ends the treatment is likely' }],
  },
  { drugs: /^ivacaftor$/, text: /^Use <D> according/, action: 'label', steps: [{ do: 'label' }] },
  {
    drugs: /^ivacaftor$/,
    text: /not recommended/,
    action: 'avoid',
    steps: [{ do: 'avoid' }, { do: 'because', what: 'no effect is expected with these variants' }],
  },
];
