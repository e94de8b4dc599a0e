import { describe, expect, it } from 'vitest';
import { timesADayOf } from './facts/dosage.ts';
import { isLoinc } from './facts/questionnaireResponse.ts';
import { factsOf, readFhir } from './testing.ts';

const subject = { reference: 'Patient/p1' };
const coded = (system: string, code: string, display = code) => ({ coding: [{ system, code, display }] });
const rxnorm = 'http://www.nlm.nih.gov/research/umls/rxnorm';

describe('medications', () => {
  const request = (members: object) =>
    factsOf({
      resourceType: 'MedicationRequest',
      status: 'active',
      intent: 'order',
      subject,
      medicationCodeableConcept: { ...coded(rxnorm, '10689', 'tramadol'), text: 'Tramadol' },
      authoredOn: '2026-10-01',
      ...members,
    });
  const timing = (repeat: object) => ({
    dosageInstruction: [{ timing: { repeat }, doseAndRate: [{ doseQuantity: { value: 50, unit: 'mg' } }] }],
  });

  it('reads dose, times a day, as needed and the date of the statement', async () => {
    const [fact] = await request({
      dosageInstruction: [
        {
          text: 'one capsule',
          asNeededBoolean: true,
          timing: { repeat: { frequency: 1, period: 6, periodUnit: 'h' } },
          doseAndRate: [{ doseQuantity: { value: 50, unit: 'mg', system: 'http://unitsofmeasure.org', code: 'mg' } }],
        },
      ],
    });
    expect(fact).toMatchObject({
      type: 'medication',
      code: { system: 'RxNorm', code: '10689' },
      statedAt: '2026-10-01',
      status: 'active',
      isEvent: false,
      value: { dose: { value: 50, unit: 'mg' }, perDay: 4, asNeeded: true, text: 'Tramadol: one capsule' },
    });
  });

  it('counts times a day however the timing is written', async () => {
    const perDay = async (members: object) => {
      const value = (await request(members))[0]!.value;
      return value?.type === 'medication' ? value.perDay : undefined;
    };
    expect(await perDay(timing({ frequency: 2, period: 1, periodUnit: 'd' }))).toBe(2);
    expect(await perDay(timing({ frequency: 1, period: 1, periodUnit: 'wk' }))).toBeCloseTo(1 / 7, 12);
    expect(await perDay(timing({ timeOfDay: ['08:00:00', '20:00:00'] }))).toBe(2);
    expect(await perDay(timing({ frequency: 1, period: 1, periodUnit: 'd', dayOfWeek: ['mon', 'thu'] }))).toBeCloseTo(
      2 / 7,
      12,
    );
    expect(await perDay({ dosageInstruction: [{ timing: { code: coded('x', 'TID') } }] })).toBe(3);
    expect(await perDay(timing({ frequency: 1, period: 0, periodUnit: 'd' }))).toBeUndefined();
    expect(['BID', 'q8h', 'QOD', 'Q0H', 'soon'].map(timesADayOf)).toEqual([2, 3, 0.5, undefined, undefined]);
  });

  it('adds concurrent instructions of one dose, and refuses to add a taper or a range', async () => {
    const part = (sequence: number | undefined, value: number) => ({
      ...(sequence ? { sequence } : {}),
      timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd' } },
      doseAndRate: [{ doseQuantity: { value, unit: 'mg' } }],
    });
    const both = await request({ dosageInstruction: [part(undefined, 50), part(undefined, 50)] });
    expect(both[0]!.value).toMatchObject({ dose: { value: 50 }, perDay: 2 });
    const taper = await request({ dosageInstruction: [part(1, 50), part(2, 25)] });
    expect(taper[0]!.value).not.toHaveProperty('dose');
    expect(taper[0]!.issues.map((one) => one.code)).toEqual(['dosage-several']);
    const range = await request({
      dosageInstruction: [{ doseAndRate: [{ doseRange: { low: { value: 1 }, high: { value: 2 } } }] }],
    });
    expect(range[0]!.issues.map((one) => one.code)).toEqual(['dose-range']);
  });

  it('keeps status and intent apart', async () => {
    const status = async (members: object) => (await request(members))[0]!.status;
    expect(await status({ status: 'stopped' })).toBe('stopped');
    expect(await status({ status: 'completed' })).toBe('completed');
    expect(await status({ status: 'entered-in-error' })).toBe('entered-in-error');
    expect(await status({ intent: 'proposal' })).toBe('planned');
    expect(await status({ doNotPerform: true })).toBe('stopped');
    const [held] = await request({ status: 'on-hold' });
    expect([held!.status, held!.issues[0]?.code]).toEqual(['unknown', 'medication-on-hold']);
  });

  it('finds a contained medication with its ingredients, and says when there is none', async () => {
    const [fact] = await request({
      medicationCodeableConcept: undefined,
      medicationReference: { reference: '#m' },
      contained: [
        {
          resourceType: 'Medication',
          id: 'm',
          code: { text: 'Combined tablet' },
          ingredient: [{ itemCodeableConcept: coded('http://www.whocc.no/atc', 'N02AX02', 'tramadol') }],
        },
      ],
    });
    expect(fact).toMatchObject({ code: { display: 'Combined tablet' }, codes: [{ system: 'ATC', code: 'N02AX02' }] });
    const [lost] = await request({
      medicationCodeableConcept: undefined,
      medicationReference: { reference: 'Medication/none' },
    });
    expect(lost!.issues.map((one) => one.code)).toEqual(['medication-unresolved']);
  });

  it('reads statements, administrations and dispenses as what they are', async () => {
    const common = { status: 'completed', subject, medicationCodeableConcept: { text: 'tramadol' } };
    const [given] = await factsOf({
      resourceType: 'MedicationAdministration',
      ...common,
      effectiveDateTime: '2026-10-02',
      dosage: { dose: { value: 50, unit: 'mg' } },
    });
    expect(given).toMatchObject({ isEvent: true, at: '2026-10-02', value: { dose: { value: 50, unit: 'mg' } } });
    const [taken] = await factsOf({
      resourceType: 'MedicationStatement',
      ...common,
      status: 'not-taken',
      dateAsserted: '2026-10-03',
    });
    expect(taken).toMatchObject({ isEvent: false, status: 'stopped', statedAt: '2026-10-03' });
    const [stated] = await factsOf({
      resourceType: 'MedicationStatement',
      ...common,
      status: 'stopped',
      informationSource: { reference: 'Patient/p1' },
      category: { text: 'Over-the-counter' },
      statusReason: [{ text: 'side effects' }],
    });
    expect(stated!.value).toMatchObject({ statedBy: 'patient', overTheCounter: true, stopReason: 'side effects' });
    const [handed] = await factsOf({ resourceType: 'MedicationDispense', ...common, whenHandedOver: '2026-10-04' });
    expect(handed).toMatchObject({ isEvent: true, at: '2026-10-04' });
  });
});

