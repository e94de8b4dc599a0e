import type { Bundle, Observation, Resource } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { validateFhir } from '../../test/fhir-validator.ts';
import type { Artifact } from '../dossier/artifact.ts';
import { type FindingDraft, findingFromDraft } from '../dossier/finding.ts';
import type { Recommendation, SafetyCheck } from '../dossier/recommendation.ts';
import type { Run } from '../dossier/run.ts';
import type { Source } from '../dossier/source.ts';
import type { Identity, Subject } from '../dossier/subject.ts';
import { fhirFormat } from '../intake/fhir/format.ts';
import { defaultLimits } from '../intake/format.ts';
import { type FhirInput, toFhirBundle } from './fhirBundle.ts';

const sha = 'a'.repeat(64);
const subject: Subject = {
  kind: 'subject',
  id: 'S0001',
  type: 'patient',
  label: 'Test <one> & "two"',
  composite: true,
  synthetic: true,
};
const identity: Identity = {
  kind: 'identity',
  id: 'ident-1',
  subject: 'S0001',
  system: 'dicom:PatientID',
  value: '123',
  name: 'Test One',
  birthDate: '1980-05-06',
  sex: 'female',
  basis: 'claimed',
};

const source = (id: string, more: Partial<Source> = {}): Source => ({
  kind: 'source',
  id,
  subject: 'S0001',
  blob: sha,
  format: 'vcf',
  locator: {},
  path: `${id}.vcf`,
  import: 'import-1',
  modality: 'genome',
  metadata: {},
  issues: [],
  ...more,
});

const dicom = (id: string, series: string) =>
  source(id, {
    format: 'dicom-series',
    modality: 'PT',
    locator: { series, volume: '0' },
    metadata: { StudyInstanceUID: '1.2.3', SeriesInstanceUID: series },
    acquiredAt: '2026-11-01T10:00',
    description: 'PET',
  });

const run = (id: string, analysis: string, findings: string[], inputs: string[]): Run => ({
  kind: 'run',
  id,
  subject: 'S0001',
  key: {
    analysis,
    version: '1.0.0',
    options: {},
    runtime: '',
    inputs,
    consulted: [{ type: 'knowledge', id: 'genomics/phenotype', version: '1', sha256: sha, licence: 'CC0-1.0' }],
  },
  title: 'run',
  startedAt: '2026-11-24T08:00:00.000Z',
  seconds: 1,
  issues: [],
  findings,
  artifacts: [],
});

const draft = (code: string, value: FindingDraft['value'], more: Partial<FindingDraft> = {}): FindingDraft => ({
  measure: { system: 'idiograph', code, display: code },
  value,
  issues: [],
  derivedFrom: ['src-vcf'],
  ...more,
});
const coded = (code: string) => ({ type: 'code' as const, code: { system: 'idiograph', code, display: code } });

/** One finding of each kind of value, and of each way of saying where and how sure. */
const drafts: FindingDraft[] = [
  draft(
    'suv-max',
    { type: 'quantity', value: 7.9107, unit: 'g/ml' },
    {
      time: '2026-11-01T10:00:00+01:00',
      region: 'region-1',
      derivedFrom: ['src-pet', 'src-pet2', 'fact-weight'],
      uncertainty: { type: 'interval', low: 6, high: 11, level: 0.95, source: 'test-retest' },
      issues: [{ code: 'weight-old', severity: 'warning', message: 'The weight is old.', remedy: 'Weigh.' }],
      evidence: [{ of: 'src-pet', place: 'slice 12', says: '7.9107' }],
    },
  ),
  draft(
    'phq-9.total',
    { type: 'quantity', value: 7, unit: '{score}' },
    {
      time: '2026-11-20',
      codes: [{ system: 'LOINC', code: '44261-6', display: 'PHQ-9 total score' }],
      uncertainty: { type: 'smallest-real-change', value: 6.1, level: 0.95, source: 'SD and reliability' },
      norm: {
        norm: 'bands',
        display: 'PHQ-9 bands',
        source: 'Kroenke 2001',
        bands: [
          { from: 0, to: 4, label: 'none to minimal' },
          { from: 5, to: 9, label: 'mild' },
        ],
        band: 'mild',
        z: 0.5,
        centile: 69,
      },
    },
  ),
  draft(
    'metabolizer-phenotype',
    {
      type: 'set',
      members: [{ value: coded('intermediate'), weight: 0.4 }, { value: coded('normal') }],
      reason: 'copy number not seen',
    },
    {
      site: { system: 'HGNC', code: 'CYP2D6', display: 'CYP2D6' },
    },
  ),
  draft('active-medication', coded('active'), {
    site: { system: 'drug', code: 'tramadol', display: 'tramadol' },
    codes: [{ system: 'ATC', code: 'N02AX02', display: 'tramadol' }],
  }),
  draft(
    'lab',
    { type: 'quantity', value: 133, unit: 'mmol/L' },
    {
      time: '2026-11-20',
      site: { system: 'lab', code: 'sodium', display: 'Sodium' },
      codes: [{ system: 'LOINC', code: '2951-2', display: 'Sodium' }],
    },
  ),
  draft(
    'phq-9.item-9',
    { type: 'refused', reason: 'item-not-answered' },
    {
      issues: [{ code: 'item-not-answered', severity: 'warning', message: 'Not answered.' }],
    },
  ),
  draft(
    'brain-volume',
    { type: 'quantity', value: 4.1, unit: 'ml' },
    {
      site: { system: 'freesurfer', code: 'Hippocampus', display: 'Hippocampus' },
      laterality: 'left',
      norm: { norm: 'n', display: 'a norm', source: 's', refused: 'age outside' },
    },
  ),
  draft('dose', { type: 'interval', low: 1, high: 2, unit: 'Gy' }, { reader: 'reader one' }),
  draft('target', { type: 'coordinate', xyzMm: [-38.5, 44, 26], frame: 'MNI152NLin6Asym' }),
  draft('map', { type: 'series', artifact: 'art-1' }),
];
const findings = drafts.map((one) =>
  findingFromDraft(one, { id: 'run-1', subject: 'S0001', method: 'genomics.pharmacogenes 1.0.0' }),
);

