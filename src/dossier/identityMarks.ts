import type { IdentityClaim } from './subject.ts';

/** Identity systems of our own: a declared number, and bytes that name nobody. */
export const declaredSystem = 'patient.json';
export const contentSystem = 'content';

/** A number as it is compared: Unicode compatibility forms, letter case and white space make no difference; zeros do. */
export function normalNumber(value: string): string {
  return value.normalize('NFKC').trim().replace(/\s+/g, ' ').toUpperCase();
}

/** One number of one issuer. */
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
export function personKey({ name, birthDate }: Pick<IdentityClaim, 'name' | 'birthDate'>): string | undefined {
  if (!name || !birthDate || birthDate.length < 10) return undefined;
  const normal = normalName(name);
  return normal.includes(' ') ? `${normal}|${birthDate.slice(0, 10)}` : undefined;
}

/** What two identities may share without being merged: name with date of birth, or a number. */
export function lookalikeKeys(claim: Pick<IdentityClaim, 'value' | 'name' | 'birthDate'>): string[] {
  const person = personKey(claim);
  // Short numbers are equal by chance.
  const number = normalNumber(claim.value).length >= 4 ? [`number|${normalNumber(claim.value)}`] : [];
  return person ? [`person|${person}`, ...number] : number;
}

/** The mark under which exactly this number of this issuer is found. */
export function numberMark(claim: { system: string; value: string }): string {
  return `key|${numberKey(claim)}`;
}

/**
 * Everything under which a store finds an identity again. A change of these rules needs a migration that makes the marks
 * of older stores anew.
 */
export function identityMarks(claim: IdentityClaim): string[] {
  const ours = claim.system === contentSystem || claim.system === declaredSystem;
  return [...new Set([numberMark(claim), ...(ours ? [] : lookalikeKeys(claim))])];
}
