import { describe, expect, it } from 'vitest';
import type { Fact } from '../dossier/fact.ts';
import { issue } from '../dossier/issue.ts';
import { dossierOf } from '../dossier/testing.ts';
import { runAll } from '../knowledge/testing.ts';
import { conditions } from './conditions.ts';
import { plainFact } from './testing.ts';

const named = (display: string, more: Partial<Fact> = {}, system = 'text', code = display): Fact =>
  plainFact(`f-${display}-${code}`, 'diagnosis', { code: { system, code, display }, ...more });
const found = async (...facts: Fact[]) => {
  const { findings } = await runAll(conditions, dossierOf({ facts }));
  return findings.map(({ site, value }) => `${site!.code} ${value.type === 'code' ? value.code.code : ''}`);
};

describe('clinical.conditions', () => {
  it.each([
    [named('x', {}, 'ICD-10-CM', 'F31.9'), 'bipolar-or-mania active'],
    [named('Hypomanic episode'), 'bipolar-or-mania active'],
    [named('Epilepsy', { status: 'completed' }), 'seizure past'],
    [named('Cochlear implant system', { type: 'implant' }), 'cochlear-implant active'],
    [
      named('Tonsillectomy and adenoidectomy', { type: 'procedure', isEvent: true, status: 'completed' }),
      'tonsil-surgery active',
    ],
    [named('Malignant neoplasm', {}, 'ICD-10', 'C43.9'), 'cancer active'],
    [named('x', {}, 'ICD-10', 'N18.3'), 'kidney-disease active'],
    [named('Hypertension'), 'hypertension active'],
    [named('Chronic low back pain'), 'low-back-pain active'],
    [named('Migraine', {}, 'SNOMED', '37796009'), 'migraine active'],
    [
      plainFact('p', 'pregnancy', {
        value: { type: 'code', code: { system: 'SNOMED', code: '77386006', display: 'Pregnant' } },
      }),
      'pregnancy active',
    ],
  ])('reads %#', async (fact, expected) => {
    expect(await found(fact)).toEqual([expected]);
  });

  it.each([
    named('No history of seizures'),
    named('Family history of bipolar disorder'),
    named('Romantic stress'),
    named('Pulmonary hypertension'),
    named('Low back pain', { status: 'completed' }),
    named('Non-malignant lesion'),
    named('Bipolar disorder', { status: 'entered-in-error' }),
    named('Bipolar disorder', { type: 'family-history' }),
    named('Palliative care', { status: 'stopped' }),
    named('Tonsillectomy', { type: 'procedure', isEvent: true, status: 'planned' }),
    named('Tonsillectomy', { type: 'procedure', isEvent: true, status: 'stopped' }),
    plainFact('p', 'pregnancy', {
      value: { type: 'code', code: { system: 'SNOMED', code: '60001007', display: 'Not pregnant' } },
    }),
  ])('does not read $code.display ($type, $status)', async (fact) => {
    expect(await found(fact)).toEqual([]);
  });

  it('an unconfirmed entry counts and says that it is not confirmed', async () => {
    const fact = named('Bipolar disorder', {
      issues: [issue('info', 'not-confirmed', 'The source states this as provisional.')],
    });
    const { findings } = await runAll(conditions, dossierOf({ facts: [fact] }));
    expect(findings).toMatchObject([{ site: { code: 'bipolar-or-mania' }, issues: [{ code: 'not-confirmed' }] }]);
  });
});
