import fc from 'fast-check';
import { expect, test } from 'vitest';
import { builtIn, callFrom, functions, type Genotypes, issueCodes, topOf } from './match-testing.ts';

const hapB3 = 'c.1129-5923C>G, c.1236G>A (HapB3)';
const intronic = 'c.1129-5923C>G';
const scores = (genotypes: Genotypes) => callFrom('DPYD', genotypes).possible.map(({ score }) => score);

/** `|` everywhere, so that all is phased. */
const phasedDpyd = (genotypes: Genotypes): Genotypes => ({
  ...Object.fromEntries(builtIn('DPYD').positions.map(({ pos, rsid }) => [rsid ?? String(pos.GRCh38), '0|0'])),
  ...genotypes,
});

test('one variant is one allele, and the score follows', () => {
  const call = callFrom('DPYD', { rs3918290: '0/1' });
  expect(topOf(call)).toEqual(['Reference/c.1905+1G>A (*2A)']);
  expect(call.possible).toEqual([{ score: 1, phenotype: 'intermediate-metabolizer' }]);
});

test('two unphased variants: both on one chromosome or apart, the worse reading first', () => {
  const call = callFrom('DPYD', { rs3918290: '0/1', rs67376798: '0/1' });
  expect(topOf(call)).toEqual(['c.1905+1G>A (*2A)/c.2846A>T', 'Reference/[c.1905+1G>A (*2A) + c.2846A>T]']);
  expect(call.match.listed).toEqual(['c.1905+1G>A (*2A)', 'c.2846A>T']);
  expect(call.possible.map(({ score }) => score)).toEqual([0.5, 1]);
  expect(issueCodes(call)).toContain('unphased-variants');
});

test('phased variants on one chromosome count once', () => {
  const call = callFrom('DPYD', phasedDpyd({ rs3918290: '0|1', rs67376798: '0|1' }));
  expect(topOf(call)).toEqual(['Reference/[c.1905+1G>A (*2A) + c.2846A>T]']);
  expect(call.possible.map(({ score }) => score)).toEqual([1]);
});

test('phase sets leave open how they lie to each other', () => {
  const call = callFrom('DPYD', { rs3918290: '0|1:7', rs67376798: '0|1:7', rs1801265: '0|1:9' });
  expect(topOf(call)).toHaveLength(2);
  expect(call.match.listed).toBeUndefined();
});

test('many unphased variants are not laid out, and no score is lost', () => {
  const variants = builtIn('DPYD').positions.filter(({ rsid }) => rsid !== 'rs56038477' && rsid !== 'rs75017182');
  const genotypes = Object.fromEntries(variants.map(({ pos, rsid }) => [rsid ?? String(pos.GRCh38), '0/1']));
  const started = performance.now();
  const call = callFrom('DPYD', genotypes);
  expect(performance.now() - started).toBeLessThan(1000);
  expect(topOf(call)).toEqual([]);
  expect(call.match.listed).toHaveLength(variants.length);
  // All on one chromosome: 0 + 1. Both worst apart: 0 + 0.
  expect(call.possible.map(({ score }) => score)).toEqual([0, 0.5, 1]);
});

test.each([
  ['intronic alone', { rs75017182: '0/1' }, `Reference/${intronic}`, []],
  ['both', { rs75017182: '0/1', rs56038477: '0/1' }, `Reference/${hapB3}`, []],
  ['two intronic, one exonic', { rs75017182: '1/1', rs56038477: '0/1' }, `${intronic}/${hapB3}`, []],
  ['exonic alone', { rs56038477: '0/1' }, 'Reference/Reference', ['hapb3-intronic-mismatch']],
  [
    'exonic, the other unknown',
    { rs75017182: 'absent', rs56038477: '0/1' },
    `Reference/${hapB3}`,
    ['hapb3-exonic-only'],
  ],
] as const)('HapB3: %s', (_, genotypes, pair, warnings) => {
  const call = callFrom('DPYD', genotypes);
  expect(topOf(call)).toEqual([pair]);
  expect(issueCodes(call).filter((code) => code.startsWith('hapb3'))).toEqual(warnings);
});

test('HapB3 phased apart is the intronic allele; the exonic variant counts for nothing', () => {
  const call = callFrom('DPYD', phasedDpyd({ rs75017182: '0|1', rs56038477: '1|0' }));
  expect(topOf(call)).toEqual([`Reference/${intronic}`]);
});

test('an unknown common position keeps the lower scores in the set', () => {
  expect(scores({ rs3918290: 'absent' })).toEqual([0, 1, 2]);
});

test('RYR1: an associated variant beside an uncertain one is susceptible, wherever they lie', () => {
  const call = callFrom('RYR1', { rs193922747: '0/1', rs111888148: '0/1' });
  expect(call.possible).toEqual([{ phenotype: 'malignant-hyperthermia-susceptibility' }]);
});

test('three hundred unphased variants of RYR1 take no time to speak of', () => {
  const genotypes = Object.fromEntries(
    builtIn('RYR1').positions.map(({ pos, rsid }) => [rsid ?? String(pos.GRCh38), '0/1']),
  );
  const started = performance.now();
  const call = callFrom('RYR1', genotypes);
  expect(performance.now() - started).toBeLessThan(1000);
  expect(call.match.listed!.length).toBeGreaterThan(300);
  expect(call.possible).toEqual([{ phenotype: 'malignant-hyperthermia-susceptibility' }]);
});

test('the scores of any set of unphased variants are those of its arrangements, each chromosome by its worst allele', () => {
  const variants = builtIn('DPYD').positions.map(({ pos, rsid }) => rsid ?? String(pos.GRCh38));
  const some = fc.uniqueArray(fc.constantFrom(...variants), { minLength: 1, maxLength: 6 });
  const genotype = fc.constantFrom('0/1', '1/1');
  const value = (chromosome: string) =>
    Math.min(
      ...chromosome
        .replace(/^\[|\]$/g, '')
        .split(' + ')
        .map((name) => functions.DPYD[name]!),
    );
  fc.assert(
    fc.property(some, fc.array(genotype, { minLength: 6, maxLength: 6 }), (places, shown) => {
      const call = callFrom('DPYD', Object.fromEntries(places.map((place, k) => [place, shown[k]!])));
      const arranged = call.match.top.map(({ first, second }) => value(first) + value(second!));
      expect(call.possible.map(({ score }) => score)).toEqual([...new Set(arranged)].sort((a, b) => a - b));
    }),
    { seed: 4, numRuns: 60 },
  );
});
