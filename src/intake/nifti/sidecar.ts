import { DateTime } from '../../dossier/code.ts';
import type { IdentityClaim } from '../../dossier/subject.ts';
import { parseUntrustedJson } from '../json.ts';
import { decodeText } from '../text.ts';

/** Keys by which a JSON object is known as a description of an image: BIDS 1.9 metadata and dcm2niix. */
const sidecarKeys =
  /"(RepetitionTime|EchoTime|EchoTime1|MagneticFieldStrength|SliceTiming|PhaseEncodingDirection|ConversionSoftware|TaskName|FlipAngle|ProtocolName|SeriesDescription|ManufacturersModelName|IntendedFor|TracerName|ImageType|PulseSequenceType|ArterialSpinLabelingType|MultibandAccelerationFactor|TotalReadoutTime|Units)"\s*:/;

export const sidecarBytes = 2 ** 20;

export function looksLikeSidecar(text: string): boolean {
  return /^\s*\{/.test(text) && sidecarKeys.test(text) && !/"resourceType"\s*:/.test(text);
}

export function parseSidecar(bytes: Uint8Array, depth: number): Record<string, unknown> | undefined {
  const text = decodeText(bytes);
  const parsed = text === undefined ? undefined : parseUntrustedJson(text, depth);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  return parsed as Record<string, unknown>;
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
