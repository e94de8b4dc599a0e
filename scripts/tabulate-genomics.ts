/**
 * Re-tabulates public facts into knowledge/genomics: `node scripts/tabulate-genomics.ts FOLDER`.
 * FOLDER holds what others publish: `cpic_cc0_gene_entries_*.json.gz` (CPIC, CC0), `pypgx/*.csv` (MIT),
 * `allele_function.tsv`, `phenotype_rules.json`, `cpic_change_log.tsv` (CPIC facts, CC0).
 * No CC BY-SA file is read. Running it twice writes the same bytes.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';

const folder = process.argv[2];
if (!folder) throw new Error('usage: node scripts/tabulate-genomics.ts FOLDER');
const out = join(import.meta.dirname, '..', 'knowledge', 'genomics');

const cpic = {
  title: 'CPIC database, API content of 2024-08-26',
  reference: 'https://cpicpgx.org; as kept in PacificBiosciences/pb-StarPhase data/v0.14.1',
  licence: 'CC0-1.0',
  date: '2024-08-26',
};
const pypgx = {
  title: 'PyPGx 0.26.0 allele and variant tables',
  reference: 'https://github.com/sbslee/pypgx; Copyright (c) 2020 Seung-been Lee, MIT licence',
  licence: 'MIT',
};
const tierOne = {
  title: 'AMP tier 1 alleles: Pratt et al., J Mol Diagn 2018;20:269, 2019;21:746, 2021;23:1047',
  reference: 'https://www.amp.org/clinical-practice/practice-guidelines/',
  licence: 'facts',
};

const tier1: Record<string, string[]> = {
  CYP2C19: ['*2', '*3', '*17'],
  CYP2C9: ['*2', '*3', '*5', '*6', '*8', '*11'],
  CYP2D6: ['*2', '*3', '*4', '*6', '*9', '*10', '*17', '*29', '*41'],
};
const invisible: Record<string, string[]> = {
  CYP2C19: ['*36', '*37'],
  CYP2C9: [],
  CYP2D6: ['*5', '*13', '*36', '*61', '*63', '*68', 'xN'],
};

type Row = Record<string, string>;
interface Position {
  grch38: number;
  grch37: number;
  ref: string;
  alts: string[];
  rsid?: string;
  ref37?: string;
}

const read = (path: string) => readFileSync(join(folder, path));
const csv = (path: string) => parse(read(path), { columns: true }) as Row[];
const tsv = (path: string) =>
  parse(read(path), { columns: true, delimiter: '\t', quote: null, relax_column_count: true }) as Row[];
const byNumber = (a: string, b: string) => Number(a.slice(1)) - Number(b.slice(1)) || (a < b ? -1 : 1);

const variantRows = csv('pypgx/variant-table.csv');
const alleleRows = csv('pypgx/allele-table.csv');

/** One item a line: a change in one fact is a change in one line. */
function write(name: string, content: Record<string, unknown>): void {
  const lines = Object.entries(content).map(([key, value]) => {
    if (Array.isArray(value) && value.some((item) => typeof item === 'object')) {
      return `  ${JSON.stringify(key)}: [\n${value.map((item) => `    ${JSON.stringify(item)}`).join(',\n')}\n  ]`;
    }
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      const members = Object.entries(value).map(([k, v]) => `    ${JSON.stringify(k)}: ${JSON.stringify(v)}`);
      return `  ${JSON.stringify(key)}: {\n${members.join(',\n')}\n  }`;
    }
    return `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`;
  });
  writeFileSync(join(out, name), `{\n${lines.join(',\n')}\n}\n`);
}

/** What is added to a GRCh38 position to get the GRCh37 one; the same for every listed position inside the gene. */
function offset37(gene: string, from: number, to: number): number {
  const offsets = new Set<number>();
  for (const row of variantRows) {
    const p38 = Number(row['GRCh38Position']);
    if (row['Gene'] === gene && p38 >= from && p38 <= to) offsets.add(Number(row['GRCh37Position']) - p38);
  }
  if (offsets.size !== 1) throw new Error(`${gene}: ${offsets.size} distances between the builds`);
  return [...offsets][0]!;
}

