import { expect, test } from 'vitest';
import { readTyping } from '../../clinical/hlaTyping.ts';
import type { Fact } from '../../dossier/fact.ts';
import { defaultLimits } from '../format.ts';
import { recognise } from '../formats.ts';
import { fileOf } from '../testing.ts';
import { outsideCallsFormat } from './format.ts';

async function imported(...contents: [path: string, text: string][]) {
  const pieces = [];
  const issues = [];
  for (const [path, text] of contents) {
    const file = fileOf(path, text);
    expect(recognise(file)?.id).toBe('outside-calls');
    const read = await outsideCallsFormat.read(file, defaultLimits);
    if ('refused' in read) throw new Error(read.refused.code);
    pieces.push({ path, piece: read.piece });
    issues.push(...read.issues);
  }
  const assembled = outsideCallsFormat.assemble(pieces);
  return { drafts: assembled.drafts, issues: [...issues, ...assembled.issues] };
}

/** What the facts of a draft state: `CYP2D6 *1/*2`. */
function stated({ drafts }: Awaited<ReturnType<typeof imported>>): string[] {
  return drafts.flatMap(({ facts }) =>
    facts.map(({ code, value }) =>
      value?.type === 'text'
        ? `${code.code} ${value.text}`
        : `${code.code} ${value?.type === 'quantity' && value.value}`,
    ),
  );
}

test('PharmCAT: diplotype, phenotype, score and single alleles, comments and a header aside', async () => {
  const text =
    'Gene\tDiplotype\n# comment\nCYP2D6\t*1/*3\nCYP2C9\t\t\t2.0\nG6PD\tB (wildtype)/B (wildtype)\nTPMT\t\tpoor metaboliser\nMT-RNR1\t1555A>G\n';
  const read = await imported(['x.tsv', text]);
  expect(stated(read)).toEqual([
    'CYP2D6 *1/*3',
    'CYP2C9 2',
    'G6PD B (wildtype)/B (wildtype)',
    'TPMT poor metaboliser',
    'MT-RNR1 1555A>G',
  ]);
  expect(read.drafts[0]!.claim).toBeUndefined();
  expect(read.drafts[0]!.facts[0]).toMatchObject({ place: 'line 3', status: 'completed' });
});

test('HLA types become facts that the typing of the record reads', async () => {
  const { drafts } = await imported(['x.tsv', 'HLA-B\t*15:02/*57:01\nHLA-A\t\t*31:01 positive\n']);
  const facts = drafts[0]!.facts.map((fact) => ({ ...fact, kind: 'fact', id: 'f', subject: 's', source: 'x' }) as Fact);
  const results = (['HLA-B*15:02', 'HLA-B*57:01', 'HLA-B*58:01', 'HLA-A*31:01'] as const).map((allele) =>
    facts.map((fact) => readTyping(fact, allele)).find((one) => one !== undefined),
  );
  expect(results).toEqual(['positive', 'positive', 'negative', 'positive']);
});

test('Aldy: solutions of one gene, each once, with what is novel said', async () => {
  const head =
    '#Sample\tGene\tSolutionID\tMajor\tMinor\tCopy\tAllele\tLocation\tType\tCoverage\tEffect\tdbSNP\tCode\tStatus';
  const row = (solution: number, major: string) =>
    `NA1\tCYP2D6\t${solution}\t${major}\t1;4\t0\t1\t42\tSNP.GA\t-1\tNEUTRAL\trs1\t-1`;
  const text = [
    head,
    '#Solution 1: *1, *4',
    row(1, '*1/*4.021.ALDY+*4'),
    row(1, '*1/*4.021.ALDY+*4'),
    '#Solution 2',
    row(2, '*2-like/*4'),
  ].join('\n');
  const read = await imported(['x.aldy', text]);
  expect(stated(read)).toEqual(['CYP2D6 *1/*4+*4 or *2/*4']);
  expect(read.drafts[0]!.claim).toEqual({ system: 'vcf:sample', value: 'NA1' });
  expect(read.drafts[0]!.facts[0]!.issues).toMatchObject([{ code: 'outside-call-novel-variant' }]);
});

test('Cyrius: copies stay copies, filters and open phase are kept, no call is no fact', async () => {
  const text =
    'Sample\tGenotype\tFilter\nA\t*1/*36x2+*10\tPASS\nB\t*1/*46;*43/*45\tMore_than_one_possible_genotype\nC\tNone\tNone\nD\t*1_*2_*68\tNot_assigned_to_haplotypes\n';
  const read = await imported(['x.tsv', text]);
  expect(stated(read)).toEqual(['CYP2D6 *1/*36x2+*10', 'CYP2D6 *1/*46 or *43/*45', 'CYP2D6 *1+*2+*68']);
  expect(read.drafts.map(({ claim }) => claim?.value)).toEqual(['A', 'B', 'D']);
  expect(read.issues).toMatchObject([{ code: 'outside-call-empty', place: 'line 4' }]);
  const json = await imported([
    'x.json',
    '{"A": {"Coverage_MAD": 0.04, "Spacer_CN": 2, "Genotype": "*2x2/*71", "Filter": "PASS"}}',
  ]);
  expect(stated(json)).toEqual(['CYP2D6 *2x2/*71']);
});

