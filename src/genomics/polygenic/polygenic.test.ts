import { describe, expect, it } from 'vitest';
import type { VariantRecord } from '../../dossier/image.ts';
import { vcfText } from '../../intake/vcf/testing.ts';
import { scoreOn, testFile } from '../../workup/testing/scoreOn.ts';
import { copiesOf } from './genotype.ts';
import { normalShare } from './normal.ts';
import { type ScoringRow, scoringRow } from './row.ts';

const header38 = ['##contig=<ID=chr1,length=248956422>'];

function record(ref: string, alt: string[], gt: string, more: Partial<VariantRecord> = {}): VariantRecord {
  const fixed = { line: 1, chrom: '1', pos: 100, id: '.', qual: '.', filter: 'PASS', info: '.' };
  return { ...fixed, ref, alt, format: ['GT'], sample: [gt], ...more };
}

function row(effect: string, other: string | undefined, more: Partial<ScoringRow> = {}): ScoringRow {
  return { name: 'rs1', chrom: '1', pos: 100, effect, other, adds: [0, 1, 2], linear: true, ...more };
}

describe('copies of the effect allele', () => {
  it.each([
    ['as written', row('G', 'A'), record('A', ['G'], '0/1'), 1],
    ['of the reference allele', row('A', 'G'), record('A', ['G'], '0/1'), 1],
    ['on the other strand', row('C', 'T'), record('A', ['G'], '1|1'), 2],
    ['of an indel', row('AT', 'A'), record('A', ['AT'], '0/1'), 1],
    ['beside a third allele', row('G', 'A'), record('A', ['C', 'G'], '1/2'), 1],
    ['on one chromosome', row('G', 'A'), record('A', ['G'], '1'), 1],
    ['at a site without alternative', row('G', 'A'), record('A', [], '0/0'), 0],
    ['with one allele named', row('G', undefined), record('A', ['G'], '1/1'), 2],
    ['by dosage', row('G', 'A'), record('A', ['G'], './.', { format: ['GT', 'DS'], sample: ['./.', '0.25'] }), 0.25],
    ['of the reference by dosage', row('A', 'G'), record('A', ['G'], '', { format: ['DS'], sample: ['0.5'] }), 1.5],
  ])('%s', (_, of, at, copies) => {
    expect(copiesOf(of, [at])).toMatchObject({ copies });
  });

  it.each([
    ['strand cannot be told', row('A', 'T'), record('A', ['T'], '0/1')],
    ['strand cannot be told', row('C', undefined), record('G', ['C'], '0/1')],
    ['alleles do not match', row('G', 'A'), record('A', ['C'], '0/1')],
    ['alleles do not match', row('TC', 'T'), record('A', ['AG'], '0/1')],
    ['no genotype', row('G', 'A'), record('A', ['G'], './1')],
    ['no genotype', row('G', 'A', { linear: false }), record('A', ['G'], '', { format: ['DS'], sample: ['1'] })],
    ['filtered', row('G', 'A'), record('A', ['G'], '0/1', { filter: 'LowQual' })],
    ['inside a reference block', row('G', 'A'), record('T', ['<NON_REF>'], '0/0', { pos: 90 })],
  ])('unknown: %s', (unknown, of, at) => {
    expect(copiesOf(of, [at])).toEqual({ unknown });
  });

  it('are unknown without a record, and where two records contradict', () => {
    expect(copiesOf(row('G', 'A'), [])).toEqual({ unknown: 'not in the file' });
    const both = [record('A', ['G'], '0/1'), record('A', ['G'], '1/1')];
    expect(copiesOf(row('G', 'A'), both)).toEqual({ unknown: 'records contradict' });
  });
});

describe('rows of a scoring file', () => {
  const plain = { chr_name: '1', chr_position: '100', effect_allele: 'G', other_allele: 'A', effect_weight: '0.5' };
  it.each([
    [{}, [0, 0.5, 1]],
    [{ is_dominant: 'True' }, [0, 0.5, 0.5]],
    [{ is_recessive: 'TRUE' }, [0, 0, 0.5]],
    [{ dosage_0_weight: '0.1', dosage_1_weight: '0', dosage_2_weight: '-2e-1' }, [0.1, 0, -0.2]],
  ])('%j adds %j', (more, adds) => {
    expect(scoringRow({ ...plain, ...more }, false)).toMatchObject({ adds });
  });

  it.each([
    [{ is_interaction: 'True' }, 'interaction'],
    [{ is_haplotype: 'True' }, 'haplotype or diplotype'],
    [{ effect_allele: 'HLA-A*03:01' }, 'allele is no sequence'],
    [{ chr_position: '' }, 'no position'],
    [{ effect_weight: 'NA' }, 'weight is no number'],
    [{ dosage_0_weight: '0.1' }, 'weight is no number'],
    [{ is_dominant: '1', is_recessive: '1' }, 'dominant and recessive at once'],
  ])('%j is refused: %s', (more, refused) => {
    expect(scoringRow({ ...plain, ...more }, false)).toMatchObject({ refused });
  });

  it('of a harmonised file lie where the harmonisation puts them', () => {
    expect(scoringRow({ ...plain, hm_chr: 'X', hm_pos: '7' }, true)).toMatchObject({ chrom: 'X', pos: 7 });
    expect(scoringRow({ ...plain, hm_chr: '', hm_pos: '' }, true)).toMatchObject({ refused: 'no position' });
  });
});