const artifact: Artifact = {
  kind: 'artifact',
  id: 'art-1',
  subject: 'S0001',
  run: 'run-1',
  type: 'image',
  role: 'suv-map',
  title: 'SUV map',
  blob: sha,
  mediaType: 'application/gzip',
  fileName: 'suv.nii.gz',
  issues: [],
  method: 'm',
  derivedFrom: [],
};
const check = (state: SafetyCheck['state']): SafetyCheck => ({
  kind: 'safety-check',
  id: `safe-${state}`,
  subject: 'S0001',
  run: 'run-plan',
  check: 'suicidality',
  display: 'Thoughts of self-harm',
  state,
  stateLabel: state,
  urgency: state === 'positive' ? 'now' : 'open',
  at: '2026-11-20',
  statement: `Item 9 is ${state}.`,
  action: 'Ask.',
  basis: [findings[1]!.id],
});
const line: Recommendation = {
  kind: 'recommendation',
  id: 'plan-1',
  subject: 'S0001',
  run: 'run-plan',
  slot: 'S0001|rule|tramadol',
  rule: { id: 'opioid-prodrug-cyp2d6', version: '1.0.0', sha256: sha },
  verb: 'review',
  about: 'tramadol',
  action: 'Review benefit.',
  urgency: 'soon',
  strength: { grade: 'Optional', body: 'CPIC' },
  guidance: [{ id: 'cpic', title: 'CPIC opioids', date: '2021' }],
  for: [{ statement: 'On the list.', basis: [findings[3]!.id] }],
  against: [{ statement: 'It helps.', basis: [] }],
  conflicts: [],
  wouldChange: ['A copy-number call.'],
  basis: [findings[2]!.id, findings[3]!.id, 'fact-1'],
  issues: [],
};

const input: FhirInput = {
  subject,
  identities: [identity],
  sources: [source('src-vcf'), dicom('src-pet', '1.2.3.4'), dicom('src-pet2', '1.2.3.5')],
  findings,
  runs: [
    run(
      'run-1',
      'genomics.pharmacogenes',
      findings.map((one) => one.id),
      ['src-vcf', 'src-pet'],
    ),
  ],
  artifacts: [artifact],
  recommendations: [line],
  safetyChecks: [check('positive'), check('not-assessed')],
  generatedBy: { name: 'idiograph', version: '0.1.0' },
};

const all = (bundle: Bundle) => bundle.entry!.map((entry) => entry.resource!);
const observation = (bundle: Bundle, code: string) =>
  all(bundle).find(
    (one): one is Observation => one.resourceType === 'Observation' && one.code.coding?.[0]?.code === code,
  )!;

