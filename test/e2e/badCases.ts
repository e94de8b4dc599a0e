import { type ExampleFile, type ExamplePatient, exampleDay, textFile } from '../../examples/patient.ts';
import type { UprightGrid } from '../../examples/phantoms/shapes.ts';
import {
  answers,
  bodySize,
  bundleFile,
  drugs,
  fhirRecord,
  medication,
  medicationListReviewed,
  ndjsonFile,
  noKnownAllergy,
  type Resource,
} from '../../examples/write/fhir.ts';
import { writeOru } from '../../examples/write/hl7.ts';
import { petUids, writePetSeries } from '../../examples/write/petSeries.ts';
import { writeRtStruct } from '../../examples/write/rtstruct.ts';
import { writeVcf } from '../../examples/write/vcf.ts';
import { writeNifti } from '../../src/intake/nifti/write.ts';
import { bgzip } from '../../src/intake/vcf/testing.ts';

/** One patient whose files have one thing wrong, and what must be said about it. */
export interface BadCase {
  /** Folder, and label of the subject. */
  name: string;
  files: (patient: ExamplePatient) => ExampleFile[];
  /** Codes of issues that must be there, of the subject or of one of its findings. */
  says: string[];
  /** Content of patient.json, when it is not the plain declaration of this patient. */
  declaration?: string;
  /** A measure that is still found, where the rest of the files gives one. */
  goesOn?: string;
  /** A measure that must not come out. */
  never?: string;
}

const day = exampleDay;
const grid: UprightGrid = { shape: [16, 16, 8], spacingMm: [8, 8, 8] };
const drawn = [{ name: 'GTV', type: 'GTV' as const, centre: [4, 4, 4] as const, radiusMm: 20 }];
const injection = { activityBq: 310e6, halfLifeS: 6586.2, time: '095800' };
const phq9 = [1, 1, 1, 2, 0, 0, 1, 0, 0];
const diplotypes = { CYP2C19: ['*1', '*2'], CYP2C9: ['*1', '*1'] } as const;

function suv(): Float32Array {
  return Float32Array.from({ length: 16 * 16 * 8 }, (_, index) => 1 + (index % 7));
}

function pet(patient: ExamplePatient, spoil: (bytes: Uint8Array) => void = () => {}, size = true): ExampleFile[] {
  const series = writePetSeries({ patient, folder: 'pet', date: day, time: '110000', injection, grid, suv: suv() });
  for (const { bytes } of series) spoil(bytes);
  return [...series, regions(patient), ...(size ? record(patient, bodySize(patient, day)) : [])];
}

function regions(patient: ExamplePatient, frame?: string): ExampleFile {
  const uids = petUids(patient, day);
  const drawnOn = frame === undefined ? uids : { ...uids, frame, series: `${uids.series}.9`, study: `${uids.study}.9` };
  return writeRtStruct({ patient, path: 'regions.dcm', date: day, time: '130000', grid, drawnOn, balls: drawn });
}

/** Replaces the value of an element (explicit VR, short form) by blanks, or by a text of its length. */
function overwrite(bytes: Uint8Array, group: number, element: number, text = ''): void {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = Buffer.from([group & 255, group >> 8, element & 255, element >> 8]);
  const at = file.indexOf(tag, 132);
  if (at < 0) throw new RangeError(`there is no (${group.toString(16)},${element.toString(16)})`);
  const length = file.readUInt16LE(at + 6);
  file.write(text.slice(0, length).padEnd(length, ' '), at + 8, 'latin1');
}

function record(patient: ExamplePatient, resources: readonly Resource[], path = 'record.json'): ExampleFile[] {
  return [bundleFile(path, `${day}T08:00:00Z`, fhirRecord(patient, resources))];
}

const table = (...rows: string[]) =>
  textFile('answers.csv', ['date,instrument,item,answer', ...rows, ''].map((row) => `${row}\n`).join(''));
const rowsOf = (values: readonly (number | string)[], at = day, form = 'PHQ-9') =>
  values.map((value, index) => `${at},${form},${index + 1},${value}`);

