import type { Reading } from './reading.ts';

/** Aminoglycosides, PMID 34032273. */
export const aminoglycosides: Reading[] = [
  {
    drugs: /(micin|mycin|amikacin)$/,
    text: /^Avoid aminoglycoside/,
    action: 'avoid',
    steps: [
      { do: 'avoid', unless: 'unless the infection leaves no safer choice' },
      { do: 'because', what: 'hearing may be lost for good' },
    ],
  },
  {
    drugs: /(micin|mycin|amikacin)$/,
    text: /^Use aminoglycoside/,
    action: 'label-then-review',
    steps: [
      { do: 'label', dose: 'for the shortest time' },
      { do: 'watch', what: 'drug levels and hearing' },
    ],
  },
];
