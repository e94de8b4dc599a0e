import { expect, test } from 'vitest';
import { Finding } from '../dossier/finding.ts';
import { dossierOf } from '../dossier/testing.ts';
import { vcfText } from '../intake/vcf/testing.ts';
import { pharmacogenes } from './pharmacogenes.ts';
import { analyse, genomeText, header38 } from './testing.ts';

test('a genome without variants: *38/*38, *1/*1, and CYP2D6 as a set', async () => {
  const outcome = await analyse(genomeText());
  expect(outcome.codes('diplotype', 'CYP2C19')).toEqual(['*38/*38']);
  expect(outcome.codes('diplotype', 'CYP2C9')).toEqual(['*1/*1']);
  expect(outcome.codes('activity-score', 'CYP2C9')).toEqual([2]);
  expect(outcome.codes('diplotype', 'CYP2D6')).toEqual(['*1/*1']);
  expect(outcome.codes('activity-score', 'CYP2D6')).toEqual([1, 2, 3, 4]);
  expect(outcome.codes('metabolizer-phenotype', 'CYP2D6')).toEqual([
    'intermediate-metabolizer',
    'normal-metabolizer',
    'ultrarapid-metabolizer',
  ]);
  for (const finding of outcome.findings) expect(Finding.safeParse(finding).success).toBe(true);
});

test('the set of CYP2D6 reaches the drug: every statement that may apply, none chosen', async () => {
  const outcome = await analyse(genomeText());
  expect(outcome.codes('drug-guidance', 'codeine')).toEqual([
    'codeine.ultrarapid',
    'codeine.normal',
    'codeine.intermediate',
  ]);
  const codeine = outcome.finding('drug-guidance', 'codeine');
  const codes = codeine.issues.map(({ code }) => code);
  for (const code of ['guidance-differs', 'cyp2d6-snv-only', 'definitions-reduced']) expect(codes).toContain(code);
  expect(codeine.evidence!.every(({ says }) => /CPIC (Strong|Moderate).*PMID 33387367/.test(says!))).toBe(true);
  expect(outcome.codes('drug-guidance', 'celecoxib')).toEqual(['celecoxib.score-2']);
});

test('every finding of a gene says what it rests on and what it cannot see', async () => {
  const outcome = await analyse(genomeText({ 42128945: '0/1', 42130692: '0/1', 42126611: '0/1' }));
  const finding = outcome.finding('diplotype', 'CYP2D6');
  expect(outcome.codes('diplotype', 'CYP2D6')).toEqual(['*1/*4']);
  const codes = finding.issues.map(({ code }) => code);
  expect(codes).toContain('cyp2d6-snv-only');
  expect(codes).toContain('definitions-reduced');
  expect(codes).toContain('diplotype-other-phase');
  const star4 = finding.evidence!.find(({ says }) => says === 'rs3892097: C/T');
  expect(star4?.place).toMatch(/^line \d+$/);
});

test('*4/*10 in the other phase widens the set, and both stay', async () => {
  const outcome = await analyse(genomeText({ 42128945: '0/1', 42130692: '0/1', 42126611: '0/1' }));
  const scores = outcome.codes('activity-score', 'CYP2D6');
  expect(scores).toContain(1); // *1/*4
  expect(scores).toContain(0.25); // *4/*10
  expect(scores).toContain(0); // *4/*36
});

test('absent positions are unknown: a list of variants alone determines no gene that it does not touch', async () => {
  const outcome = await analyse(vcfText(['ann'], ['chr10 94842866 A G 1/1', 'chr10 5 A G 0/1'], header38));
  const cyp2c9 = outcome.finding('metabolizer-phenotype', 'CYP2C9');
  expect(cyp2c9.value).toEqual({ type: 'refused', reason: 'gene-not-covered' });
  expect(outcome.finding('drug-guidance', 'celecoxib').value).toEqual({
    type: 'refused',
    reason: 'gene-not-determined',
  });
  expect(outcome.finding('drug-guidance', 'codeine').value.type).toBe('refused');
  // One position of CYP2C19 was seen: everything is still possible and everything is said.
  expect(outcome.codes('drug-guidance', 'citalopram')).toHaveLength(6);
  expect(outcome.finding('diplotype', 'CYP2C19').value.type).toBe('refused');
});

test('amitriptyline with one gene untested never comes out as the standard dose', async () => {
  const untested = { 94761900: 'absent' } as Record<number, string>;
  const text = genomeText(untested)
    .split('\n')
    .filter((line) => !line.startsWith('chr22'))
    .join('\n');
  const outcome = await analyse(text);
  expect(outcome.codes('drug-guidance', 'amitriptyline')).not.toContain('amitriptyline.nm-normal');
  expect(outcome.finding('drug-guidance', 'amitriptyline').issues.map(({ code }) => code)).toContain(
    'gene-not-determined',
  );
});

test('a missing common allele stays in the set: *3 of CYP2C9 unknown', async () => {
  const outcome = await analyse(genomeText({ 94981296: 'absent' }));
  expect(outcome.codes('diplotype', 'CYP2C9')).toEqual(['*1/*1']);
  expect(outcome.codes('metabolizer-phenotype', 'CYP2C9')).toEqual([
    'poor-metabolizer',
    'intermediate-metabolizer',
    'normal-metabolizer',
  ]);
  const codes = outcome.finding('metabolizer-phenotype', 'CYP2C9').issues.map(({ code }) => code);
  expect(codes).toContain('could-also-be-common');
  expect(codes).toContain('positions-missing');
});

