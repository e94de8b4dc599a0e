import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ExampleFile, type ExamplePatient, textFile } from '../../examples/patient.ts';
import { writeDicom } from '../../examples/write/dicom.ts';
import {
  answers,
  bundleFile,
  condition,
  drugs,
  fhirRecord,
  medication,
  type Resource,
} from '../../examples/write/fhir.ts';
import { writeOru } from '../../examples/write/hl7.ts';
import { pixels } from '../../examples/write/slices.ts';
import { uid } from '../../examples/write/uid.ts';
import { writeVcf } from '../../examples/write/vcf.ts';
import type { Store } from '../../src/dossier/store.ts';
import { importFolder } from '../../src/intake/import.ts';
import { workup } from '../../src/workup/workup.ts';

/** A patient as files, with every place filled where a file can say who it is about or carry a text that a page shows. */
export interface Plant {
  /** Number, in DICOM, FHIR, HL7 and VCF. */
  number: string;
  family: string;
  given: string;
  /** `1961-07-23` */
  birthDate: string;
  /** In texts: study and series descriptions, notes, conditions, names of tests, file names. */
  text: string;
  /** Folder and file names begin with it. */
  file: string;
  /** More numbers and addresses of the person. */
  phone: string;
  address: string;
  otherNumber: string;
}

/** Everything of whom nobody without `identity:read` may see. Nobody of this name exists. */
export const identified: Plant = {
  number: 'MRN-7731-ZQ',
  family: 'Quillfeather',
  given: 'Zebedee',
  birthDate: '1961-07-23',
  text: 'seen with Quillfeather present',
  file: 'zebedee_quillfeather',
  phone: '+44 5550 142771',
  address: '17 Gallowglass Lane',
  otherNumber: '999-66-4242',
};

/** Strings of which none may stand in an answer to a researcher, in lower case. */
export const identifying: readonly string[] = [
  'quillfeather',
  'zebedee',
  'mrn-7731-zq',
  '7731-zq',
  '1961-07-23',
  '19610723',
  '23.07.1961',
  '07/23/1961',
  '142771',
  'gallowglass',
  '999-66-4242',
];

/** A patient whose every text is an attack on a page. `mark` tells which field it came from, should one go off. */
export const hostile: Plant = {
  number: `<svg/onload=alert('number')>`,
  family: `<img src=x onerror=alert('family')>`,
  given: `"><script>alert('given')</script>`,
  birthDate: '1971-02-03',
  text: `<script>alert('text')</script><img src=x onerror="alert('image')">{{constructor.constructor('alert(1)')()}}`,
  file: `<img src=x onerror=alert('file')>`,
  phone: `javascript:alert('phone')`,
  address: `<a href="javascript:alert('link')">`,
  otherNumber: `'-alert(1)-'`,
};

/** The files of a plant: DICOM, FHIR, HL7, VCF and answers, all naming the same number. */
export function plantedFiles(plant: Plant): ExampleFile[] {
  const patient: ExamplePatient = {
    id: plant.number,
    dicomName: `${plant.family}^${plant.given}`,
    sex: 'male',
    birthDate: plant.birthDate,
    ageYears: 65,
    weightKg: 80,
    heightM: 1.8,
  };
  return [
    textFile(
      'patient.json',
      JSON.stringify({
        id: plant.number,
        label: `${plant.given} ${plant.family}`,
        question: `Is it so? ${plant.text}`,
      }),
    ),
    ...slices(plant),
    bundleFile(`${fileName(plant)}/record.json`, '2026-11-20T08:00:00Z', record(plant, patient)),
    writeOru(`${fileName(plant)}_lab.hl7`, patient, '2026-11-18T07:00:00', `Panel ${plant.text}`, [
      { loinc: '718-7', name: `Haemoglobin ${plant.text}`, value: 13.1, unit: 'g/dL', low: 13, high: 17 },
      { loinc: '2160-0', name: 'Creatinine', value: 1.4, unit: 'mg/dL', low: 0.7, high: 1.2 },
    ]),
    variants(plant),
  ];
}

/** File names take no slash and no NUL. */
function fileName({ file }: Plant): string {
  return file.replaceAll('/', '_');
}

