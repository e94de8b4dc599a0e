import { daysBefore, type ExamplePatient, exampleDay, textFile } from '../patient.ts';
import { type HeadPhantom, headGrid, headPhantom } from '../phantoms/head.ts';
import type { Example, TruthFinding } from '../truth.ts';
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
import { writeAsegStats } from '../write/freesurfer.ts';
import { writeMrSeries } from '../write/mrSeries.ts';
import { writeVcf } from '../write/vcf.ts';
import { gad7Items, phq9Items } from './forms.ts';

const patient: ExamplePatient = {
  id: 'SYN-PSY-0001',
  dicomName: 'SYNTHETIC^DEPRESSION',
  sex: 'female',
  birthDate: '1984-03-22',
  ageYears: 42,
  weightKg: 66,
  heightM: 1.7,
};
const visit = daysBefore(2);

/** Oldest first. The second form carries the only answer above zero to the ninth item. */
const phq9 = [
  { date: daysBefore(262), values: [3, 3, 2, 3, 1, 3, 2, 2, 0] },
  { date: daysBefore(193), values: [3, 3, 2, 2, 1, 3, 2, 1, 1] },
  { date: daysBefore(95), values: [2, 3, 2, 3, 1, 3, 2, 1, 0] },
  { date: visit, values: [2, 3, 2, 2, 1, 3, 2, 1, 0] },
];

/** Story B: depression after two adequate trials; a T1 image, a genome, and a strong CYP2D6 inhibitor on the list. */
export function psychiatryExample(): Example {
  const head = headPhantom();
  const record = fhirRecord(patient, [
    condition('F33.1', 'Recurrent depressive disorder, current episode moderate', daysBefore(420)),
    medication(drugs.sertraline, {
      since: daysBefore(400),
      until: daysBefore(300),
      asserted: visit,
      mg: 150,
      perDay: 1,
    }),
    medication(drugs.venlafaxine, {
      since: daysBefore(290),
      until: daysBefore(180),
      asserted: visit,
      mg: 225,
      perDay: 1,
    }),
    medication(drugs.bupropion, { since: daysBefore(170), asserted: visit, mg: 300, perDay: 1 }),
    medicationListReviewed(visit),
    noKnownAllergy(visit),
    ...bodySize(patient, visit),
  ]);
  const forms = fhirRecord(patient, [
    ...phq9.map(({ date, values }) => answers('phq-9', date, values, phq9Items)),
    answers('gad-7', visit, [1, 2, 1, 2, 1, 1, 1], gad7Items),
  ]).slice(1);
  return {
    name: 'psychiatry',
    files: [
      textFile(
        'patient.json',
        `${JSON.stringify({ id: patient.id, label: 'SYNTHETIC DEPRESSION', synthetic: true, question: 'Depression after two adequate trials: what next?' }, null, 1)}\n`,
      ),
      ...writeMrSeries({
        patient,
        folder: 'mri/t1',
        date: daysBefore(8),
        time: '101500',
        grid: headGrid,
        values: head.values,
      }),
      bundleFile('record/bundle.json', `${visit}T08:00:00Z`, record),
      ndjsonFile('questionnaires/answers.ndjson', forms),
      writeVcf('genome/genome.vcf', patient.id, { CYP2C19: ['*1', '*17'], CYP2C9: ['*1', '*1'], CYP2D6: ['*1', '*2'] }),
      writeAsegStats('freesurfer/aseg.stats', patient.id, 1_452_300, [
        { segId: 4, name: 'Left-Lateral-Ventricle', mm3: 8641 },
        { segId: 43, name: 'Right-Lateral-Ventricle', mm3: 6043 },
        { segId: 10, name: 'Left-Thalamus', mm3: 7310 },
        { segId: 49, name: 'Right-Thalamus', mm3: 7195 },
        { segId: 17, name: 'Left-Hippocampus', mm3: 3785 },
        { segId: 53, name: 'Right-Hippocampus', mm3: 3960 },
        { segId: 18, name: 'Left-Amygdala', mm3: 1510 },
        { segId: 54, name: 'Right-Amygdala', mm3: 1565 },
      ]),
    ],
    truth: {
      patient: patient.id,
      asOf: exampleDay,
      findings: [
        ...phq9.map(({ date, values }) => ({
          measure: 'phq-9.total',
          time: date,
          value: values.reduce((sum, value) => sum + value, 0),
        })),
        ...phq9.map(({ date, values }) => ({ measure: 'phq-9.item-9', time: date, value: values[8]! })),
        { measure: 'gad-7.total', value: 9 },
        ...volumes(head),
        { measure: 'diplotype', site: 'CYP2C19', value: '*1/*17' },
        { measure: 'metabolizer-phenotype', site: 'CYP2C19', value: 'rapid-metabolizer' },
        { measure: 'diplotype', site: 'CYP2D6', value: { contains: ['*1/*2'] } },
        { measure: 'metabolizer-phenotype', site: 'CYP2D6', value: { contains: ['normal-metabolizer'] } },
        { measure: 'metabolizer-phenotype-adjusted', site: 'CYP2D6', value: { contains: ['poor-metabolizer'] } },
        { measure: 'drug-guidance', site: 'codeine', value: 'codeine.poor' },
        { measure: 'condition', site: 'depressive-disorder', value: 'active' },
      ],
      safety: [
        { check: 'suicidality-history', state: 'positive', urgency: 'historic' },
        { check: 'suicidality', state: 'negative' },
        { check: 'stimulation-contraindications', state: 'not-assessed', urgency: 'open' },
        { check: 'medication-list', state: 'negative' },
        { check: 'allergies', state: 'negative' },
      ],
      planLines: [
        {
          about: 'transcranial magnetic stimulation',
          verb: 'discuss',
          mustMention: ['sertraline', 'venlafaxine', 'left dorsolateral'],
          mustNotMention: [],
        },
        { about: 'depression', verb: 'discuss', mustMention: ['16', 'interview'], mustNotMention: [] },
      ],
      neverMentioned: ['stop bupropion', 'low risk'],
    },
  };
}

/**
 * What the tiny network of the examples must find in the phantom: it calls the grey shell cortex, the ventricles by their
 * name and the nuclei putamen. The noise moves no voxel across a threshold; a tenth of a per cent is for another runtime.
 */
function volumes({ parts }: HeadPhantom): TruthFinding[] {
  const ml = (name: string): number => parts.get(name)!;
  const pair = (name: string): [number, number] => [ml(`left ${name}`), ml(`right ${name}`)];
  const volume = (site: string, value: number): TruthFinding => ({
    measure: 'brain-volume',
    site,
    value,
    tolerance: 0.001 * value,
    unit: 'mL',
  });
  const asymmetry = (site: string, [left, right]: [number, number]): TruthFinding => ({
    measure: 'brain-volume-asymmetry',
    site,
    value: (200 * (left - right)) / (left + right),
    tolerance: 0.5,
    unit: '%',
  });
  const sum = ([left, right]: [number, number]): number => left + right;
  return [
    volume('cerebral-cortex', ml('grey shell')),
    volume('cerebral-white-matter', ml('white core')),
    volume('lateral-ventricle', sum(pair('ventricle'))),
    volume('putamen', sum(pair('nucleus'))),
    asymmetry('lateral-ventricle', pair('ventricle')),
    asymmetry('putamen', pair('nucleus')),
    { measure: 'brain-volume-asymmetry', site: 'cerebral-cortex', value: { refused: 'structure-meets-midline' } },
  ];
}
