import { expect, test } from 'vitest';
import { standingsUnderUnknownCopies } from './cyp2d6.ts';
import { convertCyp2d6 } from './phenoconversion.ts';
import { distinctStandings, phenotypeOfFunctions, phenotypeOfScore, standingOf } from './phenotype.ts';
import { definitionOf, functions, rules } from './testing.ts';

const bands = rules.scoreBandsCYP2D6;
const cyp2d6 = definitionOf('CYP2D6');
const scores = (first: string, second: string, heterozygous: boolean) =>
  distinctStandings(standingsUnderUnknownCopies({ first, second }, heterozygous, cyp2d6, functions, rules)).map(
    ({ score }) => score,
  );

test.each([
  [0, 'poor-metabolizer'],
  [0.125, 'intermediate-metabolizer'],
  [0.25, 'intermediate-metabolizer'],
  [0.375, 'intermediate-metabolizer'],
  [1, 'intermediate-metabolizer'],
  [1.125, 'intermediate-metabolizer'],
  [1.25, 'normal-metabolizer'],
  [2.25, 'normal-metabolizer'],
  [2.26, 'ultrarapid-metabolizer'],
  [4, 'ultrarapid-metabolizer'],
])('CYP2D6 score %d is %s', (score, expected) => expect(phenotypeOfScore(score, bands)).toBe(expected));

test('CYP2D6 scores can not be negative', () => {
  expect(() => phenotypeOfScore(-0.5, bands)).toThrow(RangeError);
  expect(() => phenotypeOfScore(Number.NaN, bands)).toThrow(RangeError);
});

test('CYP2D6 *9 and *41 are the values of 2024, not the older 0.5', () => {
  expect([functions.CYP2D6['*9'], functions.CYP2D6['*41'], functions.CYP2D6['*10']]).toEqual([0.25, 0.25, 0.25]);
});

test('GeT-RM NA18861: shows *29/*29, is *5/*29', () => {
  expect(scores('*29', '*29', false)).toEqual([0.5, 1, 1.5, 2]);
});

test('two different alleles exclude a deletion, not a third copy', () => {
  expect(scores('*1', '*4', true)).toEqual([1, 2, 3]);
  expect(scores('*1', '*41', true)).toEqual([1.25, 1.5, 1.75, 2.25, 3.25]);
});

test('a *10 may be the hybrid *36: NA18565 *10/*36x2 and NA18526 *1/*36x2+*10 are inside', () => {
  expect(scores('*10', '*10', false)).toContain(0.25);
  expect(scores('*10', '*10', false)).toContain(0);
  expect(scores('*1', '*10', true)).toContain(1.25);
  expect(scores('*1', '*10', true)).toContain(1);
});

test('an allele without a value keeps the set open', () => expect(scores('*1', '*22', true)).toEqual([null]));

test('CYP2C9 adds values, CYP2C19 looks at both functions', () => {
  expect(standingOf('CYP2C9', { first: '*2', second: '*2' }, functions, rules)).toEqual({
    score: 1,
    phenotype: 'intermediate-metabolizer',
  });
  expect(standingOf('CYP2C9', { first: '*2', second: '*3' }, functions, rules)).toEqual({
    score: 0.5,
    phenotype: 'poor-metabolizer',
  });
  expect(standingOf('CYP2C9', { first: '*1', second: '*7' }, functions, rules)).toEqual({
    score: null,
    phenotype: 'indeterminate',
  });
  expect(standingOf('CYP2C19', { first: '*1', second: '*17' }, functions, rules).phenotype).toBe('rapid-metabolizer');
  expect(phenotypeOfFunctions('CYP2C19', ['no', 'uncertain'], rules)).toBe('indeterminate');
});

test('phenoconversion: NM with paroxetine is poor, with duloxetine intermediate', () => {
  expect(convertCyp2d6([2], ['strong'], bands)).toMatchObject({ scores: [0], phenotypes: ['poor-metabolizer'] });
  expect(convertCyp2d6([2], ['moderate'], bands)).toMatchObject({
    scores: [1],
    phenotypes: ['intermediate-metabolizer'],
  });
  expect(convertCyp2d6([2], ['weak'], bands)).toMatchObject({ scores: [2], phenotypes: ['normal-metabolizer'] });
  expect(convertCyp2d6([2], [], bands)).toMatchObject({ scores: [2], multiplier: 1 });
  expect(convertCyp2d6([2], ['moderate', 'moderate'], bands).scores).toEqual([1]);
});

test('phenoconversion: a set stays a set, and may lose its spread (NA18861 with duloxetine)', () => {
  const converted = convertCyp2d6([0.5, 1, 1.5, 2], ['moderate'], bands);
  expect(converted.scores).toEqual([0.25, 0.5, 0.75, 1]);
  expect(converted.phenotypes).toEqual(['intermediate-metabolizer']);
  expect(converted.basis).toBe('CPIC guideline');
});