describe('observations', () => {
  const observation = (members: object) =>
    factsOf({
      resourceType: 'Observation',
      status: 'final',
      subject,
      code: coded('http://loinc.org', '8480-6'),
      ...members,
    });

  it('keeps blood pressure together, and other components apart', async () => {
    const component = (code: string, value: number) => ({
      code: coded('http://loinc.org', code),
      valueQuantity: { value, unit: 'mm[Hg]' },
    });
    const pressure = await observation({ component: [component('8480-6', 120), component('8462-4', 80)] });
    expect(pressure).toHaveLength(1);
    expect(pressure[0]!.value).toMatchObject({ type: 'components', components: [{ value: 120 }, { value: 80 }] });
    const mixed = await observation({
      component: [component('8480-6', 120), { code: { text: 'posture' }, valueString: 'sitting' }],
    });
    expect(mixed.map((fact) => [fact.place, fact.value])).toEqual([
      ['Observation.component[0]', { type: 'quantity', value: 120, unit: 'mm[Hg]' }],
      ['Observation.component[1]', { type: 'text', text: 'sitting' }],
    ]);
  });

  it('keeps comparator, reference range, flags and the UCUM code', async () => {
    const [fact] = await observation({
      valueQuantity: {
        value: 5,
        comparator: '<',
        unit: 'milligrams',
        system: 'http://unitsofmeasure.org',
        code: 'mg/L',
      },
      referenceRange: [{ low: { value: 0 }, high: { value: 5 }, text: '0-5' }],
      interpretation: [coded('http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', 'L')],
    });
    expect(fact).toMatchObject({
      value: { type: 'quantity', value: 5, unit: 'mg/L', comparator: '<' },
      referenceRange: { low: 0, high: 5, text: '0-5' },
      interpretation: [{ code: 'L' }],
    });
  });

  it('says when there is no value, and when the result is not final', async () => {
    const [empty] = await observation({ dataAbsentReason: { text: 'sample lost' } });
    expect(empty!.value).toBeUndefined();
    expect(empty!.issues.map((one) => one.message)).toEqual(['No value is given: sample lost.']);
    const [early] = await observation({ status: 'preliminary', valueInteger: 3 });
    expect([early!.value, early!.issues[0]?.code]).toEqual([
      { type: 'quantity', value: 3, unit: '1' },
      'result-preliminary',
    ]);
    expect((await observation({ status: 'cancelled' }))[0]!.status).toBe('entered-in-error');
  });

  it('drops a malformed date with an issue and keeps the value', async () => {
    const [fact] = await observation({ effectiveDateTime: '01/02/2026', valueString: 'x' });
    expect(fact).not.toHaveProperty('at');
    expect(fact!.issues.map((one) => one.code)).toEqual(['date-invalid']);
  });

  it('types pregnancy status as such', async () => {
    const [fact] = await observation({
      code: coded('http://loinc.org', '82810-3'),
      valueCodeableConcept: coded('http://snomed.info/sct', '77386006'),
    });
    expect(fact!.type).toBe('pregnancy');
  });
});

