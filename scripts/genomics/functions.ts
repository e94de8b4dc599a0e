import { alleleRows, tsv } from './given.ts';
import { pypgx } from './sources.ts';
import { functionWord, valueGenes } from './words.ts';
import { write } from './write.ts';

const functionSource = (date: string) => ({
  title: 'CPIC allele functionality tables',
  reference: 'https://cpicpgx.org/guidelines/',
  licence: 'CC0-1.0',
  date,
});

/** Writes what the alleles of all genes do. */
export function functions(): void {
  const rows = tsv('allele_function.tsv');
  const table: Record<string, Record<string, string | number | null>> = {};
  const dates: Record<string, string> = {};
  for (const row of rows) {
    const [gene, allele] = [row['gene']!, row['allele']!];
    if (gene === 'MT-RNR1' || (gene === 'CYP2D6' && /x/.test(allele))) continue;
    table[gene] ??= {};
    dates[gene] = /^\d{4}-\d{2}-\d{2}/.exec(row['data_version']!)?.[0] ?? '2023-08';
    if (valueGenes.includes(gene))
      table[gene][allele] = row['activity_value'] === 'n/a' ? null : Number(row['activity_value']);
    else table[gene][allele] = functionWord(row['clinical_function']!);
  }
  // CPIC's own file has no RYR1: what the MIT table says, the rest is uncertain and never normal.
  dates['RYR1'] = '2024-08-26';
  table['RYR1'] = {};
  for (const row of alleleRows) {
    if (row['Gene'] !== 'RYR1') continue;
    const name = row['StarAllele'] === 'c.7039_7041delGAG' ? 'c.7042_7044delGAG' : row['StarAllele']!;
    table['RYR1'][name] = functionWord(row['Function']!);
  }
  write('allele-function.json', {
    id: 'genomics-allele-function',
    title: 'Function or activity value of alleles',
    version: '2.0.0',
    date: '2025-11-05',
    licence: 'CC0-1.0 AND MIT',
    sources: [
      functionSource('2025-11-05'),
      { ...functionSource('2024-08-27'), title: 'CPIC CYP2D6 allele functionality table' },
      { ...functionSource('2023-08'), title: 'CPIC G6PD allele functionality table' },
      { ...pypgx, title: `${pypgx.title}: RYR1` },
    ],
    note: 'a word = clinical function; CYP2C9, CYP2D6, DPYD: activity value of one copy, null = not assigned',
    dates: Object.fromEntries(Object.entries(dates).sort()),
    ...Object.fromEntries(Object.entries(table).sort(([a], [b]) => (a < b ? -1 : 1))),
  });
}