function slices(plant: Plant): ExampleFile[] {
  const [columns, rows, count] = [16, 16, 5];
  return Array.from({ length: count }, (_, k) => ({
    path: `${fileName(plant)}/scan/${fileName(plant)}_${k}.dcm`,
    bytes: writeDicom({
      ...pixels(Uint16Array.from({ length: columns * rows }, (_, i) => (i * (k + 1)) % 900)),
      Rows: rows,
      Columns: columns,
      PixelSpacing: [2, 2],
      SliceThickness: 2,
      ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
      ImagePositionPatient: [-16, -16, 2 * k],
      PatientName: `${plant.family}^${plant.given}`,
      PatientID: plant.number,
      PatientBirthDate: plant.birthDate.replaceAll('-', ''),
      PatientSex: 'M',
      PatientComments: plant.text,
      StudyInstanceUID: uid(plant.number, 'study'),
      SeriesInstanceUID: uid(plant.number, 'series'),
      FrameOfReferenceUID: uid(plant.number, 'frame'),
      SOPInstanceUID: uid(plant.number, 'slice', k),
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.4',
      StudyDate: '20261112',
      StudyTime: '101500',
      StudyDescription: plant.text.slice(0, 64),
      SeriesDescription: plant.text.slice(0, 64),
      Modality: 'MR',
      InstanceNumber: k + 1,
      RepetitionTime: 2300,
      EchoTime: 2.98,
      InversionTime: 900,
    }),
  }));
}

function record(plant: Plant, patient: ExamplePatient): Resource[] {
  const [person, ...others] = fhirRecord(patient, [
    condition('M54.5', plant.text, '2024-01-01'),
    medication(
      { ...drugs.tramadol, name: `tramadol ${plant.text}` },
      { since: '2025-01-01', asserted: '2026-11-20', mg: 50, perDay: 3 },
    ),
    answers('phq-9', '2026-11-20', [1, 1, 1, 2, 0, 0, 1, 0, 2]),
    {
      resourceType: 'Observation',
      status: 'final',
      code: {
        coding: [{ system: 'http://loinc.org', code: '4548-4', display: `HbA1c ${plant.text}` }],
        text: plant.text,
      },
      effectiveDateTime: '2026-11-01',
      valueQuantity: { value: 6.1, unit: '%', system: 'http://unitsofmeasure.org', code: '%' },
      note: [{ text: plant.text }],
    },
    {
      resourceType: 'AllergyIntolerance',
      code: { text: `penicillin ${plant.text}` },
      reaction: [{ manifestation: [{ text: plant.text }] }],
    },
  ]);
  return [
    {
      ...person!,
      id: 'p1',
      meta: {},
      identifier: [
        { system: 'urn:mrn', value: plant.number },
        { system: 'urn:other', value: plant.otherNumber },
      ],
      name: [{ family: plant.family, given: [plant.given], text: `${plant.given} ${plant.family}` }],
      telecom: [{ system: 'phone', value: plant.phone }],
      address: [{ line: [plant.address], text: plant.address }],
    },
    ...others.map(
      (one) => JSON.parse(JSON.stringify(one).replaceAll(patientReference(patient), 'Patient/p1')) as Resource,
    ),
  ];
}

function patientReference({ id }: ExamplePatient): string {
  return JSON.stringify(`Patient/${id.toLowerCase()}`).slice(1, -1);
}

function variants(plant: Plant): ExampleFile {
  const { path, bytes } = writeVcf(`${fileName(plant)}_genome.vcf`, plant.number, {
    CYP2C19: ['*1', '*2'],
    CYP2D6: ['*1', '*4'],
  });
  const text = Buffer.from(bytes).toString('utf8');
  // An id of a variant is free text of whoever wrote the file.
  return textFile(path, text.replace(/\trs\d+\t/, `\t${plant.text.replace(/[\t\n ;]/g, '_')}\t`));
}

/** Imports plants as anybody would and works them up. Returns the subjects in the same order. */
export async function plantInto(store: Store, plants: readonly Plant[], now: () => string): Promise<string[]> {
  const subjects: string[] = [];
  for (const plant of plants) {
    const folder = await mkdtemp(join(tmpdir(), 'idiograph-planted-'));
    try {
      for (const { path, bytes } of plantedFiles(plant)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), bytes);
      }
      const report = await importFolder([folder], store, { actor: 'test', at: now(), threads: 1 });
      if (report.subjects.length !== 1) throw new Error(`one patient became ${report.subjects.length}`);
      const { subject } = report.subjects[0]!;
      await workup(store, subject, { access: { purpose: 'care', actor: 'test' }, clock: now, workers: 0 });
      subjects.push(subject);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return subjects;
}
