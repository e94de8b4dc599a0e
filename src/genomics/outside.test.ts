import { expect, test } from 'vitest';
import type { Fact } from '../dossier/fact.ts';
import type { Value } from '../dossier/finding.ts';
import { dossierOf } from '../dossier/testing.ts';
import { defaultLimits } from '../intake/format.ts';
import { outsideCallsFormat } from '../intake/outsideCalls/format.ts';
import { fileOf } from '../intake/testing.ts';
import { openVcf } from '../intake/vcf/open.ts';
import { stored } from '../intake/vcf/testing.ts';
import { runAll } from '../knowledge/testing.ts';
import { phenotypeNamed } from './outside.ts';
import { pharmacogenes } from './pharmacogenes.ts';
import { definitionOf, genomeText } from './testing.ts';

/** Facts of PharmCAT tables, as an import makes them. */
async function factsOf(...tables: string[]): Promise<Fact[]> {
  const facts: Fact[] = [];
  for (const [t, table] of tables.entries()) {
    const read = await outsideCallsFormat.read(fileOf('x.tsv', table), defaultLimits);
    if ('refused' in read) throw new Error(read.refused.code);
    const { drafts } = outsideCallsFormat.assemble([{ path: 'x.tsv', piece: read.piece }]);
    for (const fact of drafts.flatMap((draft) => draft.facts)) {
      facts.push({ ...fact, kind: 'fact', id: `f${t}-${facts.length}`, subject: 'subject', source: `s${t}` });
    }
  }
  return facts;
}

async function run(tables: string[], genome?: string) {
  const facts = await factsOf(...tables);
  const { source, blobs } = stored(genome ?? '', 'ann');
  const made = await runAll(pharmacogenes, dossierOf({ sources: genome === undefined ? [] : [source], facts }), {
    openVariants: () => openVcf(source, blobs),
  });
  const find = (measure: string, gene: string) =>
    made.findings.find((one) => one.measure.code === measure && one.site?.code === gene);
  const plain = (value: Value | undefined) =>
    (value?.type === 'set' ? value.members.map((one) => one.value) : value ? [value] : []).map((one) =>
      one.type === 'quantity' ? one.value : one.type === 'code' ? one.code.code : one.type,
    );
  return {
    find,
    codes: (measure: string, gene: string) => plain(find(measure, gene)?.value),
    issues: (gene: string) => find('diplotype', gene)?.issues.map(({ code }) => code) ?? [],
  };
}

test.each([
  ['*1/*2', [2], ['normal-metabolizer']],
  ['*2/*1x2', [3], ['ultrarapid-metabolizer']],
  ['*10/*36x2', [0.25], ['intermediate-metabolizer']],
  ['*1/*36x2+*10', [1.25], ['normal-metabolizer']],
  ['*5/*29', [0.5], ['intermediate-metabolizer']],
  ['*68+*4/*5', [0], ['poor-metabolizer']],
  ['*1/*2xN', [3, 4], ['ultrarapid-metabolizer']],
  ['*1+*2+*4', [2], ['normal-metabolizer']],
])('CYP2D6 %s is read with all its copies', async (diplotype, scores, phenotypes) => {
  const { codes } = await run([`CYP2D6\t${diplotype}\n`]);
  expect(codes('activity-score', 'CYP2D6')).toEqual(scores);
  expect(codes('metabolizer-phenotype', 'CYP2D6')).toEqual(phenotypes);
});

test('an allele that no table has gives no score and says so', async () => {
  const { codes, find } = await run(['CYP2D6\t*1/*999\n']);
  expect(codes('metabolizer-phenotype', 'CYP2D6')).toEqual(['indeterminate']);
  expect(find('diplotype', 'CYP2D6')!.issues).toContainEqual(
    expect.objectContaining({ code: 'outside-allele-unknown', message: expect.stringContaining('CYP2D6*999') }),
  );
});

test('an outside call takes the place of our own set, marked, without conflict when ours allows it', async () => {
  const alone = await run([], genomeText());
  expect(alone.codes('activity-score', 'CYP2D6').length).toBeGreaterThan(2);
  const { codes, issues, find } = await run(['CYP2D6\t*1/*1x2\n'], genomeText());
  expect(codes('diplotype', 'CYP2D6')).toEqual(['*1/*1x2']);
  expect(codes('activity-score', 'CYP2D6')).toEqual([3]);
  expect(issues('CYP2D6')).toEqual(['outside-call']);
  expect(find('diplotype', 'CYP2D6')!.derivedFrom).toEqual(['f0-0', 'src-genome']);
  expect(codes('diplotype', 'CYP2C9')).toEqual(['*1/*1']);
});

