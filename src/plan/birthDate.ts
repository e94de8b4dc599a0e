import type { Fact } from '../dossier/fact.ts';

/** The date of birth on which all sources agree, the finest that is stated; undefined when none does or they differ. */
export function agreedBirthDate(facts: readonly Fact[]): string | undefined {
  const stated = facts.flatMap(({ type, status, value }) =>
    type === 'birth-date' && status !== 'entered-in-error' && value?.type === 'date' ? [value.date.slice(0, 10)] : [],
  );
  const [finest, ...others] = stated.sort((a, b) => b.length - a.length);
  return others.every((one) => finest?.startsWith(one)) ? finest : undefined;
}
