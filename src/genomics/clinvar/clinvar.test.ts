import { describe, expect, it } from 'vitest';
import { vcfText } from '../../intake/vcf/testing.ts';
import { runOnFiles } from '../../workup/testing/runOnFiles.ts';
import { annotationReader } from './annotation.ts';
import { clinvar } from './clinvar-analysis.ts';
import { isPathogenic } from './listed.ts';

const header38 = ['##contig=<ID=chr2,length=242193529>', '##contig=<ID=chr19,length=58617616>'];

/** A ClinVar VCF with rows of `chrom pos id ref alt gene significance`. */
function clinvarText(rows: readonly string[], reference = 'GRCh38'): string {
  const lines = rows.map((row) => {
    const [chrom, pos, id, ref, alt, gene, significance] = row.split(' ');
    const info = `CLNSIG=${significance};CLNREVSTAT=criteria_provided,_single_submitter;CLNDN=Made_up;CLNHGVS=NC:g.1;GENEINFO=${gene}:1`;
    return [chrom, pos, id, ref, alt, '.', '.', info].join('\t');
  });
  const columns = '#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO';
  return `##fileformat=VCFv4.1\n##fileDate=2026-10-01\n##source=ClinVar\n##reference=${reference}\n${columns}\n${lines.join('\n')}\n`;
}

const listed = [
  '2 166200000 11 C T SCN9A Pathogenic',
  '2 166200100 12 C T SCN9A Benign',
  '2 166200200 13 C T SCN9A Conflicting_classifications_of_pathogenicity',
  '2 166200300 14 CA C SCN9A Likely_pathogenic',
  '2 166200400 15 G A OTHER Pathogenic',
  '19 38500000 16 G A RYR1 Pathogenic/Likely_pathogenic|drug_response',
];

const matches = (findings: { measure: { code: string }; site?: { code: string } }[]) =>
  findings.filter(({ measure }) => measure.code === 'clinvar-match').map(({ site }) => site!.code);

describe('variants held against ClinVar', () => {
  it('counts a place as written where a record or a gVCF block lies on it', async () => {
    const block = 'chr2\t166199000\t.\tA\t<NON_REF>\t.\t.\tEND=166200010\tGT\t0/0';
    const run = await runOnFiles(clinvar, {
      'a.vcf': vcfText(['p'], [block, 'chr2 166200299 ACA AC 0/0'], header38),
      'c.vcf': clinvarText(listed),
    });
    const count = run.findings.find(({ site }) => site?.code === 'SCN9A')!;
    expect(count.issues[0]!.message).toContain('Of 2 variants of SCN9A');
    expect(count.issues[0]!.message).toContain('2 lie at a place');
  });

  it('knows one indel at two ends of a repeat, where the bases between are stated', async () => {
    const run = await runOnFiles(clinvar, {
      'a.vcf': vcfText(['p'], ['chr2 166200301 AAAG AAG 0/1', 'chr2 166200500 CTTTG CTTG 0/1'], header38),
      'c.vcf': clinvarText(['2 166200300 14 CAAAG CAAG SCN9A Pathogenic', '2 166200501 15 T A SCN9A Pathogenic']),
    });
    expect(matches(run.findings)).toEqual(['14']);
  });

  it('lists what is carried, with accession and review as stated', async () => {
    const genotypes = [
      'chr2 166200000 C T 0/1',
      'chr2 166200100 C T 1/1',
      'chr2 166200200 C T 0/1',
      'chr2 166200299 ACA AC 0|1',
      'chr2 166200400 G A 1/1',
      'chr19 38500000 G A 0/0',
    ];
    const run = await runOnFiles(clinvar, {
      'a.vcf': vcfText(['p'], genotypes, header38),
      'c.vcf': clinvarText(listed),
    });
    expect(matches(run.findings)).toEqual(['11', '14']);
    const [first] = run.findings.filter(({ measure }) => measure.code === 'clinvar-match');
    expect(first!.value).toMatchObject({ code: { display: 'Pathogenic (criteria provided, single submitter)' } });
    expect(first!.evidence!.map(({ says }) => says)).toEqual([
      'chr2:166200000 C>T, on 1 of 2 chromosomes',
      'variation 11: Pathogenic; criteria provided, single submitter; Made up',
    ]);
    const counts = run.findings.filter(({ measure }) => measure.code === 'clinvar-match-count');
    expect(counts.map(({ site, value }) => [site!.code, (value as { value: number }).value])).toEqual([
      ['SCN9A', 2],
      ['SCN10A', 0],
      ['SCN11A', 0],
      ['RYR1', 0],
    ]);
    for (const one of counts) expect(one.issues[0]!.message).toContain('No match is no absence of disease');
  });

  it('takes no record that failed its filter, no half call of the reference, no other build', async () => {
    const filtered = vcfText(['p'], ['chr2\t166200000\t.\tC\tT\t.\tLowQual\t.\tGT\t0/1'], header38);
    const one = await runOnFiles(clinvar, { 'a.vcf': filtered, 'c.vcf': clinvarText(listed) });
    expect(matches(one.findings)).toEqual([]);
    const carrier = vcfText(['p'], ['chr2 166200000 C T 0/1'], header38);
    const other = await runOnFiles(clinvar, { 'a.vcf': carrier, 'c.vcf': clinvarText(listed, 'GRCh37') });
    expect(other.findings).toEqual([]);
    expect(other.issues.map(({ code }) => code)).toEqual(['clinvar-build-differs']);
    const silent = await runOnFiles(clinvar, {
      'a.vcf': vcfText(['p'], ['chr2 166200000 C T 0/1']),
      'c.vcf': clinvarText(listed),
    });
    expect(silent.issues.map(({ code }) => code)).toEqual(['clinvar-build-differs']);
  });

  it('does nothing without ClinVar and annotation', async () => {
    const run = await runOnFiles(clinvar, { 'a.vcf': vcfText(['p'], ['chr2 166200000 C T 0/1'], header38) });
    expect(run.findings).toEqual([]);
    expect(run.issues).toEqual([]);
  });
});

