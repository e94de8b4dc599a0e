/**
 * Re-tabulates public facts into knowledge/genomics: `node scripts/tabulate-genomics.ts FOLDER`.
 * FOLDER holds what others publish: `cpic_cc0_gene_entries_*.json.gz` (CPIC, CC0), `pypgx/*.csv` (MIT),
 * `allele_function.tsv`, `phenotype_rules.json` (CPIC facts, CC0).
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

/** Alleles that any clinical assay should look for; those that CPIC names as AMP tier 1 (the VKORC1, CYP3A and DPYD sets too). */
const tier1: Record<string, string[]> = {
  CYP2C19: ['*2', '*3', '*17'],
  CYP2C9: ['*2', '*3', '*5', '*6', '*8', '*11'],
  CYP2D6: ['*2', '*3', '*4', '*6', '*9', '*10', '*17', '*29', '*41'],
  CYP3A4: ['*22'],
  CYP3A5: ['*3', '*6', '*7'],
  DPYD: [
    'c.557A>G',
    'c.868A>G',
    'c.1129-5923C>G, c.1236G>A (HapB3)',
    'c.1679T>G (*13)',
    'c.1905+1G>A (*2A)',
    'c.2279C>T',
    'c.2846A>T',
  ],
  NUDT15: ['*3'],
  TPMT: ['*2', '*3A', '*3B', '*3C'],
  VKORC1: ['rs9923231 variant (T)'],
};
/** Whole-gene and hybrid alleles: names without a list of small variants. */
const invisible: Record<string, string[]> = {
  CYP2B6: ['*29', '*30'],
  CYP2C19: ['*36', '*37'],
  CYP2D6: ['*5', '*13', '*36', '*61', '*63', '*68', 'xN'],
  CYP4F2: ['*16'],
  SLCO1B1: ['*48', '*49'],
};
/** Alleles that PharmCAT 3.1.1 (data of 2025-11-05) can name, to tell where the tables here leave some out. */
const knownAlleles: Record<string, number> = {
  ABCG2: 2,
  CACNA1S: 3,
  CFTR: 104,
  CYP2B6: 47,
  CYP2C19: 36,
  CYP2C9: 88,
  CYP2D6: 171,
  CYP3A4: 45,
  CYP3A5: 6,
  CYP4F2: 22,
  DPYD: 84,
  G6PD: 185,
  IFNL3: 2,
  NAT2: 59,
  NUDT15: 21,
  RYR1: 339,
  SLCO1B1: 46,
  TPMT: 46,
  UGT1A1: 9,
  VKORC1: 2,
};
/** Positions without which no allele is named: the five that tell the common NAT2 alleles apart. */
const required: Record<string, number[]> = { NAT2: [18400194, 18400344, 18400593, 18400806, 18400860] };
/** Not called although listed: c.1311T>C, which is usual, and the deletion of G6PD Villeurbanne; a deletion of RYR1. */
const ignoredPositions: Record<string, number[]> = { G6PD: [154532439, 154532991], RYR1: [38580127] };

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
  if (new Set(positions.map(({ grch38 }) => grch38)).size < positions.length)
    throw new Error(`${gene}: two positions at one place`);
  const names = Object.keys(alleles);
  if (names[0]?.startsWith('*')) names.sort(byNumber);
  const ordered = Object.fromEntries(names.map((name) => [name, alleles[name]]));
  const placed = variantRows.filter((row) => row['Gene'] === gene).map((row) => Number(row['GRCh38Position']));
  const listed = positions.map(({ grch38 }) => grch38);
  const offset = positions[0]!.grch37 - positions[0]!.grch38;
  const known = placed.filter((grch38) =>
    variantRows.some(
      (row) =>
        row['Gene'] === gene &&
        Number(row['GRCh38Position']) === grch38 &&
        Number(row['GRCh37Position']) - grch38 === offset,
    ),
  );
  const span = [Math.min(...known, ...listed), Math.max(...known, ...listed)];
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
    tier1: tier1[gene] ?? [],
    invisible: invisible[gene] ?? [],
    required: required[gene] ?? [],
    knownAlleles: knownAlleles[gene],
    sameDistance: span,
    leftOut,
    positions,
    alleles: ordered,
  });
}

/**
 * CPIC's words for insertions, deletions and repeats -> VCF alleles, as the MIT table spells them (its base in front is
 * what CPIC does not say). Key: gene and CPIC's position. Reference first, then each letter of CPIC.
 */