/** Reference base in GRCh37 where the table lists the position and it is another one than in GRCh38. */
function reference37(gene: string, grch38: number): string | undefined {
  const row = variantRows.find((one) => one['Gene'] === gene && Number(one['GRCh38Position']) === grch38);
  return row && row['GRCh37Allele'] !== row['GRCh38Allele'] ? row['GRCh37Allele'] : undefined;
}

function definitionFile(
  gene: string,
  chromosome: string,
  reference: string,
  positions: Position[],
  alleles: Record<string, Record<string, string>>,
  leftOut: Record<string, string>,
  sources: unknown[],
): void {
  positions.sort((a, b) => a.grch38 - b.grch38);
  const ordered = Object.fromEntries(
    Object.keys(alleles)
      .sort(byNumber)
      .map((name) => [name, alleles[name]]),
  );
  write(`definition-${gene.toLowerCase()}.json`, {
    id: `genomics-definition-${gene.toLowerCase()}`,
    title: `${gene}: reduced star-allele definitions`,
    version: '1.0.0',
    date: '2024-08-26',
    licence: 'CC0-1.0 AND MIT',
    sources,
    note: 'position (GRCh38) -> base on the plus strand, IUPAC; N = any, not scored; unstated = the GRCh38 base; complete: unstated counts as stated',
    gene,
    chromosome,
    reference,
    complete: gene === 'CYP2C19' ? ['*1'] : [],
    tier1: tier1[gene],
    invisible: invisible[gene],
    leftOut,
    positions,
    alleles: ordered,
  });
}

/** CPIC's `delA` style to VCF alleles, where the MIT table knows the base in front. */
const deletions: Record<string, { grch38: number; ref: string; alt: string }> = {
  '94942213 delAGAAATGGAA': { grch38: 94942210, ref: 'GAAAGAAATGG', alt: 'G' },
  '94949283 delA': { grch38: 94949281, ref: 'GA', alt: 'G' },
};

interface CpicGene {
  variants: Record<string, { position: number; dbsnp_id: string | null; alleles: string[] }>;
  defined_haplotypes: Record<string, { haplotype: Record<string, string> }>;
  reference_allele: string;
}

function fromCpic(gene: string): void {
  const dump = readdirSync(folder!).find((name) => /^cpic_cc0_gene_entries_.*\.json\.gz$/.test(name))!;
  const { gene_entries } = JSON.parse(gunzipSync(read(dump)).toString()) as { gene_entries: Record<string, CpicGene> };
  const entry = gene_entries[gene]!;
  const all = Object.values(entry.variants).map((variant) => variant.position);
  const offset = offset37(gene, Math.min(...all), Math.max(...all));
  const reference = entry.defined_haplotypes[entry.reference_allele]!.haplotype;
  const positions: Position[] = [];
  const placed = new Map<string, { grch38: number; base: (letter: string) => string }>();
  const unplaced = new Set<string>();
  for (const [key, { position, dbsnp_id, alleles }] of Object.entries(entry.variants)) {
    const removed = alleles.find((allele) => allele.startsWith('del'));
    const rsid = dbsnp_id === null ? {} : { rsid: dbsnp_id };
    if (removed === undefined) {
      const ref = reference[key]!;
      const alts = alleles.filter((allele) => /^[ACGT]$/.test(allele) && allele !== ref);
      const ref37 = reference37(gene, position);
      positions.push({ grch38: position, grch37: position + offset, ref, alts, ...rsid, ...(ref37 ? { ref37 } : {}) });
      placed.set(key, { grch38: position, base: (letter) => letter });
      continue;
    }
    const vcf = deletions[`${position} ${removed}`];
    if (!vcf) {
      unplaced.add(key);
      continue;
    }
    positions.push({ grch38: vcf.grch38, grch37: vcf.grch38 + offset, ref: vcf.ref, alts: [vcf.alt], ...rsid });
    placed.set(key, { grch38: vcf.grch38, base: (letter) => (letter.startsWith('del') ? vcf.alt : vcf.ref) });
  }
  const alleles: Record<string, Record<string, string>> = {};
  const leftOut: Record<string, string> = {};
  for (const [name, { haplotype }] of Object.entries(entry.defined_haplotypes)) {
    if (invisible[gene]!.includes(name) || Object.keys(haplotype).length === 0) continue;
    if (name !== entry.reference_allele && Object.keys(haplotype).some((key) => unplaced.has(key))) {
      leftOut[name] = 'a deletion whose base in front is in none of the sources';
      continue;
    }
    if (name === entry.reference_allele) alleles[name] = {};
    else {
      alleles[name] = Object.fromEntries(
        Object.entries(haplotype)
          .map(([key, letter]) => [placed.get(key)!.grch38, placed.get(key)!.base(letter)] as const)
          .sort((a, b) => a[0] - b[0]),
      );
    }
  }
  const chromosome = '10';
  definitionFile(gene, chromosome, entry.reference_allele, positions, alleles, leftOut, [cpic, pypgx, tierOne]);
}

