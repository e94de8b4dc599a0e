import { ageInYears } from '../dossier/dateTime.ts';
import type { Fact } from '../dossier/fact.ts';

/** Facts that say how old a person is and of which administrative sex. */
export function personFacts(facts: readonly Fact[]): Fact[] {
  return facts.filter(({ type, status }) => (type === 'birth-date' || type === 'sex') && status !== 'entered-in-error');
}

/** Completed years on a day; undefined when no birth date is stated or sources differ. */
export function ageOn(day: string, facts: readonly Fact[]): number | undefined {
  const stated = facts
    .flatMap(({ type, value }) => (type === 'birth-date' && value?.type === 'date' ? [value.date.slice(0, 10)] : []))
    .sort((a, b) => b.length - a.length);
  const [finest] = stated;
  return finest !== undefined && stated.every((one) => finest.startsWith(one)) ? ageInYears(finest, day) : undefined;
}

/** Administrative sex where every source says the same of two; undefined otherwise. */
export function sexOf(facts: readonly Fact[]): 'female' | 'male' | undefined {
  const stated = new Set(
    facts.flatMap(({ type, value }) =>
      type === 'sex' && value?.type === 'code' ? [value.code.code.toLowerCase()] : [],
    ),
  );
  const [only] = stated.size === 1 ? stated : [];
  if (only === 'female' || only === 'f') return 'female';
  return only === 'male' || only === 'm' ? 'male' : undefined;
}