describe('problems, allergies, family, implants, requests, lists', () => {
  it('keeps what was refuted from counting and says what is unconfirmed', async () => {
    const condition = (verification: string) =>
      factsOf({
        resourceType: 'Condition',
        subject,
        code: { text: 'Mania' },
        clinicalStatus: coded('x', 'active'),
        verificationStatus: coded('x', verification),
        onsetDateTime: '2019',
        abatementDateTime: '2020-01',
        bodySite: [{ text: 'Left arm' }],
      });
    expect((await condition('refuted'))[0]).toMatchObject({
      status: 'entered-in-error',
      issues: [{ code: 'refuted' }],
    });
    expect((await condition('provisional'))[0]).toMatchObject({
      status: 'active',
      issues: [{ code: 'not-confirmed' }],
    });
    expect((await condition('confirmed'))[0]).toMatchObject({
      period: { start: '2019', end: '2020-01' },
      laterality: 'left',
    });
  });

  it('reads one fact of each', async () => {
    const allergy = await factsOf({
      resourceType: 'AllergyIntolerance',
      patient: subject,
      code: { text: 'penicillin' },
      reaction: [{ manifestation: [{ text: 'rash' }] }],
    });
    expect(allergy[0]).toMatchObject({ type: 'allergy', value: { text: 'rash' } });
    const family = await factsOf({
      resourceType: 'FamilyMemberHistory',
      status: 'completed',
      patient: subject,
      relationship: { text: 'mother' },
      condition: [{ code: { text: 'stroke' } }, { code: { text: 'asthma' } }],
    });
    expect(family.map((fact) => [fact.code.display, fact.value])).toEqual([
      ['stroke', { type: 'text', text: 'mother' }],
      ['asthma', { type: 'text', text: 'mother' }],
    ]);
    const device = await factsOf({
      resourceType: 'Device',
      patient: subject,
      status: 'active',
      type: { text: 'cochlear implant' },
    });
    expect(device[0]).toMatchObject({ type: 'implant', status: 'active' });
    const referral = await factsOf({
      resourceType: 'ServiceRequest',
      status: 'active',
      subject,
      code: { text: 'consult' },
      reasonCode: [{ text: 'back pain' }],
      authoredOn: '2026-11-01',
    });
    expect(referral[0]).toMatchObject({ type: 'referral', at: '2026-11-01', value: { text: 'back pain' } });
    const list = await factsOf({
      resourceType: 'List',
      status: 'current',
      mode: 'working',
      subject,
      code: coded('http://loinc.org', '10160-0'),
      date: '2026-11-02',
    });
    expect(list[0]).toMatchObject({ type: 'medication-list', at: '2026-11-02' });
    expect(await factsOf({ resourceType: 'List', status: 'current', subject, code: { text: 'shopping' } })).toEqual([]);
    const reviewed = await factsOf({
      resourceType: 'Procedure',
      status: 'completed',
      subject,
      code: coded('http://snomed.info/sct', '430193006'),
      performedDateTime: '2026-11-03',
    });
    expect(reviewed.map((fact) => [fact.type, fact.at])).toEqual([
      ['procedure', '2026-11-03'],
      ['medication-list', '2026-11-03'],
    ]);
  });

  it('warns of a modifier extension', async () => {
    const [fact] = await factsOf({
      resourceType: 'Procedure',
      status: 'completed',
      subject,
      code: { text: 'x' },
      modifierExtension: [{ url: 'http://x.example/not' }],
    });
    expect(fact!.issues.map((one) => one.code)).toEqual(['modifier-not-understood']);
  });
});

