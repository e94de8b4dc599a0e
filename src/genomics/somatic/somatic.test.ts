import { describe, expect, it } from 'vitest';
import { vcfKind } from '../../intake/maf/vcfKind.ts';
import { vcfText } from '../../intake/vcf/testing.ts';
import { runOnFiles } from '../../workup/testing/runOnFiles.ts';
import { pharmacogenes } from '../pharmacogenes.ts';
import { somatic } from './somatic-analysis.ts';

const ann = '##INFO=<ID=ANN,Number=.,Type=String,Description="Functional annotations">';
const row = (pos: number, filter: string, effect: string, format: string, tumour: string, normal: string) =>
  `chr17\t${pos}\t.\tC\tT\t.\t${filter}\tANN=T|${effect}|TP53|x|t|n|b|1/2|c.1C>T|p.R${pos}W\t${format}\t${tumour}\t${normal}`;

const rows = [
  row(100, 'PASS', 'missense_variant|MODERATE', 'GT:AD:AF', '0/1:60,40:0.41', '0/0:50,0:0'),
  row(200, 'PASS', 'synonymous_variant|LOW', 'GT:AD', '0/1:75,25', '0/0:50,0'),
  row(300, 'PASS', 'stop_gained|HIGH', 'GT:DP:FREQ', '0/1:80:12.5%', '0/0:50:0%'),
  row(400, 'germline', 'missense_variant|MODERATE', 'GT:AD', '0/1:50,50', '0/1:50,50'),
  row(500, 'PASS', 'splice_donor_variant&intron_variant|HIGH', 'DP:CU:TU', '90:30,31:10,11', '50:50,50:0,0'),
];
const mutect = ['##tumor_sample=P_tumor', '##normal_sample=P', ann];

const quantity = (findings: { measure: { code: string }; value: { type: string } }[], code: string) => {
  const found = findings.filter(({ measure }) => measure.code === code).map(({ value }) => value);
  return found.map(
    (value) => (value as { value?: number; reason?: string }).value ?? (value as { reason?: string }).reason,
  );
};

describe('a VCF of a tumour and its normal sample', () => {
  it('is one source that belongs to the person of the normal sample, and no genome', async () => {
    const text = vcfText(['P_tumor', 'P'], rows, mutect);
    const run = await runOnFiles(somatic, { 't.vcf': text });
    expect(run.sources).toHaveLength(1);
    expect(run.sources[0]).toMatchObject({ modality: 'tumour-genome', locator: { sample: 'P_tumor' } });
    const asGenome = await runOnFiles(pharmacogenes, { 't.vcf': text });
    expect(asGenome.findings).toEqual([]);
  });

  it('is listed with consequence and share of reads, without guidance', async () => {
    const run = await runOnFiles(somatic, { 't.vcf': vcfText(['P_tumor', 'P'], rows, mutect) });
    expect(quantity(run.findings, 'somatic-variant-count')).toEqual([4]);
    expect(quantity(run.findings, 'tumour-mutational-burden')).toEqual(['tmb-target-unknown']);
    const listed = run.findings.filter(({ measure }) => measure.code === 'somatic-variant');
    expect(listed.map(({ site }) => site!.display)).toEqual(['TP53 p.R500W', 'TP53 p.R300W', 'TP53 p.R100W']);
    expect(quantity(run.findings, 'somatic-variant')).toEqual([25, 12.5, 41]);
    const table = Buffer.from(run.artifacts[0]!.bytes).toString().trim().split('\n');
    expect(table).toHaveLength(6);
    expect(table[2]).toContain('synonymous_variant');
    expect(run.findings[0]!.issues.map(({ code }) => code)).toEqual(['somatic-no-guidance', 'somatic-filtered']);
  });

  it('has a burden only with a stated target', async () => {
    const stated = await runOnFiles(somatic, {
      't.vcf': vcfText(['P_tumor', 'P'], rows, [...mutect, '##target_size_mb=1.5']),
    });
    expect(quantity(stated.findings, 'tumour-mutational-burden')).toEqual([2]);
    const nonsense = await runOnFiles(somatic, {
      't.vcf': vcfText(['P_tumor', 'P'], rows, [...mutect, '##target_size_mb=0']),
    });
    expect(quantity(nonsense.findings, 'tumour-mutational-burden')).toEqual(['tmb-target-unknown']);
  });

  it('leaves out an allele that the genotype of the tumour was called without', async () => {
    const row = (genotype: string) => `chr1 5 A G,T ${genotype} 0/0`;
    const count = async (genotype: string) =>
      quantity(
        (await runOnFiles(somatic, { 't.vcf': vcfText(['P_tumor', 'P'], [row(genotype)], mutect) })).findings,
        'somatic-variant-count',
      );
    expect(await count('0/2')).toEqual([1]);
    expect(await count('0/0')).toEqual([0]);
    expect(await count('./.')).toEqual([2]);
  });

  it('without annotation and normal sample says so', async () => {
    const plain = vcfText(['T_tumor'], ['chr1 5 A G 0/1'], ['##tumor_sample=T_tumor']);
    const run = await runOnFiles(somatic, { 't.vcf': plain });
    expect(run.findings[0]!.issues.map(({ code }) => code)).toEqual([
      'somatic-no-guidance',
      'somatic-no-normal',
      'somatic-not-annotated',
    ]);
  });
});

