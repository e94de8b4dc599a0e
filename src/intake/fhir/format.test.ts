import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fact } from '../../dossier/fact.ts';
import { fhirFormat } from './format.ts';
import { readFhir } from './testing.ts';

const loinc = 'http://loinc.org';
const patient = (id: string, mrn?: string) => ({
  resourceType: 'Patient',
  id,
  gender: 'female',
  birthDate: '1980-05-06',
  name: [{ family: 'One', given: ['Test'] }],
  ...(mrn
    ? { identifier: [{ system: 'http://hospital.example/mrn', value: mrn, type: { coding: [{ code: 'MR' }] } }] }
    : {}),
});
const weight = (reference: string, kg = 80) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ system: loinc, code: '29463-7', display: 'Body weight' }] },
  subject: { reference },
  effectiveDateTime: '2026-01-02',
  valueQuantity: { value: kg, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
});
const bundle = (...resources: { resourceType: string; id?: string }[]) => ({
  resourceType: 'Bundle',
  type: 'collection',
  entry: resources.map((resource) => ({ resource })),
});
const ndjson = (...resources: unknown[]) => `${resources.map((one) => JSON.stringify(one)).join('\n')}\n`;
const head = (text: string) => fhirFormat.sniff(Buffer.from(text), { bytes: text.length, path: 'x' });

describe('fhirFormat.sniff', () => {
  it('knows FHIR by content and leaves other JSON alone', () => {
    expect(head('\uFEFF {"resourceType" : "Bundle"}')).toBe(true);
    expect(head('{"id":"1","meta":{"profile":["http:\\/\\/hl7.org\\/fhir\\/us"]}')).toBe(true);
    expect(head('{"EchoTime": 0.03, "Manufacturer": "x"}')).toBe(false);
    expect(head('resourceType,"resourceType": "x"')).toBe(false);
  });
});

describe('layouts', () => {
  it('follows urn:uuid references inside a transaction', async () => {
    const urn = 'urn:uuid:11111111-1111-4111-8111-111111111111';
    const { drafts } = await readFhir({
      'a.json': {
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [{ resource: weight(urn) }, { fullUrl: urn, resource: patient('p1', '77') }],
      },
    });
    expect(drafts).toHaveLength(1);
    expect(drafts[0]!.claim).toEqual({
      system: 'fhir:http://hospital.example/mrn',
      value: '77',
      name: 'Test One',
      birthDate: '1980-05-06',
      sex: 'female',
    });
    expect(drafts[0]!.facts.map((fact) => [fact.type, fact.place])).toEqual([
      ['observation', 'Bundle.entry[0]'],
      ['sex', 'Bundle.entry[1].gender'],
      ['birth-date', 'Bundle.entry[1].birthDate'],
    ]);
  });

  it('gives several patients of one file a draft each', async () => {
    const { drafts, codes } = await readFhir({
      'a.json': bundle(patient('p1', '1'), patient('p2', '2'), weight('Patient/p2', 60)),
    });
    expect(drafts.map((draft) => [draft.claim?.value, draft.facts.length])).toEqual([
      ['1', 2],
      ['2', 3],
    ]);
    expect(codes).toEqual(['several-patients-in-file']);
    expect(drafts[1]!.source.locator).toEqual({ patient: 'fhir:http://hospital.example/mrn|2' });
  });

  it('follows references across the files of a bulk export, in any order', async () => {
    const request = {
      resourceType: 'MedicationRequest',
      status: 'active',
      intent: 'order',
      subject: { reference: 'Patient/p1' },
      medicationReference: { reference: 'Medication/m1' },
    };
    const files = {
      'MedicationRequest.ndjson': ndjson(request),
      'Medication.ndjson': ndjson({
        resourceType: 'Medication',
        id: 'm1',
        code: {
          coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '10689', display: 'tramadol' }],
        },
      }),
      'Organization.ndjson': ndjson({ resourceType: 'Organization', id: 'o1' }),
      'Patient.ndjson': ndjson(patient('p1', '77')),
    };
    const { drafts, codes } = await readFhir(files);
    const medication = drafts.find((draft) => draft.source.path === 'MedicationRequest.ndjson')!;
    expect(medication.claim?.value).toBe('77');
    expect(medication.files).toEqual(['MedicationRequest.ndjson', 'Medication.ndjson']);
    expect(medication.facts[0]!.code).toEqual({ system: 'RxNorm', code: '10689', display: 'tramadol' });
    expect(codes).toEqual(['file-about-nobody']);
    const turned = await readFhir(Object.fromEntries(Object.entries(files).reverse()));
    expect(turned.drafts.flatMap((draft) => draft.facts)).toHaveLength(drafts.flatMap((draft) => draft.facts).length);
  });

  it('asks the own file first when two files use one id for two people', async () => {
    const { drafts } = await readFhir({
      'a.json': bundle(patient('example', '1'), weight('Patient/example')),
      'b.json': bundle(patient('example', '2'), weight('Patient/example')),
    });
    expect(drafts.map((draft) => [draft.claim?.value, draft.facts.length])).toEqual([
      ['1', 3],
      ['2', 3],
    ]);
  });

  it('keeps what it does not read, and counts it', async () => {
    const { drafts } = await readFhir({
      'a.json': bundle(patient('p1'), { resourceType: 'Claim' }, { resourceType: 'Claim' }),
    });
    expect(drafts[0]!.source.issues.map((one) => one.message)).toEqual(['Kept in the source and not read: Claim 2.']);
  });

  it('reads the newest version only out of a history', async () => {
    const entry = (kg: number) => ({ fullUrl: 'https://x.example/Observation/1', resource: weight('Patient/p1', kg) });
    const { drafts } = await readFhir({
      'a.json': { resourceType: 'Bundle', type: 'history', entry: [entry(82), entry(80)] },
    });
    expect(drafts[0]!.facts.map((fact) => fact.value)).toEqual([{ type: 'quantity', value: 82, unit: 'kg' }]);
  });

  it('does not take a finding about somebody or something else for the person', async () => {
    const fetus = { ...weight('Patient/p1'), focus: [{ reference: 'Patient/p2' }] };
    const group = weight('Group/g1');
    const { drafts } = await readFhir({ 'a.json': bundle(patient('p1'), fetus, group) });
    expect(drafts[0]!.facts.map((fact) => fact.type)).toEqual(['sex', 'birth-date']);
    expect(drafts[0]!.source.issues.map((one) => one.code)).toEqual(['resources-of-others']);
  });
});

