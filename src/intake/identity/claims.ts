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

/** A number as it is compared: Unicode compatibility forms, letter case and white space make no difference; zeros do. */
export function normalNumber(value: string): string {
  return value.normalize('NFKC').trim().replace(/\s+/g, ' ').toUpperCase();
}

/** True when the claim names somebody: a number that is more than a placeholder. */
export function namesSomebody(claim: IdentityClaim | undefined): claim is IdentityClaim {
  return claim !== undefined && !placeholders.has(normalNumber(claim.value));
}

/** Names that say which tube or folder was read, not who somebody is. */
const weakSystems = new Set(['vcf:sample', 'freesurfer:subject']);

export function isWeak(claim: IdentityClaim): boolean {
  return weakSystems.has(claim.system);
}

export function numberKey(claim: { system: string; value: string }): string {
  return `${claim.system}|${normalNumber(claim.value)}`;
}

/** Parts of a name in one order and case: `Doe^Jane` and `Jane Doe` are the same. */
export function normalName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .split(/[\s^,=.]+/)
    .filter((part) => part !== '')
    .sort()
    .join(' ');
}

/** Two dates of birth of different precision agree when one continues the other. */
export function datesAgree(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}

/** Name and date of birth together, where both are stated to the day. */
export function personKey({ name, birthDate }: IdentityClaim): string | undefined {
  if (!name || !birthDate || birthDate.length < 10) return undefined;
  const normal = normalName(name);
  return normal.includes(' ') ? `${normal}|${birthDate.slice(0, 10)}` : undefined;
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

/** What two identities may share without being merged: name with date of birth, or a number. */
export function lookalikeKeys(claim: IdentityClaim): string[] {
  const person = personKey(claim);
  // Short numbers are equal by chance.
  const number = normalNumber(claim.value).length >= 4 ? [`number|${normalNumber(claim.value)}`] : [];
  return person ? [`person|${person}`, ...number] : number;
}
