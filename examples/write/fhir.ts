import { type ExampleFile, type ExamplePatient, textFile } from '../patient.ts';

/** A FHIR R4 resource as we write it. */
export type Resource = { resourceType: string } & Record<string, unknown>;

const systems = {
  ATC: 'http://www.whocc.no/atc',
  RxNorm: 'http://www.nlm.nih.gov/research/umls/rxnorm',
  LOINC: 'http://loinc.org',
  UCUM: 'http://unitsofmeasure.org',
  ICD10: 'http://hl7.org/fhir/sid/icd-10',
  SNOMED: 'http://snomed.info/sct',
} as const;

/** System for the numbers of people who do not exist. */
export const exampleNumbers = 'https://example.org/synthetic-patients';

/** A drug with the codes under which plans and interactions know it. */
export interface Drug {
  name: string;
  rxnorm: string;
  atc: string;
}

export const drugs = {
  tramadol: { name: 'tramadol', rxnorm: '10689', atc: 'N02AX02' },
  duloxetine: { name: 'duloxetine', rxnorm: '72625', atc: 'N06AX21' },
  clonazepam: { name: 'clonazepam', rxnorm: '2598', atc: 'N03AE01' },
  bupropion: { name: 'bupropion', rxnorm: '42347', atc: 'N06AX12' },
  sertraline: { name: 'sertraline', rxnorm: '36437', atc: 'N06AB06' },
  venlafaxine: { name: 'venlafaxine', rxnorm: '39786', atc: 'N06AX16' },
  pembrolizumab: { name: 'pembrolizumab', rxnorm: '1547545', atc: 'L01FF02' },
} satisfies Record<string, Drug>;

/** All resources of one patient: gives each an id and the patient as its subject. */
export function fhirRecord(patient: ExamplePatient, resources: readonly Resource[]): Resource[] {
  const numbered = resources.map((resource, index): Resource => {
    const subject = resource.resourceType === 'AllergyIntolerance' ? 'patient' : 'subject';
    return {
      ...resource,
      id: `${resource.resourceType.toLowerCase()}-${index + 1}`,
      meta: synthetic,
      [subject]: { reference: `Patient/${patient.id.toLowerCase()}` },
    };
  });
  return [patientResource(patient), ...numbered];
}

export function bundleFile(path: string, timestamp: string, resources: readonly Resource[]): ExampleFile {
  const entry = resources.map((resource) => ({
    fullUrl: `https://example.org/fhir/${resource.resourceType}/${String(resource.id)}`,
    resource,
  }));
  return textFile(
    path,
    `${JSON.stringify({ resourceType: 'Bundle', type: 'collection', timestamp, entry }, null, 1)}\n`,
  );
}

/** One resource a line. */
export function ndjsonFile(path: string, resources: readonly Resource[]): ExampleFile {
  return textFile(path, resources.map((resource) => `${JSON.stringify(resource)}\n`).join(''));
}

const synthetic = {
  tag: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'HTEST', display: 'test health data' }],
};

function patientResource(patient: ExamplePatient): Resource {
  return {
    resourceType: 'Patient',
    id: patient.id.toLowerCase(),
    meta: synthetic,
    identifier: [{ system: exampleNumbers, value: patient.id }],
    name: [{ text: patient.dicomName.replace('^', ' ') }],
    gender: patient.sex,
    birthDate: patient.birthDate,
  };
}

function concept(system: keyof typeof systems, code: string, display: string): unknown {
  return { coding: [{ system: systems[system], code, display }], text: display };
}

export function condition(code: string, display: string, since: string): Resource {
  return {
    resourceType: 'Condition',
    clinicalStatus: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }],
    },
    verificationStatus: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code: 'confirmed' }],
    },
    code: concept('ICD10', code, display),
    onsetDateTime: since,
  };
}

/** A medicine that is taken, or with `until` was taken and stopped. Doses are in mg. */
export function medication(
  drug: Drug,
  taken: {
    since: string;
    until?: string;
    asserted: string;
    mg: number;
    perDay?: number;
    asNeeded?: boolean;
    everyWeeks?: number;
  },
): Resource {
  const repeat = taken.everyWeeks
    ? { frequency: 1, period: taken.everyWeeks, periodUnit: 'wk' }
    : taken.perDay && { frequency: taken.perDay, period: 1, periodUnit: 'd' };
  return {
    resourceType: 'MedicationStatement',
    status: taken.until ? 'stopped' : 'active',
    medicationCodeableConcept: {
      coding: [
        { system: systems.RxNorm, code: drug.rxnorm, display: drug.name },
        { system: systems.ATC, code: drug.atc, display: drug.name },
      ],
      text: drug.name,
    },
    effectivePeriod: { start: taken.since, ...(taken.until && { end: taken.until }) },
    dateAsserted: taken.asserted,
    dosage: [
      {
        ...(repeat && { timing: { repeat } }),
        ...(taken.asNeeded !== undefined && { asNeededBoolean: taken.asNeeded }),
        doseAndRate: [{ doseQuantity: { value: taken.mg, unit: 'mg', system: systems.UCUM, code: 'mg' } }],
      },
    ],
  };
}

/** Somebody went through the whole list on that day. */
export function medicationListReviewed(date: string): Resource {
  return {
    resourceType: 'List',
    status: 'current',
    mode: 'working',
    code: concept('LOINC', '10160-0', 'Medication list'),
    date,
  };
}

export function noKnownAllergy(date: string): Resource {
  return {
    resourceType: 'AllergyIntolerance',
    clinicalStatus: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }],
    },
    verificationStatus: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification', code: 'confirmed' }],
    },
    code: concept('SNOMED', '716186003', 'No known allergy'),
    recordedDate: date,
  };
}

export function bodySize(patient: ExamplePatient, date: string): Resource[] {
  const sign = (code: string, display: string, value: number, unit: string): Resource => ({
    resourceType: 'Observation',
    status: 'final',
    category: [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] },
    ],
    code: concept('LOINC', code, display),
    effectiveDateTime: date,
    valueQuantity: { value, unit, system: systems.UCUM, code: unit },
  });
  return [
    sign('29463-7', 'Body weight', patient.weightKg, 'kg'),
    sign('8302-2', 'Body height', Math.round(100 * patient.heightM), 'cm'),
  ];
}

/** Answers to a form by item number, as numbers; `linkIds` name the items where a standard code exists. */
export function answers(
  form: string,
  at: string,
  values: readonly (number | undefined)[],
  linkIds?: readonly string[],
): Resource {
  return {
    resourceType: 'QuestionnaireResponse',
    questionnaire: `https://example.org/Questionnaire/${form}`,
    status: 'completed',
    authored: at,
    item: values.flatMap((value, index) =>
      value === undefined ? [] : [{ linkId: linkIds?.[index] ?? String(index + 1), answer: [{ valueInteger: value }] }],
    ),
  };
}
