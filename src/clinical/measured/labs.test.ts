import { describe, expect, it } from 'vitest';
import type { Fact } from '../../dossier/fact.ts';
import type { FindingDraft } from '../../dossier/finding.ts';
import { dossierOf } from '../../dossier/testing.ts';
import { runAll } from '../../knowledge/testing.ts';
import { observationFact, plainFact } from '../testing.ts';
import { labs } from './labs.ts';
import { vitals } from './vitals.ts';

const sodium = '2951-2';
const found = async (...facts: Fact[]) => (await runAll(labs, dossierOf({ facts }))).findings;
const of = (findings: readonly FindingDraft[], code: string) => findings.filter(({ measure }) => measure.code === code);
const ranged = (fact: Fact, low?: number, high?: number, flag?: string): Fact => ({
  ...fact,
  referenceRange: { ...(low === undefined ? {} : { low }), ...(high === undefined ? {} : { high }) },
  ...(flag ? { interpretation: [{ system: 'x', code: flag, display: flag }] } : {}),
});

describe('clinical.labs', () => {
  it('keeps the unit that was reported, in UCUM spelling', async () => {
    const spelled = observationFact('f1', '777-3', 221, 'giga.l-1', '2026-01-01');
    const [platelets] = await found(spelled);
    expect(platelets).toMatchObject({ site: { code: 'platelets' }, value: { value: 221, unit: '10*9/L' } });
    const [hba1c] = await found(observationFact('f1', '4548-4', 48, 'mmol/mol', '2026-01-01'));
    expect(hba1c!.value).toEqual({ type: 'quantity', value: 48, unit: 'mmol/mol' });
  });

  it('refuses an impossible number with the units in which it would be possible, and converts nothing', async () => {
    const [haemoglobin] = await found(observationFact('f1', '718-7', 13.5, 'g/mL', '2026-01-01'));
    expect(haemoglobin!.value).toEqual({ type: 'refused', reason: 'unit-implausible' });
    expect(haemoglobin!.issues[0]!.message).toContain('13.5 g/dL or');
    const [creatinine] = await found(observationFact('f1', '2160-0', 88, 'mg/dL', '2026-01-01'));
    expect(creatinine!.value).toEqual({ type: 'refused', reason: 'unit-implausible' });
    expect(creatinine!.issues[0]!.message).toContain('88 µmol/L would be');
    const [bare] = await found(observationFact('f1', '2160-0', 88, '', '2026-01-01'));
    expect(bare!.value).toEqual({ type: 'refused', reason: 'unit-missing' });
  });

  it.each([
    [135, 'within'],
    [134.9, 'low'],
    [145, 'within'],
    [145.1, 'high'],
  ])('places %d in 135 to 145: %s', async (value, flag) => {
    const [one] = of(
      await found(ranged(observationFact('f1', sodium, value, 'mmol/L', '2026-01-01'), 135, 145)),
      'lab-flag',
    );
    expect(one!.value).toMatchObject({ code: { code: flag } });
  });

  it('takes the flag of the laboratory without limits, says where both disagree, and calls nothing low without either', async () => {
    const base = observationFact('f1', sodium, 130, 'mmol/L', '2026-01-01');
    const [flagged] = of(await found(ranged(base, undefined, undefined, 'LL')), 'lab-flag');
    expect(flagged!.value).toMatchObject({ code: { code: 'low' } });
    const [disagrees] = of(await found(ranged(base, 120, 145, 'L')), 'lab-flag');
    expect(disagrees!.value).toMatchObject({ code: { code: 'within' } });
    expect(disagrees!.issues.map(({ code }) => code)).toEqual(['flag-disagrees']);
    const [open] = of(await found(base), 'lab-flag');
    expect(open!.value).toEqual({ type: 'refused', reason: 'no-reference-range' });
  });

  it('joins equal results of two records and keeps different ones apart as a set', async () => {
    const one = observationFact('f1', '2160-0', 88.4, 'umol/L', '2026-01-01');
    const [same] = await found(one, observationFact('f2', '14682-9', 1.0, 'mg/dL', '2026-01-01'));
    expect(same!.value.type).toBe('quantity');
    expect(same!.derivedFrom).toEqual(['f1', 'f2']);
    const [differ] = await found(one, observationFact('f2', '14682-9', 1.3, 'mg/dL', '2026-01-01'));
    expect(differ!.value).toMatchObject({ type: 'set' });
    expect(differ!.issues.map(({ code }) => code)).toEqual(['results-differ']);
  });

  it('tells a real change from variation where a source gives the variation, and says where none does', async () => {
    const alt = (id: string, value: number, at: string) => observationFact(id, '1742-6', value, 'U/L', at);
    const [noise] = of(await found(alt('f1', 40, '2026-01-01'), alt('f2', 50, '2026-02-01')), 'lab-change');
    expect(noise).toMatchObject({ value: { value: 25, unit: '%' }, norm: { band: 'within variation' } });
    const [real] = of(await found(alt('f1', 40, '2026-01-01'), alt('f2', 56, '2026-02-01')), 'lab-change');
    expect(real).toMatchObject({ norm: { band: 'real change' } });
    const b12 = (id: string, value: number, at: string) => observationFact(id, '2132-9', value, 'pg/mL', at);
    const [unknown] = of(await found(b12('f1', 300, '2026-01-01'), b12('f2', 500, '2026-02-01')), 'lab-change');
    expect(unknown).not.toHaveProperty('uncertainty');
    expect(unknown!.issues.map(({ code }) => code)).toEqual(['variation-unknown']);
  });

  it('gives a slope from four values over four weeks, none from fewer', async () => {
    const values = [140, 139, 138, 137].map((value, i) =>
      observationFact(`f${i}`, sodium, value, 'mmol/L', `2026-0${i + 1}-01`),
    );
    const [slope] = of(await found(...values), 'lab-trend');
    expect(slope!.value).toMatchObject({ type: 'quantity', unit: 'mmol/L/a' });
    expect((slope!.value as { value: number }).value).toBeCloseTo(-12, 0);
    expect(of(await found(...values.slice(1)), 'lab-trend')).toEqual([]);
  });

  it('reads limits as such and leaves entries in error, texts and other specimens out', async () => {
    const tsh = observationFact('f1', '3016-3', 0.01, 'mIU/L', '2026-01-01');
    const below: Fact = { ...tsh, value: { type: 'quantity', value: 0.01, unit: 'mIU/L', comparator: '<' } };
    expect((await found(below))[0]!.value).toEqual({ type: 'interval', low: 0, high: 0.01, unit: 'm[IU]/L' });
    const [flag] = of(await found(ranged(below, 0.4, 4)), 'lab-flag');
    expect(flag!.value).toMatchObject({ code: { code: 'low' } });
    expect(await found({ ...tsh, status: 'entered-in-error' })).toEqual([]);
    expect(await found({ ...tsh, value: { type: 'text', text: 'not done' } })).toEqual([]);
    const urine = { system: 'LOINC', code: '2955-3', display: 'Sodium' };
    expect(await found({ ...tsh, code: urine })).toEqual([]);
    expect(await found({ ...tsh, code: { system: 'local', code: 'NA', display: 'Sodium' } })).toMatchObject([
      { issues: [{ code: 'recognised-by-name' }, { code: 'unit-unexpected' }] },
      {},
    ]);
  });
});