describe('questionnaire responses', () => {
  const answer = (linkId: string, one: object) => ({ linkId, answer: [one] });
  const response = {
    resourceType: 'QuestionnaireResponse',
    status: 'completed',
    questionnaire: 'http://forms.example/Questionnaire/phq9|1.0',
    subject,
    authored: '2026-11-20T10:00:00+01:00',
    item: [
      { linkId: 'group', item: [answer('1', { valueCoding: { system: 'http://loinc.org', code: 'LA6569-3' } })] },
      answer('/44260-8', { valueInteger: 0 }),
      answer('note', { valueString: 'tired' }),
      answer('w', {
        valueCoding: {
          code: 'x',
          extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/ordinalValue', valueDecimal: 2 }],
        },
      }),
      { linkId: '3' },
    ],
  };

  it('flattens the form; numbers only where stated, codes as codes, unanswered items absent', async () => {
    const [fact] = await factsOf(response);
    expect(fact).toMatchObject({ type: 'response', at: '2026-11-20T10:00:00+01:00', status: 'completed' });
    expect(fact!.value).toEqual({
      type: 'response',
      instrument: {
        system: 'questionnaire',
        code: 'http://forms.example/Questionnaire/phq9|1.0',
        display: 'http://forms.example/Questionnaire/phq9|1.0',
      },
      answers: [
        { item: '1', answerCode: { system: 'LOINC', code: 'LA6569-3', display: 'LA6569-3' } },
        { item: '/44260-8', code: { system: 'LOINC', code: '44260-8', display: '44260-8' }, value: 0 },
        { item: 'note', text: 'tired' },
        { item: 'w', answerCode: { system: 'unstated', code: 'x', display: 'x' }, value: 2 },
      ],
    });
  });

  it('takes the instrument and item codes from the form when it was imported, but no wording', async () => {
    const form = {
      resourceType: 'Questionnaire',
      url: 'http://forms.example/Questionnaire/phq9',
      title: 'My form',
      code: [{ system: 'http://loinc.org', code: '44249-1' }],
      item: [
        {
          linkId: 'group',
          item: [
            {
              linkId: '1',
              text: 'secret wording',
              code: [{ system: 'http://loinc.org', code: '44250-9', display: 'secret wording' }],
            },
          ],
        },
      ],
    };
    const { drafts } = await readFhir({ 'q.json': form, 'r.json': response });
    const answered = drafts.find((draft) => draft.source.path === 'r.json')!;
    expect(answered.files).toEqual(['r.json', 'q.json']);
    expect(answered.source.modality).toBe('answers');
    expect(answered.facts[0]!.value).toMatchObject({
      instrument: { system: 'LOINC', code: '44249-1' },
      answers: [{ code: { code: '44250-9' } }, {}, {}, {}],
    });
    expect(JSON.stringify(answered.facts)).not.toContain('secret wording');
  });

  it('says when the answers are undated or unfinished', async () => {
    const [fact] = await factsOf({ ...response, authored: undefined, status: 'in-progress' });
    expect(fact!.issues.map((one) => one.code)).toEqual(['answers-undated', 'answers-incomplete']);
  });

  it('knows LOINC numbers by their check digit', () => {
    expect(['44250-9', '44260-8', '69722-7', '8302-2', '44250-8', '9', 'LA6568-5'].map(isLoinc)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
