import { expect, it } from 'vitest';
import type { Fact } from '../dossier/fact.ts';
import { findingFromDraft } from '../dossier/finding.ts';
import { dossierOf } from '../dossier/testing.ts';
import { runAll } from '../knowledge/testing.ts';
import { conditions } from './conditions.ts';
import { opioidDose } from './opioidDose.ts';
import { medicationFact, plainFact } from './testing.ts';

const tramadol = medicationFact('m', 'tramadol', { dose: [50, 'mg'], perDay: 4, statedAt: '2026-06-01' });
const born = (date: string) => plainFact('born', 'birth-date', { value: { type: 'date', date } });
const diagnosis = (display: string) =>
  plainFact('d', 'diagnosis', { code: { system: 'text', code: display, display } });

async function run(...facts: Fact[]) {
  const drafts = (await runAll(conditions, dossierOf({ facts }))).findings;
  const findings = drafts.map((draft) => findingFromDraft(draft, { id: 'r', subject: 's1', method: 'm' }));
  const made = (await runAll(opioidDose, dossierOf({ facts, findings }))).findings;
  const code = (which: string) => made.find(({ measure }) => measure.code === which)!;
  return { mme: code('morphine-milligram-equivalents'), limits: code('opioid-dose-limits') };
}

it('adds up and says that the limits hold for an adult', async () => {
  const { mme, limits } = await run(tramadol, born('1970-01-01'));
  expect(mme.value).toEqual({ type: 'quantity', value: 40, unit: 'mg/d' });
  expect(limits.value).toMatchObject({ code: { code: 'apply' } });
});

it.each([
  ['malignant neoplasm of breast', 'mme-limits-do-not-apply'],
  ['sickle cell disease', 'mme-limits-do-not-apply'],
  ['palliative care', 'mme-limits-do-not-apply'],
])('shows the dose of a person with %s and says that the limits do not hold', async (name, issue) => {
  const { mme, limits } = await run(tramadol, born('1970-01-01'), diagnosis(name));
  expect(mme.value).toMatchObject({ value: 40 });
  expect(mme.issues.map(({ code }) => code)).toContain(issue);
  expect(limits.value).toMatchObject({ code: { code: 'do-not-apply' } });
});

it('gives a child no sum, and leaves the limits open where the age is not known', async () => {
  expect((await run(tramadol, born('2012-01-01'))).mme.value).toEqual({ type: 'refused', reason: 'age-below-18' });
  expect((await run(tramadol)).limits.value).toMatchObject({ code: { code: 'age-unknown' } });
});

it('has no factor for buprenorphine, counts a patch by the hour and warns about methadone', async () => {
  const adult = born('1970-01-01');
  const alone = await run(medicationFact('m', 'buprenorphine', { dose: [8, 'mg'], perDay: 1 }), adult);
  expect(alone.mme.value).toEqual({ type: 'refused', reason: 'opioid-without-factor' });
  const patch = await run(medicationFact('m', 'fentanyl', { dose: [25, 'ug/h'] }), adult);
  expect(patch.mme.value).toMatchObject({ value: 60 });
  const methadone = await run(medicationFact('m', 'methadone', { dose: [10, 'mg'], perDay: 3 }), adult);
  expect(methadone.mme.issues.map(({ code }) => code)).toContain('methadone-not-linear');
});
