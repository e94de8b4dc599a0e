import type { Reading } from './reading.ts';

/** Serotonin reuptake inhibitors, PMID 37032427. */
export const serotoninReuptakeInhibitors: Reading[] = [
  {
    drugs: /citalopram$/,
    text: /^Initiate .*switching to a clinically appropriate alternative/,
    action: 'label-then-review',
    steps: [
      { do: 'label' },
      { do: 'raise-or-switch', not: ['CYP2C19'] },
      { do: 'because', what: 'exposure is somewhat low' },
    ],
  },
  {
    drugs: /citalopram$/,
    text: /^Consider a clinically appropriate alternative.*higher maintenance dose/,
    action: 'alternative',
    steps: [
      { do: 'alternative', not: ['CYP2C19'] },
      { do: 'raise-target', ifUsed: true },
      { do: 'because', what: 'exposure is low' },
    ],
  },
  {
    drugs: /citalopram$/,
    text: /^Consider a clinically appropriate antidepressant.*50% reduction/,
    action: 'alternative',
    steps: [
      { do: 'alternative', not: ['CYP2C19'] },
      { do: 'start-lower', ifUsed: true },
      { do: 'titrate-slowly', ifUsed: true },
      { do: 'maintain-lower', percent: [50], ifUsed: true },
      { do: 'because', what: 'exposure is high' },
    ],
  },
  {
    drugs: /^(citalopram|escitalopram|sertraline)$/,
    text: /^Initiate .*slower titration schedule and lower maintenance/,
    action: 'lower',
    steps: [
      { do: 'label' },
      { do: 'titrate-slowly' },
      { do: 'maintain-lower' },
      { do: 'because', what: 'exposure is raised' },
    ],
  },
  {
    drugs: /^sertraline$/,
    text: /^Initiate .*switching to a clinically appropriate alternative/,
    action: 'label-then-review',
    steps: [{ do: 'label' }, { do: 'raise-or-switch', not: ['CYP2C19', 'CYP2B6'] }],
  },
  {
    drugs: /^sertraline$/,
    text: /^Consider a lower starting dose.*50% .*or select/,
    action: 'lower',
    steps: [
      { do: 'start-lower' },
      { do: 'titrate-slowly' },
      { do: 'maintain-lower', percent: [50] },
      { do: 'alternative', not: ['CYP2C19'], when: 'instead' },
    ],
  },
  {
    drugs: /^sertraline$/,
    text: /^Consider a lower starting dose.*25% .*or select/,
    action: 'lower',
    steps: [
      { do: 'start-lower' },
      { do: 'titrate-slowly' },
      { do: 'maintain-lower', percent: [25] },
      { do: 'alternative', not: ['CYP2B6'], when: 'instead' },
    ],
  },
  {
    drugs: /^sertraline$/,
    text: /^Consider a lower starting dose.*50% reduction/,
    action: 'lower',
    steps: [{ do: 'start-lower' }, { do: 'titrate-slowly' }, { do: 'maintain-lower', percent: [50] }],
  },
  {
    drugs: /^sertraline$/,
    text: /^Select an alternative/,
    action: 'alternative',
    steps: [{ do: 'alternative', not: ['CYP2C19', 'CYP2B6'] }],
  },
  {
    drugs: /^paroxetine$/,
    text: /^Select alternative drug/,
    action: 'alternative',
    steps: [
      { do: 'alternative', not: ['CYP2D6'] },
      { do: 'because', what: 'low levels are expected' },
    ],
  },
  {
    drugs: /^paroxetine$/,
    text: /^Consider a lower starting dose/,
    action: 'lower',
    steps: [{ do: 'start-lower' }, { do: 'titrate-slowly' }],
  },
  {
    drugs: /^paroxetine$/,
    text: /^Consider a 50% reduction/,
    action: 'lower',
    steps: [{ do: 'start-lower', percent: [50] }, { do: 'titrate-slowly' }, { do: 'maintain-lower', percent: [50] }],
  },
  {
    drugs: /^fluvoxamine$/,
    text: /^Consider a 25-50% lower/,
    action: 'lower',
    steps: [
      { do: 'start-lower', percent: [25, 50] },
      { do: 'titrate-slowly' },
      { do: 'alternative', not: ['CYP2D6'], when: 'instead' },
    ],
  },
  {
    drugs: /^venlafaxine$/,
    text: /^Consider a clinically appropriate alternative/,
    action: 'alternative',
    steps: [{ do: 'alternative', not: ['CYP2D6'] }],
  },
  { drugs: /^venlafaxine$/, text: /^No action recommended/, action: 'none', steps: [{ do: 'none' }] },
  {
    drugs: /^vortioxetine$/,
    text: /^Select alternative drug/,
    action: 'alternative',
    steps: [
      { do: 'alternative', not: ['CYP2D6'] },
      { do: 'raise-target', ifUsed: true },
      { do: 'know', what: 'half as much again, or more, may be needed' },
    ],
  },
  {
    drugs: /^vortioxetine$/,
    text: /^Initiate 50%/,
    action: 'lower',
    steps: [
      { do: 'start-percent', percent: [50], of: 'usual' },
      { do: 'cap', dose: '10 mg a day' },
      { do: 'alternative', not: ['CYP2D6'], when: 'instead' },
    ],
  },
  {
    drugs: /^(citalopram|escitalopram|sertraline|paroxetine|fluvoxamine|venlafaxine|vortioxetine)$/,
    text: /^Initiate therapy with recommended starting dose/,
    action: 'label',
    steps: [{ do: 'label' }],
  },
];
