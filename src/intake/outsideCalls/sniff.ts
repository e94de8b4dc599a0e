import { headText } from '../text.ts';
import type { CallingTool } from './piece.ts';
import { isNamedGene } from './symbols.ts';

/** Which program wrote these first bytes; `pypgx-gene` for the metadata beside a PyPGx table; undefined for none. */
export function toolOf(text: string): CallingTool | 'pypgx-gene' | undefined {
  if (/^\s*\{/.test(text)) {
    if (/"pbstarphase_version"\s*:/.test(text)) return 'StarPhase';
    return /"(?:Spacer_CN|CNV_group|d67_snp_call)"\s*:/.test(text) && /"Genotype"\s*:/.test(text)
      ? 'Cyrius'
      : undefined;
  }
  if (/^\s*-*\s*\S+ Star Allele Calling with StellarPGx/.test(text)) return 'StellarPGx';
  if (/^#Sample\tGene\tSolutionID\tMajor\tMinor\t/.test(text)) return 'Aldy';
  const [first = ''] = text.split(/\r?\n/, 1);
  if (/^Sample\tGenotype\tFilter$/.test(first)) return 'Cyrius';
  if (/^\S*\tGenotype\tPhenotype\tHaplotype1\tHaplotype2\t/.test(first)) return 'PyPGx';
  if (/^Gene=\S+$/m.test(text) && /^SemanticType=SampleTable\[(?:Results|Genotypes|Phenotypes)\]/m.test(text)) {
    return 'pypgx-gene';
  }
  return isPharmcat(text) ? 'PharmCAT' : undefined;
}

/** Header that people put above such a table; PharmCAT itself has none. */
export const pharmcatHeader = /^gene\tdiplotype(?:\t|$)/i;

/** One to three columns behind a gene symbol on each line: the outside-call table that PharmCAT defined. */
function isPharmcat(text: string): boolean {
  const lines = text.split(/\r?\n/);
  // The last line of a head may be cut.
  if (text.length > 4000) lines.pop();
  const rows = lines
    .filter((line) => line.trim() !== '' && !line.startsWith('#') && !pharmcatHeader.test(line))
    .map((line) => line.split('\t'));
  if (rows.length === 0) return false;
  const fits = rows.every(
    ([gene, ...rest]) => /^[A-Z][A-Z0-9-]{1,15}$/.test(gene!.trim()) && rest.length >= 1 && rest.length <= 3,
  );
  return fits && rows.some(([gene]) => isNamedGene(gene!.trim()));
}

export function sniffOutsideCalls(head: Uint8Array): boolean {
  const text = headText(head);
  return text !== undefined && toolOf(text.replace(/^\ufeff/, '')) !== undefined;
}
