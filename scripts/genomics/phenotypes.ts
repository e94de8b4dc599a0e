import { read } from './given.ts';
import { functionWord, phenotypeWord, valueGenes } from './words.ts';
import { write } from './write.ts';

const lowIntermediateNormal = [
  { below: 1, phenotype: 'poor-metabolizer' },
  { below: 2, phenotype: 'intermediate-metabolizer' },
  { upTo: null, phenotype: 'normal-metabolizer' },
];

/** Writes which phenotype follows from functions and scores. */
export function phenotypes(): void {
  const rules = JSON.parse(read('phenotype_rules.json').toString()) as Record<string, { rule: Record<string, string> }>;
  const functionPairs: Record<string, Record<string, string>> = {};
  for (const [gene, { rule }] of Object.entries(rules)) {
    if (gene === 'MT-RNR1' || valueGenes.includes(gene) || Object.keys(rule).length === 0) continue;
    functionPairs[gene] = Object.fromEntries(
      Object.entries(rule).map(([pair, words]) => [
        pair.split(' | ').map(functionWord).sort().join(' | '),
        phenotypeWord(words),
      ]),
    );
  }
  const associated = 'malignant hyperthermia associated';
  const susceptible = 'malignant-hyperthermia-susceptibility';
  functionPairs['RYR1'] = {
    [`${associated} | ${associated}`]: susceptible,
    [`${associated} | normal`]: susceptible,
    [`${associated} | uncertain`]: susceptible,
    'normal | normal': 'uncertain-susceptibility',
    'normal | uncertain': 'uncertain-susceptibility',
    'uncertain | uncertain': 'uncertain-susceptibility',
  };
  write('phenotype.json', {
    id: 'genomics-phenotype',
    title: 'From allele functions to phenotypes',
    version: '2.0.0',
    date: '2025-11-05',
    licence: 'CC0-1.0',
    sources: [
      {
        title: 'CPIC diplotype to phenotype tables',
        reference: 'https://cpicpgx.org/guidelines/',
        licence: 'CC0-1.0',
        date: '2025-11-05',
      },
      {
        title: 'CPIC guideline CYP2D6, opioids 2021 (activity-score bands)',
        reference: 'PMID 33387367',
        licence: 'CC0-1.0',
        date: '2021',
      },
      {
        title: 'CPIC guideline CYP2C9, NSAIDs 2020 (activity-score bands)',
        reference: 'PMID 32189324',
        licence: 'CC0-1.0',
        date: '2020',
      },
      {
        title: 'CPIC guideline DPYD, fluoropyrimidines 2017 (activity-score bands)',
        reference: 'PMID 29152729',
        licence: 'CC0-1.0',
        date: '2017',
      },
      {
        title: 'CPIC guideline RYR1 and CACNA1S 2018 (any associated variant: susceptible)',
        reference: 'PMID 30499100',
        licence: 'CC0-1.0',
        date: '2018',
      },
    ],
    note: 'a score belongs to the first band for which it is <= upTo or < below; upTo null = no upper limit. functionPairs: gene -> two functions in the order of the alphabet (one: a single chromosome) -> phenotype',
    functionPairs,
    scoreBandsCYP2D6: [
      { upTo: 0, phenotype: 'poor-metabolizer' },
      { below: 1.25, phenotype: 'intermediate-metabolizer' },
      { upTo: 2.25, phenotype: 'normal-metabolizer' },
      { upTo: null, phenotype: 'ultrarapid-metabolizer' },
    ],
    scoreBandsCYP2C9: lowIntermediateNormal,
    scoreBandsDPYD: lowIntermediateNormal,
  });
}
