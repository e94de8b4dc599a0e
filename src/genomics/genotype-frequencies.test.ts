import { expect, test } from 'vitest';
import { AlleleFrequencies } from './genotype-frequencies.ts';
import { callFrom, issueCodes, topOf } from './match-testing.ts';

/** Numbers made up for this test; no population has them. */
const madeUp = {
  id: 'made-up',
  title: 'made up for a test',
  version: '1',
  date: '2026',
  licence: 'CC0-1.0',
  sources: [{ title: 'nobody measured this', reference: 'none', licence: 'CC0-1.0' }],
  population: 'nobody',
  genes: { TPMT: { '*1': 0.9, '*3A': 0.05, '*3B': 0.001, '*3C': 0.02 } },
};
const frequencies = AlleleFrequencies.parse(madeUp);
const both = { rs1800460: '0/1', rs1142345: '0/1' };

test('weights are shares of 2 f(a) f(b) among all pairs that fit', () => {
  const call = callFrom('TPMT', both, { frequencies });
  const [common, rare] = [2 * 0.9 * 0.05, 2 * 0.001 * 0.02];
  expect(call.posterior?.get('*1/*3A')).toBeCloseTo(common / (common + rare), 12);
  expect(call.posterior?.get('*3B/*3C')).toBeCloseTo(rare / (common + rare), 12);
  const told = call.issues.find(({ code }) => code === 'posterior-from-frequencies');
  expect(told?.message).toMatch(/nobody.*made up for a test/);
});

test('without a table there is no weight, and ranking by score alone', () => {
  const call = callFrom('TPMT', both);
  expect(call.posterior).toBeUndefined();
  expect(issueCodes(call)).not.toContain('posterior-from-frequencies');
  expect(topOf(call)).toEqual(['*1/*3A']);
});

test('a pair whose allele has no frequency keeps the whole set without weights', () => {
  const genes = { TPMT: { '*1': 0.9, '*3A': 0.05 } };
  expect(callFrom('TPMT', both, { frequencies: { ...frequencies, genes } }).posterior).toBeUndefined();
});

test('rare alleles in unknown positions are counted, not guessed', () => {
  const call = callFrom('TPMT', { ...both, rs150900439: 'absent' }, { frequencies });
  expect(call.posterior).toBeDefined();
  expect(call.issues.find(({ code }) => code === 'posterior-from-frequencies')?.message).toMatch(/\d+ pairs? of rare/);
});

test('shares that add up to more than one, a missing population and a missing source are refused', () => {
  expect(AlleleFrequencies.safeParse({ ...madeUp, genes: { TPMT: { '*1': 0.9, '*2': 0.2 } } }).success).toBe(false);
  expect(AlleleFrequencies.safeParse({ ...madeUp, population: '' }).success).toBe(false);
  expect(AlleleFrequencies.safeParse({ ...madeUp, sources: [] }).success).toBe(false);
});