test('StellarPGx: the result and the score below their headings', async () => {
  const text = `--------\n\nCYP2D6 Star Allele Calling with StellarPGx\n\n--------\n\nInitially computed CN = 2\n\n\nCandidate alleles:\n['17.v1_29.v1']\n\n\nResult:\n*17/*29\n\n\nActivity score:\n1.0\n\n\nMetaboliser status:\nIntermediate metaboliser (IM)\n`;
  expect(stated(await imported(['x.alleles', text]))).toEqual([
    'CYP2D6 *17/*29',
    'CYP2D6 Intermediate metaboliser',
    'CYP2D6 1',
  ]);
});

test('StarPhase: sub-alleles under their core allele, HLA with its gene, no match is no fact', async () => {
  const details = {
    CYP2D6: { diplotypes: [{ hap1: '*4.001+*68', hap2: '*4.001', diplotype: '*4.001+*68/*4.001' }] },
    'HLA-A': { diplotypes: [{ diplotype: '01:01:01:01/26:01:01:01' }] },
    CYP2B6: { diplotypes: [{ diplotype: '*1/*6' }, { diplotype: '*4/*9' }] },
    DPYD: { diplotypes: [{ diplotype: 'NO_MATCH/NO_MATCH' }] },
    ABCB1: { diplotypes: [{ diplotype: '*1/*1' }] },
  };
  const read = await imported(['x.json', JSON.stringify({ pbstarphase_version: '1.3.0', gene_details: details })]);
  expect(stated(read)).toEqual([
    'CYP2D6 *4+*68/*4',
    'HLA-A HLA-A*01:01:01:01/HLA-A*26:01:01:01',
    'CYP2B6 *1/*6 or *4/*9',
  ]);
  expect(read.issues.map(({ code }) => code)).toEqual(['outside-call-empty', 'outside-call-unknown-gene']);
});

test('PyPGx: the gene comes from the metadata beside; without it nothing is guessed', async () => {
  const table =
    '\tGenotype\tPhenotype\tHaplotype1\tHaplotype2\tAlternativePhase\tVariantData\tCNV\nNA1\t*5/*29\tPoor Metabolizer\t*29;\t*29;\t;\t\tWholeDel1\nNA2\tIndeterminate\tIndeterminate\t\t\t\t\t\n';
  const metadata = 'Platform=WGS\nGene=CYP2D6\nAssembly=GRCh37\nSemanticType=SampleTable[Results]\n';
  const read = await imported(['r.zip!/t/data.tsv', table], ['r.zip!/t/metadata.txt', metadata]);
  expect(stated(read)).toEqual(['CYP2D6 *5/*29', 'CYP2D6 Poor Metabolizer']);
  expect(read.drafts[0]!.files).toEqual(['r.zip!/t/data.tsv', 'r.zip!/t/metadata.txt']);
  const alone = await imported(['data.tsv', table]);
  expect(alone.drafts).toEqual([]);
  expect(alone.issues).toMatchObject([{ code: 'outside-calls-no-gene' }]);
});

test.each([
  ['CYP2D6\t*1/*2/*3\n', 'outside-call-malformed'],
  ['CYP2D6\t<script>\n', 'outside-call-malformed'],
  ['CYP2D6\t\t\t-3\n', 'outside-call-malformed'],
  ['CYP2D6\tMultiple/Multiple\n', 'outside-call-empty'],
  ['CYP2D6\t*1/*2\nABCB1\t*1/*2\n', 'outside-call-unknown-gene'],
])('%j gives an issue and no fact for that line', async (text, code) => {
  const { drafts, issues } = await imported(['x.tsv', text]);
  expect(issues).toMatchObject([{ code, place: expect.stringMatching(/^line \d$/) }]);
  expect(drafts.flatMap(({ facts }) => facts).length).toBe(text.includes('ABCB1') ? 1 : 0);
});

test.each([
  ['another structure', '{"pbstarphase_version": "1", "gene_details": []}', 'outside-calls-unlike'],
  ['cut JSON', '{"pbstarphase_version": "1", "gene_details": {', 'json-invalid'],
])('refuses %s by name', async (_, text, code) => {
  expect(await outsideCallsFormat.read(fileOf('x.json', text), defaultLimits)).toMatchObject({ refused: { code } });
});

test('takes no table of another kind', () => {
  for (const text of [
    'gene,drug\nCYP2D6,codeine\n',
    'CYP2D6\tCYP2C19\n*1/*2\t*1/*1\n',
    'GENE\tA\tB\tC\tD\nCYP2D6\t1\t2\t3\t4\n',
  ]) {
    expect(outsideCallsFormat.sniff(fileOf('x.tsv', text).head, { bytes: 1, path: 'x.tsv' })).toBe(false);
  }
});
