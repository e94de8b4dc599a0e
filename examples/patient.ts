/** Somebody who does not exist, as all files of one example name them. */
export interface ExamplePatient {
  /** The number that every file carries: `SYN-PAIN-0001`. */
  id: string;
  /** `SYNTHETIC^PAIN`: a label, not a name. */
  dicomName: string;
  sex: 'female' | 'male';
  /** `1980-05-14` */
  birthDate: string;
  ageYears: number;
  weightKg: number;
  heightM: number;
}

/** The day on which the examples are up to date. No clock is read: everything else is dated from here. */
export const exampleDay = '2026-11-20';

/** `2026-11-13` for (7). Negative for days to come. */
export function daysBefore(days: number, day = exampleDay): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
}

/** One file of an example, relative to the patient's folder. */
export interface ExampleFile {
  path: string;
  bytes: Uint8Array;
}

export function textFile(path: string, text: string): ExampleFile {
  return { path, bytes: Buffer.from(text, 'utf8') };
}
