import type { IdentityClaim } from '../../dossier/subject.ts';
import { isoDate } from './dates.ts';
import { type DicomRecord, textOf } from './record.ts';

/** `Family^Given^Middle^Prefix^Suffix` of the first component group that has letters, as people write it. */
function personName(text: string | undefined): string | undefined {
  const group = text?.split('=').find((one) => one.replace(/[\^ ]/g, '') !== '');
  if (group === undefined) return undefined;
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = group.split('^').map((one) => one.trim());
  return [prefix, given, middle, family, suffix].filter((one) => one !== '').join(' ') || undefined;
}

/** Who the header says it is about; undefined when it names nobody. */
export function identityOf(record: DicomRecord): IdentityClaim | undefined {
  const id = textOf(record, 'PatientID')?.trim();
  const name = personName(textOf(record, 'PatientName'));
  if (!id && !name) return undefined;
  const issuer = textOf(record, 'IssuerOfPatientID')?.trim();
  const sex = textOf(record, 'PatientSex')?.trim().toUpperCase();
  const birthDate = isoDate(textOf(record, 'PatientBirthDate'));
  return {
    system: id ? (issuer ? `dicom:PatientID:${issuer}` : 'dicom:PatientID') : 'dicom:PatientName',
    value: id || name!,
    ...(name && { name }),
    ...(birthDate && { birthDate }),
    ...(sex && {
      sex:
        sex === 'F'
          ? ('female' as const)
          : sex === 'M'
            ? ('male' as const)
            : sex === 'O'
              ? ('other' as const)
              : ('unknown' as const),
    }),
  };
}
