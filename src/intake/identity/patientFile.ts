import { z } from 'zod';
import { type Issue, issue } from '../../dossier/issue.ts';
import { parseGuarded } from '../json.ts';
import { decodeText } from '../text.ts';

/**
 * `patient.json`: somebody declares whose files lie in its folder and below.
 * Without `members` all of them are joined; with `members` those that name one of these numbers or nobody.
 */
export const PatientFile = z.strictObject({
  /** The number under which the patient is found again. */
  id: z.string().min(1).max(200),
  label: z.string().min(1).max(200).optional(),
  /** The clinical question. */
  question: z.string().min(1).max(2_000).optional(),
  /** Made by a program: no person stands behind the files. */
  synthetic: z.boolean().optional(),
  /** Files of several people. Without it the import decides by the numbers that it finds. */
  composite: z.boolean().optional(),
  members: z.array(z.strictObject({ system: z.string().min(1), value: z.string().min(1) })).optional(),
});
export type PatientFile = z.infer<typeof PatientFile>;

export const patientFileName = 'patient.json';
const mostBytes = 2 ** 20;

/** Reads a declaration, or says why it declares nothing. */
export function parsePatientFile(bytes: Uint8Array, path: string): { declared: PatientFile } | { refused: Issue } {
  const invalid = (why: string) => ({
    refused: issue('error', 'patient-file-invalid', `patient.json declares nothing: ${why}`, {
      place: path,
      remedy: 'It needs at least {"id": "..."}; see docs/methods/import.md.',
    }),
  });
  const text = bytes.length > mostBytes ? undefined : decodeText(bytes);
  if (text === undefined) return invalid('it is not UTF-8 text of at most 1 MiB.');
  const json = parseGuarded(text, 10);
  if ('refused' in json) return invalid(json.refused.message);
  const parsed = PatientFile.safeParse(json.value);
  if (parsed.success) return { declared: parsed.data };
  const [first] = parsed.error.issues;
  const where = first && first.path.length > 0 ? ` at ${first.path.join('.')}` : '';
  return invalid(`${first?.message}${where}.`);
}