describe('toFhirBundle', () => {
  const bundle = toFhirBundle(input);

  it('is valid in structure, invariants, required bindings and references', () => {
    expect(validateFhir(bundle)).toEqual([]);
  });

  it('is valid for nobody, for a cohort and with nothing found', () => {
    for (const type of ['none', 'cohort', 'site', 'patient'] as const) {
      expect(validateFhir(toFhirBundle({ ...input, subject: { ...subject, type } })), type).toEqual([]);
    }
    const empty = {
      ...input,
      findings: [],
      sources: [],
      runs: [],
      artifacts: [],
      recommendations: [],
      safetyChecks: [],
      identities: [],
    };
    expect(validateFhir(toFhirBundle(empty))).toEqual([]);
  });

  it('gives equal bytes for equal input, in whatever order it comes', () => {
    const turned = { ...input, findings: [...findings].reverse(), sources: [...input.sources].reverse() };
    expect(JSON.stringify(toFhirBundle(turned))).toBe(JSON.stringify(bundle));
  });

  it('keeps a set as a set, with its weights and without a value', () => {
    const set = observation(bundle, 'metabolizer-phenotype');
    expect(Object.keys(set).filter((key) => key.startsWith('value'))).toEqual([]);
    const members = set.component!.filter((one) => one.code.coding?.[0]?.code === 'metabolizer-phenotype');
    expect(members.map((one) => one.valueCodeableConcept?.coding?.[0]?.code)).toEqual(['intermediate', 'normal']);
    expect(set.component!.find((one) => one.code.coding?.[0]?.code === 'weight')?.valueQuantity?.value).toBe(0.4);
  });

  it('says why a value is absent, and what a drug is rather than what it measures', () => {
    const refused = observation(bundle, 'phq-9.item-9');
    expect(refused.dataAbsentReason?.coding?.map((one) => one.code)).toEqual(['not-performed', 'item-not-answered']);
    const drug = observation(bundle, 'active-medication');
    expect(drug.code.coding).toHaveLength(1);
    expect(drug.component?.[0]?.valueCodeableConcept?.coding?.map((one) => one.code)).toEqual(['tramadol', 'N02AX02']);
  });

  it('files a laboratory value as such, under its LOINC code and at no place of the body', () => {
    const sodium = observation(bundle, 'lab');
    expect(sodium.category?.[0]?.coding?.[0]?.code).toBe('laboratory');
    expect(sodium.code.coding?.map((one) => one.code)).toContain('2951-2');
    expect(sodium).not.toHaveProperty('bodySite');
    expect(sodium.valueQuantity).toMatchObject({ value: 133, code: 'mmol/L' });
  });

  it('says who read a value that a reader made', () => {
    expect(observation(bundle, 'dose').note!.map(({ text }) => text)).toContain('Reader: reader one.');
  });

  it('labels every resource and every text of a composite or synthetic subject', () => {
    for (const resource of all(bundle)) {
      if (resource.resourceType === 'Device') continue;
      expect(
        resource.meta?.tag?.map((tag) => tag.code),
        resource.resourceType,
      ).toEqual(['composite', 'synthetic']);
      const { text } = resource as Resource & { text?: { div?: string } };
      expect(text?.div, resource.resourceType).toContain('SYNTHETIC');
      expect(text?.div).toContain('COMPOSITE');
    }
    const plain = toFhirBundle({ ...input, subject: { ...subject, composite: false, synthetic: false } });
    expect(JSON.stringify(plain)).not.toMatch(/SYNTHETIC|COMPOSITE|HTEST/);
  });

  it('flags positive safety checks only, and lets every state leave', () => {
    const of = (type: Resource['resourceType']) => all(bundle).filter((one) => one.resourceType === type);
    expect(of('Flag')).toHaveLength(1);
    const states = all(bundle).flatMap((one) =>
      one.resourceType === 'Observation' && one.code.coding?.[0]?.code === 'safety.suicidality'
        ? [one.valueCodeableConcept?.coding?.[0]?.code]
        : [],
    );
    expect(states.sort()).toEqual(['not-assessed', 'positive']);
    expect(of('GuidanceResponse')).toHaveLength(1);
    for (const type of ['MedicationRequest', 'RiskAssessment'] as const) expect(of(type)).toEqual([]);
    expect(of('CarePlan')).toMatchObject([{ status: 'draft', intent: 'proposal' }]);
  });

  it('comes back through our own intake with the same values', async () => {
    const bytes = Buffer.from(JSON.stringify(bundle));
    const file = {
      path: 'bundle.json',
      bytes: bytes.length,
      head: bytes.subarray(0, 4096),
      diskPath: 'bundle.json',
      read: async (start: number, end: number) => bytes.subarray(start, end),
      readAll: async () => bytes,
    };
    expect(fhirFormat.sniff(file.head, file)).toBe(true);
    const read = await fhirFormat.read(file, defaultLimits);
    if ('refused' in read) throw new Error(read.refused.message);
    const { drafts: parts } = fhirFormat.assemble([{ path: file.path, piece: read.piece }]);
    expect(parts).toHaveLength(1);
    expect(parts[0]!.source.metadata['testData']).toBe(true);
    const score = parts[0]!.facts.find((fact) => fact.codes?.some((code) => code.code === '44261-6'));
    expect(score).toMatchObject({ at: '2026-11-20', value: { type: 'quantity', value: 7, unit: '{score}' } });
  });
});
