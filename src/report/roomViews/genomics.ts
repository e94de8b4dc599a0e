import type { RoomView } from './view.ts';

/** Genotypes, guidance by drug, variants, scores. In the order of the page. */
export const genomicsViews: readonly RoomView[] = [
  {
    type: 'matrix',
    title: 'Genotype',
    row: 'Gene',
    foldRefused: 'Not assessed',
    columns: [
      { header: 'Diplotype', measures: ['diplotype'] },
      { header: 'Activity score', measures: ['activity-score'] },
      { header: 'Phenotype', measures: ['metabolizer-phenotype'] },
      { header: 'Score under the drugs taken', measures: ['activity-score-adjusted'] },
      { header: 'Phenotype under the drugs taken', measures: ['metabolizer-phenotype-adjusted'] },
      { header: 'Coverage', measures: ['diplotype'], says: { issues: ['positions-missing'] } },
    ],
  },
  { type: 'guidance', title: 'Drug guidance', measure: 'drug-guidance' },
  { type: 'guidance', title: 'Drug guidance by genotype alone', measure: 'drug-guidance-genotype' },
  { type: 'guidance', title: 'Drug guidance by non-guideline inference', measure: 'drug-guidance-inferred' },
  {
    type: 'matrix',
    title: 'Appendix: variants of low evidence, which change no line of the plan',
    row: 'Variant',
    columns: [{ header: 'Genotype', measures: ['pgx-evidence-only'] }],
  },
  {
    type: 'matrix',
    title: 'Genotypes on record',
    row: 'Gene',
    columns: [
      { header: 'On record', measures: ['recorded-genotype'] },
      {
        header: 'Beside our own call',
        measures: ['recorded-genotype'],
        says: { issues: ['allele-unknown', 'recorded-differs'] },
      },
    ],
  },
  {
    type: 'matrix',
    title: 'Variants that ClinVar lists as pathogenic or likely pathogenic',
    row: 'Variant',
    columns: [
      { header: 'ClinVar says', measures: ['clinvar-match'] },
      { header: 'In which words', measures: ['clinvar-match'], says: { issues: [] } },
    ],
  },
  {
    type: 'matrix',
    title: 'Genes looked up in ClinVar',
    row: 'Gene',
    columns: [
      { header: 'Matches', measures: ['clinvar-match-count'] },
      { header: 'How far it looks', measures: ['clinvar-match-count'], says: { issues: ['clinvar-absence'] } },
    ],
  },
  {
    type: 'matrix',
    title: 'Variants in genes of pain, by the annotation of the file',
    row: 'Variant',
    columns: [
      { header: 'Annotated as', measures: ['annotated-variant'] },
      { header: 'Genotype', measures: ['annotated-variant'], says: { issues: [] } },
    ],
  },
  {
    type: 'matrix',
    title: 'Polygenic scores',
    row: 'Score',
    columns: [
      { header: 'Weighted sum', measures: ['polygenic-score'] },
      { header: 'Rows found', measures: ['polygenic-score-match'] },
      {
        header: 'Read against',
        measures: ['polygenic-score'],
        says: { issues: ['pgs-percentile', 'pgs-no-reference', 'pgs-match-too-low'] },
      },
    ],
  },
  {
    type: 'matrix',
    title: 'Tumour',
    row: 'Sample',
    columns: [
      { header: 'Variants', measures: ['somatic-variant-count'] },
      { header: 'Mutational burden', measures: ['tumour-mutational-burden'] },
    ],
  },
  {
    type: 'matrix',
    title: 'Variants of the tumour that change a protein',
    row: 'Variant',
    columns: [
      { header: 'Share of reads', measures: ['somatic-variant'] },
      { header: 'Consequence', measures: ['somatic-variant'], says: { issues: [] } },
    ],
  },
];