test('the same genome in GRCh37 gives the same answer', async () => {
  const star2 = { 94775367: '0/1', 94781859: '0/1', 94842866: '0/1' };
  const here = await analyse(genomeText(star2));
  const there = await analyse(genomeText({ ...star2, 94842866: '0/1' }, 'GRCh37'));
  for (const measure of ['diplotype', 'metabolizer-phenotype']) {
    for (const gene of ['CYP2C19', 'CYP2C9', 'CYP2D6']) {
      expect(there.codes(measure, gene)).toEqual(here.codes(measure, gene));
    }
  }
  expect(here.codes('diplotype', 'CYP2C19')).toEqual(['*2/*38']);
});

test('a header of the wrong build stops the genome with a remedy', async () => {
  const wrong = genomeText({}, 'GRCh37')
    .replace(/##contig=.*\n/g, '')
    .replace('##fileformat=VCFv4.2\n', `##fileformat=VCFv4.2\n${header38.join('\n')}\n`);
  const outcome = await analyse(wrong);
  expect(outcome.issues).toMatchObject([
    { code: 'vcf-wrong-build', severity: 'error', remedy: expect.stringContaining('GRCh37') },
  ]);
  for (const gene of ['CYP2C19', 'CYP2C9', 'CYP2D6']) {
    expect(outcome.finding('metabolizer-phenotype', gene).value).toEqual({
      type: 'refused',
      reason: 'vcf-wrong-build',
    });
  }
  expect(outcome.finding('drug-guidance', 'tramadol').value.type).toBe('refused');
});

test('a header without a build is decided by the reference bases', async () => {
  const silent = genomeText().replace(/##contig=.*\n/g, '');
  const outcome = await analyse(silent);
  expect(outcome.finding('diplotype', 'CYP2C9').issues.map(({ code }) => code)).toContain('vcf-build-from-bases');
  expect(outcome.codes('diplotype', 'CYP2C9')).toEqual(['*1/*1']);
});

test('an undocumented base at a defined position is not called', async () => {
  const text = genomeText().replace(
    'chr10\t94781859\t.\tG\tA\t.\tPASS\t.\tGT\t0/0',
    'chr10\t94781859\t.\tG\tC\t.\tPASS\t.\tGT\t0/1',
  );
  const outcome = await analyse(text);
  expect(outcome.finding('diplotype', 'CYP2C19').value).toEqual({ type: 'refused', reason: 'no-allele-fits' });
});

test('a half call with a variant gives no diplotype', async () => {
  const outcome = await analyse(genomeText({ 94781859: './1' }));
  expect(outcome.finding('diplotype', 'CYP2C19').value).toEqual({ type: 'refused', reason: 'half-call' });
  const other = await analyse(genomeText({ 94775416: '0/.' }));
  expect(other.codes('diplotype', 'CYP2C19')).toEqual(['*38/*38']);
});

test('drugs on the list turn the whole set of CYP2D6, and weak ones leave it', async () => {
  const star29 = { 42126611: '1/1', 42127941: '1/1', 42127608: '1/1', 42129132: '1/1' };
  const moderate = await analyse(genomeText(star29), { inhibition: 'moderate' });
  expect(moderate.codes('activity-score', 'CYP2D6')).toEqual([0.5, 1, 1.5, 2]);
  expect(moderate.codes('activity-score-adjusted', 'CYP2D6')).toEqual([0.25, 0.5, 0.75, 1]);
  expect(moderate.codes('metabolizer-phenotype-adjusted', 'CYP2D6')).toEqual(['intermediate-metabolizer']);
  const strong = await analyse(genomeText(), { inhibition: 'strong' });
  expect(strong.codes('metabolizer-phenotype-adjusted', 'CYP2D6')).toEqual(['poor-metabolizer']);
  expect(strong.finding('metabolizer-phenotype-adjusted', 'CYP2D6').time).toBe('2026-11-02');
  const weak = await analyse(genomeText(), { inhibition: 'weak' });
  expect(() => weak.finding('activity-score-adjusted', 'CYP2D6')).toThrow();
});

test('guidance reads CYP2D6 as the drugs taken leave it, and says what the genotype alone would say', async () => {
  const alone = await analyse(genomeText());
  expect(alone.codes('drug-guidance', 'codeine')).toContain('codeine.normal');
  const strong = await analyse(genomeText(), { inhibition: 'strong' });
  expect(strong.codes('drug-guidance', 'codeine')).toEqual(['codeine.poor']);
  const finding = strong.finding('drug-guidance', 'codeine');
  const said = finding.issues.find(({ code }) => code === 'under-drugs-taken');
  expect(said?.message).toContain('label under CYP2D6 Normal Metabolizer');
  expect(finding.derivedFrom).toContain(strong.finding('activity-score-adjusted', 'CYP2D6').id);
  expect(alone.finding('drug-guidance', 'codeine').issues.map(({ code }) => code)).not.toContain('under-drugs-taken');
  expect(strong.codes('drug-guidance', 'citalopram')).toEqual(alone.codes('drug-guidance', 'citalopram'));
});

test('the same input gives the same findings, to the bit', async () => {
  const [one, two] = [await analyse(genomeText({ 42126611: '0/1' })), await analyse(genomeText({ 42126611: '0/1' }))];
  expect(JSON.stringify(one.findings)).toBe(JSON.stringify(two.findings));
});

test('without a genome there is work to name, not to do', () => {
  const { selections, missing } = pharmacogenes.select(dossierOf());
  expect(selections).toEqual([]);
  expect(missing).toMatchObject([{ code: 'no-genome', remedy: expect.any(String) }]);
});
