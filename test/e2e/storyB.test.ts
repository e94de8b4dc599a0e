/**
 * Story B: treatment-resistant depression, as far as it stands without the scan (its target is another room's). Synthetic,
 * labelled so: the record is made by code.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { daysBefore, type ExampleFile, type ExamplePatient, exampleDay } from '../../examples/patient.ts';
import { writeAnswersTable } from '../../examples/write/answersTable.ts';
import {
  bundleFile,
  condition,
  drugs,
  fhirRecord,
  medication,
  medicationListReviewed,
  noKnownAllergy,
  type Resource,
} from '../../examples/write/fhir.ts';
import { checkOf, declaration, lineOf, openStory, rulesOf, type Told } from './story.ts';

const story = openStory('b');
const patient: ExamplePatient = {
  id: 'SYN-MOOD-0006',
  dicomName: 'SYNTHETIC^MOOD',
  sex: 'female',
  birthDate: '1984-03-02',
  ageYears: 42,
  weightKg: 68,
  heightM: 1.7,
};

function files(more: readonly Resource[]): ExampleFile[] {
  const record = fhirRecord(patient, [
    condition('F33.2', 'Recurrent depressive disorder, severe', daysBefore(900)),
    medication(drugs.sertraline, {
      since: daysBefore(700),
      until: daysBefore(500),
      asserted: daysBefore(500),
      mg: 150,
      perDay: 1,
    }),
    medication(drugs.venlafaxine, {
      since: daysBefore(480),
      until: daysBefore(250),
      asserted: daysBefore(250),
      mg: 225,
      perDay: 1,
    }),
    medication(drugs.bupropion, { since: daysBefore(120), asserted: exampleDay, mg: 300, perDay: 1 }),
    medicationListReviewed(exampleDay),
    noKnownAllergy(daysBefore(30)),
    ...more,
  ]);
  return [
    declaration(patient.id, 'SYNTHETIC MOOD', 'Two drugs did not help: what next?'),
    bundleFile('record/bundle.json', `${exampleDay}T08:00:00Z`, record),
    writeAnswersTable('questionnaires/answers.csv', [
      { instrument: 'PHQ-9', date: exampleDay, values: [3, 3, 2, 3, 2, 3, 2, 1, 0] },
    ]),
  ];
}

let told: Told;
let implant: Told;
let mania: Told;
beforeAll(async () => {
  told = await story.tell('told', files([]));
  implant = await story.tell('implant', files([condition('Z96.21', 'Cochlear implant status', daysBefore(2000))]));
  mania = await story.tell('mania', files([condition('F30.2', 'Manic episode', daysBefore(3000))]));
}, 180_000);
afterAll(() => story.end());

describe('story B', () => {
  it('proposes stimulation with its level, individual targeting lower, BRIGhTMIND against', () => {
    const line = lineOf(told, 'stimulation-after-two-trials');
    expect(line).toMatchObject({ verb: 'discuss', strength: { body: 'Lefaucheur 2020' } });
    expect(line.strength.grade).toMatch(/^Level A/);
    const targeting = line.alternatives!.find(({ statement }) => /individual connectivity/.test(statement));
    expect(targeting).toMatchObject({ equal: false });
    expect(JSON.stringify(line)).toContain('BRIGhTMIND');
  });

  it('says that bupropion is to be discussed, and not that it bars', () => {
    const against = lineOf(told, 'stimulation-after-two-trials').against.map(({ statement }) => statement);
    expect(against.join(' ')).toMatch(/bupropion/i);
    expect(told.said).not.toMatch(/bupropion (bars|forbids)/i);
  });

  it('counts the trials from the record, and refers to a specialist with options that nobody ranks', () => {
    const failed = told.findings.filter((one) => one.measure.code === 'adequate-trials-failed');
    expect(failed.map(({ site }) => site?.code)).toContain('depression');
    const line = lineOf(told, 'depression-further-line');
    expect(['refer', 'ask']).toContain(line.verb);
    expect(line.alternatives!.filter(({ equal }) => equal).length).toBeGreaterThan(2);
  });

  it('asks the contraindications item by item: what is not asked is not a no', () => {
    expect(checkOf(told, 'stimulation-contraindications')).toMatchObject({ state: 'not-assessed', urgency: 'open' });
    expect(checkOf(told, 'stimulation-contraindications')!.action).toContain('No navigation export');
  });

  it('twin with a cochlear implant: not proposed until it is cleared', () => {
    const line = lineOf(implant, 'stimulation-after-two-trials');
    expect(line).toMatchObject({ verb: 'refer', strength: { grade: 'contraindication until cleared' } });
    expect(checkOf(implant, 'stimulation-contraindications')).toMatchObject({ state: 'positive' });
  });

  it('twin with past mania: psychiatric review first', () => {
    expect(lineOf(mania, 'stimulation-after-two-trials').action).toContain('Psychiatric review comes first');
    expect(lineOf(mania, 'antidepressant-with-bipolar')).toMatchObject({ verb: 'refer' });
    expect(lineOf(mania, 'depression-options')).toMatchObject({ verb: 'refer' });
  });

  it('never: a diagnosis or a target without a scan', () => {
    for (const one of [told, implant, mania]) {
      expect(rulesOf(one)).not.toContain('stimulation-target-state');
      expect(one.said).not.toMatch(/target radius|diagnosed/i);
      expect(one.report).toContain('SYNTHETIC');
    }
  });
});
