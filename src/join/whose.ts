import { contentSystem, datesAgree, declaredSystem, normalName } from '../dossier/identityMarks.ts';
import type { Identity } from '../dossier/subject.ts';
import { countPeople, isWeak } from '../intake/identity/claims.ts';

/**
 * What speaks against these identities being one person, whatever numbers they bear: dates of birth or sexes that
 * contradict each other, names without one word in common. Sentences for people; empty when nothing does.
 */
export function contradictions(identities: readonly Identity[]): string[] {
  const found: string[] = [];
  const births = distinct(identities.map(({ birthDate }) => birthDate));
  if (births.some((one) => births.some((other) => !datesAgree(one, other)))) {
    found.push(`dates of birth ${births.join(', ')}`);
  }
  const sexes = distinct(identities.map(({ sex }) => (sex === 'unknown' ? undefined : sex)));
  if (sexes.length > 1) found.push(`sexes ${sexes.join(', ')}`);
  const names = distinct(identities.map(({ name }) => name)).map((name) => new Set(normalName(name).split(' ')));
  if (names.some((one) => names.some((other) => one.isDisjointFrom(other)))) found.push('names without a common part');
  return found;
}

/** Whether what is left after a split still names several people, by the rule of the import. */
export function namesSeveral(identities: readonly Identity[]): boolean {
  const claims = identities.filter(({ system }) => system !== contentSystem && system !== declaredSystem);
  const vouched = identities.some(({ system }) => system === declaredSystem);
  const strong = claims.filter((claim) => !isWeak(claim));
  const people = vouched ? Math.max(countPeople(strong), countPeople(claims.filter(isWeak))) : countPeople(claims);
  return people > 1 || contradictions(identities).length > 0;
}

function distinct(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values.filter((value) => value !== undefined && value !== ''))].sort() as string[];
}
