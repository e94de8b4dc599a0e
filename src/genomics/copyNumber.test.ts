import { expect, test } from 'vitest';
import { parseRecord } from '../intake/vcf/record.ts';
import { copyNumberEvidence } from './copyNumber.ts';
import { analyse, definitionOf, genomeText } from './testing.ts';

const definition = definitionOf('CYP2D6');
const whole = [42_123_000, 42_133_000] as const;

function evidence(...rows: string[]) {
  const records = rows.map((row, i) => {
    const record = parseRecord(row, i + 1, 0);
    if ('malformed' in record) throw new Error(record.malformed);
    return record;
  });
  return copyNumberEvidence(definition, 'GRCh38', records);
}

const row = (
  alt: string,
  format: string,
  sample: string,
  [start, end]: readonly [number, number] = whole,
  filter = 'PASS',
) => `chr22\t${start}\t.\tN\t${alt}\t.\t${filter}\tSVTYPE=CNV;END=${end}\t${format}\t${sample}`;

test.each([
  ['CN of a CNV record', row('<CNV>', 'GT:CN', './.:3'), [3]],
  ['CN above the last number', row('<CNV>', 'CN', '7'), [4]],
  ['a heterozygous deletion', row('<DEL>', 'GT', '0/1'), [1]],
  ['a homozygous deletion', row('<DEL>', 'GT', '1/1'), [0]],
  ['a duplication, length unknown', row('<DUP:TANDEM>', 'GT', '0|1'), [3, 4]],
  ['alleles with numbers', row('<CN0>,<CN2>', 'GT', '1|2'), [2]],
  ['as usual, without an allele', row('.', 'GT:CN', '0/0:2'), [2]],
])('%s', (_, line, copies) => {
  expect(evidence(line)).toMatchObject({ copies, lines: [1], issues: [] });
});

test.each([
  ['a part of the gene', row('<DEL>', 'GT', '0/1', [42_128_000, 42_140_000]), /a part of the gene/],
  ['a failed filter', row('<DEL>', 'GT', '0/1', whole, 'LowQual'), /FILTER LowQual/],
  ['a doubtful number', row('<CNV>', 'CN:CNQ', '1:7'), /CNQ 7 is below 20/],
  ['no number at all', row('<CNV>', 'GT', '0/1'), /no number of copies/],
  ['a missing genotype', row('<DEL>', 'GT', './.'), /no number of copies/],
])('%s narrows nothing and is named', (_, line, why) => {
  const found = evidence(line);
  expect(found.copies).toBeUndefined();
  expect(found.issues).toMatchObject([
    { code: 'copy-number-unused', place: 'line 1', message: expect.stringMatching(why) },
  ]);
});

test('records that disagree leave both numbers', () => {
  const found = evidence(row('<CNV>', 'CN', '1'), row('<CNV>', 'CN', '3'));
  expect(found.copies).toEqual([1, 3]);
  expect(found.issues).toMatchObject([{ code: 'copy-number-contradictory', place: 'line 1, line 2' }]);
});

test('insertions, inversions and small variants are no copies', () => {
  const found = evidence(row('<INV>', 'GT', '0/1'), row('<INS:ME:ALU>', 'GT', '0/1'), row('A', 'GT', '0/1'));
  expect(found).toEqual({ copies: undefined, lines: [], issues: [] });
});

/** *29 on every copy that the file shows: its rare positions homozygous. */
const star29 = Object.fromEntries(
  definition.positions.flatMap(({ pos, ref, alts }, i) => {
    const stated = definition.alleles.find(({ name }) => name === '*29')!.stated[i];
    return stated && stated.length === 1 && stated[0] !== ref.GRCh38 && alts.includes(stated[0]!)
      ? [[pos.GRCh38!, `${alts.indexOf(stated[0]!) + 1}/${alts.indexOf(stated[0]!) + 1}`]]
      : [];
  }),
);

async function cyp2d6(line: string | undefined, genotypes: Record<number, string> = star29) {
  const text = genomeText(genotypes) + (line === undefined ? '' : `${line}\n`);
  const outcome = await analyse(text);
  return {
    diplotypes: outcome.codes('diplotype', 'CYP2D6'),
    scores: outcome.codes('activity-score', 'CYP2D6'),
    issues: outcome.finding('diplotype', 'CYP2D6').issues.map(({ code }) => code),
  };
}

test('a deletion beside *29 narrows the scores to one copy and names *5', async () => {
  const open = await cyp2d6(undefined);
  expect(open.issues).toContain('cyp2d6-snv-only');
  expect(open.scores.length).toBeGreaterThan(3);
  const narrowed = await cyp2d6(row('<DEL>', 'GT', '0/1'));
  expect(narrowed).toMatchObject({ diplotypes: ['*5/*29'], scores: [0.5] });
  expect(narrowed.issues).toContain('copy-number-used');
  expect(narrowed.issues).not.toContain('cyp2d6-snv-only');
});

test('both copies deleted: no activity, whatever small variants say', async () => {
  expect(await cyp2d6(row('<CNV>', 'CN', '0'), {})).toMatchObject({ diplotypes: ['*5/*5'], scores: [0] });
});

test('three copies repeat one of the alleles', async () => {
  expect(await cyp2d6(row('<CNV>', 'CN', '3'), {})).toMatchObject({ diplotypes: ['*1x2/*1'], scores: [3] });
});

test('one copy and two different alleles contradict each other: all scores stay', async () => {
  const het = { [Number(Object.keys(star29)[0])]: '0/1' };
  const open = await cyp2d6(undefined, het);
  const conflict = await cyp2d6(row('<DEL>', 'GT', '0/1'), het);
  expect(conflict.scores).toEqual(open.scores);
  expect(conflict.issues).toContain('copy-number-conflict');
});

test('a whole-gene deletion of another gene counts as an allele without function', async () => {
  const deletion = 'chr10\t94700000\t.\tN\t<DEL>\t.\tPASS\tSVTYPE=DEL;END=94900000\tGT\t0/1';
  const outcome = await analyse(`${genomeText()}${deletion}\n`);
  expect(outcome.codes('metabolizer-phenotype', 'CYP2C19')).toEqual(['intermediate-metabolizer']);
  expect(outcome.codes('diplotype', 'CYP2C19')).toEqual([expect.stringMatching(/\/deletion$/)]);
});

test('three copies of another gene are not interpreted', async () => {
  const extra = 'chr10\t94700000\t.\tN\t<CNV>\t.\tPASS\tSVTYPE=CNV;END=94900000\tCN\t3';
  const outcome = await analyse(`${genomeText()}${extra}\n`);
  expect(outcome.codes('metabolizer-phenotype', 'CYP2C19')).toEqual(['indeterminate']);
  expect(outcome.finding('metabolizer-phenotype', 'CYP2C19').issues).toContainEqual(
    expect.objectContaining({ code: 'copy-number-not-interpreted', severity: 'error' }),
  );
});
