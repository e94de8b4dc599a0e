import { DateTime } from '../../dossier/code.ts';
import type { IdentityClaim } from '../../dossier/subject.ts';
import { parseGuarded } from '../json.ts';
import { decodeText } from '../text.ts';

export const sidecarBytes = 2 ** 20;

/** The keys of a sidecar, or why it has none. */
export function parseSidecar(
  bytes: Uint8Array,
  depth: number,
): { keys: Record<string, unknown> } | { invalid: string } {
  const text = decodeText(bytes);
  if (text === undefined) return { invalid: 'The sidecar is not UTF-8 text.' };
  const json = parseGuarded(text, depth);
  if ('refused' in json) return { invalid: json.refused.message };
  const { value } = json;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { invalid: 'The sidecar is not a JSON object.' };
  }
  return { keys: value as Record<string, unknown> };
}

/** dcm2niix writes the patient's number into the sidecar when told not to anonymise (`-ba n`). */
export function claimOf(keys: Record<string, unknown>): IdentityClaim | undefined {
  const text = (key: string) =>
    typeof keys[key] === 'string' && keys[key].trim() !== '' ? keys[key].trim() : undefined;
  const value = text('PatientID');
  if (value === undefined) return undefined;
  const name = text('PatientName');
  const birthDate = text('PatientBirthDate')?.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3');
  const sex = { M: 'male', F: 'female', O: 'other' } as const;
  const letter = text('PatientSex') as keyof typeof sex | undefined;
  return {
    system: 'dicom:PatientID',
    value,
    ...(name && { name }),
    ...(DateTime.safeParse(birthDate).success && { birthDate }),
    ...(letter && sex[letter] && { sex: sex[letter] }),
  };
}

/** When the image was taken, as precise as the sidecar says. */
export function acquiredAt(keys: Record<string, unknown>): string | undefined {
  const stated = keys['AcquisitionDateTime'];
  if (typeof stated !== 'string') return undefined;
  const parsed = DateTime.safeParse(stated.trim());
  // BIDS gives local time without a zone, which FHIR dateTime does not allow: the day is all that can be kept.
  return parsed.success ? parsed.data : /^\d{4}-\d{2}-\d{2}(?=T)/.exec(stated)?.[0];
}
