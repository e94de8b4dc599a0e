import { crc32, deflateSync } from 'node:zlib';
import type { Artifact } from '../dossier/artifact.ts';
import type { Fact } from '../dossier/fact.ts';
import type { Finding } from '../dossier/finding.ts';
import type { Run } from '../dossier/run.ts';
import type { Source } from '../dossier/source.ts';
import type { Subject } from '../dossier/subject.ts';
import { buildPlan } from '../plan/buildPlan.ts';
import { coded, codedSet, quantity, testDossier, testFinding } from '../plan/testFindings.ts';
import type { ReportInput } from './model.ts';

/** Input of a report for tests, in code: a patient with answers, genes, medicines and a picture, all from two sources. */

export const testAsOf = '2026-03-10';

export function testSource(id: string, path: string, more: Partial<Source> = {}): Source {
  return {
    kind: 'source',
    id,
    subject: 's1',
    blob: crc32(id).toString(16).padStart(8, '0').repeat(8),
    format: 'fhir',
    locator: {},
    path,
    import: 'import-1',
    modality: 'record',
    metadata: {},
    issues: [],
    ...more,
  };
}

export function testFact(id: string, source: string, more: Partial<Fact> = {}): Fact {
  return {
    kind: 'fact',
    id,
    subject: 's1',
    source,
    place: 'Bundle.entry[2]',
    type: 'response',
    code: { system: 'test', code: 'phq-9', display: 'PHQ-9' },
    status: 'completed',
    isEvent: false,
    issues: [],
    ...more,
  };
}

export function testRun(id: string, analysis: string, inputs: string[]): Run {
  const consulted = [
    {
      type: 'knowledge' as const,
      id: `${analysis}.json`,
      version: '1.0.0',
      sha256: 'c'.repeat(64),
      licence: 'CC0-1.0',
    },
  ];
  return {
    kind: 'run',
    id,
    subject: 's1',
    key: { analysis, version: '1.0.0', options: {}, runtime: '', inputs, consulted },
    title: analysis,
    startedAt: '2026-03-10T00:00:00Z',
    seconds: 0,
    issues: [],
    findings: [],
    artifacts: [],
  };
}

/** A grey ramp as a valid PNG. */
export function testPng(width: number, height: number): Uint8Array {
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = (x * 255) / width;
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), body.length + 4);
    return out;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const bands = [
  { from: 0, to: 4, label: 'none to minimal' },
  { from: 5, to: 9, label: 'mild' },
  { from: 10, to: 14, label: 'moderate' },
  { from: 15, to: 19, label: 'moderately severe' },
  { from: 20, to: 27, label: 'severe' },
];

export function phqTotal(value: number, time: string): Finding {
  const band = bands.find((one) => value >= one.from && value <= one.to)?.label;
  return testFinding('phq-9.total', quantity(value), {
    time,
    run: 'run-scores',
    derivedFrom: ['fact-phq'],
    norm: { norm: 'phq-9.total/bands', display: 'published bands', source: 'test', bands, band },
    evidence: [{ of: 'fact-phq', place: 'item 1', says: '1' }],
  });
}

export function testFindings(): Finding[] {
  const genes = { run: 'run-genes', derivedFrom: ['src-genome'] };
  const medicines = { run: 'run-medicines', derivedFrom: ['fact-medicine'], time: testAsOf };
  return [
    phqTotal(12, '2026-01-10'),
    phqTotal(7, testAsOf),
    testFinding('phq-9.item-9', quantity(1), { time: testAsOf, run: 'run-scores', derivedFrom: ['fact-phq'] }),
    testFinding('active-medication', quantity(200, 'mg/d'), { ...medicines, site: 'tramadol', atc: 'N02AX02' }),
    testFinding('active-medication', coded('as-needed'), { ...medicines, site: 'clonazepam', atc: 'N03AE01' }),
    testFinding('medication-list', coded('current'), medicines),
    testFinding('diplotype', coded('*1/*5'), { ...genes, site: 'CYP2D6' }),
    testFinding('metabolizer-phenotype', codedSet('intermediate-metabolizer', 'normal-metabolizer'), {
      ...genes,
      site: 'CYP2D6',
      issues: [{ code: 'cyp2d6-snv-only', severity: 'warning', message: 'Copies of the gene are not seen.' }],
    }),
  ];
}

export function testReportInput(
  more: { findings?: Finding[]; subject?: Partial<Subject>; asOf?: string } & Partial<
    Omit<ReportInput, 'dossier'>
  > = {},
): ReportInput {
  const { findings = testFindings(), subject, asOf = testAsOf, ...rest } = more;
  const artifact: Artifact = {
    kind: 'artifact',
    id: 'art-picture',
    subject: 's1',
    run: 'run-brain',
    type: 'picture',
    role: 'snapshot',
    title: 'Axial slice, the patient’s right on the left',
    blob: 'b'.repeat(64),
    mediaType: 'image/png',
    fileName: 'slice.png',
    issues: [],
    method: 'brain.test 1.0.0',
    derivedFrom: ['src-record'],
  };
  const base = testDossier(findings);
  const dossier = {
    ...base,
    subject: { ...base.subject, ...subject },
    sources: [
      testSource('src-record', 'record/bundle.json', { acquiredAt: testAsOf }),
      testSource('src-genome', 'genome/calls.vcf', { format: 'vcf', modality: 'genome' }),
    ],
    facts: [testFact('fact-phq', 'src-record', { at: testAsOf }), testFact('fact-medicine', 'src-record')],
    artifacts: [artifact],
  };
  return {
    dossier,
    identities: [
      { kind: 'identity', id: 'i1', subject: 's1', system: 'vcf:sample', value: 'SAMPLE-7', basis: 'claimed' },
      {
        kind: 'identity',
        id: 'i2',
        subject: 's1',
        system: 'fhir:urn:test',
        value: 'P-42',
        birthDate: '1980-05-14',
        basis: 'claimed',
      },
    ],
    runs: [
      testRun('run-scores', 'psychosocial.scores', ['fact-phq']),
      testRun('run-medicines', 'clinical.medications', ['fact-medicine']),
      testRun('run-genes', 'genomics.pharmacogenes', ['src-genome']),
      testRun('run-brain', 'brain.test', ['src-record']),
    ],
    plan: buildPlan(dossier, { asOf }),
    missing: [{ code: 'no-t1', severity: 'info', message: 'There is no T1-weighted scan of the head.' }],
    importIssues: [],
    pictures: [{ artifact, png: testPng(320, 120) }],
    program: { name: 'idiograph', version: '0.0.0' },
    ...rest,
  };
}