/** 20 places where A is followed by G, the effect allele with weight 0.1. */
function pair(places = 20, present = places) {
  const at = Array.from({ length: places }, (_, i) => 1000 + i);
  const rows = at.map((pos) => `1\t${pos}\tG\tA\t0.1`);
  const columns = 'chr_name\tchr_position\teffect_allele\tother_allele\teffect_weight';
  const score = (build: string) => `#pgs_id=T\n#genome_build=${build}\n${columns}\n${rows.join('\n')}\n`;
  const genotypes = at.slice(0, present).map((pos) => `chr1 ${pos} A G 0/1`);
  return { score, vcf: (header: string[]) => vcfText(['p'], genotypes, header) };
}

const codes = (issues: readonly { code: string }[]) => issues.map(({ code }) => code);

describe('a score of a genome', () => {
  it('is a raw sum with its match, never a percentile by itself', async () => {
    const { score, vcf } = pair();
    const { findings } = await scoreOn({ content: vcf(header38), sample: 'p' }, [testFile(score('GRCh38'), 'T.txt')]);
    expect(findings[0]!.value).toMatchObject({ type: 'quantity', unit: '1' });
    expect((findings[0]!.value as { value: number }).value).toBeCloseTo(2, 12);
    expect(findings[0]!.norm).toBeUndefined();
    expect(codes(findings[0]!.issues)).toEqual(['pgs-matched', 'pgs-ancestry', 'pgs-no-reference']);
    expect(findings[1]!.value).toEqual({ type: 'quantity', value: 100, unit: '%' });
  });

  it('is read against a distribution made with the same rows, and only then', async () => {
    const { score, vcf } = pair();
    const reference = { pgsReference: 1, pgs_id: 'T', population: 'test', n: 100, mean: 1, sd: 0.5, source: 'made up' };
    const withRows = (rowsUsed: number) => testFile(JSON.stringify({ ...reference, rowsUsed }), 'reference.json');
    const score38 = testFile(score('GRCh38'), 'T.txt');
    const fits = await scoreOn({ content: vcf(header38), sample: 'p' }, [score38, withRows(20)]);
    expect(fits.findings[0]!.norm!.z).toBeCloseTo(2, 12);
    expect(fits.findings[0]!.norm!.centile).toBeCloseTo(97.725, 3);
    const other = await scoreOn({ content: vcf(header38), sample: 'p' }, [score38, withRows(19)]);
    expect(other.findings[0]!.norm).toMatchObject({ refused: expect.stringContaining('19 rows') });
  });

  it('is refused below three quarters', async () => {
    const { score, vcf } = pair(20, 14);
    const { findings } = await scoreOn({ content: vcf(header38), sample: 'p' }, [testFile(score('GRCh38'), 'T.txt')]);
    expect(findings[0]!.value).toEqual({ type: 'refused', reason: 'pgs-match-too-low' });
    expect(findings[1]!.value).toMatchObject({ value: 70 });
  });

  it('is refused for another build, with and without words of the header', async () => {
    const { score, vcf } = pair();
    const wrong = await scoreOn({ content: vcf(header38), sample: 'p' }, [testFile(score('GRCh37'), 'T.txt')]);
    expect(wrong.findings[0]!.value).toEqual({ type: 'refused', reason: 'pgs-build-missing' });
    const few = pair(8);
    const silent = await scoreOn({ content: few.vcf([]), sample: 'p' }, [testFile(few.score('GRCh38'), 'T.txt')]);
    expect(silent.findings[0]!.value).toEqual({ type: 'refused', reason: 'pgs-build-unknown' });
    const lying = vcf(header38).replaceAll('\tA\tG\t', '\tC\tT\t');
    const shifted = await scoreOn({ content: lying.replaceAll('\tC\tT\t', '\tC\tA\t'), sample: 'p' }, [
      testFile(score('GRCh38'), 'T.txt'),
    ]);
    expect(shifted.findings[0]!.value).toEqual({ type: 'refused', reason: 'pgs-build-mismatch' });
  });

  it('counts no row that stands twice, and names rows that it cannot compute', async () => {
    const { score, vcf } = pair();
    const twice = `${score('GRCh38')}1\t1000\tA\tG\t0.3\n6\t500\tHLA-B*57:01\t\t2\n`;
    const { findings } = await scoreOn({ content: vcf(header38), sample: 'p' }, [testFile(twice, 'T.txt')]);
    expect((findings[0]!.value as { value: number }).value).toBeCloseTo(1.9, 12);
    const refused = findings[0]!.issues.find(({ code }) => code === 'pgs-rows-refused');
    expect(refused!.message).toContain('allele is no sequence: chr6:500');
    expect(codes(findings[0]!.issues)).toContain('pgs-stated-twice');
  });
});

describe('scoring files that are none', () => {
  it.each([
    ['pgs-empty', '#pgs_id=T\nrsID\teffect_allele\teffect_weight\n'],
    ['pgs-no-positions', '#pgs_id=T\nrsID\teffect_allele\teffect_weight\n.\tA\t1\n'],
    ['pgs-no-columns', '###PGS CATALOG SCORING FILE\n#pgs_id=T\na\tb\n'],
    ['text-damaged', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3])],
    ['pgs-reference-invalid', '{"pgsReference": 1, "pgs_id": "T"}'],
  ])('%s', async (code, content) => {
    const { refused } = await scoreOn({ content: pair().vcf(header38), sample: 'p' }, [testFile(content, 'x')]);
    expect(codes(refused)).toEqual([code]);
  });
});

it('shares a normal distribution out as tables do', () => {
  // Abramowitz and Stegun, table 26.1.
  for (const [z, share] of [
    [0, 0.5],
    [1, 0.8413447461],
    [-1.96, 0.0249978951],
    [3, 0.998650102],
  ] as const) {
    expect(Math.abs(normalShare(z) - share)).toBeLessThan(1e-7);
  }
});