const vcf = (change: (text: string) => string) => (patient: ExamplePatient) => {
  const { path, bytes } = writeVcf('genome.vcf', patient.id, diplotypes);
  return [textFile(path, change(Buffer.from(bytes).toString('utf8')))];
};

/** A T1-weighted volume by its name; `spoil` changes the header after it was written. */
function nifti(spoil: (view: DataView) => void, fill = (index: number) => index % 200): ExampleFile[] {
  const shape = [8, 8, 8, 1] as const;
  const affineRas = [2, 0, 0, -8, 0, 2, 0, -8, 0, 0, 2, -8, 0, 0, 0, 1] as const;
  const values = Float32Array.from({ length: 512 }, (_, index) => fill(index));
  const bytes = writeNifti({ shape, affineRas } as unknown as Parameters<typeof writeNifti>[0], values, {
    datatype: 'float32',
  });
  spoil(new DataView(bytes.buffer));
  return [{ path: 'sub-01_T1w.nii', bytes }];
}

const list = [medicationListReviewed(day), noKnownAllergy(day)];
const tramadol = medication(drugs.tramadol, { since: day, asserted: day, mg: 50, perDay: 4 });

export const badCases: readonly BadCase[] = [
  {
    name: 'genome on the other build',
    files: vcf((text) =>
      text
        .replaceAll('assembly=GRCh38', 'assembly=GRCh37')
        .replace('##reference=GRCh38', '##reference=GRCh37')
        .replace('133797422', '135534747')
        .replace('50818468', '51304566'),
    ),
    says: ['vcf-wrong-build'],
    never: 'diplotype',
  },
  {
    name: 'genome with shifted positions',
    files: vcf((text) => text.replace(/^(chr\d+\t)(\d+)/gm, (_, chrom, pos) => `${chrom}${Number(pos) + 1}`)),
    says: ['vcf-wrong-build'],
    never: 'diplotype',
  },
  {
    name: 'genome cut off',
    files: (patient) => {
      const { bytes } = writeVcf('genome.vcf', patient.id, diplotypes);
      const packed = bgzip(Buffer.from(bytes), { blockBytes: 1500 });
      return [{ path: 'genome.vcf.gz', bytes: packed.subarray(0, Math.floor(packed.length * 0.7)) }];
    },
    says: ['file-truncated'],
  },
  {
    name: 'PET without weight',
    files: (patient) => pet(patient, (bytes) => overwrite(bytes, 0x0010, 0x1030), false),
    says: ['suv-no-weight'],
    never: 'suv-max',
  },
  {
    name: 'PET without height',
    files: (patient) => pet(patient, (bytes) => overwrite(bytes, 0x0010, 0x1020), false),
    says: ['sul-no-height'],
    goesOn: 'suv-max',
    never: 'sul-max',
  },
  {
    name: 'PET without dose',
    files: (patient) => pet(patient, (bytes) => overwrite(bytes, 0x0018, 0x1074)),
    says: ['suv-no-dose'],
    never: 'suv-max',
  },
  {
    name: 'PET not corrected for decay',
    files: (patient) => pet(patient, (bytes) => overwrite(bytes, 0x0054, 0x1102, 'NONE')),
    says: ['suv-not-decay-corrected'],
    never: 'suv-max',
  },
  {
    name: 'PET with the region of another scan',
    files: (patient) => [
      ...pet(patient).filter(({ path }) => path !== 'regions.dcm'),
      regions(patient, '2.25.1234567890123456789'),
    ],
    says: ['region-frame-mismatch'],
    never: 'suv-max',
  },
  {
    name: 'answers with gaps',
    files: () => [table(...rowsOf(phq9).filter((_, index) => ![1, 4, 6].includes(index)))],
    says: ['items-missing'],
    never: 'phq-9.total',
  },
  {
    name: 'answers without a date',
    files: () => [table(...rowsOf(phq9, ''))],
    says: ['answers-undated'],
  },
  {
    name: 'answers out of range',
    files: () => [table(...rowsOf([1, 1, 7, 2, 0, 0, 1, 0, 0]))],
    says: ['answer-out-of-range'],
    never: 'phq-9.total',
  },
  {
    name: 'answers to an unknown form',
    files: () => [table(...rowsOf([1, 2, 3], day, 'XYZ-3'), ...rowsOf(phq9))],
    says: ['instrument-unknown'],
    goesOn: 'phq-9.total',
  },
  {
    name: 'answers given twice',
    files: () => [table(...rowsOf(phq9), `${day},PHQ-9,3,3`)],
    says: ['answer-twice'],
  },
  {
    name: 'form answered twice a day',
    files: (patient) => [
      ndjsonFile(
        'forms.ndjson',
        fhirRecord(patient, [answers('phq-9', day, phq9), answers('phq-9', day, [3, 3, 3, 3, 3, 3, 3, 3, 3])]),
      ),
    ],
    says: ['item-answered-twice'],
  },
  {
    name: 'no medication list',
    files: (patient) => [...record(patient, [noKnownAllergy(day)]), table(...rowsOf(phq9))],
    says: ['no-medication-list'],
    goesOn: 'phq-9.total',
  },
  {
    name: 'drugs entered in error',
    files: (patient) => record(patient, [{ ...tramadol, status: 'entered-in-error' }, ...list]),
    says: ['medication-entered-in-error'],
  },
  {
    name: 'one modality only',
    files: () => [table(...rowsOf(phq9))],
    says: ['no-medication-list'],
    goesOn: 'phq-9.total',
  },
  {
    name: 'T1 with forms that disagree',
    files: () => nifti((view) => view.setFloat32(268, 25, true)),
    says: ['nifti-forms-disagree'],
  },
  {
    name: 'T1 with sides that disagree',
    files: () => nifti((view) => view.setFloat32(280, -2, true)),
    says: ['nifti-forms-disagree'],
  },
  {
    name: 'T1 with voxels that are no numbers',
    files: () =>
      nifti(
        () => {},
        (index) => (index % 5 === 0 ? Number.NaN : index),
      ),
    says: ['nifti-not-finite'],
  },
  {
    name: 'laboratory without a patient',
    files: (patient) => {
      const oru = writeOru('blood.hl7', patient, `${day}T07:40:00`, 'Blood', [
        { loinc: '718-7', name: 'Haemoglobin', value: 12.9, unit: 'g/dL', low: 13.5, high: 17.5 },
      ]);
      return [
        textFile(
          'blood.hl7',
          Buffer.from(oru.bytes)
            .toString('utf8')
            .replace(/PID[^\r]*\r/, ''),
        ),
      ];
    },
    says: ['patient-missing'],
  },
  {
    name: 'declaration that is broken',
    files: () => [table(...rowsOf(phq9))],
    declaration: '{"id": "SYN-BAD", "label": ',
    says: ['patient-file-invalid'],
  },
  {
    name: 'declaration without a number',
    files: () => [table(...rowsOf(phq9))],
    declaration: '{"label": "somebody"}',
    says: ['patient-file-invalid'],
  },
  {
    name: 'declaration with members who are not there',
    files: () => [table(...rowsOf(phq9))],
    declaration:
      '{"id": "SYN-BAD-M", "label": "declaration with members who are not there", "members": [{"system": "urn:nowhere", "value": "1"}]}',
    says: ['member-not-found'],
  },
];

/** Two people in one file, nothing declared. */
export function recordOfTwo(patient: ExamplePatient): ExampleFile[] {
  const other = { ...patient, id: `${patient.id}-B`, dicomName: 'SYNTHETIC^OTHER' };
  const clonazepam = medication(drugs.clonazepam, { since: day, asserted: day, mg: 1 });
  const resources = [...fhirRecord(patient, [tramadol, ...list]), ...fhirRecord(other, [clonazepam, ...list])];
  return [bundleFile('record.json', `${day}T08:00:00Z`, resources)];
}
