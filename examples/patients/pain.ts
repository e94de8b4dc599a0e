import { loadBodyMap } from '../../src/knowledge/bodyMap.ts';
import { daysBefore, type ExamplePatient, exampleDay, textFile } from '../patient.ts';
import type { Example } from '../truth.ts';
import { writeAnswersTable } from '../write/answersTable.ts';
import {
  answers,
  bodySize,
  bundleFile,
  condition,
  drugs,
  fhirRecord,
  medication,
  medicationListReviewed,
  ndjsonFile,
  noKnownAllergy,
} from '../write/fhir.ts';
import { writeVcf } from '../write/vcf.ts';
import { phq9Items } from './forms.ts';

const patient: ExamplePatient = {
  id: 'SYN-PAIN-0003',
  dicomName: 'SYNTHETIC^PAIN',
  sex: 'female',
  birthDate: '1980-05-14',
  ageYears: 46,
  weightKg: 74,
  heightM: 1.67,
};
const visit = daysBefore(0);

/** Weekly PEG of twelve weeks, oldest first: pain, enjoyment of life, general activity. */
const peg = [
  [8, 7, 8],
  [8, 6, 8],
  [7, 7, 8],
  [8, 7, 7],
  [7, 6, 8],
  [7, 7, 7],
  [8, 6, 7],
  [7, 6, 8],
  [7, 5, 8],
  [6, 6, 8],
  [7, 6, 7],
  [7, 6, 8],
] as const;
/** Total 33: rumination 11, magnification 6, helplessness 16. */
const pcs = [3, 2, 3, 2, 3, 2, 2, 3, 3, 3, 2, 3, 2];
/** Total 7, and the ninth item is not zero. */
const phq9 = [1, 1, 1, 2, 0, 0, 1, 0, 1];

/** A no to each question, on the day of the visit. */
const redFlags = Array.from({ length: 13 }, () => 0);

/** Answers to every region of the drawn map: 1 for these, 0 for the others. */
function mapOf(...codes: string[]): number[] {
  return loadBodyMap().regions.map(({ code }) => Number(codes.includes(code)));
}
const lowerBack = ['back-lower-back-left', 'back-lower-back-right'];

/**
 * Story A: back pain, low mood; a set of genotypes that matters, then does not.
 * The genome is of the pattern of GeT-RM NA18861, as small variants show it: \*29/\*29, where a deletion on one chromosome
 * cannot be told. Core \*29 carries rs1135840 G and rs16947 A beside its own two variants (PharmVar, public facts).
 */
