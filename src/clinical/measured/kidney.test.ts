import { describe, expect, it } from 'vitest';
import type { Fact } from '../../dossier/fact.ts';
import { type Finding, findingFromDraft } from '../../dossier/finding.ts';
import { dossierOf } from '../../dossier/testing.ts';
import { runAll } from '../../knowledge/testing.ts';
import { medicationFact, observationFact, plainFact } from '../testing.ts';
import { kidney } from './kidney.ts';
import { labs } from './labs.ts';
import { vitals } from './vitals.ts';

const born = (date: string) => plainFact('born', 'birth-date', { value: { type: 'date', date } });
const sex = (code: string) =>
  plainFact(`sex-${code}`, 'sex', { value: { type: 'code', code: { system: 'x', code, display: code } } });
const creatinine = (value: number, unit: string, at = '2026-06-01', id = 'c') =>
  observationFact(id, '2160-0', value, unit, at);
const weight = (kg: number, at = '2026-06-01') => observationFact('w', '29463-7', kg, 'kg', at);
const height = (cm: number) => observationFact('h', '8302-2', cm, 'cm', '2026-06-01');

async function estimates(...facts: Fact[]) {
  const dossier = dossierOf({ facts });
  const drafts = [...(await runAll(labs, dossier)).findings, ...(await runAll(vitals, dossier)).findings];
  const findings: Finding[] = drafts.map((draft) => findingFromDraft(draft, { id: 'r', subject: 's1', method: 'm' }));
  const made = (await runAll(kidney, dossierOf({ facts, findings }))).findings;
  return (code: string) => made.filter(({ measure }) => measure.code === code);
}

describe('clinical.kidney', () => {
  it('gives each formula by name, from either unit of creatinine', async () => {
    for (const one of [creatinine(1.2, 'mg/dL'), creatinine(106.104, 'umol/L')]) {
      const made = await estimates(born('1971-01-01'), sex('male'), one, weight(80));
      const [egfr] = made('egfr-ckd-epi-2021');
      expect(egfr!.value).toMatchObject({ unit: 'mL/min/{1.73_m2}' });
      expect(Math.round((egfr!.value as { value: number }).value)).toBe(71);
      const [clearance] = made('creatinine-clearance-cockcroft-gault');
      expect(clearance!.value).toMatchObject({ value: expect.closeTo(78.7037, 3), unit: 'mL/min' });
      expect(clearance!.methodNote).toBe('actual body weight');
    }
  });

  it.each([
    ['age-unknown', 'egfr-ckd-epi-2021', [sex('male'), weight(80)]],
    ['sex-unknown', 'egfr-ckd-epi-2021', [born('1971-01-01'), weight(80)]],
    ['sex-unknown', 'egfr-ckd-epi-2021', [born('1971-01-01'), sex('male'), sex('female')]],
    ['weight-unknown', 'creatinine-clearance-cockcroft-gault', [born('1971-01-01'), sex('male')]],
    [
      'weight-too-far',
      'creatinine-clearance-cockcroft-gault',
      [born('1971-01-01'), sex('male'), weight(80, '2025-01-01')],
    ],
    ['age-below-18', 'egfr-ckd-epi-2021', [born('2015-01-01'), sex('male'), height(140)]],
    ['height-unknown', 'egfr-bedside-schwartz', [born('2015-01-01'), sex('male')]],
    ['age-below-1', 'egfr-bedside-schwartz', [born('2026-01-01'), sex('male'), height(60)]],
  ])('refuses by reason: %s', async (reason, code, facts) => {
    const [refused] = (await estimates(creatinine(0.9, 'mg/dL'), ...facts))(code);
    expect(refused!.value).toEqual({ type: 'refused', reason });
    expect(refused!.issues.map((one) => one.code)).toContain(reason);
  });

  it('gives a child the bedside formula and no adult one', async () => {
    const made = await estimates(born('2015-01-01'), creatinine(0.5, 'mg/dL'), height(140), weight(35));
    expect(made('egfr-bedside-schwartz')[0]!.value).toMatchObject({ value: expect.closeTo(115.64, 2) });
    expect(made('creatinine-clearance-cockcroft-gault')).toEqual([]);
    expect(made('egfr-ckd-epi-2021')[0]!.value.type).toBe('refused');
  });

  it('says when creatinine is not steady, and what other weights give', async () => {
    const base = [born('1971-01-01'), sex('female'), weight(120), height(165)];
    const made = await estimates(
      ...base,
      creatinine(0.8, 'mg/dL', '2026-05-30', 'c1'),
      creatinine(1.3, 'mg/dL', '2026-06-01', 'c2'),
    );
    expect(made('egfr-ckd-epi-2021').map(({ issues }) => issues.map(({ code }) => code))).toEqual([
      [],
      ['creatinine-not-steady'],
    ]);
    const codes = made('creatinine-clearance-cockcroft-gault')
      .at(-1)!
      .issues.map(({ code }) => code);
    expect(codes).toEqual(['creatinine-not-steady', 'weight-far-above-ideal']);
    const slow = await estimates(
      ...base,
      creatinine(0.8, 'mg/dL', '2026-05-01', 'c1'),
      creatinine(1.3, 'mg/dL', '2026-06-01', 'c2'),
    );
    expect(slow('egfr-ckd-epi-2021').flatMap(({ issues }) => issues)).toEqual([]);
  });

  it('uses both markers of one day and walks back to the samples', async () => {
    const cystatin = observationFact('cys', '33863-2', 1.1, 'mg/L', '2026-06-01');
    const made = await estimates(born('1971-01-01'), sex('male'), creatinine(1.2, 'mg/dL'), cystatin);
    expect(made('egfr-ckd-epi-2021-cystatin')[0]!.derivedFrom).toHaveLength(4);
    expect(made('egfr-ckd-epi-2012-cystatin')).toHaveLength(1);
  });

  it('says that creatinine is missing where a medicine is on record', async () => {
    const drug = medicationFact('m', 'metformin', { statedAt: '2026-01-01' });
    expect(kidney.select(dossierOf({ facts: [drug] })).missing.map(({ code }) => code)).toEqual(['no-creatinine']);
    expect(kidney.select(dossierOf()).missing).toEqual([]);
  });
});
