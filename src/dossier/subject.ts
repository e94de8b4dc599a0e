import { z } from 'zod';
import { DateTime } from './code.ts';

/** Whom or what a dossier is about. The id is an ordinal that the store hands out; it says nothing about the person. */
export const Subject = z.object({
  kind: z.literal('subject'),
  id: z.string().min(1),
  type: z.enum(['patient', 'cohort', 'site', 'none']),
  /** What a page calls the subject: a name or number that came with the data. */
  label: z.string(),
  /** The clinical question that the work-up should answer, if anybody stated one. */
  question: z.string().optional(),
  /** Files of several people were declared to be one: every page and export says so. */
  composite: z.boolean(),
  /** Made by a program, no person behind it: every page and export says so. */
  synthetic: z.boolean(),
  /** Somebody declared it to be this other subject, which holds its data now: lists leave it out. */
  mergedInto: z.string().min(1).optional(),
});
export type Subject = z.infer<typeof Subject>;

export const Sex = z.enum(['female', 'male', 'other', 'unknown']);
export type Sex = z.infer<typeof Sex>;

/** What a source says about who it belongs to. */
export const IdentityClaim = z.object({
  /** Who issued the number: `dicom:PatientID`, `fhir:<system>`, `hl7v2:PID-3`, `vcf:sample`, `patient.json`. */
  system: z.string().min(1),
  value: z.string().min(1),
  name: z.string().optional(),
  birthDate: DateTime.optional(),
  sex: Sex.optional(),
});
export type IdentityClaim = z.infer<typeof IdentityClaim>;

/** The link table between numbers of the outside world and subjects. People can change it; no id hash contains it. */
export const Identity = IdentityClaim.extend({
  kind: z.literal('identity'),
  id: z.string().min(1),
  subject: z.string().min(1),
  /** How the link came to be. `declared`: patient.json or --as-one-patient; `claimed`: read from the file; `attached`: the file names nobody. */
  basis: z.enum(['claimed', 'declared', 'attached']),
});
export type Identity = z.infer<typeof Identity>;