const indels: Record<string, { grch38: number; ref: string; letters: Record<string, string> }> = {
  'CYP2C9 94942213': { grch38: 94942210, ref: 'GAAAGAAATGG', letters: { delAGAAATGGAA: 'G' } },
  'CYP2C9 94949283': { grch38: 94949281, ref: 'GA', letters: { delA: 'G' } },
  'CYP3A5 99652771': { grch38: 99652770, ref: 'T', letters: { AA: 'TA' } },
  'DPYD 97740411': { grch38: 97740410, ref: 'GATGA', letters: { 'ATGA(1)': 'G' } },
  'DPYD 97450067': { grch38: 97450065, ref: 'TG', letters: { delG: 'T' } },
  // One repeat further than the table has it: a substitution stands at its place.
  'G6PD 154546051': { grch38: 154546049, ref: 'ATGA', letters: { delGAT: 'A' } },
  'G6PD 154536022': { grch38: 154536021, ref: 'CAGA', letters: { delAGA: 'C' } },
  'G6PD 154535370': { grch38: 154535369, ref: 'TTCT', letters: { delTCT: 'T' } },
  'G6PD 154534419': { grch38: 154534418, ref: 'GGAG', letters: { delGAG: 'G' } },
  'G6PD 154534120': { grch38: 154534116, ref: 'ATGT', letters: { delTGT: 'A' } },
  'G6PD 154534076': { grch38: 154534075, ref: 'CAGTGCC', letters: { delAGTGCC: 'C' } },
  'G6PD 154533015': {
    grch38: 154533014,
    ref: 'TGGGGTCGTCCAGGTACCCTTTGGT',
    letters: { delGGGGTCGTCCAGGTACCCTTTGGT: 'T' },
  },
  'G6PD 154532753': { grch38: 154532752, ref: 'CGGCCTTGCGCTCGTTCAG', letters: { delGGCCTTGCGCTCGTTCAG: 'C' } },
  'G6PD 154532058': { grch38: 154532057, ref: 'CTTC', letters: { delTTC: 'C' } },
  'NUDT15 48037826': { grch38: 48037825, ref: 'C', letters: { insCGGG: 'CGCGG' } },
  'NUDT15 48037784': {
    grch38: 48037782,
    ref: 'AGGAGTC',
    letters: { 'GAGTCG(2)': 'A', 'GAGTCG(4)': 'AGGAGTCGGAGTC' },
  },
  'NUDT15 48040982': { grch38: 48040977, ref: 'GA', letters: { delA: 'G' } },
  'NUDT15 48041104': { grch38: 48041103, ref: 'T', letters: { GG: 'TG' } },
  'RYR1 38499646': { grch38: 38499644, ref: 'TGGA', letters: { delGAG: 'T' } },
  'RYR1 38572266': { grch38: 38572266, ref: 'TC', letters: { insCT: 'CT' } },
  'RYR1 38580039': { grch38: 38580039, ref: 'TT', letters: { insAA: 'AA' } },
  'TPMT 18149032': { grch38: 18149032, ref: 'C', letters: { insT: 'CT' } },
  'UGT1A1 233760235': {
    grch38: 233760233,
    ref: 'CAT',
    letters: { 'TA(6)': 'C', 'TA(8)': 'CATAT', 'TA(9)': 'CATATAT' },
  },
};

interface CpicGene {
  chromosome: string;
  variants: Record<string, { position: number; dbsnp_id: string | null; alleles: string[] }>;
  defined_haplotypes: Record<string, { haplotype: Record<string, string> }>;
  reference_allele: string;
}

function cpicGene(gene: string): CpicGene {
  const dump = readdirSync(folder!).find((name) => /^cpic_cc0_gene_entries_.*\.json\.gz$/.test(name))!;
  const { gene_entries } = JSON.parse(gunzipSync(read(dump)).toString()) as { gene_entries: Record<string, CpicGene> };
  return gene_entries[gene]!;
}