/**
 * CYP2D6 from PyPGx. Its lists name the variants that make an allele, not all that the haplotype carries: the bases of
 * the three backbone positions (those of *2 and *10) are often unstated. An allele with a variant of its own therefore
 * takes any base there; alleles made of backbone variants alone are taken literally.
 */
function cyp2d6(): void {
  const gene = 'CYP2D6';
  const backbone = [42126611, 42127941, 42130692];
  const sharedWithStar4 = 'its bases also lie on sub-alleles of *4, which would be missed';
  const leftOut: Record<string, string> = {
    '*57': sharedWithStar4,
    '*74': sharedWithStar4,
    '*82': sharedWithStar4,
    '*83': sharedWithStar4,
    '*141': sharedWithStar4,
    '*103': 'its base also lies on sub-alleles of *3, which would be missed',
    '*121': 'its base also lies on sub-alleles of *3, which would be missed',
  };
  const bases = new Map<number, { ref: string; alts: Set<string> }>();
  const alleles: Record<string, Record<string, string>> = {};
  for (const row of alleleRows) {
    const name = row['StarAllele']!;
    if (row['Gene'] !== gene || row['SV'] === 'TRUE' || leftOut[name]) continue;
    const core: Record<string, string> = {};
    for (const variant of row['GRCh38Core']!.split(',')) {
      if (variant === 'N/A') continue;
      const [, position, ref, alt] = variant.split('-') as [string, string, string, string];
      core[position] = alt;
      const known = bases.get(Number(position)) ?? { ref, alts: new Set<string>() };
      bases.set(Number(position), known);
      if (known.ref !== ref) throw new Error(`${gene} ${position}: two reference alleles`);
      known.alts.add(alt);
    }
    // GRCh37 has *2 as its reference: what is listed there as changed back is a stated GRCh38 base.
    const back = new Set(row['GRCh37Core']!.split(',').map((variant) => Number(variant.split('-')[1])));
    const own = Object.keys(core).some((position) => !backbone.includes(Number(position)));
    for (const position of backbone) {
      const grch37 = variantRows.find((one) => one['Gene'] === gene && Number(one['GRCh38Position']) === position)!;
      const stated = back.has(Number(grch37['GRCh37Position']));
      if (own && core[position] === undefined && !stated) core[position] = 'N';
    }
    alleles[name] = Object.fromEntries(Object.entries(core).sort(([a], [b]) => Number(a) - Number(b)));
  }
  const all = [...bases.keys()];
  const offset = offset37(gene, Math.min(...all), Math.max(...all));
  const positions = all.map((grch38): Position => {
    const { ref, alts } = bases.get(grch38)!;
    const rsid = variantRows.find((one) => one['Gene'] === gene && Number(one['GRCh38Position']) === grch38)?.['rsID'];
    const ref37 = reference37(gene, grch38);
    return {
      grch38,
      grch37: grch38 + offset,
      ref,
      alts: [...alts].sort(),
      ...(rsid?.startsWith('rs') ? { rsid } : {}),
      ...(ref37 ? { ref37 } : {}),
    };
  });
  definitionFile(gene, '22', '*1', positions, alleles, leftOut, [pypgx, tierOne]);
}

const functionSource = (date: string) => ({
  title: 'CPIC allele functionality tables',
  reference: 'https://cpicpgx.org/guidelines/',
  licence: 'CC0-1.0',
  date,
});

