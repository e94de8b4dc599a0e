import { expect, test } from 'vitest';
import { builtIn, callFrom, issueCodes, topOf } from './match-testing.ts';

const chatham = '154532990';
const every = (genotype: string) =>
  Object.fromEntries(builtIn('G6PD').positions.map(({ pos, rsid }) => [rsid ?? String(pos.GRCh38), genotype]));
const keyOf = (pos: string) => builtIn('G6PD').positions.find((one) => String(one.pos.GRCh38) === pos)?.rsid ?? pos;
const atChatham = (genotype: string) => ({ [keyOf(chatham)]: genotype });

test('a man called on one chromosome has one allele', () => {
  const call = callFrom('G6PD', { ...every('0'), ...atChatham('1') });
  expect(topOf(call)).toEqual(['Chatham']);
  expect(call.possible).toEqual([{ phenotype: 'deficient' }]);
});

test('a man called as two equal copies has one allele when the record says male', () => {
  expect(topOf(callFrom('G6PD', atChatham('1/1'), { sex: 'male' }))).toEqual(['Chatham']);
  const unknown = callFrom('G6PD', atChatham('1/1'));
  expect(topOf(unknown)).toEqual(['Chatham/Chatham']);
  expect(issueCodes(unknown)).toContain('sex-unknown');
});

test('a woman with one is variable', () => {
  const call = callFrom('G6PD', atChatham('0/1'), { sex: 'female' });
  expect(topOf(call)).toEqual(['B (reference)/Chatham']);
  expect(call.possible).toEqual([{ phenotype: 'variable-activity' }]);
});

test('a man who is heterozygous on X is not called there, and told', () => {
  const call = callFrom('G6PD', atChatham('0/1'), { sex: 'male' });
  expect(issueCodes(call)).toContain('sex-genotype-mismatch');
  expect(topOf(call)).not.toContain('Chatham');
  expect(call.match.missing).toHaveLength(1);
});

test('single calls among double ones are unknown', () => {
  const call = callFrom('G6PD', { ...every('0/0'), ...atChatham('1') });
  expect(call.match.missing).toHaveLength(1);
  expect(topOf(call)).toEqual(['B (reference)/B (reference)']);
});

test('a woman called on one chromosome is told', () => {
  expect(issueCodes(callFrom('G6PD', every('0'), { sex: 'female' }))).toContain('sex-genotype-mismatch');
});

test('one allele on an autosome stays no call', () => {
  expect(callFrom('CYP3A5', { rs776746: '1' }).match.missing).toHaveLength(1);
});