describe('clinical.vitals', () => {
  it('takes blood pressure out of its panel and says what it converted', async () => {
    const pressure = plainFact('f1', 'observation', {
      status: 'completed',
      at: '2026-01-01',
      code: { system: 'LOINC', code: '85354-9', display: 'Blood pressure' },
      value: {
        type: 'components',
        components: [
          { code: { system: 'LOINC', code: '8480-6', display: 'Systolic' }, value: 151, unit: 'mmHg' },
          { code: { system: 'LOINC', code: '8462-4', display: 'Diastolic' }, value: 84, unit: 'mm[Hg]' },
        ],
      },
    });
    const weight = observationFact('f2', '29463-7', 220, 'lbs', '2026-01-01');
    const height = observationFact('f3', '8302-2', 1.8, 'm', '2026-01-01');
    const { findings } = await runAll(vitals, dossierOf({ facts: [pressure, weight, height] }));
    const by = (site: string) => findings.find((one) => one.site?.code === site)!;
    expect(by('blood-pressure-systolic').value).toEqual({ type: 'quantity', value: 151, unit: 'mm[Hg]' });
    expect(by('body-weight')).toMatchObject({
      value: { value: 99.7903, unit: 'kg' },
      issues: [{ code: 'unit-converted' }],
    });
    expect(by('body-mass-index')).toMatchObject({ value: { value: 30.8 }, derivedFrom: ['f2', 'f3'] });
    const stated = observationFact('f4', '39156-5', 25, 'kg/m2', '2026-01-01');
    const again = await runAll(vitals, dossierOf({ facts: [weight, height, stated] }));
    const mass = again.findings.filter((one) => one.site?.code === 'body-mass-index');
    expect(mass).toMatchObject([{ value: { value: 25 }, issues: [{ code: 'index-disagrees' }] }]);
  });
});
