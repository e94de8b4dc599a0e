import { normalNumber, personKey } from '../../dossier/identityMarks.ts';
import type { IdentityClaim } from '../../dossier/subject.ts';

/** Numbers that de-identification tools and scanners write when they know none. */
const placeholders = new Set(
  [
    '',
    '0',
    '00000000',
    'ANON',
    'ANONYMOUS',
    'ANONYMIZED',
    'ANONYMISED',
    'DEIDENTIFIED',
    'N/A',
    'NA',
    'NONE',
    'NULL',
  ].concat([
    'NOID',
    'NO ID',
    'NOT SPECIFIED',
    'PATIENT',
    'SAMPLE',
    'SAMPLE1',
    'SUBJECT',
    'UNDEFINED',
    'UNKNOWN',
    'XXX',
  ]),
);

/** True when the claim names somebody: a number that is more than a placeholder. */
export function namesSomebody(claim: IdentityClaim | undefined): claim is IdentityClaim {
  return claim !== undefined && !placeholders.has(normalNumber(claim.value));
}

/** Names that say which tube or folder was read, not who somebody is. */
const weakSystems = new Set(['vcf:sample', 'freesurfer:subject']);

export function isWeak(claim: IdentityClaim): boolean {
  return weakSystems.has(claim.system);
}

/** How many people these numbers may stand for: numbers are one person when they are equal or share name and birth. */
export function countPeople(claims: readonly IdentityClaim[]): number {
  const groups: Set<string>[] = [];
  for (const claim of claims) {
    const marks = [`number|${normalNumber(claim.value)}`];
    const person = personKey(claim);
    if (person) marks.push(`person|${person}`);
    const touching = groups.filter((group) => marks.some((mark) => group.has(mark)));
    const merged = new Set([...marks, ...touching.flatMap((group) => [...group])]);
    for (const group of touching) groups.splice(groups.indexOf(group), 1);
    groups.push(merged);
  }
  return groups.length;
}
