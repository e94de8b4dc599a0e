/**
 * Re-tabulates public facts into knowledge/genomics: `node scripts/tabulate-genomics.ts FOLDER`.
 * FOLDER holds what others publish: `cpic_cc0_gene_entries_*.json.gz` (CPIC, CC0), `pypgx/*.csv` (MIT),
 * `allele_function.tsv`, `phenotype_rules.json` (CPIC facts, CC0).
 * No CC BY-SA file is read. Running it twice writes the same bytes.
 */
import { fromCpic } from './genomics/fromCpic.ts';
import { cyp2d6, fromPypgx } from './genomics/fromPypgx.ts';
import { functions } from './genomics/functions.ts';
import { phenotypes } from './genomics/phenotypes.ts';

const cpicGenes = [
  'ABCG2',
  'CACNA1S',
  'CFTR',
  'CYP2B6',
  'CYP2C19',
  'CYP2C9',
  'CYP3A5',
  'CYP4F2',
  'DPYD',
  'G6PD',
  'IFNL3',
  'NUDT15',
  'RYR1',
  'SLCO1B1',
  'TPMT',
  'UGT1A1',
  'VKORC1',
];
for (const gene of cpicGenes) fromCpic(gene);
cyp2d6();
fromPypgx('CYP3A4', '7', '*1', () => true, [], {});
// PyPGx still has the names of before 2024. These alleles kept theirs; the others were renumbered and are left out.
const kept = ['*4', '*5', '*6', '*7', '*14'];
fromPypgx('NAT2', '8', '*1', (name) => kept.includes(name), [18400806], {
  '*10 and above': 'numbered anew in 2024; only *14 kept its number',
});
functions();
phenotypes();