it('reads a MAF, each tumour by itself', async () => {
  const columns = [
    'Hugo_Symbol',
    'Chromosome',
    'Start_Position',
    'Reference_Allele',
    'Tumor_Seq_Allele2',
    'Variant_Classification',
    'Tumor_Sample_Barcode',
    't_depth',
    't_alt_count',
    'HGVSp_Short',
  ];
  const lines = [
    'TP53\t17\t7577121\tG\tA\tMissense_Mutation\tT1\t100\t30\tp.R273C',
    'KRAS\t12\t25398284\tC\tT\tSilent\tT1\t50\t10\t',
    'BRAF\t7\t140453136\tA\tT\tMissense_Mutation\tT2\t80\t\tp.V600E',
    'BROKEN\t\t\t\t\t\tT1\t\t\t',
  ];
  const text = `#version 2.4\n#target_size_mb 2\n${columns.join('\t')}\n${lines.join('\n')}\n`;
  const run = await runOnFiles(somatic, { 'a.maf': text });
  expect(run.sources.map(({ locator }) => locator)).toEqual([{ tumour: 'T1' }, { tumour: 'T2' }]);
  expect(quantity(run.findings, 'somatic-variant-count')).toEqual([2, 1]);
  expect(quantity(run.findings, 'tumour-mutational-burden')).toEqual([0.5, 0.5]);
  const listed = run.findings.filter(({ measure }) => measure.code === 'somatic-variant');
  expect(listed.map(({ site, value }) => [site!.display, value.type])).toEqual([
    ['TP53 p.R273C', 'quantity'],
    ['BRAF p.V600E', 'code'],
  ]);
});

it.each([
  [['##tumor_sample=A', '##normal_sample=B'], ['B', 'A'], { kind: 'tumour', tumour: 'A', normal: 'B' }],
  [[], ['NORMAL', 'TUMOR'], { kind: 'tumour', tumour: 'TUMOR', normal: 'NORMAL' }],
  [['##content=strelka somatic snv calls'], ['x', 'y'], { kind: 'tumour' }],
  [['##source=ClinVar', '##fileDate=2026-01-02'], [], { kind: 'clinvar', fileDate: '2026-01-02' }],
  [[], ['mother', 'father', 'child'], { kind: 'genome' }],
  [[], ['TUMOR', 'friend'], { kind: 'genome' }],
  [[], ['p'], { kind: 'genome' }],
])('header %j with samples %j', (lines, samples, kind) => {
  expect(vcfKind(lines, samples)).toMatchObject(kind);
});
