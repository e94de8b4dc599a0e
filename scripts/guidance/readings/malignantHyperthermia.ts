import type { Reading } from './reading.ts';

/** Malignant hyperthermia, PMID 30499100. */
export const malignantHyperthermia: Reading[] = [
  {
    drugs: /(flurane|^halothane|^succinylcholine)$/,
    text: /relatively contraindicated/,
    action: 'avoid',
    steps: [
      { do: 'contraindicated', unless: 'except where nothing else will do' },
      { do: 'alternative', such: ['anaesthesia without triggering agents'] },
      { do: 'know', what: 'tell the anaesthetist before any anaesthesia' },
      { do: 'because', what: 'malignant hyperthermia is possible' },
    ],
  },
  {
    drugs: /(flurane|^halothane|^succinylcholine)$/,
    text: /[Cc]linical findings, family history/,
    action: 'label-then-review',
    steps: [{ do: 'know', what: 'history, family and further tests decide: no variant found does not rule it out' }],
  },
];