function functions(): void {
  const rows = tsv('allele_function.tsv');
  const table: Record<string, Record<string, string | number | null>> = {};
  for (const gene of ['CYP2C19', 'CYP2C9', 'CYP2D6']) {
    table[gene] = {};
    for (const row of rows) {
      const allele = row['allele']!;
      if (row['gene'] !== gene || /x/.test(allele)) continue;
      if (gene === 'CYP2C19') table[gene][allele] = row['clinical_function']!.replace(' function', '').toLowerCase();
      else table[gene][allele] = row['activity_value'] === 'n/a' ? null : Number(row['activity_value']);
    }
  }
  write('allele-function.json', {
    id: 'genomics-allele-function',
    title: 'Function or activity value of star alleles',
    version: '1.0.0',
    date: '2025-11-05',
    licence: 'CC0-1.0',
    sources: [
      functionSource('2025-11-05'),
      { ...functionSource('2024-08-27'), title: 'CPIC CYP2D6 allele functionality table' },
    ],
    note: 'CYP2C19: clinical function; CYP2C9 and CYP2D6: activity value of one copy, null = not assigned',
    dates: { CYP2C19: '2025-11-05', CYP2C9: '2025-11-05', CYP2D6: '2024-08-27' },
    ...table,
  });
}

function phenotypes(): void {
  const rules = JSON.parse(read('phenotype_rules.json').toString()) as Record<string, { rule: Record<string, string> }>;
  const code = (words: string) => words.toLowerCase().replaceAll(' ', '-');
  const pairs = Object.fromEntries(
    Object.entries(rules['CYP2C19']!.rule).map(([pair, words]) => [
      pair.toLowerCase().replaceAll(' function', ''),
      code(words),
    ]),
  );
  write('phenotype.json', {
    id: 'genomics-phenotype',
    title: 'From allele functions to metabolizer phenotypes',
    version: '1.0.0',
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
    ],
    note: 'a score belongs to the first band for which it is <= upTo or < below; upTo null = no upper limit',
    functionPairs: pairs,
    scoreBandsCYP2D6: [
      { upTo: 0, phenotype: 'poor-metabolizer' },
      { below: 1.25, phenotype: 'intermediate-metabolizer' },
      { upTo: 2.25, phenotype: 'normal-metabolizer' },
      { upTo: null, phenotype: 'ultrarapid-metabolizer' },
    ],
    scoreBandsCYP2C9: [
      { below: 1, phenotype: 'poor-metabolizer' },
      { below: 2, phenotype: 'intermediate-metabolizer' },
      { upTo: null, phenotype: 'normal-metabolizer' },
    ],
  });
}

/** Dates only: that something changed after a statement was written is the fact that the reader needs. */
function changes(): void {
  const drugs = ['amitriptyline', 'celecoxib', 'citalopram', 'codeine', 'escitalopram', 'ibuprofen', 'tramadol'];
  const genes = ['CYP2C19', 'CYP2C9', 'CYP2D6'];
  const rows = tsv('cpic_change_log.tsv').filter((row) => /^\d{4}-\d{2}-\d{2}$/.test(row['Date of Change'] ?? ''));
  const dates = (subject: string, types: string[]) =>
    [
      ...new Set(
        rows
          .filter((row) => row['Subject'] === subject && types.includes(row['Type of Data']!))
          .map((row) => row['Date of Change']!),
      ),
    ].sort();
  const last = rows
    .map((row) => row['Date of Change']!)
    .sort()
    .at(-1)!;
  write('cpic-changes.json', {
    id: 'genomics-cpic-changes',
    title: 'Dates on which CPIC changed what Idiograph uses',
    version: '1.0.0',
    date: last,
    licence: 'CC0-1.0',
    sources: [
      { title: 'CPIC change log', reference: 'https://github.com/cpicpgx/cpic-data', licence: 'CC0-1.0', date: last },
    ],
    through: last,
    recommendation: Object.fromEntries(drugs.map((drug) => [drug, dates(drug, ['RECOMMENDATION', 'GUIDELINE'])])),
    alleleDefinition: Object.fromEntries(genes.map((gene) => [gene, dates(gene, ['ALLELE_DEFINITION'])])),
    alleleFunction: Object.fromEntries(genes.map((gene) => [gene, dates(gene, ['ALLELE_FUNCTION_REFERENCE'])])),
  });
}

fromCpic('CYP2C19');
fromCpic('CYP2C9');
cyp2d6();
functions();
phenotypes();
changes();
