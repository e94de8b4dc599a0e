import { describe, expect, it } from 'vitest';
import type { Fact } from '../dossier/fact.ts';
import { Finding, findingFromDraft } from '../dossier/finding.ts';
import { dossierOf } from '../dossier/testing.ts';
import { runAll } from '../knowledge/testing.ts';
import { allergies } from './allergyList.ts';
import { medications } from './medicationList.ts';
import { medicationFact, plainFact } from './testing.ts';

describe('clinical.medications', () => {
  const run = async (facts: Fact[]) => runAll(medications, dossierOf({ facts }));
  const storyA = [
    medicationFact('f1', 'tramadol hydrochloride 50 MG Oral Tablet', {
      dose: [1, '1'],
      perDay: 4,
      statedAt: '2026-11-01',
    }),
    medicationFact('f2', 'duloxetine', { dose: [60, 'mg'], perDay: 1, statedAt: '2026-10-20' }),
    medicationFact('f3', 'clonazepam', { asNeeded: true, dose: [0.5, 'mg'], statedAt: '2026-11-01' }),
    plainFact('l1', 'medication-list', { at: '2026-11-20' }),
  ];

  it('states the list, each drug with its ATC codes, inhibition and what the sources say', async () => {
    const { findings } = await run(storyA);
    const said = (code: string, site?: string) =>
      findings.find((one) => one.measure.code === code && (site === undefined || one.site?.code === site));
    expect(said('medication-list')).toMatchObject({ time: '2026-11-20', value: { code: { code: 'read' } } });
    expect(said('active-medication', 'tramadol')).toMatchObject({
      value: { value: 200, unit: 'mg/d' },
      derivedFrom: ['f1'],
    });
    expect(said('active-medication', 'tramadol')!.codes).toContainEqual({
      system: 'ATC',
      code: 'N02AX02',
      display: 'tramadol',
    });
    expect(said('active-medication', 'clonazepam')!.value).toMatchObject({
      code: { code: 'as-needed', display: 'as needed, 0.5 mg' },
    });
    expect(said('enzyme-inhibition', 'CYP2D6')!.value).toMatchObject({
      code: { code: 'moderate', display: 'moderate by duloxetine, lasting for days after it is stopped' },
    });
    expect(said('enzyme-inhibition', 'CYP2C19')!.value).toMatchObject({ code: { code: 'none' } });
    for (const draft of findings) {
      const finding = findingFromDraft(draft, { id: 'run-1', subject: 's1', method: 'clinical.medications 1.0.0' });
      expect(Finding.safeParse(finding).success).toBe(true);
    }
    expect(new Set(findings.map((one) => `${one.measure.code}|${one.site?.code}|${one.time}`)).size).toBe(
      findings.length,
    );
  });

  it('gives no daily dose for what is taken less than once a day', async () => {
    const { findings } = await run([
      medicationFact('f1', 'methotrexate', { dose: [15, 'mg'], perDay: 1 / 7, statedAt: '2026-11-01' }),
    ]);
    const value = findings.find((one) => one.measure.code === 'active-medication')!.value;
    expect(value).toMatchObject({ type: 'code', code: { display: 'active, 15 mg, every 7 days' } });
  });

  it('counts the time of taking from the entry that holds, not from an earlier course', async () => {
    const { findings } = await run([
      medicationFact('f1', 'carbamazepine', {
        status: 'stopped',
        statedAt: '2024-06-01',
        period: { start: '2023-01-01', end: '2024-06-01' },
      }),
      medicationFact('f2', 'carbamazepine', { statedAt: '2026-11-01', period: { start: '2026-10-20' } }),
      medicationFact('f3', 'lamotrigine', {
        status: 'stopped',
        statedAt: '2026-11-01',
        period: { start: '2020-01-01' },
      }),
    ]);
    const starts = findings.filter((one) => one.measure.code === 'medication-start');
    expect(starts.map((one) => [one.site!.code, one.time])).toEqual([['carbamazepine', '2026-10-20']]);
  });

  it('makes nothing of an absent list but says so', async () => {
    const { findings, missing } = await run([plainFact('f1', 'diagnosis')]);
    expect(findings).toEqual([]);
    expect(missing.map((one) => one.code)).toEqual(['no-medication-list']);
  });

  it('keeps an unclear drug apart and out of the inhibition', async () => {
    const { findings } = await run([medicationFact('f1', 'paroxetine', { status: 'unknown', statedAt: '2026-11-01' })]);
    expect(findings.map((one) => one.measure.code)).toContain('unclear-medication');
    const inhibition = findings.find((one) => one.site?.code === 'CYP2D6')!;
    expect(inhibition.value).toMatchObject({ code: { code: 'none' } });
    expect(inhibition.issues.map((one) => one.code)).toEqual(['medication-unclear']);
  });
});

describe('clinical.allergies', () => {
  const penicillin = plainFact('f1', 'allergy', {
    code: { system: 'text', code: 'penicillin', display: 'penicillin' },
  });
  const none = plainFact('f2', 'allergy', {
    code: { system: 'SNOMED', code: '716186003', display: 'No known allergy' },
  });

  it('tells present, none known, contradiction and no record apart', async () => {
    const value = async (...facts: Fact[]) => (await runAll(allergies, dossierOf({ facts }))).findings[0];
    expect((await value(penicillin))?.value).toMatchObject({ code: { code: 'present', display: 'penicillin' } });
    expect((await value(none))?.value).toMatchObject({ code: { code: 'none-known' } });
    const both = await value(penicillin, none);
    expect(both?.value).toMatchObject({ code: { code: 'present' } });
    expect(both?.issues[0]?.code).toBe('allergies-contradictory');
    expect((await value({ ...penicillin, status: 'completed' }))?.value).toMatchObject({ code: { code: 'resolved' } });
    expect(allergies.select(dossierOf()).missing.map((one) => one.code)).toEqual(['no-allergy-record']);
  });
});
