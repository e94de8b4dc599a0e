import { expect, test } from 'vitest';
import { vcfText } from '../intake/vcf/testing.ts';
import { analyse, definitionOf, genomeText } from './testing.ts';

const star3 = definitionOf('CYP2C9').positions.find(({ rsid }) => rsid === 'rs1057910')!.pos.GRCh38!;
const genome = genomeText({ [star3]: '0/1' });
const [head, rows] = [
  genome.split('\n').filter((line) => line.startsWith('#')),
  genome.split('\n').filter((line) => /^[^#]/.test(line)),
];
const file = (lines: readonly string[], header: readonly string[] = head) => `${[...header, ...lines].join('\n')}\n`;
const atStar3 = (line: string) => line.split('\t')[1] === String(star3);

async function called(text: string) {
  const { codes } = await analyse(text);
  return {
    diplotype: codes('diplotype', 'CYP2C9'),
    score: codes('activity-score', 'CYP2C9'),
    cyp2d6: codes('activity-score', 'CYP2D6'),
  };
}

test.each([
  ['without chr', (name: string) => name.slice(3)],
  ['in words', (name: string) => `chromosome${name.slice(3)}`],
  ['accessions', (name: string) => (name === 'chr10' ? 'NC_000010.11' : 'NC_000022.11')],
])('contigs named %s give the same calls', async (_, rename) => {
  const renamed = rows.map((line) => line.replace(/^chr\d+/, rename));
  expect(await called(file(renamed))).toEqual(await called(genome));
});

test('accessions alone name the build', async () => {
  const bare = ['##contig=<ID=NC_000010.11>', head.at(-1)!];
  const renamed = rows.map((line) => line.replace(/^chr10/, 'NC_000010.11').replace(/^chr22/, 'NC_000022.11'));
  expect(await called(file(renamed, ['##fileformat=VCFv4.2', ...bare]))).toEqual(await called(genome));
});

test('the order of the records does not matter, nor does a record that stands twice', async () => {
  const shuffled = rows.map((_, i) => rows[(i * 101) % rows.length]!);
  expect(new Set(shuffled).size).toBe(rows.length);
  expect(await called(file(shuffled))).toEqual(await called(genome));
  expect(await called(file(rows.flatMap((line) => [line, line])))).toEqual(await called(genome));
});

test('two records of one place that contradict each other make it unknown, never one of them', async () => {
  const twice = rows.flatMap((line) => (atStar3(line) ? [line, line.replace(/0\/1$/, '1/1')] : [line]));
  const { codes, finding } = await analyse(file(twice));
  expect(codes('activity-score', 'CYP2C9').length).toBeGreaterThan(1);
  expect(finding('diplotype', 'CYP2C9').issues.map(({ code }) => code)).toContain('positions-missing');
});

test.each([
  ['no GT in FORMAT', (line: string) => line.replace('\tGT\t0/1', '\tDP\t30')],
  ['an empty genotype', (line: string) => line.replace(/0\/1$/, './.')],
  ['three alleles', (line: string) => line.replace(/0\/1$/, '0/1/1')],
  ['one allele on an autosome', (line: string) => line.replace(/0\/1$/, '1')],
  ['an allele that is not in ALT', (line: string) => line.replace(/0\/1$/, '0/7')],
  ['words', (line: string) => line.replace(/0\/1$/, 'het')],
])('%s: the position is unknown and both readings stay possible', async (_, damage) => {
  const { codes, finding } = await analyse(file(rows.map((line) => (atStar3(line) ? damage(line) : line))));
  expect(codes('activity-score', 'CYP2C9')).toEqual(expect.arrayContaining([1, 2]));
  expect(finding('diplotype', 'CYP2C9').issues.map(({ code }) => code)).toContain('positions-missing');
});

test('a REF that is not the base of the build makes that position no call, the others stay', async () => {
  const wrong = rows.map((line) => {
    if (!atStar3(line)) return line;
    const columns = line.split('\t');
    return columns
      .with(3, columns[3] === 'T' ? 'G' : 'T')
      .with(4, 'C')
      .join('\t');
  });
  const { codes, finding } = await analyse(file(wrong));
  const missing = finding('diplotype', 'CYP2C9').issues.find(({ code }) => code === 'positions-missing');
  expect(missing?.message).toContain('1: REF is not the base of GRCh38');
  expect(codes('activity-score', 'CYP2C9')).toEqual(expect.arrayContaining([1, 2]));
  expect(codes('diplotype', 'CYP2C19')).toEqual(['*38/*38']);
});

test('a file with none of the positions calls nothing and says so', async () => {
  const far = ['chr1 1000 A C 0/1', 'chr10 1000 A C 0/1', 'chr22 1000 A C 1/1'];
  const { findings } = await analyse(
    vcfText(
      ['ann'],
      far,
      head.filter((line) => line.startsWith('##contig')),
    ),
  );
  const diplotypes = findings.filter(({ measure }) => measure.code === 'diplotype');
  expect(diplotypes.length).toBeGreaterThan(15);
  for (const { value, issues } of diplotypes) {
    expect(value).toEqual({ type: 'refused', reason: 'gene-not-covered' });
    expect(issues).toContainEqual(expect.objectContaining({ code: 'gene-not-covered', remedy: expect.any(String) }));
  }
});