test('an outside call that our own excludes wins and shows the conflict', async () => {
  const { codes, find } = await run(['CYP2C9\t*3/*2\nCYP2D6\t*4/*4\n'], genomeText());
  expect(codes('diplotype', 'CYP2C9')).toEqual(['*2/*3']);
  for (const gene of ['CYP2C9', 'CYP2D6']) {
    expect(find('diplotype', gene)!.issues).toContainEqual(
      expect.objectContaining({ code: 'outside-call-conflict', severity: 'warning' }),
    );
  }
});

test('files that disagree leave all their calls and say so', async () => {
  const { codes, issues } = await run(['CYP4F2\t*1/*3\n', 'CYP4F2\t*9/*4\n'], genomeText());
  expect(codes('diplotype', 'CYP4F2')).toEqual(['*1/*3', '*4/*9']);
  expect(issues('CYP4F2')).toContain('outside-calls-disagree');
});

test('a stated score outweighs a stated phenotype, and that the diplotype', async () => {
  const scored = await run(['CYP2D6\t*1/*4\tPoor Metabolizer\t2.0\n']);
  expect(scored.codes('activity-score', 'CYP2D6')).toEqual([2]);
  expect(scored.issues('CYP2D6')).toContain('outside-call-inconsistent');
  const named = await run(['CYP2C19\t*1/*1\tpoor metaboliser\nTPMT\t\tIM\n']);
  expect(named.codes('metabolizer-phenotype', 'CYP2C19')).toEqual(['poor-metabolizer']);
  expect(named.issues('CYP2C19')).toContain('outside-call-inconsistent');
  expect(named.codes('metabolizer-phenotype', 'TPMT')).toEqual(['intermediate-metabolizer']);
  expect(named.codes('diplotype', 'TPMT')).toEqual(['refused']);
});

test('DPYD alleles keep the plus of their names; MT-RNR1 and HLA have their own words', async () => {
  const { codes } = await run(['DPYD\tReference/c.1905+1G>A (*2A)\nMT-RNR1\t1555A>G\nHLA-B\t*57:01/*15:02\n']);
  expect(codes('activity-score', 'DPYD')).toEqual([1]);
  expect(codes('metabolizer-phenotype', 'MT-RNR1')).toEqual(['increased-risk-of-aminoglycoside-induced-hearing-loss']);
  expect(codes('diplotype', 'HLA-B')).toEqual(['*15:02/*57:01']);
});

test('words that are no phenotype are not used', async () => {
  const { find } = await run(['CYP2C19\t\tfast\n']);
  expect(find('metabolizer-phenotype', 'CYP2C19')).toBeUndefined();
  expect(find('diplotype', 'CYP2C19')!.issues.map(({ code }) => code)).toContain('outside-phenotype-unknown');
});

test.each([
  ['CYP2D6 Ultrarapid Metabolizers (UM)', 'ultrarapid-metabolizer'],
  ['likely cyp2d6 poor metaboliser', undefined],
  ['Likely Poor Metabolizer', 'likely-poor-metabolizer'],
  ['EM', 'normal-metabolizer'],
])('%s', (words, code) => {
  expect(phenotypeNamed('CYP2D6', words)).toBe(code);
});

test('a genome of the wrong build does not take outside calls with it', async () => {
  const first = definitionOf('CYP2C9').positions[0]!.pos.GRCh38!;
  const wrong = genomeText().replace(
    /^chr(\d+)\t(\d+)/gm,
    (_, chrom, pos) => `chr${chrom}\t${Number(pos) === first ? pos : Number(pos) + 1}`,
  );
  const { codes } = await run(['CYP2D6\t*4/*4\n'], wrong);
  expect(codes('diplotype', 'CYP2D6')).toEqual(['*4/*4']);
  expect(codes('diplotype', 'CYP2C9')).toEqual(['refused']);
});

test('two samples of one file in one patient: nobody is guessed, outside calls still speak', async () => {
  const { source } = stored(genomeText(), 'ann');
  const both = [source, { ...source, id: 'src-other', locator: { sample: 'bob' } }];
  const alone = pharmacogenes.select(dossierOf({ sources: both }));
  expect(alone).toMatchObject({ selections: [], missing: [{ code: 'genome-sample-open', severity: 'error' }] });
  expect(alone.missing[0]!.remedy).toContain('--sample');
  const { selections } = pharmacogenes.select(dossierOf({ sources: both, facts: await factsOf('CYP2D6\t*1/*4\n') }));
  expect(selections.map(({ inputs }) => Object.keys(inputs))).toEqual([['outside']]);
});