describe('bad input', () => {
  it('refuses by name what it cannot or will not read', async () => {
    const deep = `{"resourceType":"Basic","extension":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
    const cases: [string, string | Uint8Array][] = [
      ['json-too-deep', deep],
      ['json-forbidden-key', '{"resourceType":"Patient","__proto__":{"gender":"male"}}'],
      ['json-forbidden-key', '{"resourceType":"Patient","name":[{"\\u0063onstructor":{}}]}'],
      ['not-utf8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
      ['not-utf8', Buffer.from('\uFEFF{"resourceType":"Patient"}', 'utf16le')],
      ['json-invalid', '{"resourceType":"Patient",'],
      ['not-fhir', '{"resourceType": 7}'],
    ];
    for (const [code, content] of cases) {
      expect((await readFhir({ 'a.json': content })).codes.at(-1), code).toBe(code);
    }
    expect(({} as { gender?: string }).gender).toBeUndefined();
  });

  it('loses one broken line of NDJSON and keeps the others', async () => {
    const lines = [JSON.stringify(patient('p1')), '{"resourceType":', '', JSON.stringify(weight('Patient/p1')), '[1]'];
    const { drafts, codes } = await readFhir({ 'a.ndjson': lines.join('\r\n') });
    expect(codes).toEqual(['json-invalid', 'not-a-resource']);
    expect(drafts[0]!.facts.map((fact) => fact.place)).toEqual(['line 1.gender', 'line 1.birthDate', 'line 4']);
  });

  it('never throws and never makes an invalid fact, whatever stands in an element', async () => {
    const types = [
      'Patient',
      'Condition',
      'MedicationRequest',
      'Observation',
      'QuestionnaireResponse',
      'Device',
      'List',
      'FamilyMemberHistory',
    ];
    const keys = [
      'code',
      'subject',
      'status',
      'valueQuantity',
      'component',
      'item',
      'dosageInstruction',
      'medicationCodeableConcept',
      'identifier',
      'gender',
      'birthDate',
      'authored',
      'condition',
      'effectiveDateTime',
      'coding',
      'value',
      'answer',
      'linkId',
      'text',
      'timing',
      'repeat',
      'extension',
    ];
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom('', 'active', 'final', '2026-01-02', 'kg', 'x'),
        fc.double(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...keys), tie('tree'), { maxKeys: 5 }),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...types),
        fc.dictionary(fc.constantFrom(...keys), tree, { maxKeys: 8 }),
        async (resourceType, members) => {
          const resource = JSON.parse(JSON.stringify({ ...members, resourceType })) as object;
          const { drafts } = fhirFormat.assemble([
            {
              path: 'a',
              piece: {
                layout: 'resource',
                counts: { [resourceType]: 1 },
                resources: [{ place: 'a', resource: { ...resource } }],
              },
            },
          ]);
          for (const fact of drafts.flatMap((draft) => draft.facts)) {
            Fact.parse({ kind: 'fact', id: 'f', subject: 's', source: 'x', ...fact });
          }
        },
      ),
      { numRuns: 400, seed: 7 },
    );
  });
});
