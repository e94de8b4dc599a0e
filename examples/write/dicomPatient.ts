import type { ExamplePatient } from '../patient.ts';
import type { DicomDataset } from './dicom.ts';
import { uid } from './uid.ts';

/** `20261113` of `2026-11-13`. */
export function dicomDate(date: string): string {
  return date.slice(0, 10).replaceAll('-', '');
}

/** Patient and study of every DICOM object of an example; says in each header that nobody stands behind it. */
export function patientAndStudy(
  patient: ExamplePatient,
  study: { date: string; time: string; description: string },
): DicomDataset {
  return {
    PatientName: patient.dicomName,
    PatientID: patient.id,
    PatientBirthDate: dicomDate(patient.birthDate),
    PatientSex: patient.sex === 'female' ? 'F' : 'M',
    PatientAge: `${String(patient.ageYears).padStart(3, '0')}Y`,
    PatientSize: patient.heightM,
    PatientWeight: patient.weightKg,
    PatientComments: 'SYNTHETIC: made by a program, no person stands behind it',
    PatientIdentityRemoved: 'YES',
    DeidentificationMethod: 'SYNTHETIC: generated, never identified',
    StudyInstanceUID: uid(patient.id, 'study', study.date, study.time),
    StudyDate: dicomDate(study.date),
    StudyTime: study.time,
    StudyDescription: study.description,
    StudyID: '1',
    AccessionNumber: '',
    ReferringPhysicianName: '',
    Manufacturer: 'Idiograph examples',
    ManufacturerModelName: 'phantom',
    SoftwareVersions: '1',
  };
}
