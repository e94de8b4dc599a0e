import { type ExampleFile, type ExamplePatient, textFile } from '../patient.ts';

/** One result of a laboratory report. */
export interface LabResult {
  loinc: string;
  name: string;
  value: number;
  unit: string;
  low?: number;
  high?: number;
}

/** An HL7 v2.5.1 ORU^R01 with one panel, segments ended by carriage returns. Processing id T: not a live message. */
export function writeOru(
  path: string,
  patient: ExamplePatient,
  at: string,
  panel: string,
  results: readonly LabResult[],
): ExampleFile {
  const stamp = at.replace(/[-T:]/g, '').padEnd(14, '0');
  const segments = [
    [
      'MSH',
      '^~\\&',
      'IDIOGRAPH-EXAMPLES',
      'SYNTHETIC',
      '',
      '',
      stamp,
      '',
      'ORU^R01^ORU_R01',
      `${patient.id}-1`,
      'T',
      '2.5.1',
    ],
    [
      'PID',
      '1',
      '',
      `${patient.id}^^^https://example.org/synthetic-patients^MR`,
      '',
      patient.dicomName,
      '',
      patient.birthDate.replaceAll('-', ''),
      patient.sex === 'female' ? 'F' : 'M',
    ],
    [
      'OBR',
      '1',
      '',
      `${patient.id}-LAB`,
      `^${panel}`,
      '',
      '',
      stamp,
      ...new Array<string>(14).fill(''),
      stamp,
      '',
      '',
      'F',
    ],
    ...results.map(({ loinc, name, value, unit, low, high }, index) => [
      'OBX',
      String(index + 1),
      'NM',
      `${loinc}^${name}^LN`,
      '',
      String(value),
      `${unit}^^UCUM`,
      low === undefined && high === undefined ? '' : `${low ?? ''}-${high ?? ''}`,
      flag(value, low, high),
      '',
      '',
      'F',
      '',
      '',
      stamp,
    ]),
  ];
  return textFile(path, segments.map((fields) => `${fields.join('|')}\r`).join(''));
}

function flag(value: number, low: number | undefined, high: number | undefined): string {
  if (low !== undefined && value < low) return 'L';
  return high !== undefined && value > high ? 'H' : 'N';
}
