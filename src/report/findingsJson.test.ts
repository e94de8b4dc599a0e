import { expect, it } from 'vitest';
import { coded, codedSet, quantity, testDossier, testFinding } from '../plan/testFindings.ts';
import { findingsJson } from './findingsJson.ts';

const [{ subject }] = [testDossier([])];
const rowOf = (value: Parameters<typeof testFinding>[1], more = {}) =>
  findingsJson([subject], [testFinding('m', value, more)], []).findings[0];

it('writes a quantity as a plain number with its UCUM unit, unrounded', () => {
  expect(rowOf(quantity(7.9106743744418075, '{SUVbw}g/mL'))).toMatchObject({
    value: 7.9106743744418075,
    unit: '{SUVbw}g/mL',
  });
});

it('writes a code as a code, a set with all its members, an interval as an object', () => {
  expect(rowOf(coded('a'))).toMatchObject({ value: { system: 'test', code: 'a' } });
  expect(rowOf(codedSet('a', 'b')).value).toMatchObject({ set: [{ value: { code: 'a' } }, { value: { code: 'b' } }] });
  expect(rowOf({ type: 'interval', low: 1, high: 2, unit: 'mL' }).value).toEqual({
    type: 'interval',
    low: 1,
    high: 2,
    unit: 'mL',
  });
});

it('writes a refusal as null with its reason, never as a number', () => {
  expect(rowOf({ type: 'refused', reason: 'no-weight' })).toMatchObject({ value: null, refused: 'no-weight' });
});

it('gives a finding of a region a site, and keeps issues with their subject', () => {
  const issues = [{ code: 'a', severity: 'info' as const, message: 'A.', subject: 's1' }];
  const json = findingsJson([subject], [testFinding('m', quantity(1), { region: 'r1' })], issues);
  expect(json.findings[0].site).toMatchObject({ code: 'r1' });
  expect(json.issues).toEqual(issues);
  expect(json.subjects).toMatchObject([{ id: 's1', synthetic: true, composite: false }]);
});