export function painExample(): Example {
  const record = fhirRecord(patient, [
    condition('M54.5', 'Low back pain', daysBefore(900)),
    medication(drugs.tramadol, { since: daysBefore(400), asserted: visit, mg: 50, perDay: 4 }),
    medication(drugs.duloxetine, { since: daysBefore(35), asserted: visit, mg: 60, perDay: 1 }),
    medication(drugs.clonazepam, { since: daysBefore(200), asserted: visit, mg: 0.5, asNeeded: true }),
    medicationListReviewed(visit),
    noKnownAllergy(daysBefore(35)),
    ...bodySize(patient, visit),
  ]);
  return {
    name: 'pain',
    files: [
      textFile('patient.json', declaration()),
      bundleFile('record/bundle.json', `${visit}T08:00:00Z`, record),
      ndjsonFile(
        'questionnaires/phq9.ndjson',
        fhirRecord(patient, [answers('phq-9', visit, phq9, phq9Items)]).slice(1),
      ),
      writeAnswersTable('questionnaires/pain.csv', [
        ...peg.map((values, week) => ({ instrument: 'PEG', date: daysBefore(7 * (peg.length - 1 - week)), values })),
        { instrument: 'PCS', date: visit, values: pcs },
        { instrument: 'pain-red-flags', date: visit, values: redFlags },
        { instrument: 'body-map', date: daysBefore(77), values: mapOf(...lowerBack) },
        {
          instrument: 'body-map',
          date: visit,
          values: mapOf(...lowerBack, 'back-buttock-left', 'back-thigh-left'),
        },
      ]),
      writeVcf(
        'genome/genome.vcf',
        patient.id,
        { CYP2C19: ['*1', '*2'], CYP2C9: ['*1', '*1'], CYP2D6: ['*29', '*29'] },
        {
          42126611: 'G',
          42127941: 'A',
        },
      ),
    ],
    truth: {
      patient: patient.id,
      asOf: exampleDay,
      findings: [
        { measure: 'phq-9.total', value: 7 },
        { measure: 'phq-9.item-9', value: 1 },
        { measure: 'pcs.total', value: 33 },
        { measure: 'pcs.rumination', value: 11 },
        { measure: 'pcs.magnification', value: 6 },
        { measure: 'pcs.helplessness', value: 16 },
        { measure: 'peg.mean', time: visit, value: 7, tolerance: 1e-9 },
        { measure: 'peg.mean', time: daysBefore(77), value: 23 / 3, tolerance: 1e-9 },
        { measure: 'pain-region-count', time: daysBefore(77), value: 2 },
        { measure: 'pain-region-count', time: visit, value: 4 },
        { measure: 'pain-wpi', time: visit, value: 3 },
        { measure: 'pain-wpi-change', time: visit, value: 2 },
        { measure: 'widespread-pain', time: visit, value: 'no' },
        { measure: 'pain-area', site: 'lower-back', time: visit, value: 'painful' },
        { measure: 'pain-area', site: 'neck', time: visit, value: 'not-painful' },
        { measure: 'pain-red-flag', site: 'cauda-equina', value: 'negative' },
        { measure: 'diplotype', site: 'CYP2D6', value: { contains: ['*29/*29'] } },
        { measure: 'activity-score', site: 'CYP2D6', value: { contains: [0.5, 1, 1.5] } },
        {
          measure: 'metabolizer-phenotype',
          site: 'CYP2D6',
          value: { contains: ['intermediate-metabolizer', 'normal-metabolizer'] },
        },
        { measure: 'metabolizer-phenotype-adjusted', site: 'CYP2D6', value: 'intermediate-metabolizer' },
        { measure: 'metabolizer-phenotype', site: 'CYP2C19', value: 'intermediate-metabolizer' },
        { measure: 'metabolizer-phenotype', site: 'CYP2C9', value: 'normal-metabolizer' },
        { measure: 'morphine-milligram-equivalents', value: 40, tolerance: 1e-9 },
      ],
      safety: [
        { check: 'suicidality', state: 'positive', urgency: 'now' },
        { check: 'red-flag-cauda-equina', state: 'negative' },
        { check: 'red-flag-malignancy', state: 'negative' },
        { check: 'medication-list', state: 'negative' },
        { check: 'allergies', state: 'negative' },
      ],
      planLines: [
        { about: 'tramadol', verb: 'review', mustMention: ['duloxetine'], mustNotMention: ['stop duloxetine'] },
        {
          about: 'opioid with benzodiazepine',
          verb: 'review',
          mustMention: ['naloxone', 'tramadol', 'clonazepam'],
          mustNotMention: [],
        },
        { about: 'tramadol with duloxetine', verb: 'review', mustMention: ['seizure'], mustNotMention: [] },
        { about: 'pain catastrophising', verb: 'discuss', mustMention: ['CBT', 'ACT'], mustNotMention: [] },
        { about: 'activity and function', verb: 'consider', mustMention: ['exercise'], mustNotMention: [] },
        { about: 'single-patient trial', verb: 'consider', mustMention: [], mustNotMention: [] },
      ],
      neverMentioned: ['OPRM1', 'low risk', 'stop duloxetine'],
    },
  };
}

function declaration(): string {
  return `${JSON.stringify({ id: patient.id, label: 'SYNTHETIC PAIN', synthetic: true, question: 'Persistent low back pain on tramadol: what speaks for and against going on as now?' }, null, 1)}\n`;
}
