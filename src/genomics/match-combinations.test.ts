import { expect, test } from 'vitest';
import { callFrom, issueCodes, topOf } from './match-testing.ts';

/** *5 and *9 of CYP3A5... on both chromosomes: two alleles at once, which the table does not have together. */
const together = { rs10264272: '1/1', rs28383479: '1/1' };

test('two alleles on one chromosome are no call, and a combination in research alone', () => {
  const usual = callFrom('CYP3A5', together);
  expect(usual.match.state).toBe('no-pair-fits');
  const research = callFrom('CYP3A5', together, { combinations: true });
  expect(topOf(research)).toEqual(['[*6 + *9]/[*6 + *9]']);
  expect(research.possible).toEqual([{ phenotype: 'indeterminate' }]);
  expect(issueCodes(research)).toContain('alleles-combined');
});

test('research changes nothing where a pair fits', () => {
  const genotypes = { rs776746: '0/1' };
  expect(callFrom('CYP3A5', genotypes, { combinations: true })).toEqual(callFrom('CYP3A5', genotypes));
});
