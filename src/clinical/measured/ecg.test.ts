import { expect, it } from 'vitest';
import type { Fact } from '../../dossier/fact.ts';
import { type Finding, findingFromDraft } from '../../dossier/finding.ts';
import { dossierOf } from '../../dossier/testing.ts';
import { runAll } from '../../knowledge/testing.ts';
import { medicationFact, observationFact, plainFact } from '../testing.ts';
import { qtInterval } from './ecg.ts';
import { labs } from './labs.ts';

const born = plainFact('born', 'birth-date', { value: { type: 'date', date: '1971-01-01' } });
const woman = plainFact('sex', 'sex', {
  value: { type: 'code', code: { system: 'x', code: 'female', display: 'female' } },
});
const at = '2026-03-01T08:00:00Z';
const qtc = (ms: number, loinc = '8636-3', unit = 'ms') => observationFact('qtc', loinc, ms, unit, at);
const salt = (loinc: string, value: number, low: number, when = '2026-02-27'): Fact => ({
  ...observationFact(loinc, loinc, value, 'mmol/L', when),
  referenceRange: { low, high: 6 },
});
const salts = [salt('2823-3', 4.1, 3.5), salt('2601-3', 0.8, 0.7)];

async function run(...facts: Fact[]) {
  const drafts = (await runAll(labs, dossierOf({ facts }))).findings;
  const findings: Finding[] = drafts.map((draft) => findingFromDraft(draft, { id: 'r', subject: 's1', method: 'm' }));
  const made = (await runAll(qtInterval, dossierOf({ facts, findings }))).findings;
  return (code: string) => made.find(({ measure }) => measure.code === code);
}

it('states a long QTc whatever is missing, and refuses to clear anybody with a shorter one alone', async () => {
  expect((await run(qtc(512)))('qtc-interval')!.value).toEqual({ type: 'quantity', value: 512, unit: 'ms' });
  expect((await run(qtc(0.5, '8636-3', 's')))('qtc-interval')!.value).toEqual({
    type: 'quantity',
    value: 500,
    unit: 'ms',
  });
  const short = await run(qtc(499));
  expect(short('qtc-interval')!.value).toEqual({ type: 'refused', reason: 'qt-context-missing' });
  expect(short('qtc-reported')).toMatchObject({ value: { value: 499 }, issues: [{ code: 'qtc-formula-unstated' }] });
  expect((await run(qtc(512, '8636-3', 'mm')))('qtc-interval')).toBeUndefined();
});

it.each([
  ['formula', [qtc(440), born, woman, ...salts]],
  ['sex', [qtc(440, '76634-5'), born, ...salts]],
  ['age', [qtc(440, '76634-5'), woman, ...salts]],
  ['magnesium', [qtc(440, '76634-5'), born, woman, salts[0]!]],
  ['potassium', [qtc(440, '76634-5'), born, woman, salts[1]!, salt('2823-3', 4.1, 3.5, '2026-02-01')]],
  ['potassium low', [qtc(440, '76634-5'), born, woman, salts[1]!, salt('2823-3', 3.1, 3.5)]],
])('does not clear without %s', async (what, facts) => {
  const finding = (await run(...facts))('qtc-interval')!;
  expect(finding.value).toEqual({ type: 'refused', reason: 'qt-context-missing' });
  expect(finding.issues[0]!.message).toContain(what);
});

it('states a shorter one beside all that it needs, and calls 460 ms in a woman prolonged', async () => {
  const finding = (await run(qtc(440, '76634-5'), born, woman, ...salts))('qtc-interval')!;
  expect(finding).toMatchObject({ value: { value: 440 }, methodNote: 'Fridericia', issues: [] });
  const long = (await run(qtc(460, '76634-5'), born, woman, ...salts))('qtc-interval')!;
  expect(long.issues.map(({ code }) => code)).toEqual(['qtc-prolonged']);
});

it('corrects QT by four named formulas and says where they fall on both sides of 500 ms', async () => {
  const made = await run(
    observationFact('qt', '8634-8', 400, 'ms', at),
    observationFact('hr', '8867-4', 100, '/min', at),
  );
  const value = (code: string) => (made(code)!.value as { value: number }).value;
  expect(value('qtc-bazett')).toBeCloseTo(516.4, 1);
  expect(value('qtc-fridericia')).toBeCloseTo(474.25, 2);
  expect(value('qtc-framingham')).toBeCloseTo(461.6, 1);
  expect(value('qtc-hodges')).toBeCloseTo(470, 1);
  expect(made('qtc-interval')).toMatchObject({ value: { value: 516.4 }, issues: [{ code: 'qtc-formulas-differ' }] });
});

it('says that there is no ECG beside a medicine whose label warns of QT, and not beside others', () => {
  const missing = (drug: string, status: Fact['status'] = 'active') =>
    qtInterval.select(dossierOf({ facts: [medicationFact('m', drug, { status })] })).missing.map(({ code }) => code);
  expect(missing('citalopram')).toEqual(['no-ecg']);
  expect(missing('citalopram', 'stopped')).toEqual([]);
  expect(missing('sertraline')).toEqual([]);
});

it('needs the rate of the same moment', async () => {
  const qt = observationFact('qt', '8634-8', 400, 'ms', at);
  const other = await run(qt, observationFact('hr', '8867-4', 60, '/min', '2026-03-01T09:00:00Z'));
  expect(other('qtc-bazett')).toBeUndefined();
  const day = await run({ ...qt, at: '2026-03-01' }, observationFact('hr', '8867-4', 60, '/min', '2026-03-01'));
  expect(day('qtc-bazett')).toMatchObject({ value: { value: 400 }, issues: [{ code: 'rate-of-the-day' }] });
});