function fromCpic(gene: string): void {
  const entry = cpicGene(gene);
  const all = Object.values(entry.variants).map((variant) => variant.position);
  const offset = offset37(gene, Math.min(...all) - 12, Math.max(...all));
  const reference = entry.defined_haplotypes[entry.reference_allele]!.haplotype;
  const positions: Position[] = [];
  const placed = new Map<string, { grch38: number; base: (letter: string) => string | undefined }>();
  const unplaced = new Set<string>();
  const ignored = new Set<string>();
  for (const [key, { position, dbsnp_id, alleles }] of Object.entries(entry.variants)) {
    const rsid = dbsnp_id === null ? {} : { rsid: dbsnp_id };
    if (ignoredPositions[gene]?.includes(position)) {
      ignored.add(key);
      continue;
    }
    if (alleles.every((allele) => /^[A-Z]$/.test(allele))) {
      const ref = reference[key]!;
      const alts = alleles.filter((allele) => /^[ACGT]$/.test(allele) && allele !== ref);
      const ref37 = reference37(gene, position);
      positions.push({ grch38: position, grch37: position + offset, ref, alts, ...rsid, ...(ref37 ? { ref37 } : {}) });
      placed.set(key, { grch38: position, base: (letter) => letter });
      continue;
    }
    const vcf = indels[`${gene} ${position}`];
    if (!vcf) {
      unplaced.add(key);
      continue;
    }
    const alts = Object.values(vcf.letters);
    positions.push({ grch38: vcf.grch38, grch37: vcf.grch38 + offset, ref: vcf.ref, alts, ...rsid });
    placed.set(key, {
      grch38: vcf.grch38,
      base: (letter) => (letter === reference[key] ? vcf.ref : vcf.letters[letter]),
    });
  }
  const alleles: Record<string, Record<string, string>> = { [entry.reference_allele]: {} };
  const leftOut: Record<string, string> = {};
  for (const [name, { haplotype }] of Object.entries(entry.defined_haplotypes)) {
    if (name === entry.reference_allele || invisible[gene]?.includes(name) || Object.keys(haplotype).length === 0)
      continue;
    const keys = Object.keys(haplotype).filter((key) => !ignored.has(key));
    if (keys.length === 0 || /Haplotype$/.test(name)) {
      leftOut[name] = 'lies on positions that are not called';
      continue;
    }
    const bases = keys.map((key) => [placed.get(key)?.grch38, placed.get(key)?.base(haplotype[key]!)] as const);
    if (keys.some((key) => unplaced.has(key)) || bases.some(([, base]) => base === undefined)) {
      leftOut[name] = 'an insertion or deletion whose base in front is in none of the sources';
      continue;
    }
    alleles[name] = Object.fromEntries([...bases].sort((a, b) => a[0]! - b[0]!));
  }
  const chromosome = entry.chromosome.replace('chr', '');
  definitionFile(gene, chromosome, entry.reference_allele, positions, alleles, leftOut, [cpic, pypgx, tierOne]);
}

/** Genes whose alleles PyPGx gives as lists of variants, taken literally. `loose`: positions that an allele not naming them may show either way. */
function fromPypgx(
  gene: string,
  chromosome: string,
  reference: string,
  wanted: (name: string) => boolean,
  loose: number[],
  leftOut: Record<string, string>,
): void {
  const alleles: Record<string, Record<string, string>> = { [reference]: {} };
  const bases = new Map<number, { ref: string; alts: Set<string> }>();
  for (const row of alleleRows) {
    const name = row['StarAllele']!;
    if (row['Gene'] !== gene || row['SV'] === 'TRUE' || row['GRCh38Core'] === 'N/A' || !wanted(name)) continue;
    const core: Record<string, string> = {};
    for (const variant of row['GRCh38Core']!.split(',')) {
      const [, position, ref, alt] = variant.split('-') as [string, string, string, string];
      core[position] = alt;
      const known = bases.get(Number(position)) ?? { ref, alts: new Set<string>() };
      bases.set(Number(position), known);
      known.alts.add(alt);
    }
    if (!Object.keys(core).some((position) => loose.includes(Number(position)))) {
      for (const position of loose) core[position] = 'N';
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
  definitionFile(gene, chromosome, reference, positions, alleles, leftOut, [pypgx, tierOne]);
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

const valueGenes = ['CYP2C9', 'CYP2D6', 'DPYD'];

function functions(): void {
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

const functionWord = (words: string) => words.replace(/ function$/i, '').toLowerCase();

/** CPIC's words -> the codes of src/genomics/phenotype.ts. */
function phenotypeWord(words: string): string {
  const known: Record<string, string> = {
    Normal: 'normal-activity',
    Variable: 'variable-activity',
    '-1639 AA': 'vkorc1-1639-aa',
    '-1639 AG': 'vkorc1-1639-ag',
    '-1639 GG': 'vkorc1-1639-gg',
    'ivacaftor responsive in CF patients': 'ivacaftor-responsive',
    'ivacaftor non-responsive in CF patients': 'ivacaftor-non-responsive',
  };
  return known[words] ?? words.toLowerCase().replaceAll(' ', '-');
}

function phenotypes(): void {
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

const lowIntermediateNormal = [
  { below: 1, phenotype: 'poor-metabolizer' },
  { below: 2, phenotype: 'intermediate-metabolizer' },
  { upTo: null, phenotype: 'normal-metabolizer' },
];

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