it('shows what the annotation of the file says, and judges nothing', async () => {
  const csq =
    '##INFO=<ID=CSQ,Number=.,Type=String,Description="VEP. Format: Allele|Consequence|IMPACT|SYMBOL|HGVSc|HGVSp|CLIN_SIG">';
  const row = (pos: number, info: string) => `chr2\t${pos}\t.\tC\tT\t.\tPASS\tCSQ=${info}\tGT\t0/1`;
  const rows = [
    row(166200000, 'T|intron_variant|MODIFIER|SCN9A|||,T|stop_gained|HIGH|SCN9A|c.1C>T|p.Arg1Ter|'),
    row(166200010, 'T|missense_variant|MODERATE|SCN9A|c.2C>T|p.Ala2Val|benign&pathogenic'),
    row(166200020, 'T|missense_variant|MODERATE|SCN9A|c.3C>T|p.Ala3Val|benign'),
    row(166200030, 'T|stop_gained|HIGH|OTHER|c.1C>T|p.Arg1Ter|'),
  ];
  const run = await runOnFiles(clinvar, { 'a.vcf': vcfText(['p'], rows, [...header38, csq]) });
  expect(run.findings.map(({ site }) => site!.display)).toEqual(['SCN9A p.Arg1Ter', 'SCN9A p.Ala2Val']);
  expect(run.findings[0]!.value).toMatchObject({ code: { display: 'stop gained (HIGH)' } });
});

it('reads snpEff by its fixed order and each alternative by its own rows', () => {
  const reader = annotationReader(['##INFO=<ID=ANN,Number=.,Type=String,Description="Functional annotations">'])!;
  const info =
    'ANN=G|missense_variant|MODERATE|SCN9A|x|t|n|b|1/2|c.1A>G|p.X1Y,C|stop_gained|HIGH|SCN9A|x|t|n|b|1/2|c.1A>C|p.X1*';
  const record = {
    line: 1,
    chrom: '2',
    pos: 1,
    id: '.',
    ref: 'A',
    alt: ['G', 'C'],
    qual: '.',
    filter: '.',
    info,
    format: [],
    sample: [],
  };
  expect(reader(record, 'G').map(({ impact }) => impact)).toEqual(['MODERATE']);
  expect(reader(record, 'C')[0]).toMatchObject({ impact: 'HIGH', protein: 'p.X1*', coding: 'c.1A>C' });
});

it.each([
  ['Pathogenic', true],
  ['Likely_pathogenic', true],
  ['Pathogenic/Likely_pathogenic|risk_factor', true],
  ['Likely_pathogenic,_low_penetrance', true],
  ['Conflicting_classifications_of_pathogenicity', false],
  ['Uncertain_significance', false],
  ['Likely_benign', false],
  ['', false],
])('%s is pathogenic: %s', (significance, is) => {
  expect(isPathogenic(significance)).toBe(is);
});
