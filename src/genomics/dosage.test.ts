import { expect, test } from 'vitest';
import { parseRecord } from '../intake/vcf/record.ts';
import { genotypeProbabilities, imputationDoubt, imputedWorlds } from './dosage.ts';
import { genotypeOf } from './genotype.ts';
import { analyse, definitionOf, genomeText } from './testing.ts';

function record(format: string, sample: string, alt = 'C') {
  const read = parseRecord(`chr10\t94781859\t.\tG\t${alt}\t.\tPASS\t.\t${format}\t${sample}`, 1, 0);
  if ('malformed' in read) throw new Error(read.malformed);
  return read;
}

test('GP in the order of VCF, the likeliest first, for two and three alleles', () => {
  expect(genotypeProbabilities(record('GT:GP', '0/1:0.1,0.7,0.2'))).toEqual([
    { indices: [0, 1], probability: 0.7 },
    { indices: [1, 1], probability: 0.2 },
    { indices: [0, 0], probability: 0.1 },
  ]);
  const three = genotypeProbabilities(record('GT:GP', '1/2:0,0,0,0,1,0', 'C,T'))!;
  expect(three[0]).toEqual({ indices: [1, 2], probability: 1 });
});

test.each([
  ['certain enough', 'GT:GP', '0/1:0.05,0.93,0.02', undefined],
  ['below the floor', 'GT:GP', '0/1:0.1,0.7,0.2', /0\.70/],
  ['a dosage near a whole number', 'GT:DS', '0/1:1.06', undefined],
  ['a dosage between', 'GT:DS', '0/1:1.4', /dosage of 1\.4/],
  ['probabilities outweigh the dosage', 'GT:DS:GP', '0/1:1.4:0,0.95,0.05', undefined],
  ['Phred-scaled GP is not a probability', 'GT:GP', '0/1:30,0,40', undefined],
  ['too few numbers', 'GT:GP', '0/1:0.5,0.5', undefined],
  ['missing numbers', 'GT:GP:DS', '0/1:.,.,.:.', undefined],
  ['no imputation', 'GT:DP', '0/1:30', undefined],
])('%s', (_, format, sample, doubt) => {
  const found = imputationDoubt(record(format, sample));
  if (doubt) expect(found).toMatch(doubt);
  else expect(found).toBeUndefined();
  expect(genotypeOf(record(format, sample)).state).toBe(doubt ? 'missing' : 'called');
});

test('worlds carry the product of the probabilities and add up to one', () => {
  const worlds = imputedWorlds([record('GT:GP', '0/1:0.1,0.6,0.3'), record('GT:GP', '0/0:0.8,0.2,0')], () => true);
  expect(worlds).toHaveLength(6);
  expect(worlds[0]!.weight).toBeCloseTo(0.6 * 0.8);
  expect(worlds.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1);
});

test('nothing is taken apart beyond six uncertain records, or where none concerns the gene', () => {
  const doubtful = record('GT:GP', '0/1:0.1,0.6,0.3');
  expect(imputedWorlds(Array(7).fill(doubtful), () => true)).toHaveLength(1);
  expect(imputedWorlds([doubtful], () => false)).toEqual([{ weight: 1, records: [doubtful] }]);
});

/** The genome of `genomeText`, one position of CYP2C9 imputed. */
function imputed(pos: number, sample: string): string {
  return genomeText({ [pos]: '0/1' })
    .split('\n')
    .map((line) => (line.split('\t')[1] === String(pos) ? line.replace('\tGT\t0/1', `\tGT:GP\t${sample}`) : line))
    .join('\n');
}

const star3 = definitionOf('CYP2C9').positions.find(({ rsid }) => rsid === 'rs1057910')!.pos.GRCh38!;

test('an uncertain *3 gives all diplotypes with the weights of the file, never one call', async () => {
  const outcome = await analyse(imputed(star3, '0/1:0.30,0.69,0.01'));
  const { value, issues } = outcome.finding('diplotype', 'CYP2C9');
  if (value.type !== 'set') throw new Error('not a set');
  expect(
    value.members.map(({ value: member, weight }) => [member.type === 'code' && member.code.code, weight]),
  ).toEqual([
    ['*1/*3', 0.69],
    ['*1/*1', 0.3],
    ['*3/*3', 0.01],
  ]);
  expect(issues.map(({ code }) => code)).toContain('imputed-uncertain');
  expect(outcome.codes('activity-score', 'CYP2C9')).toEqual([0, 1, 2]);
});

test('a certain *3 is one call', async () => {
  const outcome = await analyse(imputed(star3, '0/1:0.01,0.98,0.01'));
  expect(outcome.codes('diplotype', 'CYP2C9')).toEqual(['*1/*3']);
});

test('a dosage without probabilities is no call: the position is unknown', async () => {
  const text = imputed(star3, '0/1:X').replace(/GT:GP\t0\/1:X/, 'GT:DS\t0/1:1.4');
  const outcome = await analyse(text);
  expect(JSON.stringify(outcome.finding('diplotype', 'CYP2C9').evidence)).toContain('a dosage of 1.4');
  expect(outcome.codes('activity-score', 'CYP2C9')).toEqual(expect.arrayContaining([1, 2]));
});
