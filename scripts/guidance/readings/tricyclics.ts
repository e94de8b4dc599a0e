import type { Reading } from './reading.ts';

const drugs = /^(amitriptyline|clomipramine|desipramine|doxepin|imipramine|nortriptyline|trimipramine)$/;
const secondaryAmines = ['nortriptyline', 'desipramine'];

/** Tricyclics, PMID 27997040. */
export const tricyclics: Reading[] = [
  {
    drugs,
    text: /^Initiate therapy with recommended starting dose/,
    action: 'label',
    steps: [{ do: 'label' }],
  },
  {
    drugs,
    text: /^Consider a 25% reduction/,
    action: 'lower',
    steps: [{ do: 'start-lower', percent: [25] }, { do: 'levels' }],
  },
  {
    drugs,
    text: /^Avoid tricyclic use due to potential lack of efficacy/,
    action: 'avoid',
    steps: [
      { do: 'avoid' },
      { do: 'alternative', not: ['CYP2D6'] },
      { do: 'raise-target', ifUsed: true },
      { do: 'levels', ifUsed: true },
      { do: 'because', what: 'low levels are expected' },
    ],
  },
  {
    drugs,
    text: /^Avoid tricyclic use due to potential for side effects/,
    action: 'avoid',
    steps: [
      { do: 'avoid' },
      { do: 'alternative', not: ['CYP2D6'] },
      { do: 'start-lower', percent: [50], ifUsed: true },
      { do: 'levels', ifUsed: true },
      { do: 'because', what: 'high levels are expected' },
    ],
  },
  {
    drugs,
    text: /^Avoid tertiary amine use.*50% reduction/,
    action: 'avoid',
    steps: [
      { do: 'avoid' },
      { do: 'alternative', not: ['CYP2C19'], such: secondaryAmines },
      { do: 'start-lower', percent: [50], ifUsed: true },
      { do: 'levels', ifUsed: true },
    ],
  },
  {
    drugs,
    text: /^(Avoid tertiary amine use|Consider alternative drug not metabolized by CYP2C19)/,
    action: 'alternative',
    steps: [
      { do: 'alternative', not: ['CYP2C19'], such: secondaryAmines },
      { do: 'levels', ifUsed: true },
    ],
  },
  {
    drugs,
    text: /^Avoid <D> use.*50% reduction/,
    action: 'avoid',
    steps: [{ do: 'avoid' }, { do: 'start-lower', percent: [50], ifUsed: true }, { do: 'levels', ifUsed: true }],
  },
  {
    drugs,
    text: /^Avoid <D> use.*higher target dose/,
    action: 'avoid',
    steps: [{ do: 'avoid' }, { do: 'raise-target', ifUsed: true }, { do: 'levels', ifUsed: true }],
  },
  {
    drugs,
    text: /^Avoid <D> use/,
    action: 'avoid',
    steps: [{ do: 'avoid' }, { do: 'levels', ifUsed: true }],
  },
];
